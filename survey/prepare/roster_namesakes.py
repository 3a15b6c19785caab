"""Which rows speak of the same target: by code, or, where a name is there already, by somebody's answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.errors import Notice, Problem
from survey.interchange.roster import KIND_WORDS, RosterFile, TargetRow
from survey.prepare.roster_plan import NEW, Choice, Question, TargetRecord


@dataclass
class Matching:
    """The rows of the file by target.

    Attributes
    ----------
    groups
        Code → its rows; ``row7`` → the rows of a new target whose code is to be made.
    meant
        ``row9`` → the code or first row of the target that row 9 was said to be.
    """

    groups: dict[str, list[TargetRow]] = field(default_factory=dict)
    meant: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def match(
    known: Mapping[str, TargetRecord],
    unit_names: Mapping[str, str],
    file: RosterFile,
    decisions: Mapping[int, str],
) -> Matching:
    """Return which rows speak of which target.

    A row with a code speaks of that code. A row without one whose name and kind nobody bears is a new target;
    where a target of the roster or an earlier or coded row of the file bears them, it needs a decision: the code
    (or ``row7``) of the same, or ``new``.
    """
    matching = Matching()
    choices = _known_choices(known, unit_names)
    for row in file.targets:
        if row.code:
            matching.groups.setdefault(row.code, []).append(row)
            if row.code not in known:
                _offer(choices, row, row.code)
    for row in file.targets:
        if not row.code:
            _place(row, choices, decisions.get(row.number), matching)
    asked = {row.number for row in file.targets if not row.code}
    for number, decision in decisions.items():
        if number not in asked:
            place = Notice("decision for row %(row)s", {"row": number})
            matching.problems.append(Problem(place, decision, Notice("a row without a code")))
    matching.groups = dict(sorted(matching.groups.items(), key=lambda item: item[1][0].number))
    return matching


def _known_choices(
    known: Mapping[str, TargetRecord], unit_names: Mapping[str, str]
) -> dict[tuple[str, str], list[Choice]]:
    choices: dict[tuple[str, str], list[Choice]] = {}
    for target in known.values():
        post = target.main_post
        words = " ".join(filter(None, (unit_names.get(post.unit_code, post.unit_code), post.title)))
        choices.setdefault((target.kind, target.name), []).append(Choice(target.code, words, target.active))
    return choices


def _offer(choices: dict[tuple[str, str], list[Choice]], row: TargetRow, value: str) -> None:
    """Let later rows of the same name and kind be said to be this one."""
    there = choices.setdefault((row.kind.value, row.name), [])
    if value not in {choice.value for choice in there}:
        there.append(Choice(value, _words(row)))


def _place(
    row: TargetRow, choices: dict[tuple[str, str], list[Choice]], decision: str | None, matching: Matching
) -> None:
    own = f"row{row.number}"
    there = tuple(choices.get((row.kind.value, row.name), ()))
    _offer(choices, row, own)
    question = Question(row.number, row.kind.value, row.name, _words(row), there)
    if not there or decision == NEW:
        matching.groups[own] = [row]
    elif decision is None:
        matching.questions.append(question)
    elif decision in question.answers:
        matching.meant[own] = matching.meant.get(decision, decision)
        matching.groups.setdefault(matching.meant[own], []).append(row)
    else:
        allowed = Notice(
            "the code of a %(kind)s named %(name)s, or new: %(answers)s",
            {"kind": KIND_WORDS[row.kind.value], "name": row.name, "answers": ", ".join(question.answers)},
        )
        matching.problems.append(Problem(row.at("code"), decision, allowed))


def _words(row: TargetRow) -> str:
    unit = row.get("unit_name") or row.get("unit") or ""
    return " ".join(filter(None, (unit, row.get("title") or "")))
