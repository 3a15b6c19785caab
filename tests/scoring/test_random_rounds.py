"""10,000 random small rounds: all that is printed is what a second scoring, written apart, works out."""

from collections import Counter
from random import Random
from typing import Literal, get_args, get_origin

import numpy as np
import pytest

from scoring.ballots.ballot_rules import apply_ballot_rules
from scoring.ballots.marks import Marks, tally_marks
from scoring.ballots.ratings import read_ratings
from scoring.ballots.tally import empty_tally
from scoring.document.scheme import scheme_from_document
from scoring.document.scheme_document import SchemeDocument
from scoring.document.scheme_values import Part
from scoring.document.targets import TargetInfo
from scoring.outcome import reason_words
from scoring.outcome.results import Decided, DecisionKind
from scoring.score import score
from tests.scoring.counted import MARKS
from tests.scoring.plain_results import PRINTED, Worked, printed_of
from tests.scoring.random_rounds import random_round

ROUNDS = 2_500
OFTEN = 12
ELSEWHERE = ("name", "disclosure", "lonely")
"""Keys without a part in exact scores."""

SAID = (
    reason_words.EMPTY_GROUP,
    reason_words.MISSED_TURNOUT,
    reason_words.MISSING_COMPONENT,
    reason_words.NOTHING_ABOVE_ZERO,
    reason_words.TIE_BY_HAND,
    reason_words.LEFT_OUT_BY_VETO,
    reason_words.CAPPED_BY_VETO,
    reason_words.NOT_ELIGIBLE,
    reason_words.NO_GRADE,
    reason_words.NOT_ASSESSED,
    reason_words.TIE_AT_QUOTA,
    "约谈",
    "复核",
)


def marks_of(round_, scheme):
    """Return the axes of a round's tally, and its marks on them."""
    direct = {row[4] for row in round_.rows} - {*scheme.levels(), *MARKS}
    axes = empty_tally(scheme, list(round_.targets), direct)
    levels = [*axes.levels, "", "#unknown", "#self", "#spoiled"]
    ballots = list(dict.fromkeys((row[1], row[0]) for row in round_.rows))
    places = [
        (
            ballots.index((group, ballot)),
            axes.targets.index(target),
            axes.items.index(item),
            axes.groups.index(group),
            levels.index(mark),
        )
        for ballot, group, target, item, mark in round_.rows
    ]
    return axes, Marks(*np.array(places, np.int64).reshape(-1, 5).T)


def product_of(round_):
    scheme = scheme_from_document(round_.document)
    information = {
        target: TargetInfo(class_=traits["class"], layer=traits["layer"], unit=traits["unit"], kind=traits["kind"])
        for target, traits in round_.targets.items()
    }
    decisions = {
        target: [Decided(**each, reason="会议决定") for each in decided] for target, decided in round_.decisions.items()
    }
    axes, marks = marks_of(round_, scheme)
    marks, checks = apply_ballot_rules(scheme, axes, marks)
    return score(
        scheme,
        tally_marks(axes, marks),
        information=information,
        entitled=round_.entitled or None,
        imported=round_.imported,
        decisions=decisions,
        checks=checks,
        release=False,
    )


def checks_of(found):
    return {
        group: [(each.rule, each.action, each.ballots) for each in checks] for group, checks in found.ballots.items()
    }


def keys_of(value, place=""):
    """Yield the keys of a document, and the texts that stand in them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from keys_of(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner, place)
    else:
        yield f"{place}={value}"
    yield place


def keys_there_are(kind, place="", above=()):
    """Yield the keys that a scheme may have, and the texts that may stand in them."""
    if isinstance(kind, type) and issubclass(kind, Part):
        if kind in above:
            return
        for name, field in kind.model_fields.items():
            key = f"{place}.{field.alias or name}"
            yield key
            yield from keys_there_are(field.annotation, key, (*above, kind))
    elif get_origin(kind) is Literal:
        yield from (f"{place}={text}" for text in get_args(kind))
    else:
        for inner in get_args(kind):
            yield from keys_there_are(inner, place, above)


def used_by(round_, found):
    """Return the keys, decisions, reasons and flags that a round shows, each once."""
    used = set(keys_of(round_.document))
    used |= {each["decision"] for decided in round_.decisions.values() for each in decided}
    for result in found.results:
        said = [*(result.provisional or "").split("; "), *result.flags]
        used |= {known for known in SAID if any(each.startswith(known) for each in said)}
        used |= {name for name in PRINTED if getattr(result, name) is not None}
    return used


@pytest.mark.parametrize("seed", range(4))
def test_what_is_printed_is_what_the_definitions_give(seed):
    random, used = Random(seed), Counter()  # noqa: S311 - the same rounds in every run, and nothing secret

    for number in range(ROUNDS):
        round_ = random_round(random)
        worked, found = Worked(round_), product_of(round_)
        used.update(used_by(round_, found))
        assert [each.target for each in found.results] == worked.order(), (number, round_)
        assert checks_of(found) == worked.checks, (number, round_)
        for result in found.results:
            assert printed_of(result) == worked.result(result.target), (number, round_)

    keys = {
        key for key in keys_there_are(SchemeDocument) if not key.startswith(tuple(f".{name}" for name in ELSEWHERE))
    }
    rare = {key: used[key] for key in {*keys, *get_args(DecisionKind), *SAID, *PRINTED} if used[key] < OFTEN}
    assert rare == {}


def test_the_marks_are_those_of_a_file():
    random = Random(4)  # noqa: S311 - as above

    for _ in range(100):
        round_ = random_round(random)
        scheme = scheme_from_document(round_.document)
        lines = ["ballot,group,target,item,mark", *(",".join(row) for row in round_.rows)]
        expected = tally_marks(*marks_of(round_, scheme))

        read = read_ratings("\n".join(lines).encode(), "R.csv", scheme, list(round_.targets)).tally

        assert read.sha256() == expected.sha256()
        assert np.array_equal(read.n, expected.n)
