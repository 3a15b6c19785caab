"""Every sentence that a page may show, found by reading templates and code: each needs its Chinese."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_file

from survey.manifest.states import RoundState, TwoPersonAct
from survey.office.permissions import ROLES

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "survey" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
# Notices and what a draft misses are said by use cases and translated by the page that shows them.
TRANSLATED = {"_", "gettext", "lazy_gettext", "ngettext", "Notice", "miss"}
PLAIN = {"Problem"}  # place, found and allowed, where they are words of ours
# Of scoring, a page shows what is wrong with a scheme; what is wrong with files of ratings goes to the command line.
SHOWN_ON_PAGES = ("scheme_values.py", "scheme_shape.py", "scheme_problems.py", "rule_problems.py", "yaml_text.py")
NOT_FOR_PEOPLE = {"ValueError", "KeyError", "LookupError", "RuntimeError", "PydanticCustomError"}
ACTS = {"record": 2, "_note": 0}  # the audit log's acts: in which argument they stand
TABLES = {"REFUSALS", "_KINDS"}  # whose values are sentences
# Words that the audit log puts together or takes from the tables.
LOGGED = [
    *(f"{state.value} round" for state in RoundState if state is not RoundState.DRAFT),
    *ROLES,
    *("issue", "reserve", "questionnaire", "scheme"),
    *("chain audit log", "entries", "on the command line"),
    *(act.value for act in TwoPersonAct),
    *("give new password", "second step", "second factor", "recovery code"),
    *("extend_window", "raise_entitled", "withdraw_target", "door", "closes", "entitled"),
]


def messages() -> dict[str, str]:
    """Return every msgid and the first place that it stands in."""
    found = dict.fromkeys(LOGGED, "the audit log")
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for line, message, *_ in extract_from_file("jinja2.ext:babel_extract", path, options={"silent": "false"}):
            for single in [message] if isinstance(message, str) else message:
                found.setdefault(single, f"{path.relative_to(ROOT)}:{line}")
    for path in _modules():
        for line, message in _in_module(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(message, f"{path.relative_to(ROOT)}:{line}")
    return found


@cache
def _constants() -> dict[str, str]:
    """Return the sentences that stand under a name of their own, such as ``LOCKED``."""
    found = {}
    for path in _modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = node.value
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found[node.targets[0].id] = value.value
    return found


def _modules() -> list[Path]:
    # The command line speaks English; the migrations speak to nobody.
    survey = [
        path
        for path in sorted((ROOT / "survey").rglob("*.py"))
        if {"cli", "migrations"}.isdisjoint(path.relative_to(ROOT).parts)
    ]
    return [*survey, *(ROOT / "scoring" / "document" / name for name in SHOWN_ON_PAGES)]


def _in_module(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and _name(call) == "__init__":
                    yield from _words(call.args[:1])
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            if isinstance(node.targets[0], ast.Name) and node.targets[0].id in TABLES:
                yield from _words(node.value.values)
        elif isinstance(node, ast.Call):
            yield from _words(_sentences(node))
            yield from ((node.lineno, word.arg) for word in node.keywords if _name(node) == "_note" and word.arg)


def _sentences(call: ast.Call) -> list[ast.expr]:
    """Return the arguments of `call` that are sentences for people."""
    name, arguments = _name(call), call.args
    if name in TRANSLATED or (name.endswith("Error") and name not in NOT_FOR_PEOPLE):
        return arguments[: 2 if name == "ngettext" else 1]
    if (
        name == "refusal"
    ):  # of a document's value: what is allowed; of a file: its name, what was found, what is allowed
        return arguments[2:3] or arguments[:1]
    if name in PLAIN:
        return [*arguments[:1], *arguments[2:]]
    if name in ACTS:
        details = [detail for detail in arguments if isinstance(detail, ast.Dict)]
        keys = [key for detail in details for key in detail.keys if key is not None]
        return [*arguments[ACTS[name] :][:1], *keys]
    return []


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _words(arguments: list[ast.expr]) -> Iterator[tuple[int, str]]:
    """Yield the literal texts among `arguments`, either branch of a choice too."""
    for argument in arguments:
        if isinstance(argument, ast.IfExp):
            yield from _words([argument.body, argument.orelse])
        elif isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
            yield argument.lineno, argument.value
        elif isinstance(argument, ast.Name) and argument.id in _constants():
            yield argument.lineno, _constants()[argument.id]
