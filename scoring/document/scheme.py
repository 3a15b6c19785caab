"""The scheme: how marks become scores. Read from its document, checked as a whole, known by its fingerprint."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from scoring.document.canonical import sha256
from scoring.document.exact import ratio_text
from scoring.document.points import DirectPoints, Points, best_first
from scoring.document.problems import SchemeError
from scoring.document.rule_problems import all_groups
from scoring.document.scheme_document import DirectScale, Group, Quota, Scale, SchemeDocument
from scoring.document.scheme_problems import fit_problems
from scoring.document.scheme_shape import shape_problems
from scoring.document.scheme_values import Part, Trait
from scoring.document.yaml_text import read_yaml


@dataclass(frozen=True)
class Leaf:
    """A group that hands in ballots: the scale it marks on and the items it is asked, in the scheme's order."""

    id: str
    points: Points
    asks: tuple[str, ...]


@dataclass(frozen=True)
class Criterion:
    """A criterion with its weight, and its items with theirs; one without items is its own item."""

    id: str
    weight: Fraction
    items: Mapping[str, Fraction]


@dataclass(frozen=True)
class Scheme:
    """A checked scheme document and what follows from it.

    Examples
    --------
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> scheme.item_ids(), [leaf.id for leaf in scheme.leaves()], scheme.document.denominator
    (('态度',), ['村民'], 'judgements')
    """

    document: SchemeDocument

    @property
    def name(self) -> str:
        """The scheme's name."""
        return self.document.name

    @property
    def groups(self) -> tuple[Group, ...]:
        """The outermost evaluator groups."""
        return self.document.groups

    @cached_property
    def points(self) -> Points:
        """The scheme's own scale, best level first."""
        return _points(self.document.scale)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria with their items."""
        return tuple(
            Criterion(each.id, each.weight, {item.id: item.weight for item in each.items})
            if each.items
            else Criterion(each.id, each.weight, {each.id: Fraction(1)})
            for each in self.document.criteria
        )

    def item_ids(self) -> tuple[str, ...]:
        """Return every item: those of the criteria in order, then the overall one."""
        return self._items

    def leaves(self) -> tuple[Leaf, ...]:
        """Return the groups that hand in ballots, in document order."""
        return self._leaves

    def leaf(self, group: str) -> Leaf:
        """Return one leaf by its id; ``KeyError`` if no leaf has it."""
        return self._by_id[group]

    def group_ids(self) -> tuple[str, ...]:
        """Return every group, inner ones before their children."""
        return tuple(group.id for group in all_groups(self.groups))

    def leaves_below(self, group: str) -> frozenset[str]:
        """Return the leaves below a group, or itself if it is one."""
        [node] = [each for each in all_groups(self.groups) if each.id == group]
        return frozenset(each.id for each in all_groups([node]) if not each.groups)

    def levels(self) -> tuple[str, ...]:
        """Return every named level of every scale once, the scheme's own first; direct scores have no names."""
        scales = [self.points, *(leaf.points for leaf in self._leaves)]
        return tuple(dict.fromkeys(level for scale in scales for level in scale))

    def grade_names(self) -> tuple[str, ...]:
        """Return the grades from the best down: by their bands, else in the order of the quotas."""
        grades = self.document.grades
        if grades is None:
            return ()
        if not grades.bands:
            return tuple(quota.grade for quota in grades.quotas)
        return tuple(band.grade for band in sorted(grades.bands, key=lambda band: band.from_, reverse=True))

    def pool_traits(self, quota: Quota) -> tuple[Trait, ...]:
        """Return what a quota's pool has in common: what it says itself, else what the ranking says."""
        return self.document.ranking.within if quota.per is None else quota.per

    @cached_property
    def _items(self) -> tuple[str, ...]:
        overall = (self.document.overall.item,) if self.document.overall else ()
        return (*(item for criterion in self.criteria for item in criterion.items), *overall)

    @cached_property
    def _leaves(self) -> tuple[Leaf, ...]:
        return tuple(_leaves(self.groups, self.points, self._items))

    @cached_property
    def _by_id(self) -> dict[str, Leaf]:
        return {leaf.id: leaf for leaf in self._leaves}

    def canonical(self) -> dict[str, Any]:
        """Return the document with its defaults filled in, what is absent left out, numbers as reduced ``p/q``.

        ``scheme_from_document`` reads it back to an equal scheme, whatever the order of its keys.
        """
        written: dict[str, Any] = _written(self.document)
        for quota, text in zip(
            self.document.grades.quotas if self.document.grades else (),
            written.get("grades", {}).get("quotas", ()),
            strict=True,
        ):
            text["per"] = list(self.pool_traits(quota))
        return written

    @cached_property
    def _digest(self) -> str:
        return sha256(self.canonical())

    def sha256(self) -> str:
        """Return the fingerprint of the canonical document."""
        return self._digest


def load_scheme(text: str, file: str = "scheme") -> Scheme:
    """Return the scheme in a YAML text.

    Raises
    ------
    SchemeError
        With every problem found: the file, the field, what stands there and what may.
    """
    return scheme_from_document(read_yaml(text, file), file)


def scheme_from_document(document: Mapping[str, Any], file: str = "scheme") -> Scheme:
    """Return the scheme in an already parsed document; its numbers are whole or text, never floats."""
    try:
        checked = SchemeDocument.model_validate(document)
    except ValidationError as error:
        raise SchemeError(file, shape_problems(error.errors())) from error
    problems = list(fit_problems(checked))
    if problems:
        raise SchemeError(file, problems)
    return Scheme(checked)


def _points(scale: Scale) -> Points:
    return DirectPoints(scale.min, scale.max) if isinstance(scale, DirectScale) else best_first(scale)


def _leaves(groups: tuple[Group, ...], points: Points, asks: tuple[str, ...]) -> Iterator[Leaf]:
    for group in groups:
        own = points if group.scale is None else _points(group.scale)
        asked = asks if group.asks is None else tuple(item for item in asks if item in group.asks)
        if group.groups:
            yield from _leaves(group.groups, own, asked)
        else:
            yield Leaf(group.id, own, asked)


def _written(value: object) -> Any:  # noqa: ANN401 - any piece of a JSON document
    if isinstance(value, Part):
        fields = ((field.alias or name, getattr(value, name)) for name, field in type(value).model_fields.items())
        return {name: _written(each) for name, each in fields if each is not None}
    if isinstance(value, dict):
        return {str(key): _written(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    return ratio_text(Fraction(value)) if isinstance(value, Fraction | int) and not isinstance(value, bool) else value
