import itertools
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.exc import PendingRollbackError

from survey import migrate
from survey.db import SQLITE_PRAGMAS, make_engine
from survey.models import Base

REVISIONS = [script.revision for script in ScriptDirectory(str(migrate.HERE)).walk_revisions()][::-1]


on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database without tables."""
    if request.param == "sqlite":
        (tmp_path / "database").mkdir()
        yield f"sqlite:///{tmp_path / 'database' / 'gongping.db'}"
    else:
        with request.getfixturevalue("postgresql").copy("template0") as address:
            yield address


@pytest.fixture
def migrated(url: str) -> Iterator[Engine]:
    migrate.upgrade(url)
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def from_models(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[Engine]:
    server = None if url.startswith("sqlite") else request.getfixturevalue("postgresql")
    with server.copy("template0") if server else nullcontext(f"sqlite:///{tmp_path / 'models.db'}") as address:
        engine = make_engine(address)
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()


def table_kinds(engine: Engine) -> dict[str, tuple[int, int]]:
    """Return table → (without rowid, strict), which SQLAlchemy does not compare."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("PRAGMA table_list").all()
    return {row.name: (row.wr, row.strict) for row in rows if row.name in Base.metadata.tables}


def checks(engine: Engine) -> dict[str, set[tuple[str, str]]]:
    inspector = inspect(engine)
    return {
        table: {(check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table)}
        for table in Base.metadata.tables
    }


def test_the_newest_form_of_the_database_is_that_of_the_models(migrated):
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_migrated_tables_keep_their_rules(migrated, from_models):
    assert checks(migrated) == checks(from_models)
    assert sum(len(rules) for rules in checks(migrated).values()) > 10


@on_sqlite
def test_migrated_tables_keep_their_strictness_and_their_lack_of_order(migrated, from_models):
    assert table_kinds(migrated) == table_kinds(from_models)
    assert all(strict for _, strict in table_kinds(migrated).values())


@on_sqlite
def test_tables_of_ballots_keep_no_row_numbers(migrated):
    kinds = table_kinds(migrated)

    assert {name for name, (without_rowid, _) in kinds.items() if without_rowid} >= {
        "batch", "credential", "envelope", "recorded", "opened_rows", "comment",
    }  # fmt: skip


def test_the_migrations_are_one_line_without_branches():
    assert len(ScriptDirectory(str(migrate.HERE)).get_heads()) == 1


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_migration_goes_up_down_and_up_again(url, revision):
    migrate.upgrade(url, revision)
    before = schema(url)
    below = REVISIONS[: REVISIONS.index(revision)]

    migrate.downgrade(url, below[-1] if below else "base")
    migrate.upgrade(url, revision)

    assert schema(url) == before


def test_going_back_to_the_base_leaves_no_table(url):
    migrate.upgrade(url)

    migrate.downgrade(url, "base")

    assert set(schema(url)) == {"alembic_version"}


@pytest.mark.usefixtures("migrated")
def test_migrating_a_second_time_changes_nothing(url):
    before = schema(url)

    migrate.upgrade(url)

    assert schema(url) == before


def test_upgrading_keeps_the_rows(url, migrated):
    with migrated.begin() as connection:
        connection.execute(text("INSERT INTO unit (code, name, class) VALUES ('U01', '财政所', '机关')"))

    migrate.upgrade(url)

    with migrated.connect() as connection:
        assert connection.execute(text("SELECT code, name FROM unit")).all() == [("U01", "财政所")]


class Crash(BaseException):
    """Whatever ends a process."""


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_crash_at_any_step_of_a_migration_leaves_the_form_before_or_after(url, revision):
    below = REVISIONS[: REVISIONS.index(revision)]
    if below:
        migrate.upgrade(url, below[-1])
    before = schema(url)
    for point in itertools.count(1):
        steps = itertools.count(1)

        def crash(*_, steps=steps, point=point):
            if next(steps) == point:
                raise Crash

        names = ("before_cursor_execute", "commit")
        for name in names:
            event.listen(Engine, name, crash)
        try:
            migrate.upgrade(url, revision)
        except (Crash, PendingRollbackError):  # the second where Alembic would still tidy up, as no dead process does
            # Alembic's own table of one line may be made before anything else.
            assert {name: lines for name, lines in schema(url).items() if "alembic" not in name} == {
                name: lines for name, lines in before.items() if "alembic" not in name
            }
            assert found(url) == (below[-1] if below else None)
        else:
            break
        finally:
            for name in names:
                event.remove(Engine, name, crash)

    assert point > 3
    assert found(url) == revision


KILLED = """
import itertools, os, signal, sys
from sqlalchemy import Engine, event
from survey import migrate
steps = itertools.count(1)
def kill(*_):
    if next(steps) == 40:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "before_cursor_execute", kill)
migrate.upgrade(sys.argv[1])
"""


def test_migrating_that_is_killed_is_taken_up_again(url):
    done = subprocess.run([sys.executable, "-c", KILLED, url], check=False)

    assert done.returncode == -signal.SIGKILL
    migrate.upgrade(url)
    assert found(url) == REVISIONS[-1]


def found(url: str) -> str | None:
    engine = make_engine(url)
    revision = migrate.revision_of(engine)
    engine.dispose()
    return revision


@on_sqlite
@pytest.mark.parametrize("name", SQLITE_PRAGMAS)
def test_every_connection_has_the_settings_that_the_promises_need(migrated, name):
    wanted = SQLITE_PRAGMAS[name]
    shown = {"ON": "1", "FULL": "2", "WAL": "wal"}.get(wanted, wanted)

    for _ in range(2):
        with migrated.connect() as connection:
            assert str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) == shown


def schema(url: str) -> dict[str, list[str]]:
    """Return each table's lines in order: where Alembic rebuilds a table, it writes its constraints in any order."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    else:
        engine = make_engine(url)
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(POSTGRESQL_SCHEMA)]
        engine.dispose()
    return {name: sorted(line.strip("\t\n, ") for line in sql.replace('"', "").splitlines()) for name, sql in rows}


POSTGRESQL_SCHEMA = text("""
SELECT relname, string_agg(line, E'\\n') FROM (
  SELECT attrelid AS of, format('%s %s %s', attname, format_type(atttypid, atttypmod), attnotnull) AS line
    FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped
  UNION ALL SELECT conrelid, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
  UNION ALL SELECT indrelid, pg_get_indexdef(indexrelid) FROM pg_index
  UNION ALL SELECT tgrelid, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
) AS parts JOIN pg_class ON pg_class.oid = of
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY relname
""")
