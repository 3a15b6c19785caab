"""Where a role finds its work: the links at the head of the desks, and the first page after signing in."""

from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from survey.config import Settings
from survey.office.permissions import (
    ADMINISTRATOR,
    CLERK,
    EVALUATOR,
    INTERVIEWER,
    LEADER,
    PERSONNEL,
    SUPERVISOR,
)
from survey.web.access import current_account, permitted, signed_in

_ = lazy_gettext

# Page, words, act: a link stands where the role may do the act.
LINKS: Final[tuple[tuple[str, LazyString, str], ...]] = (
    ("console.index", _("Rounds"), "see rounds"),
    ("roster.index", _("Roster"), "see roster"),
    ("personnel.index", _("Results"), "see results"),
    ("doors.index", _("Work"), "work at the door"),
    ("accounts.index", _("Accounts"), "manage accounts"),
    ("log.index", _("Log"), "see audit log"),
)
LANDING: Final = {
    ADMINISTRATOR: "accounts.index",
    PERSONNEL: "personnel.index",
    EVALUATOR: "console.index",
    SUPERVISOR: "console.index",
    LEADER: "personnel.index",
    CLERK: "doors.index",
    INTERVIEWER: "doors.index",
}
ROLE_NAMES: Final[dict[str, LazyString]] = {
    ADMINISTRATOR: _("Administrator"),
    PERSONNEL: _("Personnel department"),
    EVALUATOR: _("Third-party evaluator"),
    SUPERVISOR: _("Supervisor"),
    LEADER: _("Leader"),
    CLERK: _("Clerk"),
    INTERVIEWER: _("Interviewer"),
}


@dataclass(frozen=True)
class Link:
    """A link at the head of a desk."""

    label: str
    address: str
    here: bool


def init_app(app: Flask, settings: Settings) -> None:
    """Hand the templates of `app` the links and names."""
    app.jinja_env.globals.update(
        navigation=links, home=home, role_name=role_name, office=settings.office, script_root=script_root
    )


def links() -> list[Link]:
    """Return the links for who is signed in."""
    return [
        Link(str(label), url_for(page), (request.blueprint or "").partition(".")[0] == page.partition(".")[0])
        for page, label, act in LINKS
        if page in current_app.view_functions and permitted(act)
    ]


def home() -> str:
    """Return the address of the first page: of the role's desk, or of the site for who is not signed in."""
    return landing(current_account().role) if signed_in() else f"{script_root()}/"


def landing(role: str) -> str:
    """Return the address of the page that `role` starts from."""
    page = LANDING[role]
    return url_for(page if page in current_app.view_functions else "own_account.page")


def script_root() -> str:
    """Return the path that the application is mounted under; the page of a refused address needs it too."""
    return request.script_root


def role_name(role: str) -> str:
    """Return what pages call `role`."""
    return str(ROLE_NAMES[role])
