"""Backups of PostgreSQL: written by pg_dump in its custom format, read by pg_restore, put back in one transaction."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from survey.errors import SetupError
from survey.office.backups import NotOursError, Rows

_COPY = re.compile(r'COPY public\."?(\w+)"? \((.*)\) FROM stdin;')
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_DROP = text(
    "SELECT 'DROP TABLE ' || quote_ident(tablename) || ' CASCADE' FROM pg_tables WHERE schemaname = 'public' "
    "UNION ALL SELECT 'DROP FUNCTION ' || p.oid::regprocedure FROM pg_proc p "
    "WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole"
)


def write(engine: Engine, path: Path) -> None:
    """Write everything that is committed into a new file at `path`, while others go on writing."""
    _, address = engine.dialect.create_connect_args(engine.url)
    password = str(address.pop("password", ""))
    ours = {"context", "options"}  # the driver's own, and ours for a session
    where = " ".join(f"{name}='{_quoted(value)}'" for name, value in address.items() if name not in ours)
    _run(
        ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}", f"--dbname={where}"],
        PGPASSWORD=password,  # not among the arguments, which every user of the machine may see
    )


def check(path: Path) -> None:
    """Read a dump to its end.

    Raises
    ------
    NotOursError
        Where it isn't a whole dump of pg_dump.
    """
    _program("pg_restore")
    try:
        _run(["pg_restore", f"--file={os.devnull}", str(path)])
    except SetupError as error:
        raise NotOursError("This is not a backup of this software, or not a whole one.") from error


def rows_of(path: Path) -> Rows:
    """Return a way to read the rows of a dump."""

    def rows(table: str, columns: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
        places = None
        for _, names, line in _copied(_lines(path, "--data-only", f"--table={table}")):
            if line is None:
                places = [names.index(column) for column in columns]
            elif places is not None:
                values = line.split("\t")
                yield tuple(_value(values[place]) for place in places)
        if places is None:
            raise NotOursError("This is not a backup of this software, or not a whole one.")

    return rows


def replace(connection: Connection, path: Path) -> None:
    """Put everything of the dump in the place of everything there is, within the writer's transaction under way."""
    for statement in connection.scalars(_DROP).all():
        connection.exec_driver_sql(statement)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(_statements(path, "--section=pre-data"))
        _fill(cursor, path)
        cursor.execute(_statements(path, "--section=post-data"))
        cursor.execute("SET search_path = public")  # the script had switched it off


def _fill(cursor: Any, path: Path) -> None:  # noqa: ANN401 - the driver's own type
    with ExitStack() as under_way:
        copy: Any = None
        for table, names, line in _copied(_lines(path, "--data-only")):
            if line is None:
                under_way.close()  # ends the COPY of the table before
                columns = ", ".join(f'"{name}"' for name in names)
                copy = under_way.enter_context(cursor.copy(f'COPY public."{table}" ({columns}) FROM STDIN'))
            else:
                copy.write(f"{line}\n")


def _statements(path: Path, section: str) -> str:
    # Lines with a backslash speak to psql, not to the server.
    return "\n".join(line for line in _lines(path, section) if not line.startswith("\\"))


def _copied(lines: Iterator[str]) -> Iterator[tuple[str, list[str], str | None]]:
    """Yield table, columns and line of what a script copies in; each table begins without a line."""
    table, names = "", list[str]()
    for line in lines:
        if not table and (found := _COPY.fullmatch(line)):
            table, names = found[1], [name.strip(' "') for name in found[2].split(",")]
            yield table, names, None
        elif table and line == "\\.":
            table = ""
        elif table:
            yield table, names, line


def _lines(path: Path, *options: str) -> Iterator[str]:
    """Yield what pg_restore makes of a dump, line by line: a dump may be larger than the memory."""
    command = [_program("pg_restore"), "--file=-", *options, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout  # noqa: S101 - for the reader of types
        for line in process.stdout:
            yield line.decode("utf-8").removesuffix("\n")
        why = process.stderr.read().decode("utf-8", "replace") if process.stderr else ""
        if process.wait():
            raise SetupError("%(program)s failed: %(why)s", program="pg_restore", why=why)


def _value(written: str) -> object:
    r"""Return the value of a field of COPY.

    Examples
    --------
    >>> _value("\\N"), _value("\\\\x00ff"), _value("a\\tb")
    (None, b'\x00\xff', 'a\tb')
    """
    if written == "\\N":
        return None
    plain = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), written)
    return bytes.fromhex(plain[2:]) if re.fullmatch(r"\\x(?:[0-9a-f]{2})*", plain) else plain


def _quoted(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("'", "\\'")


def _run(command: list[str], **environment: str) -> None:
    """Run a program of PostgreSQL.

    Raises
    ------
    SetupError
        Where it isn't there, or says why it can't.
    """
    done = subprocess.run(  # noqa: S603 - a fixed program, arguments of ours
        [_program(command[0]), *command[1:]], capture_output=True, check=False, env={**os.environ, **environment}
    )
    if done.returncode:
        raise SetupError("%(program)s failed: %(why)s", program=command[0], why=done.stderr.decode("utf-8", "replace"))


def _program(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise SetupError(
            "%(program)s is not on this machine. Install PostgreSQL's client programs (Debian: "
            "apt-get install postgresql-client).",
            program=name,
        )
    return program
