"""Read YAML documents: one key once, and every problem with its place, what was found and what is allowed."""

from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from survey.errors import BadDocumentError, Problem

MOST_CHARACTERS = 500_000
Kind = TypeVar("Kind", bound=BaseModel)


class _OnceLoader(yaml.SafeLoader):
    """A safe loader that refuses a key written twice and reads keys as text."""


def _mapping(loader: _OnceLoader, node: yaml.MappingNode) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in result:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key} stands twice; allowed: each key once", key_node.start_mark
            )
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_OnceLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse(text: str, file: str) -> dict[str, Any]:
    """Return the YAML document `text` as a mapping.

    Raises
    ------
    BadDocumentError
        Where it isn't YAML, isn't a mapping, names a key twice or uses anchors.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadDocumentError(file, [Problem("the whole file", f"{len(text)} characters", f"up to {MOST_CHARACTERS}")])
    try:
        # Aliases let a small text unfold into an enormous one.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, _OnceLoader)):
            raise BadDocumentError(file, [Problem("the whole file", "an alias (*name)", "a document without aliases")])
        document = yaml.load(text, _OnceLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the whole file"
        raise BadDocumentError(file, [Problem(place, error.problem or "broken YAML", "a YAML document")]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise BadDocumentError(file, [Problem("the whole file", str(error), "a YAML document")]) from error
    if not isinstance(document, dict):
        raise BadDocumentError(file, [Problem("the whole file", type(document).__name__, "a mapping of keys")])
    return document


def read(kind: type[Kind], document: dict[str, Any], file: str) -> Kind:
    """Return `document` as a value of `kind`.

    Raises
    ------
    BadDocumentError
        Listing every problem with its field.
    """
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise BadDocumentError(file, problems(error)) from error


def problems(error: ValidationError) -> list[Problem]:
    """Return what pydantic found, in our words: place, found, allowed."""
    found = []
    for detail in error.errors(include_url=False):
        place = ".".join(str(step) for step in detail["loc"] if not str(step).endswith("]")) or "the whole file"
        if detail["type"] == "missing":
            found.append(Problem(place, "", "a value: this key is required"))
        elif detail["type"] == "extra_forbidden":
            found.append(Problem(place, "an unknown key", "the keys of the documentation"))
        else:
            given = detail["input"] if isinstance(detail["input"], str | int | float) else ""
            message = detail["msg"].removeprefix("Value error, ")
            found.append(Problem(place, str(given), message[:1].lower() + message[1:]))
    return found
