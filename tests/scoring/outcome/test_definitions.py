"""The rules that stand beside the numbers: every key of the scheme, as text."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scoring.document.scheme import load_scheme, scheme_from_document
from scoring.outcome.definitions import rules

PLAIN = {
    "name": "一项",
    "scale": {"优秀": 100, "称职": 80, "不称职": 0},
    "groups": [{"id": "居民"}, {"id": "政府"}],
    "criteria": [{"id": "德"}],
}


def test_every_rule_beside_the_weights_is_given_as_it_was_written():
    found = rules(
        load_scheme("""
            name: 全部
            scale: {优秀: 100, 称职: 80, 不称职: 0}
            groups: [{id: 居民}, {id: 政府}]
            criteria: [{id: 德}]
            mode: {steps: [{when: "share(优秀) >= 0.9", points: 200}, {points: 130}]}
            ballot_rules: [{rule: uniform, action: void}, {rule: max_share, level: 优秀, share: 0.3}]
            turnout: {min_share: "2/3", strict: true, action: void}
            components: [{id: 测评, weight: 2, source: ballots}, {id: 实绩, weight: 3, source: imported}]
            adjustments: {max_bonus: 5, floor: -0.5, items: [{id: 表彰, kind: bonus, max: 3}]}
            favourable: [优秀, 称职]
            ranking: {ties: hand, on: printed, break_ties_by: [优秀, {criterion: 德}, {group: 政府}]}
            grades: {quotas: [{grade: 优秀, share: "1/5", by_unit_grade: {优秀: 0.3, 较差: 0.15}}]}
            rounding: {shares: whole}
        """)
    )

    assert found.steps == (("share(优秀) >= 0.9", "200"), ("", "130"))
    assert found.ballot_rules == (
        {"rule": "uniform", "action": "void"},
        {"rule": "max_share", "action": "flag", "level": "优秀", "share": "0.3"},
    )
    assert found.turnout == {"min_share": "2/3", "strict": "true", "scope": "group", "action": "void"}
    assert found.components == (
        {"id": "测评", "share": "0.4", "source": "ballots"},
        {"id": "实绩", "share": "0.6", "source": "imported"},
    )
    assert found.adjustments == {"max_bonus": "5", "floor": "-0.5"}
    assert found.adjustment_items == ({"id": "表彰", "kind": "bonus", "max": "3"},)
    assert (found.favourable, found.shares, found.ties) == (("优秀", "称职"), "whole", "hand, printed")
    assert found.break_ties_by == ("优秀", "criterion: 德", "group: 政府")
    assert found.quotas[0].by_unit_grade == {"优秀": "0.3", "较差": "0.15"}


def test_the_other_modes_are_given_with_their_numbers():
    by_rank = rules(scheme_from_document(PLAIN | {"mode": {"ranks": {"full": 200, "less": "0.02"}}}))
    by_best = rules(scheme_from_document(PLAIN | {"mode": {"ratio": {}}}))

    assert by_rank.rank_points == {"full": "200", "less": "0.02", "least": "0"}
    assert by_best.ratio_to_best == "100"


def test_a_scheme_without_such_rules_leaves_them_empty():
    found = rules(scheme_from_document(PLAIN))

    assert (found.steps, found.rank_points, found.ratio_to_best, found.ballot_rules) == ((), None, None, ())
    assert (found.turnout, found.components, found.adjustments, found.favourable) == (None, (), None, ())
    assert (found.lonely, found.shares, found.ties) == (None, "separate", "shared")


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 9))
def test_shares_of_components_add_up_however_their_weights_are_written(weights, factor):
    def components(scale):
        first, *others = weights
        parts = [{"id": "票", "weight": first * scale, "source": "ballots"}]
        parts += [{"id": f"{n}", "weight": each * scale, "source": "imported"} for n, each in enumerate(others)]
        return rules(scheme_from_document(PLAIN | {"components": parts})).components

    assert sum(Fraction(part["share"]) for part in components(1)) == 1
    assert components(1) == components(factor)
