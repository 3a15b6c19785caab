from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from survey.errors import ConflictError
from survey.prepare import documents
from tests.hall import NOON

QUESTIONNAIRES = {"干部年度测评", "群众看干部", "领导班子", "群众看班子", "群众工作", "五级满意度"}
SCHEMES = {"三三制", "三三制-居民满意度", "三三制-班子", "三三制-班子-居民满意度", "三三制-单位", "五级满意度"}
CADRE_MAP = {"待人": "德", "尽心": "勤", "办成的事": "绩", "公道": "廉", "总的看法": "总体评价"}
# scheme, group, questionnaire, questionnaire item → scheme item
MEANT_TOGETHER = [
    ("三三制", "居民", "干部年度测评", {}),
    ("三三制", "党委", "干部年度测评", {}),
    ("三三制-居民满意度", "居民", "群众看干部", CADRE_MAP),
    ("三三制-居民满意度", "代表", "干部年度测评", {}),
    ("三三制-班子", "政府", "领导班子", {}),
    ("三三制-班子-居民满意度", "居民", "群众看班子", {}),
    ("三三制-班子-居民满意度", "党委", "领导班子", {}),
    ("三三制-单位", "居民", "群众工作", {}),
    ("三三制-单位", "党委", "群众工作", {}),
    ("五级满意度", "居民", "五级满意度", {}),
]


def test_the_presets_are_there(session: Session) -> None:
    by_kind = {(preset.kind, preset.name) for preset in documents.presets()}

    assert by_kind == {("questionnaire", name) for name in QUESTIONNAIRES} | {("scheme", name) for name in SCHEMES}
    for kind, name in by_kind:
        read = documents.questionnaire if kind == "questionnaire" else documents.scheme
        assert read(session, name).name == name


def test_every_preset_says_first_what_it_is_for() -> None:
    assert all(preset.text.startswith("# ") for preset in documents.presets())


@pytest.mark.parametrize(("scheme", "group", "questionnaire", "renamed"), MEANT_TOGETHER)
def test_questionnaires_fit_the_schemes_that_they_are_meant_for(
    session: Session, scheme: str, group: str, questionnaire: str, renamed: dict[str, str]
) -> None:
    leaf = documents.scheme(session, scheme).leaf(group)
    asked = documents.questionnaire(session, questionnaire)

    assert set(asked.scale) == set(leaf.points)
    assert {level for level, points in leaf.points.items() if points is None} == set(asked.not_a_judgement)
    assert {renamed.get(item.id, item.id) for item in asked.items} == set(leaf.asks)


def test_the_questionnaires_explain_each_item_in_plain_words(session: Session) -> None:
    for name in QUESTIONNAIRES:
        assert all(item.hint for item in documents.questionnaire(session, name).items)


def test_thirds_count_the_three_groups_alike_and_weigh_the_five_heads(session: Session) -> None:
    """德20 能15 勤15 绩30 廉20 and the thirds: the rules of Pujiang town, Minhang district."""
    scheme = documents.scheme(session, "三三制")

    assert [(group.id, int(group.weight)) for group in scheme.groups] == [("群众", 1), ("政府", 1), ("党委", 1)]
    assert [(group.id, int(group.weight)) for group in scheme.groups[0].groups or ()] == [("居民", 2), ("代表", 1)]
    assert [(criterion.id, int(criterion.weight)) for criterion in scheme.criteria] == [
        ("德", 20),
        ("能", 15),
        ("勤", 15),
        ("绩", 30),
        ("廉", 20),
    ]
    assert scheme.document.overall is not None
    assert (scheme.document.overall.item, scheme.document.overall.share) == ("总体评价", Fraction(2, 5))
    assert scheme.points == {"优秀": 100, "称职": 80, "基本称职": 60, "不称职": 0, "不了解": None}
    assert scheme.document.denominator == "judgements"
    assert scheme.document.grades is not None
    (quota,) = scheme.document.grades.quotas
    assert (quota.grade, quota.share, quota.rounding) == ("优秀", Fraction(1, 5), "half_up")
    assert scheme.pool_traits(quota) == ("class", "layer")


def test_five_levels_of_satisfaction_make_the_published_mean(session: Session) -> None:
    """20/40/30/7/3 % on 100/80/60/30/0 make 72.10."""
    points = documents.scheme(session, "五级满意度").points
    shares = {"很满意": 20, "满意": 40, "一般": 30, "不满意": 7, "很不满意": 3}

    assert sum(Fraction(share, 100) * (points[level] or 0) for level, share in shares.items()) == Fraction("72.10")


def test_residents_who_answer_in_plain_words_change_nothing_else_in_the_thirds(session: Session) -> None:
    plain, own = (documents.scheme(session, name).canonical() for name in ("三三制", "三三制-居民满意度"))
    residents = own["groups"][0]["groups"][0]

    assert residents.pop("scale")["满意"] == "100/1"
    assert residents.pop("asks") == ["德", "勤", "绩", "廉", "总体评价"]
    assert {**own, "name": "三三制"} == plain


def test_a_town_starts_from_a_preset_and_adds_its_own_item(session: Session) -> None:
    items = "[{id: 治水, hint: 河道管得怎么样}, {id: 绩, hint: 换句话说}]"
    own = f"{{name: 云陂镇干部测评, extends: 干部年度测评, items: {items}}}"
    documents.add(session, own, "云陂.yaml", "tester", NOON)

    asked = documents.questionnaire(session, "云陂镇干部测评")

    assert [item.id for item in asked.items] == ["德", "能", "勤", "绩", "廉", "总体评价", "治水"]
    assert {item.id: item.hint for item in asked.items}["绩"] == "换句话说"
    assert asked.scale == documents.questionnaire(session, "干部年度测评").scale


def test_a_town_may_not_take_a_presets_name(session: Session) -> None:
    text = next(preset.text for preset in documents.presets() if preset.name == "群众工作")

    with pytest.raises(ConflictError, match="name of a preset"):
        documents.add(session, text, "自己的.yaml", "tester", NOON)
