"""Chain the audit log, and keep who agreed to what."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = ("number", "at", "login", "act", "round_id", "detail")

# INSERT OR REPLACE would delete a row without asking the trigger on DELETE, so a taken number is refused as well.
ON_SQLITE = (
    """
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit_entry)
    BEGIN SELECT RAISE(ABORT, 'the audit log has no gaps'); END
    """,
)
ON_POSTGRESQL = (
    """
    CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()
    """,
    """
    CREATE FUNCTION audit_entry_next() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit_entry) THEN
            RAISE EXCEPTION 'the audit log has no gaps';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_entry_next BEFORE INSERT ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_next()
    """,
)


def upgrade() -> None:
    entries = _take_out()
    op.create_table(
        "audit_entry",
        sa.Column("number", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) = 32", name=op.f("ck_audit_entry_hash_length")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        sqlite_strict=True,
    )
    _put_in(_chained(entries), (*KEPT, "hash"))
    for statement in ON_SQLITE if _on_sqlite() else ON_POSTGRESQL:
        op.execute(statement)
    _make_approvals()


def downgrade() -> None:
    op.drop_table("approval")
    entries = _take_out()
    if not _on_sqlite():
        op.execute("DROP FUNCTION audit_entry_append_only, audit_entry_next")
    op.create_table(
        "audit_entry",
        sa.Column("number", WHOLE, autoincrement=True, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        sqlite_strict=True,
    )
    _put_in(entries, KEPT)
    if not _on_sqlite():
        op.execute(f"SELECT setval('audit_entry_number_seq', {len(entries) + 1}, false)")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _take_out() -> list[dict[str, Any]]:
    """Return the entries and drop their table, its triggers with it."""
    entries = sa.table("audit_entry", *(sa.column(name) for name in KEPT))
    rows = op.get_bind().execute(sa.select(entries).order_by(entries.c.number)).mappings().all()
    op.drop_table("audit_entry")
    return [dict(row) for row in rows]


def _put_in(entries: Iterable[dict[str, Any]], names: tuple[str, ...]) -> None:
    table = sa.table("audit_entry", *(sa.column(name) for name in names))
    for entry in entries:
        op.get_bind().execute(sa.insert(table).values(entry))


def _chained(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the entries numbers without gaps and their chain, and one more that says up to where it was made later."""
    if not entries:
        return []
    now = datetime.now(UTC).isoformat(timespec="seconds")
    detail = json.dumps({"entries": len(entries)})
    note = {"at": now, "login": "gongping", "act": "chain audit log", "round_id": None, "detail": detail}
    chained, previous = [], "0" * 64
    for number, entry in enumerate([*entries, note], 1):
        content = {
            "number": number,
            "at": entry["at"],
            "login": entry["login"],
            "act": entry["act"],
            "round": entry["round_id"],
            "detail": json.loads(entry["detail"]),
            "previous": previous,
        }
        digest = sha256(rfc8785.dumps(content)).digest()
        chained.append({**entry, "number": number, "hash": digest})
        previous = digest.hex()
    return chained


def _make_approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("act IN ('freeze', 'close', 'reveal', 'publish')", name=op.f("ck_approval_act")),
        sa.CheckConstraint(
            "outcome IN ('pending', 'agreed', 'done', 'declined', 'withdrawn', 'lapsed')",
            name=op.f("ck_approval_outcome"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by OR outcome = 'withdrawn'",
            name=op.f("ck_approval_two_people"),
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_approval_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sqlite_strict=True,
    )
    waiting = sa.text("outcome IN ('pending', 'agreed')")
    op.create_index(
        "uq_approval_waiting",
        "approval",
        ["round_id", "act"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
