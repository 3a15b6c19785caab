"""Reasons and flags of the scoring, taken apart and as office Chinese: no code of the scoring reaches a reader."""

from dataclasses import dataclass

from scoring.outcome.reason_words import (
    CAPPED_BY_VETO,
    EMPTY_GROUP,
    LEFT_OUT_BY_VETO,
    MISSED_TURNOUT,
    MISSING_COMPONENT,
    NO_GRADE,
    NOT_ASSESSED,
    NOT_ELIGIBLE,
    NOTHING_ABOVE_ZERO,
    TIE_AT_QUOTA,
    TIE_BY_HAND,
)

_SPELLED: dict[str, tuple[str, str]] = {
    EMPTY_GROUP: ("{}没有人作出评价", "有的组没有人作出评价"),
    MISSED_TURNOUT: ("{}到会率不够", "到会率不够"),
    MISSING_COMPONENT: ("还缺{}的得分", "还缺一部分得分"),
    NOTHING_ABOVE_ZERO: ("", "没有高于0分的得分可比"),
    TIE_BY_HAND: ("", "得分相同，先后由人决定"),
    LEFT_OUT_BY_VETO: ("", "一票否决，不参加排名"),
    CAPPED_BY_VETO: ("一票否决，等次不高于{}", "一票否决，等次受限"),
    NOT_ELIGIBLE: ("不得评为{}", "评等次受限"),
    NO_GRADE: ("", "不定等次"),
    NOT_ASSESSED: ("", "不参加考核"),
    TIE_AT_QUOTA: ("{}名额正好卡在并列处，由人决定", "名额正好卡在并列处，由人决定"),
}
"""Each reason and flag of the scoring, with and without what it names."""

UNDECIDED = frozenset({NO_GRADE, NOT_ASSESSED})
"""Flags that stand in the place of a grade."""


@dataclass(frozen=True)
class Reason:
    """One reason or flag taken apart.

    Attributes
    ----------
    kind
        One of the constants of ``scoring.outcome.results``; empty for a flag whose words the scheme gives.
    named
        The groups, component or grade that it names; the scheme's own words where there is no kind.
    """

    kind: str
    named: str


def reasons(text: str) -> list[Reason]:
    """Return the reasons that `text`, a flag or a ``provisional``, joins.

    Examples
    --------
    >>> [(each.kind, each.named) for each in reasons("turnout: 党委; empty group: 政府, 代表")]
    [('turnout', '党委'), ('empty group', '政府、代表')]
    >>> [(each.kind, each.named) for each in reasons("约谈; 复核")]
    [('', '约谈; 复核')]
    """
    parts: list[str] = []
    for part in text.split("; "):
        if parts and not _kind(part):
            parts[-1] += f"; {part}"
        else:
            parts.append(part)
    return [_reason(part) for part in parts]


def _reason(part: str) -> Reason:
    kind = _kind(part)
    return Reason(kind, part.removeprefix(kind).removeprefix(": ").replace(", ", "、") if kind else part)


def _kind(part: str) -> str:
    return next((kind for kind in _SPELLED if part == kind or part.startswith(f"{kind}: ")), "")


def spelled_out(text: str) -> str:
    """Return reasons or a flag of the scoring as office Chinese; what people typed stays as it is.

    Examples
    --------
    >>> spelled_out("empty group: 党委, 政府"), spelled_out("tie at quota: 优秀"), spelled_out("约谈")
    ('党委、政府没有人作出评价', '优秀名额正好卡在并列处，由人决定', '约谈')
    """
    return "；".join(_spelled(reason) for reason in reasons(text))


def _spelled(reason: Reason) -> str:
    with_names, bare = _SPELLED.get(reason.kind, ("{}", ""))
    return with_names.format(reason.named) if reason.named and with_names else bare
