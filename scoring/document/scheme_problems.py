"""Say what is wrong between the keys of a scheme whose single values are sound."""

from collections.abc import Iterator, Sequence

from scoring.document.problems import Problem, visible
from scoring.document.rule_problems import all_groups, judged_levels, levels_of, repeated, rule_problems, weightless
from scoring.document.scheme_document import Criterion, DirectScale, Group, Scale, SchemeDocument


def fit_problems(document: SchemeDocument) -> Iterator[Problem]:
    """Yield what is wrong between the keys of a document whose single values are sound."""
    items = [item.id for criterion in document.criteria for item in criterion.items or (criterion,)]
    items += [document.overall.item] if document.overall else []
    yield from _scale("scale", document.scale)
    yield from _groups("groups", document.groups, items)
    yield from _unheard("groups", document.groups, items, _weighing(document))
    yield from repeated("groups", "group id", [group.id for group in all_groups(document.groups)])
    yield from _criteria(document.criteria)
    yield from repeated("criteria", "item id", items)
    yield from _ties(document)
    yield from _grades(document)
    yield from rule_problems(document, items)


def _scale(place: str, scale: Scale) -> Iterator[Problem]:
    if isinstance(scale, DirectScale):
        if scale.min >= scale.max:
            yield Problem(f"{place}.max", str(scale.max), "a number above min")
        elif scale.step is not None and (scale.step <= 0 or ((scale.max - scale.min) / scale.step).denominator != 1):
            yield Problem(f"{place}.step", str(scale.step), "a step that leads from min to max")
    elif all(points is None for points in scale.values()):
        yield Problem(place, "no level with points", "at least one level with points")


def _groups(place: str, groups: tuple[Group, ...], items: list[str]) -> Iterator[Problem]:
    yield from weightless(place, groups)
    for number, group in enumerate(groups):
        here = f"{place}.{number}"
        if group.scale is not None:
            yield from _scale(f"{here}.scale", group.scale)
        if group.asks is not None:
            yield from _asks(f"{here}.asks", group.asks, items)
        if group.groups is not None and not group.groups:
            yield Problem(f"{here}.groups", "an empty list", "at least one group, or no such key")
        elif group.groups:
            yield from _groups(f"{here}.groups", group.groups, list(group.asks or items))


def _asks(place: str, asks: tuple[str, ...], items: list[str]) -> Iterator[Problem]:
    if not asks:
        yield Problem(place, "an empty list", "at least one item, or no such key for all items")
    for number, item in enumerate(asks):
        if item not in items:
            yield Problem(f"{place}.{number}", visible(item), ", ".join(items))
    yield from repeated(place, "item", list(asks))


def _weighing(document: SchemeDocument) -> frozenset[str]:
    """Return the items that have a weight in a ballot score."""
    overall = document.overall
    weighing = {
        item.id
        for criterion in document.criteria
        for item in criterion.items or (criterion,)
        if criterion.weight and item.weight and not (overall and overall.share == 1)
    }
    return frozenset(weighing | ({overall.item} if overall and overall.share else set()))


def _unheard(place: str, groups: tuple[Group, ...], asks: Sequence[str], weighing: frozenset[str]) -> Iterator[Problem]:
    """Yield the leaves with a weight that are asked only items without one: they could never have a score."""
    for number, group in enumerate(groups):
        asked, here = group.asks or asks, f"{place}.{number}"
        if group.weight and group.groups:
            yield from _unheard(f"{here}.groups", group.groups, asked, weighing)
        elif group.weight and weighing.isdisjoint(asked):
            yield Problem(
                f"{here}.asks", ", ".join(asked), "at least one item with a weight, or weight 0 for the group"
            )


def _criteria(criteria: tuple[Criterion, ...]) -> Iterator[Problem]:
    yield from weightless("criteria", criteria)
    yield from repeated("criteria", "criterion id", [criterion.id for criterion in criteria])
    for number, criterion in enumerate(criteria):
        if criterion.items is not None and not criterion.items:
            yield Problem(f"criteria.{number}.items", "an empty list", "at least one item, or no such key")
        elif criterion.items:
            yield from weightless(f"criteria.{number}.items", criterion.items)


def _ties(document: SchemeDocument) -> Iterator[Problem]:
    counted = judged_levels(document.scale)
    if document.denominator != "judgements" and not isinstance(document.scale, DirectScale):
        counted = tuple(document.scale)
    criteria = [criterion.id for criterion in document.criteria]
    groups = [group.id for group in all_groups(document.groups)]
    for number, breaker in enumerate(document.ranking.break_ties_by):
        place = f"ranking.break_ties_by.{number}"
        if isinstance(breaker, str):
            if breaker not in counted:
                yield Problem(place, visible(breaker), ", ".join(counted) or levels_of(document.scale))
        elif (breaker.criterion is None) == (breaker.group is None):
            yield Problem(place, "both or neither", "either a criterion or a group")
        elif breaker.criterion is not None and breaker.criterion not in criteria:
            yield Problem(f"{place}.criterion", visible(breaker.criterion), ", ".join(criteria))
        elif breaker.group is not None and breaker.group not in groups:
            yield Problem(f"{place}.group", visible(breaker.group), ", ".join(groups))


def _grades(document: SchemeDocument) -> Iterator[Problem]:
    if document.grades is None:
        return
    bands, quotas = document.grades.bands, document.grades.quotas
    if not bands and not quotas:
        yield Problem("grades", "neither bands nor quotas", "bands, quotas or both")
    yield from repeated("grades.bands", "grade", [band.grade for band in bands])
    yield from repeated("grades.bands", "from", [str(band.from_) for band in bands])
    yield from repeated("grades.quotas", "grade", [quota.grade for quota in quotas])
    for number, quota in enumerate(quotas):
        if bands and quota.grade not in {band.grade for band in bands}:
            names = ", ".join(band.grade for band in bands)
            yield Problem(f"grades.quotas.{number}.grade", quota.grade, names)
