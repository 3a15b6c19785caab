"""``gongping codes``: mint codes and print them on slips, once."""

import os
from pathlib import Path

import click

from survey.cli.installation import acting, installed, now
from survey.db import begin_writing
from survey.errors import ConflictError
from survey.manifest.amended import amended
from survey.prepare import codes, rounds
from survey.prepare.slips import draw_slips

which = click.argument("round_id", metavar="ROUND")


@click.group(name="codes")
def command() -> None:
    """Mint codes and print slips. Codes are kept nowhere but on the slips."""


@command.command()
@which
@click.argument("sheet")
@click.option("--size", type=int, help="How many slips; default: everybody who is entitled.")
@click.option("--kind", type=click.Choice(["issue", "reserve"]), default="issue", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF to write.")
@acting
def mint(round_id: str, sheet: str, size: int | None, kind: str, out: Path, by: str) -> None:
    """Mint codes for SHEET and write their slips to a PDF; print it, then delete it."""
    if out.exists():
        raise ConflictError("%(path)s exists already; name a new file, so that no slips are lost.", path=out)
    installation = installed()
    with installation.sessions() as session:
        begin_writing(session)
        round_ = rounds.get(session, round_id)
        size = size or amended(round_).sheet(sheet).entitled
        settings = installation.settings
        reachable = settings.demonstration or not settings.loopback_address()
        minted = codes.mint(session, round_, sheet, size, kind, reachable=reachable, by=by, now=now())
        session.commit()  # drawing takes long, and no ballot should wait for it
        try:
            _write_apart(out, draw_slips(round_, minted, settings))
        except Exception as error:
            session.rollback()
            begin_writing(session)
            codes.void_batch(session, minted.batch, "slips could not be written", by, now())
            session.commit()
            if not isinstance(error, OSError):
                raise
            raise ConflictError(
                "%(path)s could not be written (%(why)s); the batch was voided. Mint again.", path=out, why=error
            ) from error
    click.echo(f"batch {minted.batch.id}: {size} slips in {out}")


def _write_apart(out: Path, pdf: bytes) -> None:
    """Write slips to a file that nobody else on this machine may read; leave none where it can't be written whole."""
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pdf)
    except OSError:
        out.unlink()
        raise


@command.command()
@which
def batches(round_id: str) -> None:
    """List the batches of a round."""
    with installed().sessions() as session:
        lines = codes.batches(session, rounds.get(session, round_id))
    if not lines:
        click.echo("No codes yet. Mint some: gongping codes mint ROUND SHEET --out slips.pdf")
    for line in lines:
        state = f"void: {line.voided}" if line.voided else ""
        click.echo(f"{line.batch.id}  {line.batch.sheet}  {line.batch.kind}  {line.batch.size}  {state}".rstrip())


@command.command()
@which
@click.argument("batch_id", metavar="BATCH")
@click.option("--reason", required=True, help="Why; it is kept.")
@acting
def void(round_id: str, batch_id: str, reason: str, by: str) -> None:
    """Void a whole batch whose slips were never handed out."""
    with installed().writing() as session:
        batch = codes.get_batch(session, rounds.get(session, round_id), batch_id)
        codes.void_batch(session, batch, reason, by, now())
