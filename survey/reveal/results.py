"""Results: numbered, immutable snapshots over the same opened rows; everything in them passed the disclosure gate."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exports.heading import GroupTurnout, Heading
from scoring.outcome.results import Results, TargetResult
from survey.errors import ConflictError, NotFoundError
from survey.manifest.amended import amended, manifest_of
from survey.manifest.manifest import Manifest
from survey.manifest.states import RoundState, require
from survey.models import Result, Round
from survey.office import audit
from survey.reveal.brought_in import File, read_brought_in
from survey.reveal.reading import read_opened
from survey.reveal.result_body import beside_of, make_body


@dataclass(frozen=True)
class Snapshot:
    """One result of a round, as it was made; a later one never changes it."""

    number: int
    reason: str
    created_at: datetime
    created_by: str
    format: int
    software: str
    manifest: Manifest
    manifest_hash: str
    turnout: tuple[GroupTurnout, ...]
    parts: tuple[Results, ...]

    def targets(self) -> Iterator[TargetResult]:
        """Yield every target's result, part by part in the order of the ranking."""
        for part in self.parts:
            yield from part.results

    def find(self, target: str) -> tuple[Results, TargetResult]:
        """Return a target's result and the part it stands in.

        Raises
        ------
        NotFoundError
            When this result has no such target.
        """
        for part in self.parts:
            for result in part.results:
                if result.target == target:
                    return part, result
        raise NotFoundError("This result has no target %(target)s.", target=target)

    def heading(self) -> Heading:
        """Return what stands above every file made from this snapshot."""
        return Heading(
            round_name=self.manifest.name,
            office=self.manifest.office,
            snapshot=self.number,
            created_at=self.created_at.isoformat(),
            manifest_hash=self.manifest_hash,
            software=self.software,
            turnout=self.turnout,
        )


def make_result(
    session: Session,
    round_: Round,
    reason: str,
    by: str,
    now: datetime,
    *,
    components: File | None = None,
    decisions: File | None = None,
) -> Result:
    """Score a revealed round and keep the result as the next snapshot.

    Parameters
    ----------
    components, decisions
        Files with what is brought in beside the ballots; without one, what the newest result has stays.

    Raises
    ------
    ConflictError
        Where the round isn't revealed, is published, or is a trial's leftover.
    FileError
        Where a file does not fit the round; nothing is kept then.
    """
    require(RoundState(round_.state), RoundState.REVEALED)
    holds = amended(round_)
    opened = read_opened(session, round_)
    before = snapshots(session, round_)
    beside = read_brought_in(holds, components, decisions, beside_of(before[0].body) if before else [])
    salt = secrets.token_bytes(32)
    body = make_body(
        holds,
        opened,
        beside,
        [each.body for each in before],
        salt,
        amendments=len(round_.amendments),
        software=f"gongping {version('gongping')}",
    )
    result = Result(
        round_id=round_.id,
        number=before[0].number + 1 if before else 1,
        reason=reason,
        body=body,
        salt=salt,
        created_at=now,
        created_by=by,
    )
    session.add(result)
    names = ", ".join(file[1] for file in (components, decisions) if file) or "–"
    audit.record(
        session, by, "score round", round_.id, {"result": result.number, "reason": reason, "files": names}, now
    )
    session.flush()
    return result


def snapshots(session: Session, round_: Round) -> list[Result]:
    """Return the round's results, newest first."""
    query = select(Result).where(Result.round_id == round_.id).order_by(Result.number.desc())
    return list(session.scalars(query))


def latest(session: Session, round_: Round) -> Snapshot:
    """Return the newest result of the round.

    Raises
    ------
    ConflictError
        Where there is none yet.
    """
    newest = session.scalar(select(func.max(Result.number)).where(Result.round_id == round_.id))
    if newest is None:
        raise ConflictError("This round has no result yet. Reveal it, then score it.")
    return snapshot(session, round_, newest)


def snapshot(session: Session, round_: Round, number: int) -> Snapshot:
    """Return result `number` of the round.

    Raises
    ------
    NotFoundError
        When the round has no such result.
    """
    result = session.get(Result, (round_.id, number))
    if result is None:
        raise missing(number)
    body = result.body
    return Snapshot(
        number=result.number,
        reason=result.reason,
        created_at=result.created_at,
        created_by=result.created_by,
        format=body["format"],
        software=body["software"],
        manifest=manifest_of(round_),
        manifest_hash=body["manifest_sha256"],
        turnout=tuple(GroupTurnout(**line) for line in body["turnout"]),
        parts=tuple(Results.model_validate(part) for part in body["parts"]),
    )


def missing(number: int) -> NotFoundError:
    """Return what is said where a round has no such result, and where it is not for who asks."""
    return NotFoundError("This round has no result %(number)s.", number=number)
