"""Read YAML documents: one key once, and every problem with its place, what was found and what is allowed."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scoring.document.problems import Problem, SchemeError
from scoring.document.yaml_text import read_yaml
from survey.errors import BadDocumentError

MOST_CHARACTERS = 100_000  # takes seconds already; the longest plan of a county is a tenth
Kind = TypeVar("Kind", bound=BaseModel)


def parse(text: str, file: str) -> dict[str, Any]:
    """Return the YAML document `text` as a mapping; numbers stay the text they were written as.

    Raises
    ------
    BadDocumentError
        Where it isn't YAML, isn't a mapping, names a key twice or uses aliases.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadDocumentError(file, [Problem("the whole file", f"{len(text)} characters", f"up to {MOST_CHARACTERS}")])
    try:
        return read_yaml(text, file)
    except SchemeError as error:
        raise BadDocumentError(file, list(error.problems)) from error


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
