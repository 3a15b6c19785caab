"""What everybody can add up again in a released result: parts to scores, scores to what is printed, scores to ranks."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from scoring.document.exact import printed

Target = Mapping[str, Any]


def wrong_sums(body: Mapping[str, Any]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield (what was added up again, for how many targets, the targets for which it comes out otherwise)."""
    every = [(part, each) for part in body["parts"] for each in part["results"]]
    for what, where, fits in _RULES:
        own = [(part, each) for part, each in every if where(each)]
        yield what, len(own), [each["target"] for part, each in own if not fits(part, each)]
    pools: dict[tuple[Any, ...], list[Target]] = defaultdict(list)
    for number, part in enumerate(body["parts"]):
        for each in part["results"]:
            if each["exact"] and each["rank"]:
                pools[number, *(each[trait] for trait in part["rules"]["ranking"])].append(each)
    yield (
        "ranks follow the scores",
        sum(map(len, pools.values())),
        [name for own in pools.values() for name in _misplaced(own)],
    )


def _misplaced(pool: list[Target]) -> Iterator[str]:
    """Yield the targets that stand behind one with a lower printed score."""
    behind = 0
    for _, same in groupby(sorted(pool, key=_score, reverse=True), key=_score):
        own = list(same)
        yield from (each["target"] for each in own if each["rank"] <= behind)
        behind = max(each["rank"] for each in own)


def _score(each: Target) -> Fraction:
    return Fraction(each["score"])


def _is_printed(part: Mapping[str, Any], each: Target) -> bool:
    rules = part["rules"]
    return bool(printed(Fraction(each["exact"]), rules["places"], rules["mode"]) == each["score"])


def _adds_up(_part: Mapping[str, Any], each: Target) -> bool:
    parts = sum((Fraction(part["exact"]) for part in each["contributions"]), Fraction(0))
    return parts == Fraction(each["exact"])


def _is_counted(_part: Mapping[str, Any], each: Target) -> bool:
    return all(
        sum(spread["counts"].values()) == spread["judgements"]
        for spread in each["distributions"].values()
        if spread["judgements"] is not None
    )


_RULES: tuple[tuple[str, Callable[[Target], Any], Callable[[Mapping[str, Any], Target], bool]], ...] = (
    ("scores are printed as their exact fractions say", lambda each: each["exact"], _is_printed),
    ("scores are the sum of their parts", lambda each: each["exact"] and each["contributions"], _adds_up),
    ("judgements are the sum of the levels' counts", lambda each: each["distributions"], _is_counted),
)
