"""Keep the parties' public keys, their signatures, and the counts of slips."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PARTY = "party IN ('organiser', 'third_party', 'supervisor')"


def upgrade() -> None:
    op.add_column("batch", sa.Column("keys_sha256", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("round", sa.Column("opened_salt", sa.LargeBinary(), nullable=True))
    op.add_column("round", sa.Column("opened_sha256", sa.LargeBinary(), nullable=True))
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "party_key",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("signing", sa.LargeBinary(), nullable=False),
        sa.Column("sealing", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("lost", sa.Text(), nullable=False),
        sa.CheckConstraint(PARTY, name=op.f("ck_party_key_party")),
        sa.CheckConstraint("length(signing) = 32", name=op.f("ck_party_key_signing_length")),
        sa.CheckConstraint("length(sealing) = 32", name=op.f("ck_party_key_sealing_length")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_party_key_round_id")),
        sa.PrimaryKeyConstraint("round_id", "party", name=op.f("pk_party_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "canary",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(content_hash) = 32", name=op.f("ck_canary_content_hash_length")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_canary_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_canary")),
        sqlite_strict=True,
    )
    op.create_table(
        "canary_test",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_canary_test_round_id")),
        sa.PrimaryKeyConstraint("round_id", "first", "second", name=op.f("pk_canary_test")),
        sqlite_strict=True,
    )
    op.create_table(
        "signature",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(PARTY, name=op.f("ck_signature_party")),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_signature_digest_length")),
        sa.CheckConstraint("length(signature) = 64", name=op.f("ck_signature_signature_length")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_signature_round_id")),
        sa.PrimaryKeyConstraint("round_id", "kind", "name", "party", name=op.f("pk_signature")),
        sqlite_strict=True,
    )
    op.create_table(
        "slip_count",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("handed_out", whole, nullable=False),
        sa.Column("unused", whole, nullable=False),
        sa.Column("spoiled", whole, nullable=False),
        sa.CheckConstraint("handed_out >= 0 AND unused >= 0 AND spoiled >= 0", name=op.f("ck_slip_count_not_negative")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_slip_count_round_id")),
        sa.PrimaryKeyConstraint("round_id", "sheet", name=op.f("pk_slip_count")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_column("batch", "keys_sha256")
    op.drop_column("round", "opened_sha256")
    op.drop_column("round", "opened_salt")
    for table in ("slip_count", "signature", "canary_test", "canary", "party_key"):
        op.drop_table(table)
