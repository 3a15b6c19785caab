"""What the parties of a round signed, and what they still have to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto.digests import rows_digest, salted_digest
from survey.crypto.key_slips import sign as signature_of
from survey.errors import ConflictError, Notice
from survey.manifest.amended import manifest_of
from survey.manifest.manifest import Manifest
from survey.manifest.statements import SIGNERS, Statement, publication_statement, receipts_bytes, signed_by
from survey.models import (
    Amendment,
    Batch,
    OpenedRows,
    Publication,
    Recorded,
    Result,
    Round,
    Signature,
    SlipCount,
    VoidedBatch,
)
from survey.office import audit, key_slips

KIND_NAMES = {
    "manifest": Notice("The round's rules"),
    "batch": Notice("Batch of slips"),
    "voided batch": Notice("Voided batch"),
    "amendment": Notice("Amendment"),
    "slips": Notice("Count of slips"),
    "tally": Notice("Tally"),
    "publication": Notice("Publication"),
}


@dataclass(frozen=True)
class Signed:
    """A statement as it stands now, and whose signatures hold under it.

    Attributes
    ----------
    by
        The parties that signed it as it stands.
    changed
        The parties that signed something else under its name: it was changed since.
    """

    statement: Statement
    by: frozenset[str]
    changed: frozenset[str]

    @property
    def missing(self) -> tuple[str, ...]:
        """The parties whose signatures it lacks."""
        return tuple(party for party in SIGNERS[self.statement.kind] if party not in self.by)


def signed_statements(session: Session, round_: Round) -> list[Signed]:
    """Return every statement of a round that is to be signed; none where the round isn't a signed one."""
    manifest = manifest_of(round_)
    if not manifest.parties:
        return []
    kept: dict[tuple[str, str], list[Signature]] = {}
    for each in session.scalars(select(Signature).where(Signature.round_id == round_.id)):
        kept.setdefault((each.kind, each.name), []).append(each)
    return [
        _compare(manifest, statement, kept.get((statement.kind, statement.name), []))
        for statement in _statements(session, round_, manifest)
    ]


def pending(session: Session, round_: Round, party: str) -> list[Signed]:
    """Return the statements that a party has to sign."""
    return [each for each in signed_statements(session, round_) if party in each.missing]


def sign(session: Session, round_: Round, party: str, code: str, by: str, now: datetime) -> list[Statement]:
    """Sign with a party's key slip all that it has to sign, and return it.

    Raises
    ------
    WrongSlipError
        Where the code isn't this party's.
    ConflictError
        Where there is nothing to sign.
    """
    due = [each.statement for each in pending(session, round_, party)]
    if not due:
        raise ConflictError("There is nothing for you to sign in this round.")
    keys = key_slips.identify(session, round_, party, code)
    for statement in due:
        digest = statement.digest()
        put(session, round_, statement, party, signature_of(keys, digest), by, now)
    audit.record(
        session,
        by,
        "sign",
        round_.id,
        {"party": party, "statements": [[each.kind, each.name, each.digest().hex()] for each in due]},
        now,
    )
    return due


def put(
    session: Session, round_: Round, statement: Statement, party: str, signature: bytes, by: str, now: datetime
) -> None:
    """Keep a party's signature under a statement, in the place of one under an earlier form of it."""
    kept = session.get(Signature, (round_.id, statement.kind, statement.name, party))
    if kept is None:
        kept = Signature(round_id=round_.id, kind=statement.kind, name=statement.name, party=party)
        session.add(kept)
    kept.digest, kept.signature, kept.at, kept.by = statement.digest(), signature, now, by
    session.flush()


def check_signed(session: Session, round_: Round) -> None:
    """Refuse to go on while anything of a signed round is unsigned, or was changed after it was signed.

    Raises
    ------
    ConflictError
        Naming what it is and whose signature it lacks.
    """
    stands = signed_statements(session, round_)
    _check_nothing_left(session, round_, stands)
    for each in stands:
        what = {"kind": KIND_NAMES[each.statement.kind], "name": each.statement.name}
        if each.changed:
            raise ConflictError(
                "%(kind)s %(name)s: it was changed after it was signed. Find out by whom and bring it back, or let "
                "organiser and third party sign it anew.",
                **what,
            )
        if each.missing:
            party = key_slips.PARTY_NAMES[each.missing[0]]
            raise ConflictError("%(kind)s %(name)s: the signature of the %(party)s is missing.", **what, party=party)


