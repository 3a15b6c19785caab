"""What the review before the hand-in shows: blanks, rows marked all alike, and sums; templates only print it."""

from dataclasses import dataclass

from survey.manifest.marks import BLANK, SELF, UNKNOWN
from survey.manifest.questionnaire import Item, Questionnaire
from survey.web.ballot_page import Card, Section


@dataclass(frozen=True)
class Line:
    """One line of the review's table: a level and how often it was marked."""

    word: str
    count: int
    judges: bool


@dataclass(frozen=True)
class Summary:
    """What was marked on the overall item of a questionnaire, or on all its items where it has none."""

    questionnaire: Questionnaire
    people: bool
    item: Item | None
    lines: tuple[Line, ...]
    unknown: int
    myself: int
    blank: int
    total: int


@dataclass(frozen=True)
class Check:
    """What a rater is shown before handing in: blanks, rows marked all alike, and the sums."""

    blank_cards: tuple[Card, ...]
    blanks: int
    uniform: int
    summaries: tuple[Summary, ...]


def check(parts: tuple[Section, ...]) -> Check:
    """Return what the review shows."""
    cards = [card for part in parts for card in part.cards]
    asked = dict.fromkeys(part.questionnaire for part in parts)
    return Check(
        blank_cards=tuple(card for card in cards if card.missing),
        blanks=sum(len(card.missing) for card in cards),
        uniform=sum(card.uniform for card in cards),
        summaries=tuple(_summary([part for part in parts if part.questionnaire == each]) for each in asked),
    )


def _summary(parts: list[Section]) -> Summary:
    cards = [card for part in parts for card in part.cards]
    overall = [ask for card in cards for ask in card.asks if ask.overall]
    marks = [ask.mark for ask in overall or (ask for card in cards for ask in card.asks)]
    return Summary(
        questionnaire=parts[0].questionnaire,
        people=all(card.person for card in cards),
        item=overall[0].item if overall else None,
        lines=tuple(Line(level.word, marks.count(level.value), not level.aside) for level in parts[0].levels),
        unknown=marks.count(UNKNOWN),
        myself=marks.count(SELF),
        blank=marks.count(BLANK),
        total=len(marks),
    )
