"""What ballots give one target, worked out from the definitions alone: loops and fractions, nothing of the product.

A scheme is its plain document, marks are rows (ballot, group, target, item, mark) as in a ratings file.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

Row = tuple[str, str, str, str, str]
NO_LEVEL = ("", "#unknown", "#self")
INVALID = ("#spoiled", "#voided")
HELD = "held back"  # the score of a node that an empty group holds back


class Rated:
    """The marks of one target; those of groups in `void` do not count."""

    def __init__(
        self,
        document: Mapping[str, Any],
        rows: Iterable[Row],
        target: str,
        entitled: Mapping[str, int] | None = None,
        void: Collection[str] = (),
    ) -> None:
        self.document = document
        self.tree = tree_of(document)
        self.leaves = leaves_of(self.tree)
        self.came = [row for row in rows if row[2] == target]
        self.rows = [row for row in self.came if row[1] not in void]
        self.entitled = entitled or {}
        self.policy = document.get("empty_group", "fail")
        self.over = document.get("denominator", "judgements")
        self.criteria, self.items = criteria_of(document), items_of(document)
        self.cell: dict[tuple[str, str], list[str]] = {}
        for _, group, _, item, mark in self.rows:
            self.cell.setdefault((group, item), []).append(mark)
        self.judged = {leaf["id"]: self._judged(leaf) for leaf in self.leaves}
        self.means = {(leaf["id"], item): self._mean(leaf, item) for leaf in self.leaves for item in self.items}
        self.silent = [leaf for leaf, judged in self.judged.items() if leaf in void or not judged]
        self.scores = {leaf["id"]: self._ballot_score(leaf) for leaf in self.leaves}
        self.empty = [leaf for leaf, score in self.scores.items() if leaf in self.silent or score is None]
        self.score = self.total(self.leaf_score)

    def _judged(self, leaf: Mapping[str, Any]) -> int:
        return len({row[0] for row in self.came if row[1] == leaf["id"] and points(leaf, row[4]) is not None})

    def asked(self, leaf: Mapping[str, Any], item: str) -> bool:
        """Return whether a leaf was asked an item: there are marks, or the whole leaf is absent."""
        marks = [row[3] for row in self.came if row[1] == leaf["id"]]
        return item in marks if marks else item in leaf["asks"]

    def marks(self, leaf: Mapping[str, Any], item: str) -> list[str]:
        return self.cell.get((leaf["id"], item), [])

    def denominator(self, leaf: Mapping[str, Any], item: str) -> int:
        marks = self.marks(leaf, item)
        if self.over == "judgements":
            return sum(points(leaf, mark) is not None for mark in marks)
        if self.over == "valid":
            return sum(mark not in INVALID for mark in marks)
        if self.over == "returned":
            return len(marks)
        absent = item in leaf["asks"] and not any(group == leaf["id"] for group, _ in self.cell)
        return self.entitled.get(leaf["id"], 0) if marks or absent else 0

    def _mean(self, leaf: Mapping[str, Any], item: str) -> Fraction | None:
        """Return an item's mean in a leaf; None where it was not asked, or nothing counts."""
        found = [points(leaf, mark) for mark in self.marks(leaf, item)]
        judged = sorted(value for value in found if value is not None)
        low, high = dropped(self.document.get("extremes"), len(judged))
        kept = judged[low : len(judged) - high]
        over = self.denominator(leaf, item) - low - high
        return sum(kept, Fraction(0)) / over if over > 0 else None

    def criterion_of(self, leaf: Mapping[str, Any], items: Iterable[tuple[str, Fraction]]) -> Fraction | None:
        return average((weight, self.means[leaf["id"], item]) for item, weight in items)

    def _ballot_score(self, leaf: Mapping[str, Any]) -> Fraction | None:
        """Return a leaf's own score, whatever an empty one counts as."""
        criteria = average((weight, self.criterion_of(leaf, items)) for _, weight, items in self.criteria)
        overall = self.document.get("overall")
        if overall is None:
            return criteria
        share = number(overall["share"])
        return average([(1 - share, criteria), (share, self.means[leaf["id"], overall["item"]])])

    def node(self, node: Mapping[str, Any], of: Callable[[Any], Any]) -> Fraction | str | None:
        """Return a group's score, `of` being that of a leaf."""
        return (
            self.average([(each["weight"], self.node(each, of)) for each in node["groups"]])
            if ("groups" in node)
            else of(node)
        )

    def average(self, parts: Sequence[tuple[Fraction, Any]]) -> Fraction | str | None:
        if any(weight and value == HELD for weight, value in parts):
            return HELD
        return average((weight, value) for weight, value in parts if value != HELD)

    def leaf_score(self, leaf: Mapping[str, Any]) -> Fraction | str | None:
        return self.instead() if leaf["id"] in self.empty else self.scores[leaf["id"]]

    def instead(self) -> Fraction | str | None:
        """Return what an empty group counts as."""
        return {"fail": HELD, "renormalise": None, "zero": Fraction(0)}[self.policy]

    def total(self, of: Callable[[Any], Any]) -> Fraction | None:
        """Return the score of all groups together; None where there is none or an empty group holds it back."""
        return there(self.node({"groups": self.tree}, of))

    def groups(self) -> dict[str, Fraction | None]:
        return {node["id"]: there(self.node(node, self.leaf_score)) for node in nodes_of(self.tree)}

    def ballots(self) -> dict[str, int]:
        """Return how many ballots of each group, inner ones too, hold a judgement."""
        return {node["id"]: sum(self.judged[leaf["id"]] for leaf in leaves_of([node])) for node in nodes_of(self.tree)}

    def whole(self, items: Sequence[tuple[str, Fraction]]) -> Fraction | None:
        """Return the mean of a criterion, or of one item, over the groups that were asked it."""

        def of(leaf: Mapping[str, Any]) -> Fraction | str | None:
            if not any(item in leaf["asks"] for item, _ in items):
                return None
            return self.instead() if leaf["id"] in self.silent else self.criterion_of(leaf, items)

        return self.total(of)

    def cells(self, item: str = "", group: str = "") -> list[tuple[Mapping[str, Any], str]]:
        """Return the leaves and items by which shares go, or the shares of one item or one group."""
        own = levels_of(self.document["scale"])
        below = [node for node in nodes_of(self.tree) if node["id"] == group]
        leaves = leaves_of(below) if group else [leaf for leaf in self.leaves if leaf["scale"] == own]
        overall = self.document.get("overall")
        items = [item] if item else [overall["item"]] if overall else self.items
        return [(leaf, each) for leaf in leaves for each in items]

    def share(self, levels: Collection[str], item: str = "", group: str = "") -> tuple[int, int]:
        """Return how many marks have one of the levels, and of how many that count."""
        cells = self.cells(item, group)
        marked = sum(mark in levels for cell in cells for mark in self.marks(*cell))
        return marked, sum(self.denominator(*cell) for cell in cells)

    def shares(self) -> dict[str, Fraction]:
        """Return level → part of the marks, best first; no levels where nothing counts or scores are direct."""
        scale = levels_of(self.document["scale"])
        if "min" in scale:
            return {}
        ordered = sorted(scale, key=lambda level: (best_first(scale[level]), level))
        counted = {level: self.share([level]) for level in ordered}
        return {
            level: Fraction(*share)
            for level, share in counted.items()
            if share[1] and (scale[level] is not None or self.over != "judgements")
        }


