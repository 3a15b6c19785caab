"""Results: numbered, immutable snapshots over the same opened rows; everything in them passed the disclosure gate."""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exports.heading import GroupTurnout, Heading
from scoring.denominators import EntitledError
from scoring.results import Results, TargetResult, Turnout
from scoring.scheme import Scheme, scheme_from_document
from scoring.score import score
from scoring.tally import Block, tally_blocks
from scoring.targets import TargetInfo
from survey.errors import ConflictError, NotFoundError
from survey.manifest.amended import Amended, amended, manifest_of
from survey.manifest.manifest import Manifest, Part
from survey.manifest.states import RoundState, require
from survey.models import OpenedRows, OpenedSheet, Result, Round
from survey.office import audit

FORMAT = 1


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


def make_result(session: Session, round_: Round, reason: str, by: str, now: datetime) -> Result:
    """Score a revealed round and keep the result as the next snapshot.

    Raises
    ------
    ConflictError
        Where the round isn't revealed, is published, or is a trial's leftover.
    """
    require(RoundState(round_.state), RoundState.REVEALED)
    holds = amended(round_)
    sheets = list(session.scalars(select(OpenedSheet).where(OpenedSheet.round_id == round_.id)))
    rows = list(session.scalars(select(OpenedRows).where(OpenedRows.round_id == round_.id)))
    newest = session.scalar(select(func.max(Result.number)).where(Result.round_id == round_.id)) or 0
    salt = secrets.token_bytes(32)
    parts = [_score_part(part, holds, sheets, rows, salt) for part in holds.manifest.parts]
    body: dict[str, Any] = {
        "format": FORMAT,
        "software": f"gongping {version('gongping')}",
        "manifest_sha256": holds.manifest.digest().hex(),
        "amendments": len(round_.amendments),
        "turnout": [vars(line) for line in _turnout(sheets)],
        "parts": [part.model_dump(mode="json", by_alias=True) for part in parts],
    }
    result = Result(
        round_id=round_.id, number=newest + 1, reason=reason, body=body, salt=salt, created_at=now, created_by=by
    )
    session.add(result)
    audit.record(session, by, "score round", round_.id, {"result": result.number, "reason": reason}, now)
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
        raise NotFoundError("This round has no result %(number)s.", number=number)
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


def _score_part(part: Part, holds: Amended, sheets: list[OpenedSheet], rows: list[OpenedRows], salt: bytes) -> Results:
    manifest = holds.manifest
    scheme = scheme_from_document(manifest.schemes[part.scheme])
    targets = [code for code in part.targets if code not in holds.withdrawn]
    wanted = set(targets)
    tally = tally_blocks(
        scheme, targets, [_block(part, manifest, block) for block in rows if block.target_code in wanted]
    )
    turnout = _turnout_by_cell(manifest, scheme, wanted, sheets)
    try:
        return score(
            scheme,
            tally,
            information={code: _information(manifest, code) for code in targets},
            # A lost slip replaced from the reserve stays live, so a few more ballots may come than are entitled.
            entitled={cell: max(line.entitled or 0, line.returned or 0) for cell, line in turnout.items()},
            turnout=turnout,
            release=True,
            thresholds=manifest.disclosure,
            salt=salt,
        )
    except EntitledError as error:
        raise ConflictError("The result cannot be made: %(why)s.", why=error) from error


def _block(part: Part, manifest: Manifest, stored: OpenedRows) -> Block:
    asked = manifest.questionnaires[part.ask[stored.group_id]]
    return Block(
        group=stored.group_id,
        target=stored.target_code,
        items=tuple(part.scheme_item(stored.group_id, item.id) for item in asked.items),
        levels=asked.scale,
        rows=np.frombuffer(stored.rows, dtype=np.uint8).reshape(-1, stored.width),
    )


def _turnout_by_cell(
    manifest: Manifest, scheme: Scheme, targets: set[str], sheets: list[OpenedSheet]
) -> dict[tuple[str, str], Turnout]:
    leaves = {leaf.id for leaf in scheme.leaves()}
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for opened in sheets:
        for target in manifest.sheet(opened.sheet).targets:
            if target in targets and opened.group_id in leaves:
                cell = sums[opened.group_id, target]
                for place, number in enumerate((opened.entitled, opened.issued, opened.returned, opened.valid)):
                    cell[place] += number
    return {
        cell: Turnout(entitled=entitled, issued=issued, returned=returned, valid=valid)
        for cell, (entitled, issued, returned, valid) in sums.items()
    }


def _information(manifest: Manifest, code: str) -> TargetInfo:
    target = manifest.target(code)
    return TargetInfo(
        name=target.name,
        kind=target.kind,
        class_=target.class_,
        layer=target.layer,
        unit=target.unit,
        duties=target.title or target.duties,
    )


def _turnout(sheets: list[OpenedSheet]) -> list[GroupTurnout]:
    by_group: dict[str, list[OpenedSheet]] = defaultdict(list)
    for sheet in sorted(sheets, key=lambda sheet: sheet.sheet):
        by_group[sheet.group_id].append(sheet)
    return [
        GroupTurnout(
            group=group,
            entitled=sum(sheet.entitled for sheet in of_group),
            issued=sum(sheet.issued for sheet in of_group),
            returned=sum(sheet.returned for sheet in of_group),
            valid=sum(sheet.valid for sheet in of_group),
            invalid=sum(sheet.returned - sheet.valid for sheet in of_group),
            reserve=sum(sheet.reserve for sheet in of_group),
        )
        for group, of_group in by_group.items()
    ]
