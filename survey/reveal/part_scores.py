"""Score one part of a round's programme from what its opening left; no database, so that a verifier can as well."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from scoring.ballots.denominators import EntitledError
from scoring.ballots.tally import tally_blocks
from scoring.document.scheme import Scheme, scheme_from_document
from scoring.document.targets import TargetInfo
from scoring.outcome.results import BallotCheck, Results, Turnout
from scoring.release.disclosure import Span
from scoring.score import score
from survey.errors import ConflictError
from survey.manifest.amended import Amended
from survey.manifest.manifest import Manifest
from survey.reveal.blocks import block_of
from survey.reveal.brought_in import BroughtIn
from survey.reveal.opened import KeptCheck, KeptSheet, OpenedRound


def score_part(
    number: int, holds: Amended, opened: OpenedRound, salt: bytes, beside: BroughtIn, earlier: Mapping[str, Span]
) -> Results:
    """Return the released results of a part.

    Parameters
    ----------
    number
        The part's place in the programme.
    salt
        Put before the tally in its fingerprint.
    beside
        What is brought in for its targets.
    earlier
        Target → between what its ballots' score lies by earlier results.

    Raises
    ------
    ConflictError
        Where the numbers of entitled do not fit the ballots.
    """
    manifest = holds.manifest
    part = manifest.parts[number]
    scheme = scheme_from_document(manifest.schemes[part.scheme])
    targets = [code for code in part.targets if code not in holds.withdrawn]
    wanted = set(targets)
    blocks = [
        block_of(manifest, part, each.group_id, each.target_code, each.array())
        for each in opened.rows
        if each.target_code in wanted
    ]
    tally = tally_blocks(scheme, targets, blocks)
    turnout = _turnout_by_cell(manifest, scheme, wanted, opened.sheets)
    try:
        return score(
            scheme,
            tally,
            information={code: _information(manifest, code) for code in targets},
            # A lost slip replaced from the reserve stays live, so a few more ballots may come than are entitled.
            entitled={cell: max(line.entitled or 0, line.returned or 0) for cell, line in turnout.items()},
            turnout=turnout,
            checks=_checks(opened.checks, number),
            imported=beside.components,
            decisions=beside.decisions,
            earlier=earlier,
            blocks=blocks,
            shared=[each.shared(frozenset(targets)) for each in opened.covariances if each.part == number],
            release=True,
            thresholds=manifest.disclosure,
            salt=salt,
        )
    except EntitledError as error:
        raise ConflictError("The result cannot be made: %(why)s.", why=error) from error


def _checks(found: Sequence[KeptCheck], part: int) -> dict[str, tuple[BallotCheck, ...]]:
    """Return what ballot rules found in each leaf group's ballots, in the order of the rules."""
    own: dict[str, list[KeptCheck]] = defaultdict(list)
    for each in sorted(found, key=lambda check: check.number):
        if each.part == part:
            own[each.group_id].append(each)
    return {
        group: tuple(BallotCheck(rule=each.rule, action=each.action, ballots=each.ballots) for each in checks)
        for group, checks in own.items()
    }


def _turnout_by_cell(
    manifest: Manifest, scheme: Scheme, targets: set[str], sheets: Sequence[KeptSheet]
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
