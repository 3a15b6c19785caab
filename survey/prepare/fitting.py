"""Fitting: whether what each group is asked fits the scheme that scores it."""

from typing import Any

from survey.manifest.questionnaire import Questionnaire
from survey.prepare.missing import Draft


def check_fit(
    parts: list[dict[str, Any]], sheets: list[dict[str, Any]], questionnaires: dict[str, Questionnaire], result: Draft
) -> None:
    """Note where a sheet's group isn't in a scheme or isn't asked, and where marks wouldn't fit the scheme."""
    part_of = {code: part for part in parts for code in part["targets"]}
    checked = set()
    for sheet in sheets:
        for part in {id(part_of[code]): part_of[code] for code in sheet["targets"] if code in part_of}.values():
            if (sheet["group"], id(part)) in checked:
                continue
            checked.add((sheet["group"], id(part)))
            _check_marks(sheet["group"], part, questionnaires, result)
    for part in parts:
        _check_groups(part, sheets, result)


def _check_marks(group: str, part: dict[str, Any], questionnaires: dict[str, Questionnaire], result: Draft) -> None:
    scheme = result.schemes[part["scheme"]]
    leaves = {leaf.id: leaf for leaf in scheme.leaves()}
    if group not in leaves:
        result.miss(
            "%(group)s has a sheet but is no group of the scheme %(scheme)s; allowed: %(groups)s.",
            group=group,
            scheme=scheme.name,
            groups=", ".join(leaves),
        )
        return
    if group not in part["ask"]:
        result.miss(
            "The programme does not say what %(group)s is asked under %(scheme)s.", group=group, scheme=scheme.name
        )
        return
    asked = questionnaires[part["ask"][group]]
    points = leaves[group].points
    if set(asked.scale) - set(points):
        result.miss(
            "%(questionnaire)s has the levels %(found)s, but the scheme %(scheme)s gives points for %(allowed)s.",
            questionnaire=asked.name,
            found=", ".join(asked.scale),
            scheme=scheme.name,
            allowed=", ".join(points),
        )
    items = {part["map"].get(group, {}).get(item.id, item.id) for item in asked.items}
    if items != set(leaves[group].asks):
        result.miss(
            "%(questionnaire)s asks %(group)s %(found)s, but the scheme %(scheme)s counts %(allowed)s.",
            questionnaire=asked.name,
            group=group,
            found=", ".join(sorted(items)),
            scheme=scheme.name,
            allowed=", ".join(sorted(leaves[group].asks)),
        )


def _check_groups(part: dict[str, Any], sheets: list[dict[str, Any]], result: Draft) -> None:
    scheme = result.schemes[part["scheme"]]
    for leaf in (leaf.id for leaf in scheme.leaves()):
        rated = {code for sheet in sheets if sheet["group"] == leaf for code in sheet["targets"]}
        left = [code for code in part["targets"] if code not in rated]
        if left and scheme.document.empty_group == "fail":
            result.miss(
                "No sheet lets %(group)s rate %(count)s of the targets under %(scheme)s (first: %(first)s), "
                "and its rule for an empty group is to fail.",
                group=leaf,
                count=len(left),
                scheme=scheme.name,
                first=left[0],
            )
