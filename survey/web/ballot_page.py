"""What a ballot page shows, worked out of the manifest and the marks; templates only print it."""

from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from survey.manifest.manifest import Manifest, ManifestTarget, Sheet
from survey.manifest.marks import BLANK, SELF, UNKNOWN
from survey.manifest.questionnaire import Item, Questionnaire

PEOPLE = {"person", "member"}
MOST_CHIPS = 10  # a longer scale is a list to choose from
ONE_ROW = 5  # more chips than this break into rows on a phone
GRID_LEVELS, GRID_ITEMS = 6, 7  # what a row of the desk's grid can hold
LONG_WORD = 3
MARKS_A_MINUTE = 8  # an old hand on a small phone


@dataclass(frozen=True)
class Level:
    """One level to choose: its value in the form, its word plain and with the place where it may break."""

    value: int
    word: str
    shown: Markup
    aside: bool


@dataclass(frozen=True)
class Ask:
    """One item asked of one target: cell number, item and what was marked."""

    cell: int
    item: Item
    overall: bool
    mark: int


@dataclass(frozen=True)
class Card:
    """One target on the page."""

    number: int
    target: ManifestTarget
    place: str
    asks: tuple[Ask, ...]

    @property
    def whole(self) -> int | None:
        """The one mark for all items: 254 don't know, 253 myself; ``None`` where items are marked one by one."""
        marks = {ask.mark for ask in self.asks}
        return marks.pop() if marks in ({UNKNOWN}, {SELF}) else None

    @property
    def missing(self) -> tuple[Ask, ...]:
        """The items still blank."""
        return tuple(ask for ask in self.asks if ask.mark == BLANK)

    @property
    def uniform(self) -> bool:
        """Whether several items were all marked with the same level."""
        marks = {ask.mark for ask in self.asks}
        return len(self.asks) > 1 and len(marks) == 1 and marks.isdisjoint({BLANK, UNKNOWN, SELF})

    @property
    def unknown(self) -> bool:
        """Whether the rater doesn't know the target at all."""
        return self.whole == UNKNOWN

    @property
    def myself(self) -> bool:
        """Whether the rater is the target."""
        return self.whole == SELF

    @property
    def person(self) -> bool:
        """Whether the target is a person."""
        return self.target.kind in PEOPLE


@dataclass(frozen=True)
class Section:
    """Targets in a row that are asked the same questionnaire."""

    questionnaire: Questionnaire
    levels: tuple[Level, ...]
    cards: tuple[Card, ...]

    @property
    def listed(self) -> bool:
        """Whether the scale is too long for chips and becomes a list to choose from."""
        return len(self.levels) > MOST_CHIPS

    @property
    def several_rows(self) -> bool:
        """Whether a phone needs more than one row of chips."""
        return len(self.levels) > ONE_ROW


@dataclass(frozen=True)
class Progress:
    """How far a ballot is: cards done of all, minutes still needed, the number of the card that stands open."""

    done: int
    total: int
    minutes: int
    opened: int | None
    people: bool

    @property
    def left(self) -> int:
        """The cards with blanks."""
        return self.total - self.done


def sections(manifest: Manifest, sheet: Sheet, marks: bytes) -> tuple[Section, ...]:
    """Return the page's parts with every card, in the sheet's order."""
    cards = _cards(manifest, sheet, marks)
    runs = groupby(cards, key=lambda card: manifest.part(card.target.code).ask[sheet.group])
    asked = manifest.questionnaires
    return tuple(Section(asked[digest], _levels(asked[digest]), tuple(run)) for digest, run in runs)


def fits_grid(parts: tuple[Section, ...]) -> bool:
    """Return whether a desk can show the ballot as a grid: few items, and levels told apart by one character."""
    for part in parts:
        initials = [level.word[0] for level in part.levels if not level.aside]
        asides = len(part.levels) - len(initials)
        if len(set(initials)) < len(initials) or asides > 1 or len(part.levels) > GRID_LEVELS:
            return False
        if len(part.questionnaire.items) > GRID_ITEMS:
            return False
    return True


def progress(parts: tuple[Section, ...], opened: int | None = None) -> Progress:
    """Return how far the ballot is; the card to show open is `opened`, else the first unfinished one."""
    cards = [card for part in parts for card in part.cards]
    unfinished = [card for card in cards if card.missing]
    marks = sum(len(card.missing) for card in unfinished)
    first = unfinished[0].number if unfinished else None
    return Progress(
        done=len(cards) - len(unfinished),
        total=len(cards),
        minutes=-(-marks // MARKS_A_MINUTE),
        opened=first if opened is None else opened,
        people=all(card.person for card in cards),
    )


def breakable(name: str, office: str) -> tuple[str, ...]:
    """Return `name` in the pieces between which a heading may break: after the office's name.

    Examples
    --------
    >>> breakable("2026年度云陂镇中层干部民主测评", "云陂镇")
    ('2026年度云陂镇', '中层干部民主测评')
    """
    before, found, after = name.partition(office) if office else (name, "", "")
    return tuple(piece for piece in (before + found, after) if piece)


def _cards(manifest: Manifest, sheet: Sheet, marks: bytes) -> list[Card]:
    cards, cell = [], 0
    for number, code in enumerate(sheet.targets):
        overall = _overall(manifest, sheet, code)
        asks = []
        for item in manifest.questionnaire(sheet, code).items:
            asks.append(Ask(cell, item, item.id == overall, marks[cell]))
            cell += 1
        target = manifest.target(code)
        cards.append(Card(number, target, _place(target), tuple(asks)))
    return cards


def _overall(manifest: Manifest, sheet: Sheet, code: str) -> str | None:
    """Return the id of the questionnaire's item that counts as the scheme's overall mark."""
    part = manifest.part(code)
    wanted = (manifest.schemes[part.scheme].get("overall") or {}).get("item")
    items = manifest.questionnaire(sheet, code).items
    return next((item.id for item in items if part.scheme_item(sheet.group, item.id) == wanted), None)


def _place(target: ManifestTarget) -> str:
    """Return the line under the name: unit and title of a person, nothing that only repeats the name."""
    line = target.title if target.unit in target.title else f"{target.unit}{target.title}"
    return "" if line == target.name else line


def _levels(asked: Questionnaire) -> tuple[Level, ...]:
    """Return the scale in its order, what is not a judgement last."""
    levels = [Level(value, word, _shown(word), word in asked.not_a_judgement) for value, word in enumerate(asked.scale)]
    return tuple(sorted(levels, key=lambda level: level.aside))


def _shown(word: str) -> Markup:
    """Return where a Chinese word may break: 不|称职, 基本|称职."""
    if word.isascii() or len(word) < LONG_WORD:
        return escape(word)
    cut = 1 if len(word) == LONG_WORD else 2
    return escape(word[:cut]) + Markup("<wbr>") + escape(word[cut:])
