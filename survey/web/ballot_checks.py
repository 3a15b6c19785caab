"""What ballot rules found, as the pages of a result show it: by scheme and leaf group, how many, never which."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from exports.beside import check_words
from scoring.outcome.results import BallotCheck, Results
from survey.web.shown import Shown


@dataclass(frozen=True)
class CheckLine:
    """One rule in one group."""

    group: str
    rule: str
    action: str
    ballots: Shown


def check_lines(part: Results) -> list[CheckLine]:
    """Return what the rules of a part's scheme found, group by group."""
    found = [(group, checks, check_words(checks, part.rules)) for group, checks in part.ballots.items()]
    return [line for group, checks, words in found for line in _lines(group, checks, words)]


def _lines(group: str, checks: Iterable[BallotCheck], words: Iterable[str]) -> list[CheckLine]:
    return [
        CheckLine(
            group,
            rule,
            _("made void") if check.action == "void" else _("counted, and only noted"),
            Shown(_("not shown") if check.ballots is None else str(check.ballots)),
        )
        for rule, check in zip(words, checks, strict=True)
    ]
