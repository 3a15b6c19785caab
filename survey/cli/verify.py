"""``gongping verify``: check a bundle on any machine, without a server or a database."""

from pathlib import Path

import click

from survey.reveal.verification import verify

MARKS = {"recomputed": "recomputed", "vouched": "vouched for", "unknown": "not shown"}
DOES_NOT_HOLD = 2


@click.command(name="verify")
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(bundle: Path) -> None:
    """Check BUNDLE and say line by line what was worked out again and what only a signature vouches for.

    Status 0 where everything holds, 2 where anything doesn't.
    """
    lines = verify(bundle.read_bytes())
    for line in lines:
        click.echo(f"{'ok    ' if line.holds else 'WRONG '} {MARKS[line.how]:<12} {line.what}")
    wrong = sum(not line.holds for line in lines)
    click.echo(f"{wrong} of {len(lines)} do not hold" if wrong else f"all {len(lines)} hold")
    if wrong:
        raise SystemExit(DOES_NOT_HOLD)
