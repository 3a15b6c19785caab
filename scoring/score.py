"""Score a tally: from counts to the document that pages, files and ``gongping score`` print."""

from collections.abc import Mapping
from math import inf

from scoring.definitions import rules
from scoring.denominators import Entitled, denominators, entitled_cells
from scoring.disclosure import Decision, Shown
from scoring.extremes import counted
from scoring.grades import grade
from scoring.pooled import Pooled, pool, raised
from scoring.ranks import Key, compared_score, rank_within
from scoring.release import Release
from scoring.results import Results, TargetResult, Turnout
from scoring.scheme import Scheme
from scoring.scheme_document import Disclosure
from scoring.scores import Scored, score_targets
from scoring.tally import Tally
from scoring.targets import TargetInfo
from scoring.withholding import withhold
from scoring.writing import Writer

Turnouts = Mapping[tuple[str, str], Turnout]
"""(leaf group, target) → its ballots."""


def score(
    scheme: Scheme,
    tally: Tally,
    *,
    information: Mapping[str, TargetInfo] | None = None,
    entitled: Entitled | None = None,
    turnout: Turnouts | None = None,
    release: bool,
    thresholds: Mapping[str, int] | None = None,
    salt: bytes | None = None,
) -> Results:
    """Return the results of a tally under its scheme.

    Parameters
    ----------
    information
        Target → its name, class, layer and so on; what is missing is empty.
    entitled
        (leaf group, target) → how many could hand in a ballot; needed where the scheme counts over the entitled.
    turnout
        (leaf group, target) → ballots issued, returned and valid, where that is known better than from the marks.
    release
        Whether the results pass the disclosure gate. A released result in which anything is withheld carries the
        fingerprint of the tally only with a ``salt``: without one it would confirm guesses at what is withheld.
    thresholds
        The round's own fewest ballots by view (``score``, ``items``, …); the higher of these and the scheme's holds.
    salt
        Put before the tally's canonical form in its fingerprint.

    Raises
    ------
    ValueError
        If the tally was counted under another scheme.
    EntitledError
        If the entitled numbers do not fit the ballots.

    Examples
    --------
    >>> import numpy as np
    >>> from scoring.scheme import load_scheme
    >>> from scoring.tally import Block, tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [0], [1]], np.uint8))
    >>> [result] = score(scheme, tally_blocks(scheme, ["甲"], [block]), release=False).results
    >>> result.score, result.exact, result.rank, result.shares
    ('66.67', '200/3', 1, {'好': '66.67', '差': '33.33'})
    """
    if tally.scheme_sha256 != scheme.sha256():
        raise ValueError("the tally was counted under another scheme")
    known = information or {}
    least = _thresholds(scheme, thresholds)
    over = denominators(scheme, tally, entitled)
    marks = counted(scheme, tally, over)
    scored = dict(zip(tally.targets, score_targets(scheme, tally, marks), strict=True))
    pooled = pool(scheme, tally, over)
    keys = _keys(scheme, tally, scored, pooled)
    decided = Release(scheme, tally, marks, scored, keys, known, least).decisions() if release else {}
    ranked = {name: key for name, key in keys.items() if _shown(decided, name) > Shown.NOTHING}
    writer = Writer(
        scheme=scheme,
        tally=tally,
        scored=scored,
        pooled=pooled,
        information=known,
        turnout=_turnout(tally, entitled) | dict(turnout or {}),
        standings=rank_within(ranked, known, scheme.document.ranking.within),
        graded=grade(scheme, tally.targets, ranked, known),
        raised=raised(scheme, tally, over),
    )
    results = [writer.result(place) for place in range(len(tally.targets))]
    results = [withhold(scheme, each, decided.get(each.target, _OPEN), scored[each.target].total) for each in results]
    whole = all(_shown(decided, name) is Shown.ALL for name in tally.targets)
    return Results(
        results=tuple(sorted(results, key=_order)),
        rules=rules(scheme, least),
        tally_sha256=tally.sha256(salt or b"") if whole or salt else "",
        scheme_sha256=scheme.sha256(),
    )


_OPEN = Decision(Shown.ALL)


def _thresholds(scheme: Scheme, thresholds: Mapping[str, int] | None) -> Disclosure:
    """Return the higher of the scheme's and the round's thresholds, view by view."""
    own, others = scheme.document.disclosure, thresholds or {}
    return Disclosure(**{view: max(fewest, others.get(view, 0)) for view, fewest in own})


def _shown(decided: Mapping[str, Decision], target: str) -> Shown:
    return decided.get(target, _OPEN).shown


def _keys(scheme: Scheme, tally: Tally, scored: Mapping[str, Scored], pooled: Pooled) -> dict[str, Key]:
    """Return what ranks compare: the score, then the shares of the levels that break ties."""
    levels = scheme.document.ranking.break_ties_by
    keys: dict[str, Key] = {}
    for place, target in enumerate(tally.targets):
        total = scored[target].total
        if total is not None:
            shares = (pooled.share(place, level) for level in levels)
            keys[target] = (compared_score(scheme, total), *shares)
    return keys


def _turnout(tally: Tally, entitled: Entitled | None) -> dict[tuple[str, str], Turnout]:
    """Return the ballots behind each cell as far as the marks say: the most on any item."""
    numbers = entitled_cells(tally, entitled)
    returned, valid = tally.returned.max(axis=1, initial=0), tally.valid.max(axis=1, initial=0)
    found: dict[tuple[str, str], Turnout] = {}
    for row, target in enumerate(tally.targets):
        for column, group in enumerate(tally.groups):
            known = int(numbers[row, column])
            if known >= 0 or returned[row, column]:
                found[group, target] = Turnout(
                    entitled=known if known >= 0 else None,
                    returned=int(returned[row, column]),
                    valid=int(valid[row, column]),
                )
    return found


def _order(result: TargetResult) -> tuple[str, str, float, str]:
    return result.class_, result.layer, inf if result.rank is None else result.rank, result.target
