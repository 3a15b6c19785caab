"""Say what is wrong with single keys and values of a scheme: pydantic's findings in our words."""

from collections.abc import Sequence
from typing import Any, get_args

from pydantic_core import ErrorDetails

from scoring.document.problems import Problem, visible
from scoring.document.scheme_document import DIRECT, LEVELS, SchemeDocument
from scoring.document.scheme_values import Part

_UNBUILT = "nothing yet: this key is part of the format, but this version cannot apply it and will not ignore it"
_KINDS = {
    "string_type": "text",
    "string_too_short": "a name",
    "string_too_long": "a name of at most 200 characters",
    "tuple_type": "a list",
    "too_short": "a list that is not empty",
    "dict_type": "key: value pairs",
    "model_type": "key: value pairs",
}


def shape_problems(errors: Sequence[ErrorDetails]) -> list[Problem]:
    """Return pydantic's findings in our words, without those that only follow from another."""
    return [_shape_problem(each) for each in errors if each["type"] != "too_short" or not each["input"]]


def _shape_problem(error: ErrorDetails) -> Problem:
    """Return one of pydantic's findings in our words."""
    place = visible(".".join(str(step) for step in error["loc"] if step not in {LEVELS, DIRECT})) or "document"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        part = _part_at(error["loc"][:-1])
        if error["loc"][-1] in part.unbuilt:
            return Problem(place, visible(str(error["loc"][-1])), _UNBUILT)
        names = ", ".join(field.alias or name for name, field in part.model_fields.items())
        return Problem(place, visible(str(error["loc"][-1])), names)
    if kind == "missing":
        return Problem(place, "", "a value; this key must be there")
    allowed = context.get("allowed") or context.get("expected") or _KINDS.get(kind, error["msg"])
    return Problem(place, _seen(error["input"]), str(allowed))


def _part_at(steps: Sequence[int | str]) -> type[Part]:
    """Return the model of the piece of the document that the steps lead to."""
    part: type[Part] = SchemeDocument
    for step in steps:
        for name, field in part.model_fields.items():
            if step in {name, field.alias}:
                part = _part_in(field.annotation) or part
    return part


def _part_in(annotation: Any) -> type[Part] | None:  # noqa: ANN401 - an annotation is whatever was written
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next(filter(None, map(_part_in, get_args(annotation))), None)


def _seen(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else visible(str(value))
