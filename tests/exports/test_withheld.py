"""A withheld value says why, in the words of the place where it stands."""

from exports.withheld import brief, cell_text, legend, short_text
from scoring.outcome.results import Cell


def test_a_shown_score_is_printed_as_it_is(rules):
    assert cell_text(Cell(score="88.60", n=12), "score", rules) == "88.60"


def test_not_asked_and_not_judged_are_two_things(rules):
    assert cell_text(None, "items", rules) == "未问"
    assert cell_text(Cell(n=0), "items", rules) == "无人评价"


def test_a_withheld_cell_never_prints_its_number_even_if_it_came_along(rules):
    leaking = Cell(score="97.78", withheld="few")

    assert cell_text(leaking, "items", rules) == "不显示：不足10票"
    assert short_text(leaking, "items", rules) == "不足10"


def test_a_groups_score_needs_as_many_ballots_as_its_items(rules):
    """Shown beside withheld items, the score of nine ballots would give the items away, so ten are needed."""
    assert short_text(Cell(withheld="few"), "score", rules) == "不足10"


def test_the_total_of_a_single_item_needs_what_that_item_needs(rules, with_rules):
    single = with_rules(criteria={"满意度": "1"}, items={}, overall=None)

    assert brief("few", "total", rules) == "不显示：不足5"
    assert brief("few", "total", single) == "不显示：不足10"


def test_the_legend_explains_every_text_that_can_occur(rules):
    explained = dict(legend(rules))

    for view in ("score", "items", "distribution", "total", "criteria"):
        for reason in ("few", "complementary", "alike", "solvable"):
            assert brief(reason, view, rules) in explained
