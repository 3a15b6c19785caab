import copy
from typing import Any

from survey.manifest.extending import extend

DISTRICT: dict[str, Any] = {
    "name": "区标准",
    "scale": {"优秀": "100", "称职": "80"},
    "groups": [
        {"id": "群众", "weight": "1", "groups": [{"id": "居民", "weight": "2"}, {"id": "代表", "weight": "1"}]},
        {"id": "政府", "weight": "1"},
    ],
    "ranking": {"within": ["class", "layer"], "ties": "shared"},
    "not_a_judgement": ["不了解"],
}


def test_a_new_member_is_appended_and_the_others_stay_in_order() -> None:
    merged = extend(DISTRICT, {"name": "镇", "extends": "区标准", "groups": [{"id": "党委", "weight": "1"}]})

    assert [group["id"] for group in merged["groups"]] == ["群众", "政府", "党委"]


def test_a_member_that_is_there_is_changed_in_its_place_however_deep() -> None:
    child = {"name": "镇", "groups": [{"id": "群众", "groups": [{"id": "居民", "scale": {"满意": "100"}}]}]}

    masses = extend(DISTRICT, child)["groups"][0]

    assert masses == {
        "id": "群众",
        "weight": "1",
        "groups": [{"id": "居民", "weight": "2", "scale": {"满意": "100"}}, {"id": "代表", "weight": "1"}],
    }


def test_mappings_and_plain_lists_are_replaced_whole() -> None:
    child = {"name": "镇", "scale": {"好": "1"}, "ranking": {"ties": "shared"}, "not_a_judgement": []}

    merged = extend(DISTRICT, child)

    assert merged["scale"] == {"好": "1"}
    assert merged["ranking"] == {"ties": "shared"}
    assert merged["not_a_judgement"] == []


def test_the_name_is_the_childs_own_and_extends_is_spent() -> None:
    assert extend(DISTRICT, {"extends": "区标准", "name": "镇"})["name"] == "镇"
    assert "name" not in extend(DISTRICT, {"extends": "区标准"})
    assert "extends" not in extend({**DISTRICT, "extends": "更上一级"}, {"extends": "区标准", "name": "镇"})


def test_an_id_that_stands_twice_is_kept_twice_for_the_check_to_name() -> None:
    child = {"name": "镇", "groups": [{"id": "党委"}, {"id": "党委"}]}

    assert [group["id"] for group in extend(DISTRICT, child)["groups"]] == ["群众", "政府", "党委", "党委"]


def test_neither_document_is_changed() -> None:
    base = copy.deepcopy(DISTRICT)
    child = {"name": "镇", "groups": [{"id": "政府", "weight": "3"}]}
    kept = copy.deepcopy(child)

    extend(base, child)

    assert base == DISTRICT
    assert child == kept
