"""Why a number isn't shown, in words: a withheld cell is never a hole, a dash or a zero."""

from collections.abc import Iterable
from typing import Literal

from exports.shares import items
from scoring.outcome.results import Cell
from scoring.outcome.stated_rules import Rules
from scoring.outcome.value import Withheld

View = Literal["score", "items", "distribution", "total", "criteria"]
"""Where a value stands: a group's score or item mean; or, over all groups, a distribution, score, criterion."""

NOT_ASKED = "未问"
NOT_JUDGED = "无人评价"

_OVER_GROUPS = frozenset({"distribution", "criteria"})
_WHO = {"total": "全部票", "items": "该组、或者其中一组", "score": "该组、或者其中一组"}
_SHORT: dict[Withheld, str] = {"complementary": "免倒推", "alike": "评价相近", "solvable": "免推算"}
_LONG: dict[Withheld, str] = {
    "complementary": "显示了就能倒推出另一格",
    "alike": "有组在某一项上几乎人人同评，显示了等于公开每个人的评价",
    "solvable": "照这个位数能推算出原始票",
}

_NEAR_AN_END = "太靠近满分或最低分，再细就能推算出单个人的评价"


def least(view: View, rules: Rules) -> int:
    """Return how many ballots a value of `view` needs at least to be shown, as the disclosure gate counts.

    A group's score needs what its items and distributions need, and the total of a ballot of one item what that
    item needs: each would otherwise give the other away.
    """
    few = rules.disclosure
    marks = max(few.get("items", 0), few.get("distribution", 0))
    if view == "score":
        return max(few.get("score", 0), marks)
    if view == "total":
        return max(few.get("score", 0), few.get("items", 0) if len(items(rules)) == 1 else 0)
    return marks


def short(reason: Withheld, view: View, rules: Rules) -> str:
    """Return a few characters for a table cell, e.g. ``不足10``."""
    return f"不足{least(view, rules)}" if reason == "few" else _SHORT[reason]


def sentence(reason: Withheld, view: View, rules: Rules) -> str:
    """Return the reason in full, e.g. ``不显示：不足10票``."""
    who = "有组" if view in _OVER_GROUPS else ""
    words = f"{who}不足{least(view, rules)}票" if reason == "few" else _LONG[reason]
    if view == "total" and reason == "alike":
        words = _NEAR_AN_END
    return f"不显示：{words}"


def band_text(band: tuple[str, str] | None) -> str | None:
    """Return between what a withheld score lies, e.g. ``90–100``."""
    return None if band is None else f"{band[0]}–{band[1]}"


def cell_text(cell: Cell | None, view: View, rules: Rules) -> str:
    """Return what a table prints for `cell`: its score, or why there is none."""
    if cell is None:
        return NOT_ASKED
    if cell.withheld is not None:
        return sentence(cell.withheld, view, rules)
    return NOT_JUDGED if cell.score is None else cell.score


def short_text(cell: Cell | None, view: View, rules: Rules) -> str:
    """Return the same for narrow columns."""
    if cell is not None and cell.withheld is not None:
        return short(cell.withheld, view, rules)
    return cell_text(cell, view, rules)


def brief(reason: Withheld, view: View, rules: Rules) -> str:
    """Return the text of a cell in a file, e.g. ``不显示：不足10``; :func:`legend` explains it."""
    return f"不显示：{short(reason, view, rules)}"


def legend(rules: Rules) -> list[tuple[str, str]]:
    """Return each text that :func:`brief` can give, with what it means."""
    views: tuple[View, ...] = ("total", "items", "score")
    few = {
        brief("few", view, rules): f"不足{least(view, rules)}票，或者有一组不足{least(view, rules)}票" for view in views
    }
    others = {brief(reason, "score", rules): words for reason, words in _LONG.items()}
    return list({**few, **others}.items())


def shown(cell: Cell | None) -> str | None:
    """Return the printed score of `cell`, or ``None`` where nothing may or can be shown."""
    return None if cell is None or cell.withheld is not None else cell.score


def notes(cells: Iterable[tuple[Cell | None, View]], rules: Rules) -> list[str]:
    """Return the line that says what the short words in a picture stand for; none where there are none."""
    found = {
        short(cell.withheld, view, rules): sentence(cell.withheld, view, rules)
        for cell, view in cells
        if cell is not None and cell.withheld is not None
    }
    said = [f"{word}：{words.removeprefix('不显示：')}" for word, words in sorted(found.items())]
    return [f"不显示的格——{'；'.join(said)}。"] if said else []


def named(parts: Iterable[tuple[str, Withheld | None]], view: View, rules: Rules) -> list[str]:
    """Return one sentence per reason, naming what it hides, e.g. ``能、绩不显示：不足10票。``."""
    reasons: dict[str, list[str]] = {}
    for name, reason in parts:
        if reason is not None:
            reasons.setdefault(sentence(reason, view, rules), []).append(name)
    return [f"{'、'.join(names)}{words}。" for words, names in reasons.items()]
