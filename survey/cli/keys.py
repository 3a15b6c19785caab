"""``gongping keys``: the parties' key slips, their signatures, and opening a ballot box with one's own copy."""

import json
from pathlib import Path
from typing import Any

import click

from survey.cli.installation import acting, installed, now
from survey.cli.round_codes import asked_codes, parties
from survey.crypto import keyfile
from survey.crypto.digests import tally_salt
from survey.crypto.key_slips import derive, normalise, open_share, printed
from survey.crypto.key_slips import sign as signature_of
from survey.crypto.shares import PARTIES, join
from survey.errors import ConflictError, GongpingError
from survey.manifest.statements import SIGNERS
from survey.office import key_slips, round_key, signatures, slip_counts
from survey.office.key_slips import WrongSlipError
from survey.prepare import rounds
from survey.reveal import agreement, appeals
from survey.reveal.ballot_box import box_of, export, read_box
from survey.reveal.counted_box import count_box
from survey.reveal.opened_box import open_box

which = click.argument("round_id", metavar="ROUND")
one_party = click.option("--party", type=click.Choice(PARTIES), required=True, help="Who acts.")
box_file = click.argument("box", type=click.Path(exists=True, dir_okay=False, path_type=Path))
new_file = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")


@click.group(name="keys")
def command() -> None:
    """Key slips of organiser, third party and supervisor; what they sign and open with them."""


@command.command()
@which
@one_party
@acting
def make(round_id: str, party: str, by: str) -> None:
    """Make a party's key slip for a draft and print its code, once. Write it down; nothing can show it again."""
    with installed().writing() as session:
        code = key_slips.make(session, rounds.get(session, round_id), party, by, now())
    click.echo(printed(code))


@command.command()
@which
def show(round_id: str) -> None:
    """Show which key slips there are, which pairs were tried, and which signatures are missing."""
    with installed().sessions() as session:
        round_ = rounds.get(session, round_id)
        for party, key in key_slips.slips(session, round_).items():
            click.echo(f"{party:<12} key slip made by {key.made_by}{'; lost: ' + key.lost if key.lost else ''}")
        if round_.manifest_hash is None:
            return
        for first, second in round_key.tried_pairs(session, round_):
            click.echo(f"tried: {first} and {second}")
        for each in signatures.signed_statements(session, round_):
            state = "changed" if each.changed else "missing: " + ", ".join(each.missing) if each.missing else "signed"
            click.echo(f"{each.statement.kind} {each.statement.name} {each.statement.digest().hex()[:16]}  {state}")


@command.command("try")
@which
@parties
@acting
def try_(round_id: str, chosen: tuple[str, ...], by: str) -> None:
    """Let two parties open the test envelope of a frozen round; their codes are asked for."""
    installation = installed()
    with installation.writing() as session:
        round_ = rounds.get(session, round_id)
        codes = asked_codes(chosen)
        round_key.try_slips(session, round_, installation.settings.key_folder, codes, by, now())
        left = round_key.untested(session, round_)
    click.echo("These two key slips open the round." + (" Try another pair, too." if left else ""))


@command.command()
@which
@one_party
@click.option("--reason", required=True, help="How it was lost; it is kept.")
@acting
def lost(round_id: str, party: str, reason: str, by: str) -> None:
    """Declare a key slip lost; the other two still open the round."""
    with installed().writing() as session:
        key_slips.declare_lost(session, rounds.get(session, round_id), party, reason, by, now())


@command.command()
@which
@one_party
@acting
def sign(round_id: str, party: str, by: str) -> None:
    """Sign with a key slip everything of a round that the party has to sign; its code is asked for."""
    with installed().writing() as session:
        round_ = rounds.get(session, round_id)
        for each in signatures.pending(session, round_, party):
            click.echo(f"{each.statement.kind} {each.statement.name} {each.statement.digest().hex()}")
        [(_, code)] = asked_codes((party,)).items()
        signed = signatures.sign(session, round_, party, code, by, now())
    click.echo(f"{len(signed)} signed")


