"""Documents that start from another: a town takes over the district's standard and adds its own."""

from typing import Any, TypeGuard


def extend(base: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """Return `base` as changed by `child`.

    Lists whose members all carry an ``id`` are merged by it, recursively: a member that the base has is changed
    in its place, a new one is appended. Every other key of the child replaces the base's, mappings such as a
    scale as well: a level that is not named again is gone. The name is the child's own, and ``extends`` is
    spent. Neither argument is changed.

    Parameters
    ----------
    base
        The document that ``extends`` names, itself already resolved.
    child
        The document with ``extends``.

    Examples
    --------
    >>> base = {"name": "区", "items": [{"id": "德"}, {"id": "绩", "label": "实绩"}]}
    >>> extend(base, {"name": "镇", "extends": "区", "items": [{"id": "绩", "hint": "办成的事"}, {"id": "治水"}]})
    {'items': [{'id': '德'}, {'id': '绩', 'label': '实绩', 'hint': '办成的事'}, {'id': '治水'}], 'name': '镇'}
    """
    merged = _merge({key: value for key, value in base.items() if key not in {"extends", "name"}}, child)
    merged.pop("extends", None)
    return merged


def _merge(base: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in child.items():
        there = base.get(key)
        merged[key] = _merge_by_id(there, value) if _have_ids(there) and _have_ids(value) else value
    return merged


def _have_ids(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "id" in each for each in value)


def _merge_by_id(base: list[dict[str, Any]], child: list[dict[str, Any]]) -> list[dict[str, Any]]:
    changes = [each["id"] for each in child]
    if len(set(map(str, changes))) < len(changes):
        return [*base, *child]  # an id that stands twice is for the document's own check to name
    by_id = {each["id"]: each for each in child}
    known = {each["id"] for each in base}
    kept = [_merge(each, by_id[each["id"]]) if each["id"] in by_id else each for each in base]
    return kept + [each for each in child if each["id"] not in known]
