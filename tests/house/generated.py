"""The parts of docs/ that are written from the code: ``make docs`` writes them, a test compares."""

import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from survey.cli import COMMANDS, commands
from survey.config import Settings

DOCS = Path(__file__).parents[2] / "docs"
START, END = "<!-- settings: written by make docs -->", "<!-- end of settings -->"
WIDTH: dict[str, Any] = {"terminal_width": 100, "max_content_width": 100}
HEAD = """# The command line

Written from the commands themselves by `make docs`. Settings are environment variables, listed in
[operations.md](operations.md). Bad input ends with status 2 and names the field; the words are English, the data is
whatever the office writes.
"""


def command_line() -> str:
    """Return docs/command-line.md: the help of every command and of what lies under it."""
    whole = click.Context(commands, info_name="gongping", **WIDTH, **commands.context_settings)
    lines = [HEAD, "```text", commands.get_help(whole), "```", ""]
    for name in COMMANDS:
        command = commands.get_command(whole, name)
        assert command is not None
        lines += _section(command, name, whole, 2)
    return "\n".join(lines).rstrip() + "\n"


def _section(command: click.Command, name: str, parent: click.Context, level: int) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, **WIDTH)
    yield from (f"{'#' * level} {context.command_path}", "", "```text", command.get_help(context), "```", "")
    if isinstance(command, click.Group):
        for below in sorted(command.commands):
            yield from _section(command.commands[below], below, context, min(level + 1, 4))


def settings_table() -> str:
    """Return the table of settings, with its marks."""
    lines = [START, "", "| variable | default | meaning |", "| --- | --- | --- |"]
    for field in fields(Settings):
        default = {None: "", True: "1", False: "0"}.get(field.default, field.default)
        shown = f"`{default}`" if str(default) else "(empty)"
        lines.append(f"| `GONGPING_{field.name.upper()}` | {shown} | {field.metadata['meaning']} |")
    return "\n".join([*lines, "", END])


def operations() -> str:
    """Return docs/operations.md with the table of settings as it is now."""
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return before + settings_table() + after


if __name__ == "__main__":
    (DOCS / "command-line.md").write_text(command_line(), encoding="utf-8")
    (DOCS / "operations.md").write_text(operations(), encoding="utf-8")
    sys.stdout.write("Written: docs/command-line.md, docs/operations.md\n")
