"""Score a tally: from counts to the document that pages, files and ``gongping score`` print."""

from collections.abc import Mapping
from math import inf
from typing import Unpack

from scoring.ballots.tally import Tally
from scoring.beside.flips import flips
from scoring.beside.group_gaps import with_gaps
from scoring.beside.quality import quality
from scoring.beside.sample_results import hide_small_samples, sample_results, without_exact_weights
from scoring.brought_in.decisions import barred_grades, leaves_base, of_kind
from scoring.document.scheme import Scheme
from scoring.document.scheme_document import Disclosure
from scoring.outcome.definitions import rules
from scoring.outcome.results import Results, TargetResult
from scoring.precision import precision
from scoring.release.disclosure import Decision, Shown
from scoring.release.release import Release
from scoring.release.withholding import withhold
from scoring.scores.grades import Decided, Graded, grade
from scoring.scores.ranks import Key, rank_within
from scoring.scores.ties import grading_keys
from scoring.working import Known, Worked, work_out
from scoring.writing import Writer


def score(
    scheme: Scheme,
    tally: Tally,
    *,
    release: bool,
    thresholds: Mapping[str, int] | None = None,
    salt: bytes | None = None,
    **beside: Unpack[Known],
) -> Results:
    """Return the results of a tally under its scheme.

    Parameters
    ----------
    beside
        What is known of the round beside its tally: see ``scoring.working.Known``.
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
    >>> from scoring.document.scheme import load_scheme
    >>> from scoring.ballots.tally import Block, tally_blocks
    >>> scheme = load_scheme("{name: 一项, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> block = Block("村民", "甲", ("态度",), ("好", "差"), np.array([[0], [0], [1]], np.uint8))
    >>> [result] = score(scheme, tally_blocks(scheme, ["甲"], [block]), release=False).results
    >>> result.score, result.exact, result.rank, result.shares
    ('66.67', '200/3', 1, {'好': '66.67', '差': '33.33'})
    """
    least = _thresholds(scheme, thresholds)
    worked = work_out(scheme, tally, beside)
    decided = (
        hide_small_samples(tally, Release(worked, least, beside.get("earlier", {})).decisions()) if release else {}
    )
    ranked = {
        name: worked.keys[decided.get(name, _OPEN).level_with or name]
        for name in worked.keys
        if _shown(decided, name) > Shown.NOTHING
    }
    full = {name for name in tally.targets if _shown(decided, name) is Shown.ALL}
    writer = Writer(
        worked,
        sure=precision(worked, ranked, beside, full),
        standings=rank_within(ranked, worked.information, scheme.document.ranking.within),
        graded=_graded(worked, ranked),
    )
    results = [writer.result(place) for place in range(len(tally.targets))]
    results = [withhold(worked, each, decided.get(each.target, _OPEN)) for each in results]
    if release:
        results = [without_exact_weights(tally, each) for each in results]
    whole = len(full) == len(tally.targets) and not (release and tally.weighted is not None)
    results = with_gaps(worked, writer.sure.spread, results, full)
    return Results(
        results=tuple(sorted(results, key=_order)),
        rules=rules(scheme, least),
        tally_sha256=tally.sha256(salt or b"") if whole or salt else "",
        scheme_sha256=scheme.sha256(),
        ballots={} if release else beside.get("checks", {}),
        quality=quality(worked, beside, writer.sure.moments, shown=full if release else None, least=least.distribution),
        flips=flips(worked, results),
        samples=sample_results(worked, beside.get("samples", {}), writer.sure, decided if release else None),
    )


_OPEN = Decision(Shown.ALL)


def _graded(worked: Worked, ranked: Mapping[str, Key]) -> Graded:
    """Return the grades; those that units get in the same results move their members' quotas.

    A unit may have a unit of its own, so grades are given until they settle. Where they never do, since units and
    their members take places from each other, only decided grades move quotas.
    """
    decisions = worked.decisions
    barred = {target: barred_grades(worked.scheme, decisions, target) for target in decisions}
    base = [target for target in worked.tally.targets if not leaves_base(decisions, target)]
    keys = {target: key for target, key in ranked.items() if not leaves_base(decisions, target)}
    scores = {target: worked.keys[target][0] for target in keys}
    keys = grading_keys(worked.scheme, keys, worked.information, decisions)
    decided = {
        name: each.value
        for kind in ("final_grade", "unit_grade")
        for name in decisions
        for each in of_kind(decisions, name, kind)
    }
    names = {known.unit for known in worked.information.values()}
    units, tried = decided, list[Mapping[str, str]]()
    while units not in tried:
        tried.append(units)
        graded = grade(worked.scheme, base, keys, worked.information, Decided(barred, units), scores)
        units = {name: graded.grades[name] for name in names & graded.grades.keys()} | decided
    if units == tried[-1]:
        return graded
    return grade(worked.scheme, base, keys, worked.information, Decided(barred, decided), scores)


def _thresholds(scheme: Scheme, thresholds: Mapping[str, int] | None) -> Disclosure:
    """Return the higher of the scheme's and the round's thresholds, view by view."""
    own, others = scheme.document.disclosure, thresholds or {}
    return Disclosure(**{view: max(fewest, others.get(view, 0)) for view, fewest in own})


def _shown(decided: Mapping[str, Decision], target: str) -> Shown:
    return decided.get(target, _OPEN).shown


def _order(result: TargetResult) -> tuple[str, str, float, str]:
    return result.class_, result.layer, inf if result.rank is None else result.rank, result.target
