"""Keep what ballot rules found, and how a sheet's ballots moved its targets together."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "opened_check",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("part", whole, autoincrement=False, nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("number", whole, autoincrement=False, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("ballots", whole, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_opened_check_round_id")),
        sa.PrimaryKeyConstraint("round_id", "part", "group_id", "number", name=op.f("pk_opened_check")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opened_covariance",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("part", whole, autoincrement=False, nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("ballots", whole, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_opened_covariance_round_id")),
        sa.PrimaryKeyConstraint("round_id", "part", "sheet", name=op.f("pk_opened_covariance")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("opened_covariance")
    op.drop_table("opened_check")
