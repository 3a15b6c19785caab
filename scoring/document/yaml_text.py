"""Read YAML without guessing: numbers stay the text they were written as, keys are text, no key stands twice."""

import re
from typing import TypeAlias

import yaml

from scoring.document.problems import Problem, SchemeError, visible

_DEEPEST = 40
AS_SEEN = "text as everybody sees it, without controls and without marks that turn its direction"
# Controls, and what lets a line read otherwise than it is written: two parties sign what they see.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\uffff]")
_NOTHING = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

Value: TypeAlias = "str | bool | list[Value] | dict[str, Value] | None"


def read_yaml(text: str, file: str) -> dict[str, Value]:
    """Return a YAML (or JSON) document whose outermost value is a mapping.

    Raises
    ------
    SchemeError
        If it cannot be parsed, is no mapping, repeats a key, or uses aliases.

    Examples
    --------
    >>> read_yaml("{weight: 0.10, on: 1, blank: null}", "S.yaml")
    {'weight': '0.10', 'on': '1', 'blank': None}
    """
    problems: list[Problem] = []
    try:
        _check_events(text, file)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = _value(node, "", problems) if node else None
    except yaml.YAMLError as error:
        raise SchemeError(file, [_unreadable(error)]) from error
    if not isinstance(value, dict):
        problems.append(Problem("document", "" if value is None else type(value).__name__, "key: value pairs"))
    if problems or not isinstance(value, dict):
        raise SchemeError(file, problems)
    return value


def _check_events(text: str, file: str) -> None:
    """Refuse aliases, which unfold, and depth, which takes the library time in its square, before anything is made."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise SchemeError(file, [Problem("document", "an alias (*name)", "each value written out")])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise SchemeError(file, [Problem("document", "nested too deeply", "a few levels")])


def _value(node: yaml.Node, place: str, problems: list[Problem]) -> Value:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_listed(each, f"{place}{number}.", problems) for number, each in enumerate(node.value)]
    text = str(node.value)
    _check_text(text, place.removesuffix("."), node, problems)
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    if plain and text in _NOTHING:
        return None
    return _TRUTH.get(text, text) if plain else text


def _listed(node: yaml.Node, place: str, problems: list[Problem]) -> Value:
    """Return an entry of a list: lists name things, so that a plain ``true`` there is a name."""
    value = _value(node, place, problems)
    return str(node.value) if isinstance(value, bool) else value


def _check_text(text: str, place: str, node: yaml.Node, problems: list[Problem]) -> None:
    where = place or f"line {node.start_mark.line + 1}"
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        problems.append(Problem(where, visible(text), "whole characters, without halves of one"))
    elif found := _UNSEEN.search(text):
        problems.append(Problem(where, f"U+{ord(found[0]):04X}", AS_SEEN))


def _mapping(node: yaml.MappingNode, place: str, problems: list[Problem]) -> dict[str, Value]:
    mapping: dict[str, Value] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(f"{place}line {line}", "a list or mapping as a key", "text as a key"))
        elif key.value in mapping:
            problems.append(Problem(f"{place}{key.value}", f"a second time in line {line}", "each key once"))
        else:
            _check_text(key.value, f"{place}line {line}", key, problems)
            mapping[key.value] = _value(value, f"{place}{key.value}.", problems)
    return mapping


def _unreadable(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "document"
    return Problem(place, str(getattr(error, "problem", None) or error), "YAML")