def _check_nothing_left(session: Session, round_: Round, stands: Sequence[Signed]) -> None:
    """Refuse a round with a signature under what is no longer there: somebody deleted it."""
    there = {
        (each.statement.kind, each.statement.name, party) for each in stands for party in SIGNERS[each.statement.kind]
    }
    for kept in session.scalars(select(Signature).where(Signature.round_id == round_.id, Signature.kind != "tally")):
        if (kept.kind, kept.name, kept.party) not in there:
            raise ConflictError(
                "%(kind)s %(name)s: it was signed and is not there any more. Bring the database back from a backup, or "
                "void the round.",
                kind=KIND_NAMES.get(kept.kind, Notice("Batch of slips")),
                name=kept.name,
            )


def _compare(manifest: Manifest, statement: Statement, kept: list[Signature]) -> Signed:
    digest = statement.digest()
    good = frozenset(
        each.party
        for each in kept
        if each.digest == digest and signed_by(manifest, statement, each.party, each.signature)
    )
    return Signed(statement, good, frozenset(each.party for each in kept if each.digest != digest) - good)


def _statements(session: Session, round_: Round, manifest: Manifest) -> Iterator[Statement]:
    yield Statement(round_.id, "manifest", "", {"sha256": manifest.digest().hex()})
    yield from _batches(session, round_)
    for act in sorted(round_.amendments, key=lambda act: act.number):
        yield amendment_statement(act)
    yield from _slips(session, round_)
    yield from _publication(session, round_, manifest)


def _slips(session: Session, round_: Round) -> Iterator[Statement]:
    counts = session.scalars(select(SlipCount).where(SlipCount.round_id == round_.id).order_by(SlipCount.sheet)).all()
    if counts:
        yield Statement(
            round_.id,
            "slips",
            "",
            {
                each.sheet: {"handed_out": each.handed_out, "unused": each.unused, "spoiled": each.spoiled}
                for each in counts
            },
        )


def _publication(session: Session, round_: Round, manifest: Manifest) -> Iterator[Statement]:
    published = session.get(Publication, round_.id)
    if published is None:
        return
    result = session.get_one(Result, (round_.id, published.number))
    kept = session.execute(select(Recorded.receipt, Recorded.outcome).where(Recorded.round_id == round_.id))
    receipts = receipts_bytes((receipt, outcome) for receipt, outcome in kept)
    rows = session.scalars(select(OpenedRows).where(OpenedRows.round_id == round_.id))
    opened = salted_digest(result.salt, rows_digest((each.group_id, each.target_code, each.rows) for each in rows))
    said = {"number": published.number, "at": published.at.isoformat(), "by": published.by, "opened": opened}
    yield publication_statement(manifest, said, result.body, receipts)


def amendment_statement(act: Amendment) -> Statement:
    """Return what is signed of an amendment."""
    content = {"kind": act.kind, "body": act.body, "reason": act.reason, "at": act.at.isoformat(), "by": act.by}
    return Statement(act.round_id, "amendment", str(act.number), content)


def _batches(session: Session, round_: Round) -> Iterator[Statement]:
    """Yield what is signed of the round's batches; whether their keys fit is looked at when the round is opened."""
    for batch in session.scalars(select(Batch).where(Batch.round_id == round_.id).order_by(Batch.id)):
        content = {"sheet": batch.sheet, "kind": batch.kind, "size": batch.size, "keys": batch.keys_sha256}
        yield Statement(round_.id, "batch", batch.id, content)
    voided = select(VoidedBatch).join(Batch).where(Batch.round_id == round_.id).order_by(VoidedBatch.batch_id)
    for each in session.scalars(voided):
        yield Statement(round_.id, "voided batch", each.batch_id, {"reason": each.reason})
