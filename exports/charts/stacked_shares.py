"""The share of each level on each item, best on the left, the worst hatched."""

from collections.abc import Sequence
from dataclasses import dataclass

from exports import shares, withheld
from exports.charts import palette
from exports.charts.drawing import SMALL, WIDTH, Drawing, Form, notice, text_width, wrapped
from scoring.outcome.results import Distribution, TargetResult
from scoring.outcome.stated_rules import Rules

_LABEL_MOST = 118
_TOP = 40
_HIGH = 30
_GAP = 1.5
_WORST_COLUMN = 62
_COUNT_COLUMN = 66
_COUNT_COLUMNS = 2
_HEAD_GAP = 12
_PLACES = 1
_WHOLE = {"judgements": "作出判断的票", "valid": "有效票", "returned": "收回的票", "entitled": "应到人数"}
_NOTHING = "没有等次份额"
_DIRECT = "本轮直接打分，没有等次"


@dataclass(frozen=True)
class _Line:
    item: str
    spread: Distribution


def stacked_shares(target: TargetResult, rules: Rules, form: Form = "svg") -> bytes:
    """Draw one bar of shares per item; marks that are no judgement are counts beside it, never part of it."""
    return _draw(target, rules).render(form)


def stacked_shares_words(target: TargetResult, rules: Rules) -> str:
    """Return what the picture shows, as text for those who can't see it."""
    lines = _lines(target, rules)
    if not lines:
        return _DIRECT if shares.is_direct(rules) else _NOTHING
    return f"{target.name}各等次份额：{'；'.join(_line_words(line, rules) for line in lines)}"


def _line_words(line: _Line, rules: Rules) -> str:
    if line.spread.withheld:
        return f"{line.item}{withheld.sentence(line.spread.withheld, 'distribution', rules)}"
    if not line.spread.denominator:
        return f"{line.item}{withheld.NOT_JUDGED}"
    said = [f"{level}{_share(line.spread, level)}%" for level in shares.levels(rules)]
    said += [
        f"{shares.NOT_JUDGED_NAMES.get(name, name)}{count}票" for name, count in line.spread.not_judged.items() if count
    ]
    return f"{line.item}：{'，'.join(said)}"


def _lines(target: TargetResult, rules: Rules) -> list[_Line]:
    if shares.is_direct(rules):
        return []
    found = target.distributions
    return [_Line(item, found[item]) for item in shares.items(rules) if item in found]


def _share(spread: Distribution, level: str) -> str:
    return shares.share(spread, [level], _PLACES) or "0.0"


def _draw(target: TargetResult, rules: Rules) -> Drawing:
    lines = _lines(target, rules)
    if not lines:
        return notice([_DIRECT if shares.is_direct(rules) else _NOTHING])
    if not any(line.spread.denominator for line in lines):
        hidden = [(line.item, line.spread.withheld) for line in lines]
        return notice(withheld.named(hidden, "distribution", rules) or [withheld.NOT_JUDGED])
    return _Bars(lines, rules).draw()


