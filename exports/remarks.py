"""What must stand beside a result, and how targets are named and put together."""

from collections.abc import Iterable
from dataclasses import dataclass

from exports.reasons import UNDECIDED, spelled_out
from exports.withheld import NOT_JUDGED, band_text, sentence
from scoring.outcome.results import TargetResult
from scoring.outcome.stated_rules import Rules

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


def rank_text(target: TargetResult) -> str:
    """Return a rank as printed, or in a word why there is none."""
    if target.rank is not None:
        return str(target.rank)
    return "不显示" if target.withheld else "暂定" if target.provisional else "不排名"


def score_text(target: TargetResult) -> str:
    """Return a score as printed, or in a word why there is none."""
    if target.withheld:
        return band_text(target.band) or "不显示"
    return target.score or ("暂定" if target.provisional else NOT_JUDGED)


def grade_text(target: TargetResult, rules: Rules) -> str:
    """Return a grade, or in a word why there is none."""
    if target.grade is not None:
        return target.grade
    if target.withheld:
        return "不显示"
    if not rules.bands and not rules.quotas:
        return "不评等次"
    decided = next((flag for flag in target.flags if flag in UNDECIDED), "")
    return spelled_out(decided) if decided else "暂定" if target.provisional else "未定"