@command.command()
@which
@click.argument("sheet")
@click.option("--handed-out", type=click.IntRange(0), required=True)
@click.option("--unused", type=click.IntRange(0), required=True)
@click.option("--spoiled", type=click.IntRange(0), required=True)
@acting
def count(round_id: str, sheet: str, handed_out: int, unused: int, spoiled: int, by: str) -> None:
    """Note after the close what became of SHEET's slips; a signed round is opened only when all add up."""
    found = slip_counts.SlipsFound(handed_out, unused, spoiled)
    with installed().writing() as session:
        slip_counts.record_count(session, rounds.get(session, round_id), sheet, found, by, now())


@command.command("export")
@which
@new_file
def export_(round_id: str, out: Path) -> None:
    """Write the ballot box of a closed round for parties who open it by themselves. Delete it after the reveal."""
    if out.exists():
        raise ConflictError("%(path)s exists already; name a new file.", path=out)
    installation = installed()
    with installation.sessions() as session:
        export(box_of(session, rounds.get(session, round_id)), installation.settings.key_folder, out)
    click.echo(out)


@command.command()
@box_file
@parties
@new_file
def tally(box: Path, chosen: tuple[str, ...], out: Path) -> None:
    """Open an exported ballot box with two key slips, on a machine of one's own, and sign what comes out.

    The first party that is named signs. No installation is needed, and nothing but the signed tally is written.
    """
    found, shares = read_box(box)
    manifest = found.holds.manifest
    if not chosen or chosen[0] not in SIGNERS[agreement.KIND]:
        raise GongpingError("Only organiser and supervisor sign a tally. Name one of them first.")
    codes = asked_codes(chosen)
    keys = {party: _keys(manifest.parties, manifest.round, party, code) for party, code in codes.items()}
    opened = [open_share(shares.get(party, b""), keys[party], manifest.round, party) for party in keys]
    private_key = join([share for share in opened if share is not None])
    if private_key is None or keyfile.public_half(private_key).hex() != manifest.public_key:
        raise ConflictError("These two shares do not make the round's key. Export the box anew, or try another pair.")
    with click.progressbar(length=found.total, label="Opening envelopes") as bar:
        opened_box = open_box(found, private_key, lambda done, _: bar.update(done - bar.pos))
        counted = count_box(manifest, opened_box, tally_salt(private_key))
    document = {
        "statement": counted.statement.document(),
        "party": chosen[0],
        "signature": signature_of(keys[chosen[0]], counted.statement.digest()).hex(),
    }
    out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for sheet, numbers in counted.statement.content["sheets"].items():
        click.echo(f"{sheet}: {numbers['returned']} ballots, {numbers['valid']} valid")
    click.echo(f"tally {counted.statement.digest().hex()}")


@command.command()
@which
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting
def agree(round_id: str, file: Path, by: str) -> None:
    """Hand in the signed tally of a party that opened the exported box by itself."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise GongpingError("%(file)s is not a signed tally.", file=file.name) from error
    with installed().writing() as session:
        click.echo(agreement.accept(session, rounds.get(session, round_id), document, by, now()))


@command.command()
@which
@parties
@click.argument("receipt", nargs=-1, required=True)
@acting
def appeal(round_id: str, chosen: tuple[str, ...], receipt: tuple[str, ...], by: str) -> None:
    """Look at the ballot with RECEIPT again, until the last day of appeals; two parties' codes are asked for."""
    installation, codes = installed(), asked_codes(chosen)
    with installation.writing() as session:
        round_ = rounds.get(session, round_id)
        folder = installation.settings.key_folder
        found = appeals.look_again(session, round_, folder, codes, " ".join(receipt), by, now())
    click.echo(f"{found.receipt}  {found.sheet}{'  did not count: ' + found.reason if found.reason else ''}")
    for cell, level in found.marks:
        click.echo(f"  {cell.target}  {cell.item}  {level or '-'}")


def _keys(known: Any, round_id: str, party: str, typed: str) -> Any:  # noqa: ANN401 - the manifest's own types
    code = normalise(typed)
    if code is None or party not in known:
        raise WrongSlipError
    keys = derive(code, round_id, party)
    if keys.public().signing.hex() != known[party].signing:
        raise WrongSlipError
    return keys
