"""``gongping bundle``: write what others check a published round by."""

from pathlib import Path

import click

from survey.cli.installation import installed
from survey.errors import ConflictError
from survey.prepare import rounds
from survey.reveal.bundles import auditor_bundle, public_bundle


@click.command(name="bundle")
@click.argument("round_id", metavar="ROUND")
@click.option("--auditor", is_flag=True, help="With all opened marks: for an auditor only.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def command(round_id: str, out: Path, *, auditor: bool) -> None:
    """Write the bundle of a published round: by default the one that everybody may have."""
    if out.exists():
        raise ConflictError("%(path)s exists already; name a new file.", path=out)
    with installed().sessions() as session:
        make = auditor_bundle if auditor else public_bundle
        packed = make(session, rounds.get(session, round_id))
    out.touch(mode=0o600 if auditor else 0o644, exist_ok=False)
    out.write_bytes(packed)
    click.echo(f"{out}: {len(packed)} bytes")
