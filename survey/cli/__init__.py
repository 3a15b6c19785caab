"""The command line: one command a module, loaded only when it is asked for."""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from scoring.document.problems import DocumentError
from survey.errors import GongpingError

COMMANDS = {
    "init": "Make an installation: folders, database, secret.",
    "serve": "Serve the pages with a pure-Python server.",
    "backup": "Write everything but keys and secret to one checked file, while the server runs.",
    "restore": "Put a backup in the place of everything there is, and say which receipts are missing then.",
    "demo": "Carry a whole round of an invented township, from roster to ranked results.",
    "account": "Staff accounts.",
    "roster": "Units and the people and bodies that are rated.",
    "round": "Rounds: plan, freeze, open, close, reveal, publish.",
    "codes": "Mint codes and print slips.",
    "keys": "Key slips of the parties: sign, and open a round with three keys.",
    "cast": "Hand in one ballot from a file, as the ballot page does.",
    "results": "Make, show and write results.",
    "bundle": "Write what others check a published round by.",
    "verify": "Check a bundle, without a server or a database.",
    "audit": "Write out and check the log of what staff did.",
    "score": "Score files of ratings or counts, without a server.",
    "trend": "Compare two results of score files, without a server.",
}
MODULES = {"demo": "survey.cli.demonstration", "round": "survey.cli.amend"}  # where the name is not the module's
BAD_INPUT = 2
UNWRITTEN = 1
_LOST = {errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT}


class _UnwrittenError(Exception):
    """The output could not be written. Not an OSError, since click says nothing of a closed pipe."""


def _is_unwritten(error: OSError) -> bool:
    return error.filename is None and error.errno in _LOST


class _Commands(click.Group):
    """Imports a command's module only when it is run: `gongping score` needs no Flask."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(MODULES.get(cmd_name, f"survey.cli.{cmd_name}")).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(ctx)
        except (GongpingError, DocumentError) as error:
            click.echo(f"gongping: {error}", err=True)
            ctx.exit(BAD_INPUT)
        except OSError as error:
            if _is_unwritten(error):
                raise _UnwrittenError(error.strerror) from error
            raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gongping")
def commands() -> None:
    """公评: sealed-ballot appraisal and satisfaction rounds, from questionnaire to signed result.

    Settings come from GONGPING_* environment variables; see docs/operations.md. Bad input ends with status 2.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Windows consoles and pipes in the C locale; file names need not be text
            stream.reconfigure(encoding="utf-8", errors="backslashreplace" if stream is sys.stderr else "strict")
    try:
        commands.main(args=arguments, prog_name="gongping")
    except (_UnwrittenError, OSError) as error:
        if isinstance(error, OSError) and not _is_unwritten(error):
            raise
        words = error.strerror if isinstance(error, OSError) else error
        click.echo(f"gongping: the output could not be written: {words}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be flushed at the end
        sys.exit(UNWRITTEN)
