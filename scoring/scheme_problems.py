"""Say what is wrong with a scheme: keys and values one by one, then how they fit together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from pydantic_core import ErrorDetails

from scoring.problems import Problem, visible
from scoring.scheme_document import DIRECT, LEVELS, Criterion, DirectScale, Group, Part, Scale, SchemeDocument

_UNBUILT = "nothing yet: this key is part of the format, but this version cannot apply it and will not ignore it"
_KINDS = {
    "string_type": "text",
    "string_too_short": "a name",
    "string_too_long": "a name of at most 200 characters",
    "tuple_type": "a list",
    "too_short": "a list that is not empty",
    "dict_type": "key: value pairs",
    "model_type": "key: value pairs",
}


def shape_problems(errors: Sequence[ErrorDetails]) -> list[Problem]:
    """Return pydantic's findings in our words, without those that only follow from another."""
    return [_shape_problem(each) for each in errors if each["type"] != "too_short" or not each["input"]]


def _shape_problem(error: ErrorDetails) -> Problem:
    """Return one of pydantic's findings in our words."""
    place = visible(".".join(str(step) for step in error["loc"] if step not in {LEVELS, DIRECT})) or "document"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        part = _part_at(error["loc"][:-1])
        if error["loc"][-1] in part.unbuilt:
            return Problem(place, visible(str(error["loc"][-1])), _UNBUILT)
        names = ", ".join(field.alias or name for name, field in part.model_fields.items())
        return Problem(place, visible(str(error["loc"][-1])), names)
    if kind == "missing":
        return Problem(place, "", "a value; this key must be there")
    allowed = context.get("allowed") or context.get("expected") or _KINDS.get(kind, error["msg"])
    return Problem(place, _seen(error["input"]), str(allowed))


def _part_at(steps: Sequence[int | str]) -> type[Part]:
    """Return the model of the piece of the document that the steps lead to."""
    part: type[Part] = SchemeDocument
    for step in steps:
        for name, field in part.model_fields.items():
            if step in {name, field.alias}:
                part = _part_in(field.annotation) or part
    return part


def _part_in(annotation: Any) -> type[Part] | None:  # noqa: ANN401 - an annotation is whatever was written
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next(filter(None, map(_part_in, get_args(annotation))), None)


def _seen(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else visible(str(value))


def fit_problems(document: SchemeDocument) -> Iterator[Problem]:
    """Yield what is wrong between the keys of a document whose single values are sound."""
    items = [item.id for criterion in document.criteria for item in criterion.items or (criterion,)]
    items += [document.overall.item] if document.overall else []
    yield from _scale("scale", document.scale)
    yield from _groups("groups", document.groups, items)
    yield from _unheard("groups", document.groups, items, _weighing(document))
    yield from _repeated("groups", "group id", [group.id for group in all_groups(document.groups)])
    yield from _criteria(document.criteria)
    yield from _repeated("criteria", "item id", items)
    judged = (
        []
        if isinstance(document.scale, DirectScale)
        else [name for name, points in document.scale.items() if points is not None]
    )
    for number, level in enumerate(document.ranking.break_ties_by):
        if level not in judged:
            yield Problem(f"ranking.break_ties_by.{number}", level, _levels_of(document.scale))
    yield from _grades(document)
    yield from _extremes(document)
    yield from _triggers(document, items)


def all_groups(groups: Iterable[Group]) -> Iterator[Group]:
    """Yield every group of the tree, parents before children."""
    for group in groups:
        yield group
        yield from all_groups(group.groups or ())


def _repeated(place: str, noun: str, names: list[str]) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem(place, f"{name} {times} times", f"each {noun} once")


def _scale(place: str, scale: Scale) -> Iterator[Problem]:
    if isinstance(scale, DirectScale):
        if scale.min >= scale.max:
            yield Problem(f"{place}.max", str(scale.max), "a number above min")
        elif scale.step is not None and (scale.step <= 0 or ((scale.max - scale.min) / scale.step).denominator != 1):
            yield Problem(f"{place}.step", str(scale.step), "a step that leads from min to max")
    elif all(points is None for points in scale.values()):
        yield Problem(place, "no level with points", "at least one level with points")


def _weightless(place: str, parts: Sequence[Any]) -> Iterator[Problem]:
    if not any(part.weight for part in parts):
        yield Problem(place, "weights that are all 0", "at least one weight above 0")


def _groups(place: str, groups: tuple[Group, ...], items: list[str]) -> Iterator[Problem]:
    yield from _weightless(place, groups)
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
    yield from _repeated(place, "item", list(asks))


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
    yield from _weightless("criteria", criteria)
    yield from _repeated("criteria", "criterion id", [criterion.id for criterion in criteria])
    for number, criterion in enumerate(criteria):
        if criterion.items is not None and not criterion.items:
            yield Problem(f"criteria.{number}.items", "an empty list", "at least one item, or no such key")
        elif criterion.items:
            yield from _weightless(f"criteria.{number}.items", criterion.items)


def _grades(document: SchemeDocument) -> Iterator[Problem]:
    if document.grades is None:
        return
    bands, quotas = document.grades.bands, document.grades.quotas
    if not bands and not quotas:
        yield Problem("grades", "neither bands nor quotas", "bands, quotas or both")
    yield from _repeated("grades.bands", "grade", [band.grade for band in bands])
    yield from _repeated("grades.bands", "from", [str(band.from_) for band in bands])
    yield from _repeated("grades.quotas", "grade", [quota.grade for quota in quotas])
    for number, quota in enumerate(quotas):
        if bands and quota.grade not in {band.grade for band in bands}:
            names = ", ".join(band.grade for band in bands)
            yield Problem(f"grades.quotas.{number}.grade", quota.grade, names)


def _extremes(document: SchemeDocument) -> Iterator[Problem]:
    rule = document.extremes
    if rule is None:
        return
    if (rule.trim is None) == (rule.drop_high == rule.drop_low == 0):
        yield Problem("extremes", "both or neither", "either drop_high and drop_low or trim")
    if rule.trim is not None and rule.trim * 2 >= 1:
        yield Problem("extremes.trim", str(rule.trim), "a share below 1/2")


def _triggers(document: SchemeDocument, items: list[str]) -> Iterator[Problem]:
    for number, trigger in enumerate(document.triggers or ()):
        place, condition = f"triggers.{number}.when", trigger.condition
        if condition.item is not None and condition.item not in items:
            yield Problem(place, condition.item, ", ".join(items))
        scales: list[Scale] = [document.scale]
        if condition.group is not None:
            scales = list(_scales_below(document.groups, document.scale, condition.group, inside=False))
        if not scales:
            yield Problem(place, str(condition.group), ", ".join(group.id for group in all_groups(document.groups)))
            continue
        if any(scale != scales[0] for scale in scales):
            yield Problem(place, str(condition.group), "a group whose parts all mark on one scale")
        for level in condition.levels:
            if isinstance(scales[0], DirectScale) or level not in scales[0]:
                yield Problem(place, level, _levels_of(scales[0]))


def _levels_of(scale: Scale) -> str:
    return "nothing: a direct score has no levels" if isinstance(scale, DirectScale) else ", ".join(scale)


def _scales_below(groups: Iterable[Group], scale: Scale, wanted: str, *, inside: bool) -> Iterator[Scale]:
    """Yield the scales of the leaves below a group."""
    for group in groups:
        own, within = group.scale or scale, inside or group.id == wanted
        if group.groups:
            yield from _scales_below(group.groups, own, wanted, inside=within)
        elif within:
            yield own