class _Bars:
    def __init__(self, lines: Sequence[_Line], rules: Rules) -> None:
        self.lines, self.rules = lines, rules
        self.levels = shares.levels(rules)
        self.colours = palette.level_colours(len(self.levels))
        self.left = 22 + min(_LABEL_MOST, max(text_width(line.item) for line in lines))
        self.counted = _counted([line.spread for line in lines])
        self.right = WIDTH - _WORST_COLUMN - _COUNT_COLUMN * len(self.counted)
        self.pitch = 36 if len(lines) > 10 else 46  # noqa: PLR2004 - many rows stand closer
        self.heads = self._place_heads()
        foot_top = _TOP + self.pitch * len(lines)
        self.foot_top = foot_top + 12
        self.foot = wrapped(_caption(rules), WIDTH - 16, 2, SMALL)
        self.sheet = Drawing(WIDTH, self.foot_top - 4 + 18 * len(self.foot))

    def draw(self) -> Drawing:
        self._heads()
        for position, line in enumerate(self.lines):
            self._line(line, _TOP + self.pitch * position)
        for position, words in enumerate(self.foot):
            self.sheet.text(8, self.foot_top + 6 + 18 * position, words, size=SMALL, colour=palette.SOFT)
        return self.sheet

    def _x(self, share: float) -> float:
        return self.left + share * (self.right - self.left)

    def _place_heads(self) -> list[float]:
        """Return where each level's name starts: over its part of the first bar where there is room."""
        first = next((line.spread for line in self.lines if line.spread.denominator), Distribution())
        starts: list[float] = []
        before = 0
        for level in self.levels[:-1]:
            starts.append(self._x(before / (first.denominator or 1)))
            before += first.counts.get(level, 0)
        widths = [text_width(level) + 15 + _HEAD_GAP for level in self.levels[:-1]]
        for position in range(1, len(starts)):
            starts[position] = max(starts[position], starts[position - 1] + widths[position - 1])
        limit: float = self.right + _HEAD_GAP
        for position in reversed(range(len(starts))):
            starts[position] = limit = min(starts[position], limit - widths[position])
        return starts

    def _heads(self) -> None:
        for level, colour, x in zip(self.levels[:-1], self.colours[:-1], self.heads, strict=True):
            self.sheet.rectangle(x, 14, 10, 10, fill=colour)
            self.sheet.text(x + 15, 24, level, bold=True)
        if self.levels:
            end = self.right + _WORST_COLUMN
            swatch = end - text_width(self.levels[-1]) - 15
            self.sheet.hatched(swatch, 14, 10, 10, fill=self.colours[-1])
            self.sheet.text(end, 24, self.levels[-1], bold=True, anchor="right")
        for position, (name, _) in enumerate(self.counted):
            end = self.right + _WORST_COLUMN + _COUNT_COLUMN * (position + 1)
            self.sheet.text(end, 24, name, bold=True, anchor="right")

    def _line(self, line: _Line, top: float) -> None:
        base = top + _HIGH / 2 + 5
        names = wrapped(line.item, self.left - 22, 2)
        for row, words in enumerate(names):
            y = base + 15 * row - 7.5 * (len(names) - 1)
            self.sheet.text(self.left - 14, y, words, anchor="right", bold=self._is_overall(line.item))
        if line.spread.withheld or not line.spread.denominator:
            reason = line.spread.withheld
            words = withheld.sentence(reason, "distribution", self.rules) if reason else withheld.NOT_JUDGED
            self.sheet.text(self.left, base, words, colour=palette.SOFT)
            return
        self._segments(line.spread, line.spread.denominator, top, base)
        end = self.right + _WORST_COLUMN
        self.sheet.text(end, base, _share(line.spread, self.levels[-1]), anchor="right")
        for position, (_, named) in enumerate(self.counted):
            count = sum(line.spread.not_judged.get(name, 0) for name in named)
            x = end + _COUNT_COLUMN * (position + 1)
            self.sheet.text(x, base, f"{count} 票", colour=palette.SOFT, anchor="right")

    def _is_overall(self, item: str) -> bool:
        return self.rules.overall is not None and self.rules.overall["item"] == item

    def _segments(self, spread: Distribution, whole: int, top: float, base: float) -> None:
        before = 0
        for level, colour in zip(self.levels, self.colours, strict=True):
            count = spread.counts.get(level, 0)
            start, end = self._x(before / whole), self._x((before + count) / whole)
            before += count
            wide = max(end - start - _GAP, _GAP)
            if not count:
                continue
            if level == self.levels[-1] and len(self.levels) > 1:
                self.sheet.hatched(min(start, self.right - wide), top, wide, _HIGH, fill=colour)
                continue
            self.sheet.rectangle(start, top, wide, _HIGH, fill=colour)
            words = _share(spread, level)
            if text_width(words, 13) + 4 <= wide:
                ink = palette.WHITE if palette.on_dark(colour) else palette.INK
                self.sheet.text(start + wide / 2, base, words, colour=ink, anchor="center")


def _caption(rules: Rules) -> str:
    others = "、".join(shares.left_out(rules))
    more = f"；{others}用的是另一套等次，不在其中" if others else ""
    return f"单位：%，分母是{_WHOLE.get(rules.denominator, rules.denominator)}{more}。"


def _counted(spreads: Sequence[Distribution]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the columns of what is no judgement: each kind that occurs, or all together where they are many."""
    occurring = dict.fromkeys(name for spread in spreads for name, count in spread.not_judged.items() if count)
    if len(occurring) > _COUNT_COLUMNS:
        return [("未判断", tuple(occurring))]
    return [(shares.NOT_JUDGED_NAMES.get(name, name), (name,)) for name in occurring]
