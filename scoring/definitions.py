"""The definitions that stand beside the numbers: a scheme's rules with its defaults filled in, as text."""

from collections.abc import Mapping
from fractions import Fraction

from scoring.exact import plain_text
from scoring.points import best_first
from scoring.results import GroupNode, Rules
from scoring.scheme import Scheme
from scoring.scheme_document import DirectScale, Disclosure, Group, Overall, Scale
from scoring.scheme_rules import Extremes
from scoring.weights import shared_out


def rules(scheme: Scheme, thresholds: Disclosure | None = None) -> Rules:
    """Return the rules of a scheme, with the thresholds that hold where they are not its own.

    Examples
    --------
    >>> from scoring.scheme import load_scheme
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
        ties="shared" if document.ranking.on == "exact" else "printed",
        break_ties_by=document.ranking.break_ties_by,
        bands=tuple((band.grade, plain_text(band.from_)) for band in grades.bands) if grades else (),
        quotas=_quotas(scheme),
        extremes=_extremes(document.extremes),
        triggers=tuple((each.flag, each.when) for each in document.triggers or ()),
        places=document.rounding.places,
        mode=document.rounding.mode,
        disclosure=(thresholds or document.disclosure).model_dump(),
    )


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


def _quotas(scheme: Scheme) -> tuple[dict[str, str], ...]:
    quotas = scheme.document.grades.quotas if scheme.document.grades else ()
    return tuple(
        {
            "grade": quota.grade,
            "share": plain_text(quota.share),
            "rounding": quota.rounding,
            "per": ", ".join(scheme.pool_traits(quota)),
        }
        for quota in quotas
    )
