"""What an import would do, before it does it: every unit and target as it is and as it would be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from survey.errors import Notice

NEW = "new"


@dataclass(frozen=True)
class UnitRecord:
    """A unit as the roster holds it."""

    code: str
    name: str
    parent_code: str | None = None
    class_: str = ""


@dataclass(frozen=True)
class PostRecord:
    """One post of a target; for all but persons and members the one line of where it belongs."""

    unit_code: str
    title: str = ""
    class_: str = ""
    layer: str = ""
    main: bool = True


@dataclass(frozen=True)
class TargetRecord:
    """A target as the roster holds it, the main post first."""

    code: str
    kind: str
    name: str
    duties: str = ""
    active: bool = True
    posts: tuple[PostRecord, ...] = ()

    @property
    def main_post(self) -> PostRecord:
        """The post that sets class, layer and unit."""
        return next(post for post in self.posts if post.main)


@dataclass(frozen=True)
class FieldChange:
    """What one field says now and would say; empty text where it says nothing.

    ``field`` is one of name, parent, class, duties, active, unit, title, layer, posts.
    """

    field: str
    old: str
    new: str


Record = TypeVar("Record", UnitRecord, TargetRecord)


@dataclass(frozen=True)
class Change(Generic[Record]):
    """One unit or target of the file.

    Attributes
    ----------
    before
        As the roster holds it, ``None`` if it would be added.
    after
        As it would be.
    rows
        The rows of the file that say so.
    code_made
        Whether the file gave no code and one was made.
    fields
        What would change, field by field; empty for an addition and where nothing changes.
    """

    before: Record | None
    after: Record
    rows: tuple[int, ...]
    code_made: bool = False
    fields: tuple[FieldChange, ...] = ()

    @property
    def status(self) -> Literal["added", "changed", "left"]:
        """What would happen."""
        if self.before is None:
            return "added"
        return "left" if self.before == self.after else "changed"


@dataclass(frozen=True)
class Choice:
    """One answer to a namesake question.

    Attributes
    ----------
    value
        What a decision holds: a code of the roster or of the file, or ``row7`` for a row without a code.
    words
        Whom it means: unit and title.
    active
        Whether it is active in the roster.
    """

    value: str
    words: str
    active: bool = True


@dataclass(frozen=True)
class Question:
    """A row without a code whose name and kind are there already: is it the same, or another of that name."""

    row: int
    kind: str
    name: str
    words: str
    choices: tuple[Choice, ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """Every decision that is understood."""
        return (*(choice.value for choice in self.choices), NEW)


@dataclass(frozen=True)
class RosterPlan:
    """The dry run of an import.

    Attributes
    ----------
    units, targets
        All that the file speaks of, in its order.
    questions
        Namesakes that need an answer before anything can be carried out.
    ignored
        Sheets and columns of the file that nothing is read from.
    absent
        How many active targets of the roster the file doesn't speak of; they are left as they are.
    unit_names
        Unit code → name, as it would be after the import.
    """

    file: str
    units: tuple[Change[UnitRecord], ...]
    targets: tuple[Change[TargetRecord], ...]
    questions: tuple[Question, ...] = ()
    ignored: tuple[Notice, ...] = ()
    absent: int = 0
    unit_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes_made(self) -> tuple[str, ...]:
        """The codes that the file didn't give."""
        units = [change.after.code for change in self.units if change.code_made]
        return (*units, *(change.after.code for change in self.targets if change.code_made))

    def counts(self) -> "Counts":
        """Return how much would be added, changed and left."""
        units = [change.status for change in self.units]
        targets = [change.status for change in self.targets]
        return Counts(
            units_added=units.count("added"),
            units_changed=units.count("changed"),
            units_left=units.count("left"),
            targets_added=targets.count("added"),
            targets_changed=targets.count("changed"),
            targets_left=targets.count("left"),
            codes_made=len(self.codes_made),
        )


@dataclass(frozen=True)
class Counts:
    """How much an import adds, changes and leaves."""

    units_added: int
    units_changed: int
    units_left: int
    targets_added: int
    targets_changed: int
    targets_left: int
    codes_made: int


def unit_changes(before: UnitRecord | None, after: UnitRecord) -> tuple[FieldChange, ...]:
    """Return what differs between two states of a unit."""
    if before is None:
        return ()
    pairs = (
        ("name", before.name, after.name),
        ("parent", before.parent_code or "", after.parent_code or ""),
        ("class", before.class_, after.class_),
    )
    return tuple(FieldChange(*pair) for pair in pairs if pair[1] != pair[2])


def target_changes(
    before: TargetRecord | None, after: TargetRecord, names: Mapping[str, str]
) -> tuple[FieldChange, ...]:
    """Return what differs between two states of a target; `names` are those of the units."""
    if before is None:
        return ()
    pairs = [("name", before.name, after.name), ("duties", before.duties, after.duties)]
    if before.active != after.active:
        pairs.append(("active", str(before.active), str(after.active)))
    if len(before.posts) == len(after.posts) == 1:
        pairs += _post_pairs(before.posts[0], after.posts[0], names)
    elif before.posts != after.posts:
        pairs.append(("posts", _all_words(before, names), _all_words(after, names)))
    return tuple(FieldChange(*pair) for pair in pairs if pair[1] != pair[2])


def _post_pairs(before: PostRecord, after: PostRecord, names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    yield "unit", _unit(before, names), _unit(after, names)
    yield "title", before.title, after.title
    yield "class", before.class_, after.class_
    yield "layer", before.layer, after.layer


def _unit(post: PostRecord, names: Mapping[str, str]) -> str:
    return f"{post.unit_code} {names.get(post.unit_code, '')}".strip()


def _all_words(target: TargetRecord, names: Mapping[str, str]) -> str:
    return "；".join(_words(post, names) for post in target.posts)


def _words(post: PostRecord, names: Mapping[str, str]) -> str:
    words = [names.get(post.unit_code, post.unit_code), post.title, post.class_, post.layer]
    return " ".join(filter(None, words)) + ("（主岗）" if post.main else "")
