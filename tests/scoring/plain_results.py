"""The whole result of a round as printed, worked out from the definitions alone; see `plainly` and `plain_rules`."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.scoring.plain_ballots import heard
from tests.scoring.plain_grades import grades_of
from tests.scoring.plain_rules import (
    Round,
    ballot_scores,
    holds,
    in_order,
    key_of,
    missing,
    mixed,
    parts_of,
    printed,
    shares_printed,
    short_turnout,
)
from tests.scoring.plainly import Rated, criteria_of, items_of, tree_of

DECIDED = {
    "veto": ("veto: out of the ranking", "veto: no better than: "),
    "ineligible": ("", "not eligible for: "),
    "no_grade": ("no grade", ""),
    "not_assessed": ("not assessed", ""),
}

PRINTED = ("score", "exact", "rank", "provisional", "grade", "favourable", "ballot_score", "bounds", "final_grade")


class Worked:
    """A round worked out."""

    def __init__(self, round_: Round) -> None:
        document = round_.document
        self.rows, self.checks = heard(document, round_.rows)
        turnout = document.get("turnout", {})
        self.round = round_
        self.short = {target: short_turnout(round_, target) for target in round_.targets}
        self.void = {
            target: short if turnout.get("action", "flag") == "void" else [] for target, short in self.short.items()
        }
        self.rated = {
            target: Rated(
                document,
                self.rows,
                target,
                {group: number for (group, other), number in round_.entitled.items() if other == target},
                self.void[target],
            )
            for target in round_.targets
        }
        self.means = {target: None if "" in self.void[target] else rated.score for target, rated in self.rated.items()}
        self.ballots = ballot_scores(round_, self.means, self.rated)
        self.scores = {target: mixed(round_, target, self.ballots) for target in round_.targets}
        keys = {
            target: key_of(round_, score, self.rated[target])
            for target, score in self.scores.items()
            if score is not None and not self.out(target)
        }
        self.keys, self.open = in_order(round_, keys)
        self.grades, self.cut = grades_of(round_, keys)

    def out(self, target: str) -> bool:
        vetoes = self.round.decided(target, "veto")
        return any(not each["value"] for each in vetoes) or bool(self.round.decided(target, "not_assessed"))

    def rank(self, target: str) -> int | None:
        if target not in self.keys or target in self.open:
            return None
        pool = self.round.pool(target)
        return 1 + sum(key > self.keys[target] for other, key in self.keys.items() if self.round.pool(other) == pool)

    def reasons(self, target: str) -> list[str]:
        """Return why a target has no final score or rank yet."""
        found = ["turnout"] if "" in self.void[target] else []
        if self.rated[target].score is None:
            found += self.named(target, self.silent(target, weighty=True))
        elif self.ballots[target] is None and not found:
            found.append("no score above 0 to compare with")
        found += [f"component missing: {name}" for name in missing(self.round, target, self.ballots)]
        if target in self.open:
            found.append("tie to be decided by hand")
        return found

    def silent(self, target: str, *, weighty: bool) -> list[str]:
        """Return the empty groups that have a say in the total, or those that have none."""
        heavy = with_a_say(tree_of(self.round.document))
        return [group for group in self.rated[target].empty if (group in heavy) == weighty]

    def named(self, target: str, silent: Sequence[str]) -> list[str]:
        short = [group for group in silent if group in self.void[target]]
        empty = [group for group in silent if group not in short]
        return [
            f"{name}: {', '.join(groups)}" for name, groups in (("turnout", short), ("empty group", empty)) if groups
        ]

    def flags(self, target: str) -> list[str]:
        rules, rated = self.round.document.get("triggers", ()), self.rated[target]
        found = list(dict.fromkeys(each["flag"] for each in rules if holds(each["when"], rated)))
        found += ["tie at quota: " + self.cut[target]] if target in self.cut else []
        if self.short[target] and not self.void[target]:
            found.append("turnout" if self.short[target] == [""] else f"turnout: {', '.join(self.short[target])}")
        held = self.silent(target, weighty=True) if rated.score is None else []
        found += self.named(target, [group for group in rated.empty if group not in held])
        for kind, (alone, valued) in DECIDED.items():
            found += [valued + each["value"] if each["value"] else alone for each in self.round.decided(target, kind)]
        return found

    def bounds(self, target: str) -> tuple[str, str] | None:
        """Return the least and the greatest score that empty groups could still make of it."""
        rated = self.rated[target]
        if rated.score is not None or len(rated.empty) in (0, len(rated.leaves)):
            return None
        if self.round.document.get("mode", "points") != "points":
            return None
        ends = []
        for end in (min, max):
            total = rated.total(
                lambda leaf, end=end: (
                    end(value for value in leaf["scale"].values() if value is not None)
                    if leaf["id"] in rated.empty
                    else rated.scores[leaf["id"]]
                )
            )
            score = mixed(self.round, target, self.ballots | {target: total})
            ends.append(None if score is None else printed(self.round.document, score))
        return None if None in ends else (ends[0], ends[1])

    def result(self, target: str) -> dict[str, Any]:
        document, rated, score = self.round.document, self.rated[target], self.scores[target]
        reasons = self.reasons(target)
        acted = bool(document.get("components") or document.get("adjustments"))
        acted = acted or document.get("mode", "points") != "points"
        acted = acted or bool(self.round.decided(target, "bonus", "deduction"))
        favourable = document.get("favourable")
        marked, over = rated.share(favourable) if favourable else (0, 0)
        return {
            "score": self.text(score),
            "exact": None if score is None else f"{score.numerator}/{score.denominator}",
            "rank": self.rank(target),
            "provisional": "; ".join(reasons) or None,
            "grade": self.grades.get(target),
            "flags": self.flags(target),
            "groups": {group: (self.text(value), rated.ballots()[group]) for group, value in rated.groups().items()},
            "criteria": {name: self.text(rated.whole(items)) for name, _, items in criteria_of(document)},
            "items": {
                item: self.text(rated.whole([(item, Fraction(1))]))
                for item in items_of(document)
                if any(rated.asked(leaf, item) for leaf in rated.leaves)
            },
            "shares": shares_printed(document, rated.shares()),
            "favourable": self.text(Fraction(100 * marked, over)) if over else None,
            "ballot_score": self.text(self.ballots[target]) if acted else None,
            "components": {name: self.text(value) for name, _, value in parts_of(self.round, target, self.ballots)},
            "bounds": self.bounds(target),
            "final_grade": next((each["value"] for each in self.round.decided(target, "final_grade")), None),
        }

    def text(self, value: Fraction | None) -> str | None:
        return None if value is None else printed(self.round.document, value)

    def order(self) -> list[str]:
        """Return the targets by class, layer, rank and target."""

        def place(target: str) -> tuple[str, str, float, str]:
            traits: Mapping[str, str] = self.round.targets[target]
            return traits.get("class", ""), traits.get("layer", ""), self.rank(target) or float("inf"), target

        return sorted(self.round.targets, key=place)


def printed_of(result: Any) -> dict[str, Any]:
    """Return what a result that was printed says of all that is worked out here."""
    return {name: getattr(result, name) for name in (*PRINTED, "components")} | {
        "flags": list(result.flags),
        "groups": {group: (cell.score, cell.n) for group, cell in result.groups.items()},
        "criteria": {name: cell.score for name, cell in result.criteria.items()},
        "items": {name: cell.score for name, cell in result.items.items()},
        "shares": list(result.shares.items()),
    }


def with_a_say(tree: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the leaves whose weight in the total is not 0."""
    found: set[str] = set()
    for node in tree:
        if node["weight"]:
            found |= with_a_say(node["groups"]) if "groups" in node else {node["id"]}
    return found
