"""What the database must keep to, read back at start: a setting that does not hold would break a promise in silence."""

import sqlite3
from pathlib import Path, PurePath

from sqlalchemy import Connection, Engine, text

from survey.db import SQLITE_PRAGMAS
from survey.errors import SetupError
from survey.models import Base

OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables
OLDEST_POSTGRESQL = 15
# How PRAGMAs answer what they were asked for.
_SHOWN = {"ON": "1", "FULL": "2", "WAL": "wal"}
# Builds of SQLite that leave out what the promises need.
_UNFIT_BUILDS = {"NO_SYNC", "THREADSAFE=0", "OMIT_FOREIGN_KEY", "OMIT_TRIGGER", "OMIT_WAL"}
# There a write-ahead log is shared between machines that do not see each other's locks.
_NETWORK = {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "ceph", "lustre", "glusterfs", "fuse.glusterfs",
            "fuse.sshfs", "davfs", "fuse.davfs2"}  # fmt: skip
# Durable: fsync, full_page_writes, synchronous_commit. Unlinkable: no log line says when a ballot came or what it
# holds, and no commit is stamped with its time.
POSTGRESQL_WANTED = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
    "track_commit_timestamp": ("off",),
    "log_statement": ("none", "ddl"),
    "log_duration": ("off",),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
    "log_lock_waits": ("off",),
    "log_parameter_max_length": ("0",),
    "log_parameter_max_length_on_error": ("0",),
    "log_min_error_statement": ("panic",),
    "log_error_verbosity": ("terse",),
    "auto_explain.log_min_duration": ("-1",),
    "pgaudit.log": ("none",),
}
_BYTE_ORDER = ("C", "POSIX", "C.UTF-8", "C.utf8")


def check(engine: Engine) -> None:
    """Refuse a database that would lose a ballot, or say when it came.

    Raises
    ------
    SetupError
        Naming every setting that does not hold, and what it must be.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            problems = [*_sqlite(connection), *_tables(connection), *_place(engine.url.database)]
        else:
            problems = _postgresql(connection)
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise SetupError(
            "The database does not hold what ballots need (see docs/operations.md, Databases):\n%(lines)s", lines=lines
        )


def _sqlite(connection: Connection) -> list[str]:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return [f"SQLite is {sqlite3.sqlite_version}; must be 3.37 or newer"]
    problems = []
    for name, wanted in SQLITE_PRAGMAS.items():
        found = str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
        if found != _SHOWN.get(wanted, wanted):
            problems.append(f"{name} is {found}; must be {_SHOWN.get(wanted, wanted)}")
    unfit = _UNFIT_BUILDS & set(connection.exec_driver_sql("PRAGMA compile_options").scalars())
    return problems + [f"this SQLite was built with {option}; take one built without" for option in sorted(unfit)]


def _tables(connection: Connection) -> list[str]:
    """Say which tables were made by other hands: not STRICT, or keeping an order of rows."""
    problems = []
    for row in connection.exec_driver_sql("PRAGMA table_list"):
        if row.name not in Base.metadata.tables:
            continue
        options = Base.metadata.tables[row.name].dialect_options["sqlite"]
        if not row.strict:
            problems.append(f"the table {row.name} is not STRICT; make it with gongping init")
        if bool(row.wr) is bool(options["with_rowid"]):
            problems.append(f"the table {row.name} numbers its rows otherwise; make it with gongping init")
    return problems


def _place(path: str | None) -> list[str]:
    if not path:
        return []
    mounts = Path("/proc/self/mounts")
    kind = file_system(Path(path).absolute(), mounts.read_text(encoding="utf-8") if mounts.is_file() else "")
    if kind in _NETWORK:
        return [f"{path} lies on a network file system ({kind}); must be a disk of this machine, or use PostgreSQL"]
    return []


def file_system(path: PurePath, mounts: str) -> str:
    r"""Return the kind of file system that holds `path`, from the lines of /proc/self/mounts.

    Examples
    --------
    >>> from pathlib import PurePosixPath
    >>> file_system(PurePosixPath("/srv/data/x.db"), "disk / ext4 rw 0 0\nhost:/x /srv nfs4 rw 0 0")
    'nfs4'
    """
    if str(path).startswith("\\\\"):  # a share on Windows
        return "cifs"
    best, kind = -1, ""
    for line in mounts.splitlines():
        _, place, found, *_ = line.split(" ")
        place = place.replace("\\040", " ")
        if path.is_relative_to(place) and len(place) > best:
            best, kind = len(place), found
    return kind


def _postgresql(connection: Connection) -> list[str]:
    version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    if int(version) // 10000 < OLDEST_POSTGRESQL:
        return [f"the server is PostgreSQL {int(version) // 10000}; must be 15 or newer"]
    problems = []
    rows = connection.execute(text("SELECT name, setting FROM pg_settings"))
    found = {row.name: row.setting for row in rows}
    for name, wanted in POSTGRESQL_WANTED.items():
        if name in found and found[name] not in wanted:
            problems.append(f"{name} is {found[name]}; must be {wanted[0]}")
    query = text(
        "SELECT pg_encoding_to_char(encoding), datlocprovider, datcollate FROM pg_database "
        "WHERE datname = current_database()"
    )
    encoding, provider, collation = connection.execute(query).one()
    if encoding != "UTF8":
        problems.append(f"the database's encoding is {encoding}; must be UTF8")
    if provider == "i" or collation not in _BYTE_ORDER:
        problems.append(f"the database sorts by {collation}; must be C, so that codes sort alike everywhere")
    return problems
