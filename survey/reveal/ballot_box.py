"""The ballot box: all that it takes to open a closed round's envelopes, from the database or from an exported file.

The file lets a party open the envelopes with a copy of this software of its own, and compare what comes out before the
key goes. It holds ciphertext and public keys; with three keys also the shares, which two key slips open.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.crypto import keyfile
from survey.crypto.shares import PARTIES
from survey.errors import ConflictError, GongpingError
from survey.manifest.amended import Amended, amend, amended
from survey.manifest.manifest import load_manifest
from survey.models import Batch, Credential, Envelope, Round, VoidedBatch

T = TypeVar("T")

FORMAT = "gongping ballot box 1"
_PARTS = ("credential", "attempt_hash", "content_hash", "seal", "signature", "receipt")


@dataclass(frozen=True)
class SealedBallot:
    """One envelope, as it was recorded, with the batch of its slip."""

    batch: str
    credential: bytes
    attempt_hash: bytes
    content_hash: bytes
    seal: bytes
    signature: bytes
    receipt: bytes


@dataclass(frozen=True)
class BoxBatch:
    """One minting of codes: what was signed of it, and the public keys that are there now."""

    id: str
    sheet: str
    kind: str
    size: int
    keys_sha256: str
    keys: tuple[bytes, ...]
    voided: bool


@dataclass(frozen=True)
class BallotBox:
    """A closed round's envelopes and what they are checked against.

    Attributes
    ----------
    acts
        The amendments, as (kind, body), in their order.
    envelopes
        Yields the envelopes anew each time it is called.
    total
        How many there are.
    """

    holds: Amended
    acts: tuple[tuple[str, Mapping[str, Any]], ...]
    batches: Mapping[str, BoxBatch]
    envelopes: Callable[[], Iterator[SealedBallot]]
    total: int


def box_of(session: Session, round_: Round) -> BallotBox:
    """Return a round's ballot box from the database.

    Raises
    ------
    ConflictError
        Where there are envelopes of a slip that is not there: they would be left out without a word.
    """
    lost = select(func.count()).select_from(Envelope).outerjoin(Credential).where(Credential.public_key.is_(None))
    if number := session.scalar(lost):
        raise ConflictError(
            "%(number)s envelopes in the database belong to no slip. Somebody wrote into it, so nothing was opened: "
            "bring it back from a backup, or void the round.",
            number=number,
        )
    of_round = select(Envelope, Credential.batch_id).join(Credential).join(Batch).where(Batch.round_id == round_.id)

    def envelopes() -> Iterator[SealedBallot]:
        for envelope, batch in session.execute(of_round.execution_options(yield_per=1000)):
            yield SealedBallot(batch, *(getattr(envelope, part) for part in _PARTS))

    total = session.scalar(select(func.count()).select_from(of_round.subquery())) or 0
    acts = tuple((act.kind, act.body) for act in round_.amendments)
    return BallotBox(amended(round_), acts, _batches(session, round_), envelopes, total)


def export(box: BallotBox, folder: Path, out: Path) -> None:
    """Write a ballot box into a new file that only its owner reads."""
    out.touch(mode=0o600, exist_ok=False)
    with out.open("w", encoding="utf-8") as file:
        file.writelines(export_lines(box, folder))


def export_lines(box: BallotBox, folder: Path) -> Iterator[str]:
    """Yield a ballot box, with the round's sealed shares if it has any, as lines of JSON."""
    manifest = box.holds.manifest
    shares = {party: keyfile.read_share(folder, manifest.round, party) for party in PARTIES}
    head = {
        "format": FORMAT,
        "manifest": manifest.document(),
        "amendments": [[kind, body] for kind, body in box.acts],
        "batches": [vars(each) | {"keys": [key.hex() for key in each.keys]} for each in box.batches.values()],
        "shares": {party: sealed.hex() for party, sealed in shares.items() if sealed is not None},
    }
    yield json.dumps(head, ensure_ascii=False) + "\n"
    for envelope in sorted(box.envelopes(), key=lambda each: each.receipt):
        parts = [b64encode(getattr(envelope, part)).decode() for part in _PARTS]
        yield json.dumps([envelope.batch, *parts]) + "\n"


def read_box(path: Path) -> tuple[BallotBox, dict[str, bytes]]:
    """Return an exported ballot box, and its shares by party.

    Raises
    ------
    GongpingError
        Where the file isn't one, naming the line that cannot be read.
    """
    with path.open(encoding="utf-8") as file:
        head = _line(path, 1, file.readline(), _head)
        total = sum(1 for _ in file)
    manifest, acts = load_manifest(head["manifest"]), tuple((kind, body) for kind, body in head["amendments"])
    batches = {
        each["id"]: BoxBatch(**each | {"keys": tuple(bytes.fromhex(key) for key in each["keys"])})
        for each in head["batches"]
    }

    def envelopes() -> Iterator[SealedBallot]:
        with path.open(encoding="utf-8") as file:
            file.readline()
            for number, line in enumerate(file, 2):
                yield _line(path, number, line, _envelope)

    box = BallotBox(amend(manifest, acts), acts, batches, envelopes, total)
    return box, {party: bytes.fromhex(sealed) for party, sealed in head["shares"].items()}


def _head(line: str) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(line)
    if head["format"] != FORMAT:
        raise ValueError(head["format"])
    return head


def _envelope(line: str) -> SealedBallot:
    batch, *parts = json.loads(line)
    return SealedBallot(batch, *(b64decode(part, validate=True) for part in parts))


def _line(path: Path, number: int, line: str, read: Callable[[str], T]) -> T:
    try:
        return read(line)
    except (ValueError, TypeError, KeyError) as error:
        raise GongpingError(
            "%(file)s, line %(line)s: this is not a ballot box, or a damaged one. Export it again.",
            file=path.name,
            line=number,
        ) from error


def _batches(session: Session, round_: Round) -> dict[str, BoxBatch]:
    query = select(Batch, VoidedBatch.batch_id).outerjoin(VoidedBatch).where(Batch.round_id == round_.id)
    found = session.execute(query.order_by(Batch.id)).all()
    keys: dict[str, list[bytes]] = {batch.id: [] for batch, _ in found}
    own = select(Credential.batch_id, Credential.public_key).join(Batch).where(Batch.round_id == round_.id)
    for batch_id, public_key in session.execute(own.order_by(Credential.public_key)):
        keys[batch_id].append(public_key)
    return {
        batch.id: BoxBatch(
            batch.id,
            batch.sheet,
            batch.kind,
            batch.size,
            batch.keys_sha256,
            tuple(sorted(keys[batch.id])),
            voided is not None,
        )
        for batch, voided in found
    }