def number(value: object) -> Fraction:
    """Return the number in a scheme's value: digits with a point, or a ratio."""
    return _number(str(value))


@cache
def _number(text: str) -> Fraction:
    above, _, below = text.partition("/")
    return Fraction(above) / Fraction(below or 1)


def levels_of(scale: Mapping[str, Any]) -> dict[str, Fraction | None]:
    """Return level → points; of a direct score, its ends."""
    return {str(level): None if worth is None else number(worth) for level, worth in scale.items() if level != "step"}


def points(leaf: Mapping[str, Any], mark: str) -> Fraction | None:
    """Return what a mark is worth; None where it is not a judgement."""
    if mark in (*NO_LEVEL, *INVALID):
        return None
    return Fraction(mark) if "min" in leaf["scale"] else leaf["scale"][mark]


def best_first(worth: Fraction | None) -> tuple[bool, Fraction]:
    return (worth is None, -(worth or Fraction(0)))


def dropped(extremes: Mapping[str, Any] | None, judgements: int) -> tuple[int, int]:
    """Return how many of the lowest and of the highest marks are dropped."""
    if extremes is None:
        return 0, 0
    if "trim" in extremes:
        each = int(number(extremes["trim"]) * judgements)
        return each, each
    low, high = extremes.get("drop_low", 0), extremes.get("drop_high", 0)
    return (low, high) if judgements > max(extremes.get("above", 0), low + high) else (0, 0)


def average(parts: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Return the weighted mean of the values that are there."""
    found = [(weight, value) for weight, value in parts if value is not None]
    whole = sum(weight for weight, _ in found)
    return sum((weight * value for weight, value in found), Fraction(0)) / whole if whole else None


def there(value: Any) -> Fraction | None:
    return None if value == HELD else value


def criteria_of(document: Mapping[str, Any]) -> list[tuple[str, Fraction, list[tuple[str, Fraction]]]]:
    """Return (criterion, weight, [(item, weight)])."""
    return [
        (
            each["id"],
            number(each.get("weight", 1)),
            [(item["id"], number(item.get("weight", 1))) for item in each.get("items") or [{"id": each["id"]}]],
        )
        for each in document["criteria"]
    ]


def items_of(document: Mapping[str, Any]) -> list[str]:
    items = [item for _, _, items in criteria_of(document) for item, _ in items]
    return items + ([document["overall"]["item"]] if document.get("overall") else [])


def tree_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the groups with weights as numbers; leaves know their scale and the items they are asked."""

    def nodes(groups: Iterable[Mapping[str, Any]], scale: Any, asks: Any) -> list[dict[str, Any]]:
        found = []
        for each in groups:
            own = (each.get("scale", scale), each.get("asks", asks))
            node = {"id": each["id"], "weight": number(each.get("weight", 1))}
            below = {"groups": nodes(each["groups"], *own)} if each.get("groups") else {}
            found.append(node | (below or {"scale": levels_of(own[0]), "asks": list(own[1])}))
        return found

    return nodes(document["groups"], document["scale"], items_of(document))


def nodes_of(tree: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return all groups, outer ones first."""
    return [each for node in tree for each in (node, *nodes_of(node.get("groups", ())))]


def leaves_of(tree: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [node for node in nodes_of(tree) if "groups" not in node]
