"""A second scoring, written from the definitions alone with dictionaries and fractions, to compare with.

Marks are rows (ballot, group, target, item, mark) as in a ratings file; the scheme is its plain document.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Row = tuple[str, str, str, str, str]
SPECIAL = ("", "#unknown", "#self")


class ByHand:
    """Scores one target of a round."""

    def __init__(
        self, document: dict[str, Any], rows: Sequence[Row], target: str, entitled: dict[str, int] | None = None
    ) -> None:
        self.document = document
        self.rows = [row for row in rows if row[2] == target]
        self.entitled = entitled or {}
        self.policy = document.get("empty_group", "fail")
        self.denominator = document.get("denominator", "judgements")
        self.criteria = [
            (each["id"], Fraction(each["weight"]), [(item["id"], Fraction(item["weight"])) for item in each["items"]])
            if each.get("items")
            else (each["id"], Fraction(each["weight"]), [(each["id"], Fraction(1))])
            for each in document["criteria"]
        ]

    def points(self, leaf: dict[str, Any], mark: str) -> Fraction | None:
        value = leaf.get("scale", self.document["scale"]).get(mark)
        return None if value is None else Fraction(value)

    def mean(self, leaf: dict[str, Any], item: str) -> Fraction | None:
        """Return an item's mean in a leaf; None where it was not asked or nothing counts."""
        marks = [row[4] for row in self.rows if row[1] == leaf["id"] and row[3] == item]
        judged = [points for points in (self.points(leaf, mark) for mark in marks) if points is not None]
        valid = [mark for mark in marks if mark != "#spoiled"]
        over = {
            "judgements": len(judged),
            "valid": len(valid),
            "returned": len(marks),
            "entitled": self.entitled.get(leaf["id"], 0) if marks else 0,
        }[self.denominator]
        return sum(judged, Fraction(0)) / over if over else None

    def judged(self, leaf: dict[str, Any]) -> int:
        """Return how many ballots of a leaf hold a judgement."""
        return len({row[0] for row in self.rows if row[1] == leaf["id"] and self.points(leaf, row[4]) is not None})

    def leaf(self, leaf: dict[str, Any]) -> Fraction | None:
        """Return a leaf's ballot score; None where it gave no judgement."""
        if not self.judged(leaf):
            return None
        parts = []
        for _, weight, items in self.criteria:
            value = average([(part, self.mean(leaf, item)) for item, part in items])
            parts.append((weight, value))
        criteria = average(parts)
        overall = self.document.get("overall")
        if overall is None:
            return criteria
        share = Fraction(overall["share"])
        return average([(1 - share, criteria), (share, self.mean(leaf, overall["item"]))])

    def node(self, node: dict[str, Any], items: list[tuple[str, Fraction]] | None = None) -> Fraction | str | None:
        """Return a group's score, or its mean of some items alone.

        "empty" where a leaf that has a say gave no judgement, None where nothing is there.
        """
        if "groups" in node:
            return self.nodes(node["groups"], items)
        value = self.leaf(node) if items is None else self.average_of(node, items)
        if value is None and (items is None or not self.judged(node)):
            asked = items is None or any(item in node.get("asks", [item]) for item, _ in items)
            return {"fail": "empty", "renormalise": None, "zero": Fraction(0)}[self.policy] if asked else None
        return value

    def average_of(self, leaf: dict[str, Any], items: list[tuple[str, Fraction]]) -> Fraction | None:
        if not self.judged(leaf):
            return None
        return average([(part, self.mean(leaf, item)) for item, part in items])

    def nodes(self, nodes: list[dict[str, Any]], items: Any = None) -> Fraction | str | None:
        values = [(Fraction(node["weight"]), self.node(node, items)) for node in nodes]
        if any(value == "empty" and weight for weight, value in values):
            return "empty"
        return average([(weight, value) for weight, value in values if value != "empty"])

    def total(self) -> Fraction | None:
        value = self.nodes(self.document["groups"])
        return None if isinstance(value, str) else value

    def criterion(self, items: list[tuple[str, Fraction]]) -> Fraction | None:
        """Return a criterion's mean over the groups that were asked any of its items."""
        value = self.nodes(self.document["groups"], items)
        return None if isinstance(value, str) else value

    def shares(self, leaves: list[dict[str, Any]]) -> dict[str, Fraction]:
        """Return level → share over all leaves on the scheme's own scale, in per cent."""
        own = {
            leaf["id"]: leaf for leaf in leaves if leaf.get("scale", self.document["scale"]) == self.document["scale"]
        }
        overall = self.document.get("overall")
        rows = [row for row in self.rows if row[1] in own and (overall is None or row[3] == overall["item"])]
        if self.denominator == "entitled":
            over = sum(self.entitled[group] for group, _ in {(row[1], row[3]) for row in rows})
        else:
            counted = {
                "judgements": lambda row: self.points(own[row[1]], row[4]) is not None,
                "valid": lambda row: row[4] != "#spoiled",
                "returned": lambda _: True,
            }[self.denominator]
            over = sum(counted(row) for row in rows)
        return {
            level: Fraction(100 * sum(row[4] == level for row in rows), over)
            for level, points in self.document["scale"].items()
            if over and (points is not None or self.denominator != "judgements")
        }


def average(parts: list[tuple[Fraction, Any]]) -> Fraction | None:
    """Return the weighted mean of the values that are there."""
    there = [(weight, value) for weight, value in parts if value is not None]
    whole = sum(weight for weight, _ in there)
    return sum((weight * value for weight, value in there), Fraction(0)) / whole if whole else None


def leaves_of(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the leaves of a groups' tree."""
    return [leaf for node in nodes for leaf in (leaves_of(node["groups"]) if "groups" in node else [node])]
