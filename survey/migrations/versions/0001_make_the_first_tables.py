"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    flag = sa.Integer().with_variant(sa.Boolean(), "postgresql")
    op.create_table(
        "account",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", flag, nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('administrator', 'personnel', 'evaluator', 'supervisor')", name=op.f("ck_account_role")
        ),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_account")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        sqlite_strict=True,
    )
    op.create_table(
        "document",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('questionnaire', 'scheme')", name=op.f("ck_document_kind")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_document")),
        sa.UniqueConstraint("kind", "name", "version", name="uq_document_version"),
        sqlite_strict=True,
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("trial", flag, nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("plan_source", sa.Text(), nullable=False),
        sa.Column("only_groups", sa.Text(), nullable=True),
        sa.Column("manifest", sa.Text(), nullable=True),
        sa.Column("manifest_hash", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("shred_due", flag, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'frozen', 'open', 'closed', 'revealed', 'published', 'void')",
            name=op.f("ck_round_state"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["round.id"], name=op.f("fk_round_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sqlite_strict=True,
    )
    op.create_table(
        "target",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("active", flag, nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'unit', 'leading_body', 'party_organisation', 'project', 'member')",
            name=op.f("ck_target_kind"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_target")),
        sqlite_strict=True,
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("class", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["parent_code"], ["unit.code"], name=op.f("fk_unit_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit")),
        sqlite_strict=True,
    )
    op.create_table(
        "amendment",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('extend_window', 'raise_entitled', 'withdraw_target')", name=op.f("ck_amendment_kind")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_amendment_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_amendment")),
        sqlite_strict=True,
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('issue', 'reserve', 'open')", name=op.f("ck_batch_kind")),
        sa.CheckConstraint("size > 0", name=op.f("ck_batch_size")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_batch_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_round_id"), ["round_id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_comment_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_round_id"), ["round_id"], unique=False)

    op.create_table(
        "opened_rows",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("target_code", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tallied", flag, nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("width > 0", name=op.f("ck_opened_rows_width")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_opened_rows_round_id")),
        sa.PrimaryKeyConstraint("round_id", "group_id", "target_code", name=op.f("pk_opened_rows")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opened_sheet",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("entitled", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("returned", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reserve", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_opened_sheet_round_id")),
        sa.PrimaryKeyConstraint("round_id", "sheet", name=op.f("pk_opened_sheet")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "post",
        sa.Column("target_code", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("main", flag, nullable=False),
        sa.ForeignKeyConstraint(["target_code"], ["target.code"], name=op.f("fk_post_target_code")),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_post_unit_code")),
        sa.PrimaryKeyConstraint("target_code", "position", name=op.f("pk_post")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_unit_code"), ["unit_code"], unique=False)

    op.create_table(
        "publication",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_publication_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_publication")),
        sqlite_strict=True,
    )
    op.create_table(
        "recorded",
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("attempt_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_recorded_round_id")),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_recorded")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("recorded", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recorded_attempt_hash"), ["attempt_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_recorded_round_id"), ["round_id"], unique=False)

    op.create_table(
        "result",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_result_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_result")),
        sqlite_strict=True,
    )
    op.create_table(
        "round_step",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_step_round_id")),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_round_step")),
        sqlite_strict=True,
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["login"], ["account.login"], name=op.f("fk_staff_session_login")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_login"), ["login"], unique=False)

    op.create_table(
        "credential",
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.CheckConstraint("length(public_key) = 32", name=op.f("ck_credential_public_key_length")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_credential_batch_id")),
        sa.PrimaryKeyConstraint("public_key", name=op.f("pk_credential")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "voided_batch",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_voided_batch_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_voided_batch")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "envelope",
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("attempt_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(attempt_hash) = 32", name=op.f("ck_envelope_attempt_hash_length")),
        sa.CheckConstraint("length(content_hash) = 32", name=op.f("ck_envelope_content_hash_length")),
        sa.CheckConstraint("length(receipt) = 32", name=op.f("ck_envelope_receipt_length")),
        sa.CheckConstraint("length(signature) = 64", name=op.f("ck_envelope_signature_length")),
        sa.ForeignKeyConstraint(["credential"], ["credential.public_key"], name=op.f("fk_envelope_credential")),
        sa.PrimaryKeyConstraint("credential", name=op.f("pk_envelope")),
        sa.UniqueConstraint("receipt", name=op.f("uq_envelope_receipt")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("envelope")
    op.drop_table("voided_batch")
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_batch_id"))

    op.drop_table("credential")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_login"))

    op.drop_table("staff_session")
    op.drop_table("round_step")
    op.drop_table("result")
    with op.batch_alter_table("recorded", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recorded_round_id"))
        batch_op.drop_index(batch_op.f("ix_recorded_attempt_hash"))

    op.drop_table("recorded")
    op.drop_table("publication")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_unit_code"))

    op.drop_table("post")
    op.drop_table("opened_sheet")
    op.drop_table("opened_rows")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_round_id"))

    op.drop_table("comment")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_round_id"))

    op.drop_table("batch")
    op.drop_table("amendment")
    op.drop_table("unit")
    op.drop_table("target")
    op.drop_table("round")
    op.drop_table("document")
    op.drop_table("audit_entry")
    op.drop_table("account")
