"""Acts that need two people, as pages show them: who asked, for what exactly, until when, and who may decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app, flash, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from survey.errors import ConflictError, GongpingError
from survey.manifest.states import TwoPersonAct
from survey.models import Account, Approval, Round
from survey.office import approvals, two_people
from survey.prepare import lifecycle
from survey.web.access import current_account, now, permitted
from survey.web.database import session

NAMES: Final[dict[TwoPersonAct, LazyString]] = {
    TwoPersonAct.FREEZE: lazy_gettext("Freeze the round"),
    TwoPersonAct.CLOSE: lazy_gettext("Close the round early"),
    TwoPersonAct.REVEAL: lazy_gettext("Reveal the round"),
    TwoPersonAct.PUBLISH: lazy_gettext("Publish a result"),
}
SECONDS: Final[dict[TwoPersonAct, LazyString]] = {
    TwoPersonAct.FREEZE: lazy_gettext("another account of the personnel department or of the evaluator"),
    TwoPersonAct.CLOSE: lazy_gettext("the supervisor or another account of the evaluator"),
    TwoPersonAct.REVEAL: lazy_gettext("another account of the personnel department"),
    TwoPersonAct.PUBLISH: lazy_gettext("another account of the personnel department"),
}
DONE: Final[dict[TwoPersonAct, LazyString]] = {
    TwoPersonAct.FREEZE: lazy_gettext("The round is frozen. Its rules no longer change."),
    TwoPersonAct.CLOSE: lazy_gettext("The round is closed. No ballot is taken any more."),
    TwoPersonAct.REVEAL: lazy_gettext("You have agreed to the reveal."),
    TwoPersonAct.PUBLISH: lazy_gettext("The result is published."),
}


@dataclass(frozen=True)
class Request:
    """A request that holds, as who is signed in sees it.

    Attributes
    ----------
    mine
        Whether it is their own, which they may withdraw.
    decides
        Whether they may agree or decline.
    carries_out
        Whether both have agreed and they are one of the two.
    """

    approval: Approval
    act: TwoPersonAct
    name: str
    asked_by: str
    decided_by: str
    until: datetime
    mine: bool
    decides: bool
    carries_out: bool

    @property
    def address(self) -> str:
        """Where it is decided."""
        return url_for(f"console.approvals.{self.act.value}", round_id=self.approval.round_id)

    @property
    def fingerprint(self) -> str:
        """The first sixteen digits of the draft that would be frozen, in fours."""
        digits = self.approval.what if self.act is TwoPersonAct.FREEZE else ""
        return " ".join(digits[start : start + 4] for start in range(0, 16, 4)).strip()


@dataclass(frozen=True)
class Second:
    """What an act's page says of the second person: who that may be, and the request that waits, if one does."""

    who: str
    request: Request | None


def requests(round_: Round) -> list[Request]:
    """Return the round's requests that hold, in the order of its life."""
    return [found for act in TwoPersonAct if (found := _request(round_, act)) is not None]


def second(round_: Round, act: TwoPersonAct | None) -> Second | None:
    """Return what the page of `act` says of the second person; nothing where one is enough or two have agreed."""
    if act is None or not two_people.needed(round_, act, now()):
        return None
    return None if agreed(round_, act) else Second(str(SECONDS[act]), _request(round_, act))


def agreed(round_: Round, act: TwoPersonAct) -> bool:
    """Return whether two have agreed to `act` and who is signed in is one of them."""
    found = _request(round_, act)
    return found is not None and found.carries_out


def ask(round_: Round, act: TwoPersonAct, number: int | None = None) -> None:
    """Keep the request of who is signed in, and say what comes next."""
    approvals.ask(session(), round_, act, what(round_, act, number), current_account(), now())
    flash(
        _(
            "You have asked for a second person. %(who)s can agree on the page of the round, within a day.",
            who=str(SECONDS[act])[:1].upper() + str(SECONDS[act])[1:],
        )
    )


def what(round_: Round, act: TwoPersonAct, number: int | None = None) -> str:
    """Return what exactly `act` would do now: freeze which draft, publish which result, under which rules.

    Raises
    ------
    ConflictError
        For a draft that cannot be frozen yet.
    """
    if act is TwoPersonAct.FREEZE:
        return lifecycle.draft_digest(session(), round_, current_app.config["GONGPING"], now())
    return str(number) if act is TwoPersonAct.PUBLISH else two_people.rules(round_)


def what_now(round_: Round, approval: Approval) -> str:
    """Return what a request's act would do now; a result never changes, so that of a publication stays.

    Raises
    ------
    ConflictError
        For a draft that can no longer be frozen.
    """
    act = TwoPersonAct(approval.act)
    return approval.what if act is TwoPersonAct.PUBLISH else what(round_, act)


def _request(round_: Round, act: TwoPersonAct) -> Request | None:
    approval = approvals.waiting(session(), round_, act)
    if approval is None or _lapsed(round_, approval) is not None:
        return None
    login, agreed = current_account().login, approval.outcome == "agreed"
    mine = login == approval.asked_by
    return Request(
        approval,
        act,
        str(NAMES[act]) if act is not TwoPersonAct.PUBLISH else _("Publish result %(number)s", number=approval.what),
        _name(approval.asked_by),
        _name(approval.decided_by),
        approval.asked_at + approvals.LASTS,
        mine,
        not mine and not agreed and permitted(two_people.AGREES[act]),
        agreed and login in {approval.asked_by, approval.decided_by},
    )


def _lapsed(round_: Round, approval: Approval) -> GongpingError | None:
    try:
        return approvals.obstacle(session(), round_, approval, what_now(round_, approval), now())
    except ConflictError as error:  # a draft that cannot be frozen any more
        return error


def _name(login: str | None) -> str:
    account = session().get(Account, login) if login else None
    return f"{account.name} ({account.login})" if account else login or ""
