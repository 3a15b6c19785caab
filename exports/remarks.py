"""What must stand beside a result, and how targets are named and put together."""

from collections.abc import Iterable
from dataclasses import dataclass

from exports.withheld import sentence
from scoring.results import Rules, TargetResult

PERSONS = frozenset({"person", "member"})


@dataclass(frozen=True)
class Section:
    """Targets of one class and layer, in the order of the results."""

    class_: str
    layer: str
    targets: tuple[TargetResult, ...]

    @property
    def title(self) -> str:
        """Class and layer as a heading."""
        return " · ".join(part for part in (self.class_, self.layer) if part) or "全部"

    @property
    def unit_word(self) -> str:
        """The counting word: people or things."""
        return "人" if all(target.kind in PERSONS for target in self.targets) else "个"


def sections(targets: Iterable[TargetResult]) -> list[Section]:
    """Return `targets` by class and layer, in their order, those without a shown score last."""
    found: dict[tuple[str, str], list[TargetResult]] = {}
    for target in targets:
        found.setdefault((target.class_, target.layer), []).append(target)
    for members in found.values():
        members.sort(key=lambda target: target.score is None)
    return [Section(class_, layer, tuple(members)) for (class_, layer), members in found.items()]


def in_order(targets: Iterable[TargetResult]) -> list[TargetResult]:
    """Return `targets` in the order of :func:`sections`."""
    return [target for section in sections(targets) for target in section.targets]


def remarks(target: TargetResult, rules: Rules) -> list[str]:
    """Return why a result has no score or no rank, whether it is tied, and its flags."""
    said = []
    if target.withheld:
        said.append(sentence(target.withheld, "score", rules))
    if target.provisional:
        said.append(f"暂定：{target.provisional}")
    if target.tied:
        said.append("并列")
    return [*said, *target.flags]
