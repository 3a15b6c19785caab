"""What must stand beside a result, and how targets are named and put together."""

from collections.abc import Iterable
from dataclasses import dataclass

from exports.withheld import sentence
from scoring.results import EMPTY_GROUP, TIE_AT_QUOTA, Rules, TargetResult

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
        said.append(sentence(target.withheld, "total", rules))
    if target.provisional:
        said.append(f"暂定：{spelled_out(target.provisional)}")
    if target.tied:
        said.append("并列")
    return [*said, *(spelled_out(flag) for flag in target.flags)]


def spelled_out(flag: str) -> str:
    """Return a reason or flag of the scoring as office Chinese; what people typed stays as it is.

    Examples
    --------
    >>> spelled_out("empty group: 党委, 政府"), spelled_out("tie at quota: 优秀"), spelled_out("约谈")
    ('党委、政府没有人作出评价', '优秀名额正好卡在并列处，由人决定', '约谈')
    """
    kind, _, named = flag.partition(": ")
    if kind == EMPTY_GROUP:
        return f"{named.replace(', ', '、') or '有的组'}没有人作出评价"
    if kind == TIE_AT_QUOTA:
        return f"{named}名额正好卡在并列处，由人决定"
    return flag
