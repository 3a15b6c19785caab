"""The definitions that stand beside the numbers: a scheme's rules with its defaults filled in, as text."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from scoring.document.exact import plain_text
from scoring.document.points import best_first
from scoring.document.scheme import Scheme
from scoring.document.scheme_document import (
    DirectScale,
    Disclosure,
    Group,
    Overall,
    Ranking,
    Scale,
    SchemeDocument,
    TieBreak,
)
from scoring.document.scheme_rules import AdjustmentItem, Component, Extremes, Mode
from scoring.document.scheme_values import Part
from scoring.document.weights import shared_out
from scoring.outcome.stated_rules import GroupNode, QuotaRule, Rules


def rules(scheme: Scheme, thresholds: Disclosure | None = None) -> Rules:
    """Return the rules of a scheme, with the thresholds that hold where they are not its own.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> rules(scheme).groups[0].share, rules(scheme).scale, rules(scheme).items
    ('1', {'好': '1', '差': '0'}, {'态度': {'态度': '1'}})
    """
    document = scheme.document
    grades = document.grades
    return Rules(
        scheme=scheme.name,
        scale=_scale(document.scale),
        groups=_nodes(document.groups),
        criteria={each.id: plain_text(each.weight) for each in scheme.criteria},
        items={each.id: _texts(each.items) for each in scheme.criteria},
        overall=_overall(document.overall),
        denominator=document.denominator,
        empty_group=document.empty_group,
        ranking=document.ranking.within,
        ties=_ties(document.ranking),
        break_ties_by=tuple(_breaker(each) for each in document.ranking.break_ties_by),
        bands=tuple((band.grade, plain_text(band.from_)) for band in grades.bands) if grades else (),
        quotas=_quotas(scheme),
        extremes=_extremes(document.extremes),
        **_mode(document.mode or Mode()),
        ballot_rules=tuple(_given(each) for each in document.ballot_rules or ()),
        turnout=_given(document.turnout) if document.turnout else None,
        components=_components(document.components or ()),
        adjustments=_given(document.adjustments, without={"items"}) if document.adjustments else None,
        adjustment_items=tuple(_given(each) for each in _adjustment_items(document)),
        triggers=tuple((each.flag, each.when) for each in document.triggers or ()),
        favourable=document.favourable or (),
        lonely=document.lonely,
        places=document.rounding.places,
        mode=document.rounding.mode,
        shares=document.rounding.shares or "separate",
        disclosure=(thresholds or document.disclosure).model_dump(),
    )


def _ties(ranking: Ranking) -> str:
    if ranking.ties == "hand":
        return "hand" if ranking.on == "exact" else "hand, printed"
    return "shared" if ranking.on == "exact" else "printed"


def _breaker(breaker: str | TieBreak) -> str:
    if isinstance(breaker, str):
        return breaker
    return f"criterion: {breaker.criterion}" if breaker.criterion else f"group: {breaker.group}"


def _mode(mode: Mode) -> dict[str, Any]:
    return {
        "steps": tuple((step.when or "", plain_text(step.points)) for step in mode.steps or ()),
        "rank_points": _given(mode.ranks) if mode.ranks else None,
        "ratio_to_best": plain_text(mode.ratio.full) if mode.ratio else None,
    }


def _components(components: Sequence[Component]) -> tuple[dict[str, str], ...]:
    """Return the parts of the final score with their shares: they are left the same where weights are 2:3 or 40:60."""
    shares = shared_out({each.id: each.weight for each in components})
    return tuple({"id": each.id, "share": plain_text(shares[each.id]), "source": each.source} for each in components)


def _adjustment_items(document: SchemeDocument) -> Sequence[AdjustmentItem]:
    return (document.adjustments.items or ()) if document.adjustments else ()


def _given(part: Part, without: Collection[str] = ()) -> dict[str, str]:
    """Return what a part of the scheme says, as text, without what it leaves open."""
    return {name: _text(value) for name, value in part if value is not None and name not in without}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_text(value) if isinstance(value, Fraction) else str(value)


def _texts(weights: Mapping[str, Fraction]) -> dict[str, str]:
    return {name: plain_text(weight) for name, weight in weights.items()}


def _scale(scale: Scale) -> dict[str, str | None]:
    if isinstance(scale, DirectScale):
        step = {} if scale.step is None else {"step": plain_text(scale.step)}
        return {"min": plain_text(scale.min), "max": plain_text(scale.max), **step}
    return {level: None if value is None else plain_text(value) for level, value in best_first(scale).items()}


def _extremes(extremes: Extremes | None) -> dict[str, str] | None:
    if extremes is None:
        return None
    if extremes.trim is not None:
        return {"trim": plain_text(extremes.trim)}
    return {name: str(getattr(extremes, name)) for name in ("drop_high", "drop_low", "above")}


def _overall(overall: Overall | None) -> dict[str, str] | None:
    return {"item": overall.item, "share": plain_text(overall.share)} if overall else None


def _nodes(groups: tuple[Group, ...]) -> tuple[GroupNode, ...]:
    shares = shared_out({group.id: group.weight for group in groups})
    return tuple(
        GroupNode(
            id=group.id,
            weight=plain_text(group.weight),
            share=plain_text(shares[group.id]),
            scale=None if group.scale is None else _scale(group.scale),
            groups=_nodes(group.groups or ()),
        )
        for group in groups
    )


def _quotas(scheme: Scheme) -> tuple[QuotaRule, ...]:
    quotas = scheme.document.grades.quotas if scheme.document.grades else ()
    return tuple(
        QuotaRule(
            grade=quota.grade,
            share=plain_text(quota.share),
            rounding=quota.rounding,
            per=", ".join(scheme.pool_traits(quota)),
            by_unit_grade=_texts(quota.by_unit_grade or {}),
        )
        for quota in quotas
    )
