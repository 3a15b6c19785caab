"""``gongping audit``: write the log of what staff did, follow its chain, say where it ends."""

from pathlib import Path

import click

from survey.crypto import chain

FEWEST_DIGITS = 16


@click.group(name="audit")
def command() -> None:
    """Write out and check the log of what staff did. No ballot stands in it."""


@command.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: the output.")
@click.option("--round", "round_id", metavar="ROUND", help="Only this round's entries.")
def export(out: Path | None, round_id: str | None) -> None:
    """Write the log, an entry a line (canonical JSON, RFC 8785).

    The whole log can be followed entry by entry. Of one round alone each entry can be checked, but not that none is
    missing.
    """
    # Checking needs no database, so only these two load it.
    from survey.cli.installation import installed  # noqa: PLC0415
    from survey.office import audit  # noqa: PLC0415

    with installed().sessions() as session, click.open_file(str(out or "-"), "wb") as file:
        for line in audit.export(session, round_id):
            file.write(line)


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--round", "round_id", metavar="ROUND", help="The file holds this round's entries only.")
@click.option("--head", metavar="NUMBER:HASH", help="What was written down: number and 16 digits or more.")
def verify(file: Path, round_id: str | None, head: str | None) -> None:
    """Follow the chain of the exported log FILE; status 2 names the first entry that does not fit. Needs no database.

    A log that was rewritten from some entry to its end fits together again. It differs in what was printed or written
    down before: give that with --head.
    """
    seen: list[chain.Head] = []
    with file.open("rb") as lines:
        last = chain.check(lines, round_id, seen.append)
    if head is not None and not any(fits(head, each) for each in seen):
        raise chain.ChainError(
            "The log fits together, but it has no such entry as was written down (%(head)s): "
            "it was rewritten since, or its end is missing.",
            head=head,
        )
    click.echo(f"{len(seen)} entries fit together. The last one: {last.number}:{last.hash}")
    if head is not None:
        click.echo(f"What was written down is in it: {head}")
    else:
        click.echo("Compare it with what was written down or printed, or give that with --head.")


@command.command("head")
def head_() -> None:
    """Print the last entry's number and hash, to be written down, printed or signed."""
    from survey.cli.installation import installed  # noqa: PLC0415
    from survey.office import audit  # noqa: PLC0415

    with installed().sessions() as session:
        last = audit.head(session)
    click.echo(f"{last.number}:{last.hash}")


def fits(written: str, entry: chain.Head) -> bool:
    """Return whether an entry is the one that was written down; spaces and case don't matter, sixteen digits will do.

    Examples
    --------
    >>> fits("12: ABCD abcd 0123 4567", chain.Head(12, "abcdabcd0123456789"))
    True
    """
    number, _, digits = "".join(written.split()).lower().partition(":")
    if not number.isascii() or not number.isdigit() or len(digits) < FEWEST_DIGITS:
        raise click.UsageError(f"--head {written} is no number and {FEWEST_DIGITS} digits or more, such as 12:3fa9…")
    return entry.number == int(number) and entry.hash.startswith(digits)
