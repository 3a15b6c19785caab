import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from survey import migrate
from survey.db import SQLITE_PRAGMAS, make_engine
from survey.models import Base

REVISIONS = [script.revision for script in ScriptDirectory(str(migrate.HERE)).walk_revisions()][::-1]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'database' / 'gongping.db'}"


@pytest.fixture
def migrated(url: str) -> Iterator[Engine]:
    migrate.upgrade(url)
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def from_models(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'models.db'}")
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


def test_migrated_tables_keep_their_rules_their_strictness_and_their_lack_of_order(migrated, from_models):
    assert table_kinds(migrated) == table_kinds(from_models)
    assert checks(migrated) == checks(from_models)
    assert all(strict for _, strict in table_kinds(migrated).values())


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


@pytest.mark.usefixtures("migrated")
def test_upgrading_keeps_the_rows(url):
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO unit (code, name, class) VALUES ('U01', '财政所', '机关')")
        connection.commit()

    migrate.upgrade(url)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT code, name FROM unit").fetchall() == [("U01", "财政所")]


@pytest.mark.parametrize("name", SQLITE_PRAGMAS)
def test_every_connection_has_the_settings_that_the_promises_need(migrated, name):
    wanted = SQLITE_PRAGMAS[name]
    shown = {"ON": "1", "FULL": "2", "WAL": "wal"}.get(wanted, wanted)

    for _ in range(2):
        with migrated.connect() as connection:
            assert str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) == shown


def schema(url: str) -> dict[str, list[str]]:
    """Return each table's lines in order: where Alembic rebuilds a table, it writes its constraints in any order."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: sorted(line.strip("\t\n, ") for line in sql.replace('"', "").splitlines()) for name, sql in rows}
