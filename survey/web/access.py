"""Who is asking and whether the role allows it: decided before any page runs, and refused where nothing is said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from survey.config import Settings
from survey.errors import ForbiddenError
from survey.models import Account, StaffSession
from survey.office import second_factor, sessions
from survey.office.permissions import PERMISSIONS, may
from survey.web import database

P = ParamSpec("P")
R = TypeVar("R")
MARK = "gongping_access"
OWN = "use own account"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Rule:
    """Who may see a page: holders of a role with `act`, or everyone where it is ``None``."""

    act: str | None
    megabytes: int | None = None


def allowed(act: str, *, megabytes: int | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a page as one for the roles that may do `act`; `megabytes` admits a larger upload than others."""
    if act not in PERMISSIONS:
        raise KeyError(act)
    return _mark(Rule(act, megabytes))


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a page as one that needs no sign-in: nothing looks at who is signed in while it is made."""
    return _mark(Rule(None))(view)


def rule_of(view: Callable[..., object]) -> Rule:
    """Return the rule that `view` was marked with.

    Raises
    ------
    LookupError
        When it was marked with none: such a page is shown to nobody.
    """
    rule = vars(view).get(MARK)
    if rule is None:
        raise LookupError(f"{view} carries neither @allowed nor @open_to_all")
    return cast("Rule", rule)


def current_account() -> Account:
    """Return who is signed in; only a page marked ``@allowed`` may ask."""
    return current_session().account


def current_session() -> StaffSession:
    """Return the signed-in session; only a page marked ``@allowed`` may ask."""
    return cast("StaffSession", g.staff_session)


def signed_in() -> bool:
    """Return whether this page knows who is signed in (an open page never does)."""
    return "staff_session" in g


def permitted(act: str) -> bool:
    """Return whether who is signed in may do `act`; false on open pages."""
    return signed_in() and may(current_account().role, act)


def here() -> str:
    """Return the address of the page that is asked for, as the browser knows it."""
    return f"{request.script_root}{request.full_path.rstrip('?')}"


def now() -> datetime:
    """Return the moment of this request: one moment however often it is asked for."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast("datetime", g.now)


def cookie_name(settings: Settings) -> str:
    """Return the name of the staff cookie; ``__Host-`` makes the browser refuse it from anywhere else."""
    return "__Host-gongping" if settings.secure_cookies else "gongping"


def init_app(app: Flask, settings: Settings) -> None:
    """Have `app` check every request, and hand the templates what they may ask."""
    app.config["GONGPING_COOKIE"] = cookie_name(settings)
    app.before_request(_check)
    open_to_all(app.view_functions["static"])
    app.jinja_env.globals.update(permitted=permitted, signed_in=signed_in, current_account=current_account)


def _mark(rule: Rule) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        vars(view)[MARK] = rule
        return view

    return decorate


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # no such page; the answer is made elsewhere
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule.act is None:
        return None
    seen, lacking = _find()
    if seen is None:
        after = here() if request.method == "GET" else None
        return redirect(url_for("auth.login", after=after), code=303)
    g.staff_session = seen
    if not may(seen.account.role, rule.act):
        raise ForbiddenError("Your role does not allow this.")
    if lacking and rule.act != OWN:
        return redirect(url_for("second_factor.page"), code=303)
    if rule.megabytes is not None:
        request.max_content_length = rule.megabytes * MEGABYTE
    return None


def _find() -> tuple[StaffSession | None, bool]:
    """Find the session, and whether its account lacks the second factor that the office demands of it.

    In a transaction of its own, so that the page's one commit stays the page's.
    """
    token = request.cookies.get(current_app.config["GONGPING_COOKIE"])
    if not token:
        return None, False
    with database.session_factory()() as session:
        seen = sessions.find(session, token, now())
        if seen is not None and sessions.touch(session, seen, now()):
            session.commit()
            seen = sessions.find(session, token, now())
        due = seen is not None and seen.account.second_factor_due
        lacking = due and seen is not None and not second_factor.holds(session, seen.login)
    return seen, lacking
