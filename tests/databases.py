"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by a socket in it, gone at the end."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from survey import migrate

OLDEST = 15
ROLE = "gongping"  # owns the databases and may nothing else, as docs/operations.md has it
EMPTY = "empty"
MISSING = (
    "PostgreSQL 15 or newer is missing. Debian: apt-get install postgresql. Elsewhere: put initdb and postgres on "
    "the PATH."
)
# Where a run of the tests is killed, its server goes too.
ENDING_WITH_US = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
shared_buffers = 32MB
fsync = on
full_page_writes = on
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
log_error_verbosity = terse
"""


def binaries() -> Path | None:
    """Return the folder of the newest server's programs, or nothing where there is none that is new enough."""
    folders = {int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin")}
    if on_path := shutil.which("initdb"):
        version = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=True).stdout
        folders[int(re.findall(r"\d+", version)[0])] = Path(on_path).resolve().parent
    fit = {version: path for version, path in folders.items() if version >= OLDEST and (path / "initdb").is_file()}
    return fit[max(fit)] if fit else None


class PostgreSQL:
    """One server, with a migrated database that is copied for each test."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="gongping-"))
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._names = (f"test_{number}" for number in count())
        self._as: dict[str, Any] = {"cwd": self.folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}
        if os.geteuid() == 0:  # the server refuses to run as root
            self._as |= {"user": (user := _unprivileged()), "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
            shutil.chown(self.folder, user)
        options = ["--locale=C", "--encoding=UTF8", "--auth=trust", "--username=postgres", "--no-sync"]
        subprocess.run(
            [programs / "initdb", "-D", self.data, *options], check=True, stdout=subprocess.DEVNULL, **self._as
        )
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION.format(folder=self.folder))
        self.start()
        self.execute(f"CREATE ROLE {ROLE} LOGIN")
        self.create(EMPTY, template="template0")
        migrate.upgrade(self.url(EMPTY))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*ENDING_WITH_US, self.programs / "postgres", "-D", self.data], stdout=log, stderr=log, **self._as
            )
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"the PostgreSQL server ended: {self.log.read_text()[-2000:]}") from None
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT in order, SIGQUIT at once and without writing anything more."""
        self.process.send_signal(how)
        self.process.wait()

    def remove(self) -> None:
        """Stop the server for good and delete everything that it kept."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def url(self, name: str, role: str = ROLE) -> str:
        """Return the SQLAlchemy address of a database, as seen by its owner or by `role`."""
        return f"postgresql+psycopg://{role}@/{name}?host={self.folder}"

    def execute(self, statement: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as the superuser, outside any transaction; return its rows."""
        with psycopg.connect(f"host={self.folder} user=postgres dbname={name}", autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def create(self, name: str, template: str = EMPTY) -> None:
        """Make a database as a copy of another one."""
        self.execute(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template}")

    @contextmanager
    def copy(self, template: str = EMPTY) -> Iterator[str]:
        """Lend the address of a copy of `template`."""
        name = next(self._names)
        self.create(name, template)
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _unprivileged() -> str:
    users = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in users)
