"""Where a round stands, as the desk shows it: the strip of its steps, what to do next, its fingerprint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from survey.manifest.amended import amended
from survey.manifest.states import RoundState
from survey.models import Round
from survey.prepare.codes import BatchLine
from survey.web.console_sheets import by_sheet
from survey.web.language import day, short_moment

STATES: dict[RoundState, LazyString] = {
    RoundState.DRAFT: lazy_gettext("draft"),
    RoundState.FROZEN: lazy_gettext("frozen"),
    RoundState.OPEN: lazy_gettext("open"),
    RoundState.CLOSED: lazy_gettext("closed"),
    RoundState.REVEALED: lazy_gettext("revealed"),
    RoundState.PUBLISHED: lazy_gettext("published"),
    RoundState.VOID: lazy_gettext("void"),
}

ORDER = tuple(state for state in RoundState if state is not RoundState.VOID)
NAMES: dict[RoundState, LazyString] = {
    RoundState.DRAFT: lazy_gettext("Prepare"),
    RoundState.FROZEN: lazy_gettext("Freeze"),
    RoundState.OPEN: lazy_gettext("Open"),
    RoundState.CLOSED: lazy_gettext("Close"),
    RoundState.REVEALED: lazy_gettext("Reveal"),
    RoundState.PUBLISHED: lazy_gettext("Publish"),
}
AHEAD: dict[RoundState, LazyString] = {
    RoundState.FROZEN: lazy_gettext("from then on the rules stay as they are"),
    RoundState.OPEN: lazy_gettext("slips are handed out, ballots come in"),
    RoundState.CLOSED: lazy_gettext("no ballot is taken after it"),
    RoundState.REVEALED: lazy_gettext("by the personnel office; then the key is destroyed"),
    RoundState.PUBLISHED: lazy_gettext("for the personnel office to decide"),
}


@dataclass(frozen=True)
class Step:
    """One step of the strip: its name, one line under it, and whether it is done, now, or ahead (empty)."""

    name: str
    note: str
    stage: str


@dataclass(frozen=True)
class Line:
    """A round in the list of rounds."""

    round: Round
    state: RoundState
    closes: datetime | None


@dataclass(frozen=True)
class Task:
    """Something to see to in this state of the round, and whether it is done."""

    words: str
    done: bool
    note: str = ""


def line(round_: Round) -> Line:
    """Return the round as a row of the list."""
    closes = amended(round_).last_close() if round_.manifest_hash is not None else None
    return Line(round_, RoundState(round_.state), closes)


def fingerprint(round_: Round) -> tuple[str, str] | None:
    """Return the manifest's SHA-256: sixteen digits in fours, to be read out, and all of it; none for a draft."""
    if round_.manifest_hash is None:
        return None
    digits = round_.manifest_hash.hex()
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4)), digits


def steps(round_: Round, now: datetime) -> list[Step]:
    """Return the strip: what is done with its day, what is now, what is ahead."""
    reached = {RoundState(step.state): step.at for step in round_.steps}
    current = RoundState(round_.state)
    if current is RoundState.VOID:
        current = max((state for state in reached if state in ORDER), key=ORDER.index, default=RoundState.DRAFT)
    strip = []
    for state in ORDER:
        if ORDER.index(state) > ORDER.index(current):
            note, stage = str(AHEAD[state]), ""
        elif state is current and state is not RoundState.PUBLISHED:
            note, stage = _now_words(round_, state, reached, now), "now"
        else:
            note, stage = day(reached.get(state, round_.created_at)), "done"
        strip.append(Step(str(NAMES[state]), note, stage))
    return strip


def _now_words(round_: Round, state: RoundState, reached: dict[RoundState, datetime], now: datetime) -> str:
    if state is RoundState.OPEN and round_.state == RoundState.OPEN:
        closes = amended(round_).last_close()
        if now >= closes:
            return str(_("the last window is over since %(closes)s", closes=short_moment(closes)))
        return str(_("under way until %(closes)s", closes=short_moment(closes)))
    at = day(reached.get(state, round_.created_at))
    return _("%(day)s, the rules are fixed", day=at) if state is RoundState.FROZEN else at


def first_tasks(targets: int) -> list[Task]:
    """Return what comes before the first round."""
    roster_note = _("%(count)s in it", count=targets) if targets else ""
    return [
        Task(_("Import the roster: units, and who or what is rated"), done=targets > 0, note=roster_note),
        Task(_("Look at the ready questionnaires and schemes; store your own where they differ"), done=False),
        Task(_("Draft a round from the plan that is offered"), done=False),
        Task(_("Try it with a trial round, then freeze it"), done=False),
    ]


def tasks(
    round_: Round, batches: Sequence[BatchLine], missing: Sequence[object], now: datetime, *, tried: bool
) -> list[Task]:
    """Return what is to be seen to in the round's state; `tried` says whether it has a trial round."""
    state = RoundState(round_.state)
    if state is RoundState.DRAFT:
        return [
            Task(_("Write the plan of the round"), done=True),
            Task(_("Complete what the freeze check lists"), done=not missing, note=_missing_words(missing)),
            *([] if round_.trial else [Task(_("Try the ballot with a trial round"), done=tried)]),
            Task(_("Freeze the round"), done=False),
        ]
    if state in {RoundState.FROZEN, RoundState.OPEN}:
        return _collecting(round_, batches, state, now)
    return {
        RoundState.CLOSED: [
            Task(_("Destroy the slips that are left, before witnesses"), done=False),
            Task(_("Let the personnel office reveal the round"), done=False),
        ],
        RoundState.REVEALED: [
            Task(_("The key is destroyed"), done=not round_.shred_due),
            Task(_("The personnel office publishes a result"), done=False),
        ],
        RoundState.PUBLISHED: [Task(_("Nothing is left to do"), done=True)],
        RoundState.VOID: [Task(_("Repeat the round, as a whole or for the groups that failed"), done=False)],
    }[state]


def _missing_words(missing: Sequence[object]) -> str:
    return str(_("%(count)s to complete", count=len(missing))) if missing else ""


def _collecting(round_: Round, batches: Sequence[BatchLine], state: RoundState, now: datetime) -> list[Task]:
    slips = [
        Task(
            _("Print slips: %(sheet)s", sheet=counts.label),
            done=counts.left == 0,
            note=_("%(minted)s of %(entitled)s", minted=counts.issue, entitled=counts.entitled),
        )
        for counts in by_sheet(round_, batches)
    ]
    read_out = Task(_("Read the fingerprint of the rules out"), done=False)
    if state is RoundState.FROZEN:
        return [read_out, *slips, Task(_("Open the round"), done=False)]
    over = now >= amended(round_).last_close()
    return [*slips, Task(_("Tell the raters when it closes"), done=over), Task(_("Close the round"), done=False)]
