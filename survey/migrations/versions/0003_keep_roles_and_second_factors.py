"""Keep roles, second factors and whose rounds and units an account may see."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OLD_ROLES = "role IN ('administrator', 'personnel', 'evaluator', 'supervisor')"
ROLES = "role IN ('administrator', 'personnel', 'evaluator', 'supervisor', 'leader', 'clerk', 'interviewer')"
STRICT = {"sqlite_strict": True}


def upgrade() -> None:
    with op.batch_alter_table("round", table_kwargs=STRICT) as batch:
        batch.add_column(sa.Column("unit_code", sa.Text(), nullable=True))
        batch.create_foreign_key(op.f("fk_round_unit_code"), "unit", ["unit_code"], ["code"])
    _widen_accounts()
    with op.batch_alter_table("staff_session", table_kwargs=STRICT) as batch:
        batch.add_column(sa.Column("browser", sa.Text(), nullable=True))
        batch.add_column(sa.Column("confirmed_at", sa.Text(), nullable=True))
        batch.add_column(sa.Column("second_step_until", sa.Text(), nullable=True))
    op.create_table(
        "assignment",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_assignment_round_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_assignment_login")),
        sa.PrimaryKeyConstraint("round_id", "login", name=op.f("pk_assignment")),
        **STRICT,
    )
    # Until now every evaluator saw every round: who runs one must not lose it by the upgrade.
    op.execute(
        "INSERT INTO assignment (round_id, login) "
        "SELECT round.id, account.login FROM round, account WHERE account.role = 'evaluator'"
    )
    op.create_table(
        "second_factor",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.Column("last_step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_second_factor_login")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_second_factor")),
        **STRICT,
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_recovery_code_login")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
        **STRICT,
    )
    op.create_index(op.f("ix_recovery_code_login"), "recovery_code", ["login"], unique=False)
    op.create_table(
        "password_reset",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_password_reset_login")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_password_reset")),
        **STRICT,
    )


def _widen_accounts() -> None:
    flag = sa.Integer().with_variant(sa.Boolean(), "postgresql")
    with op.batch_alter_table("account", table_kwargs=STRICT) as batch:
        batch.drop_constraint(op.f("ck_account_role"), type_="check")
        batch.create_check_constraint(op.f("ck_account_role"), ROLES)
        batch.add_column(sa.Column("unit_code", sa.Text(), nullable=True))
        batch.add_column(sa.Column("round_id", sa.Text(), nullable=True))
        batch.add_column(sa.Column("second_factor_due", flag, nullable=False, server_default=sa.false()))
        batch.create_foreign_key(op.f("fk_account_unit_code"), "unit", ["unit_code"], ["code"])
        batch.create_foreign_key(op.f("fk_account_round_id"), "round", ["round_id"], ["id"], ondelete="SET NULL")
        batch.create_check_constraint(
            op.f("ck_account_unit"), "unit_code IS NULL OR role IN ('personnel', 'supervisor', 'leader')"
        )
        batch.create_check_constraint(op.f("ck_account_round"), "round_id IS NULL OR role IN ('clerk', 'interviewer')")
    with op.batch_alter_table("account", table_kwargs=STRICT) as batch:
        batch.alter_column("second_factor_due", existing_type=flag, existing_nullable=False, server_default=None)


def downgrade() -> None:
    op.drop_table("password_reset")
    op.drop_index(op.f("ix_recovery_code_login"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
    op.drop_table("assignment")
    # Roles and half signed-in browsers that the earlier form doesn't know go, and what hangs on them.
    op.execute(
        "DELETE FROM staff_session WHERE second_step_until IS NOT NULL OR login IN "
        "(SELECT login FROM account WHERE role IN ('leader', 'clerk', 'interviewer'))"
    )
    op.execute("DELETE FROM account WHERE role IN ('leader', 'clerk', 'interviewer')")
    with op.batch_alter_table("staff_session", table_kwargs=STRICT) as batch:
        for column in ("second_step_until", "confirmed_at", "browser"):
            batch.drop_column(column)
    with op.batch_alter_table("account", table_kwargs=STRICT) as batch:
        batch.drop_constraint(op.f("ck_account_round"), type_="check")
        batch.drop_constraint(op.f("ck_account_unit"), type_="check")
        batch.drop_constraint(op.f("ck_account_role"), type_="check")
        batch.create_check_constraint(op.f("ck_account_role"), OLD_ROLES)
        batch.drop_constraint(op.f("fk_account_round_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_account_unit_code"), type_="foreignkey")
        for column in ("second_factor_due", "round_id", "unit_code"):
            batch.drop_column(column)
    with op.batch_alter_table("round", table_kwargs=STRICT) as batch:
        batch.drop_constraint(op.f("fk_round_unit_code"), type_="foreignkey")
        batch.drop_column("unit_code")
