"""Role × page × own or somebody else's object: one table says what must happen, and every cell of it is asked.

``matrix_cells`` makes two towns, asks every cell and returns how many there were and which were answered otherwise.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from tests.two_towns import PEOPLE, TOWNS, Office, make_office

# Page, who may (A administrator, P personnel, E evaluator, S supervisor, L leader, C clerk, I interviewer,
# + everyone who is signed in, * everyone), and the object that its address names. "?" marks a page that has nothing
# to show in these states of the rounds and says so with words of its own.
TABLE = """
static                              *        -
public.home                         *        -
public.promise                      *        -
public.receipt                      *        -
public.look_up                      *        -
ballot.ask_code                     *        -
ballot.fill                         *        -
ballot.review                       *        -
ballot.cast_ballot                  *        -
auth.login                          *        -
auth.sign_in                        *        -
auth.second_step                    *        -
auth.take_second_step               *        -
resets.page                         *        -
resets.take                         *        -
auth.logout                         +        -
auth.start                          +        -
own_account.page                    +        -
own_account.change_password         +        -
own_account.end_others              +        -
own_account.end_one                 +        session
second_factor.page                  +        -
second_factor.begin                 +        -
second_factor.confirm               +        -
second_factor.new_codes             +        -
second_factor.ask_off               +        -
second_factor.off                   +        -
confirmation.ask                    +        -
confirmation.take                   +        -
doors.index                         CI       -
accounts.index                      A        -
accounts.add                        A        -
accounts.added                      A        -
accounts.password                   A        account
accounts.give_code                  A        account
accounts.ask_second_factor          A        account
accounts.reset_second_factor        A        account
accounts.demand_second_factor       A        account
accounts.waive_second_factor        A        account
accounts.disable                    A        account
accounts.disabled                   A        account
accounts.enable                     A        account
log.index                           AS       log
log.export                          AS       log
roster.index                        PES      -
roster.template                     PES      -
roster.plan                         PE       -
roster.carry_out                    PE       -
roster.ask_retire                   PE       target
roster.retire                       PE       target
console.index                       PES      -
console.round_page                  PES      open
console.documents.index             PES      -
console.documents.add               PE       -
console.documents.preset            PES      preset
console.documents.stored            PES      document
console.plans.ask_new               PE       -
console.plans.new                   PE       -
console.plans.ask_revise            PE       draft
console.plans.revise                PE       draft
console.plans.download              PES      draft
console.plans.make_trial            PE       draft
console.plans.ask_repeat            PE       draft
console.plans.repeat                PE       draft
console.plans.ask_delete            PE       draft
console.plans.delete                PE       draft
console.people.index                PES      open
console.people.assign               P        draft
console.people.unassign             P        assigned
console.people.place                P        draft
console.people.add                  E        open
console.people.new_code             E        clerk
console.people.disable              E        clerk
console.people.enable               E        clerk
console.codes.index                 PES      open
console.codes.mint                  E        open
console.codes.ask_void              E        batch
console.codes.void                  E        batch
console.amendments.index            PES      open
console.amendments.add              E        amendment
console.keys.index                  PES      open
console.keys.ask_make               PES      draft
console.keys.make                   PES      draft
console.keys.ask_lost               PES      draft
console.keys.lost                   PES      draft
console.keys.sign                   PES      open
console.keys.try_                   PES      open
console.box.index                   PES      open
console.box.count                   E        sheet
console.box.envelopes               PS       open
console.box.take_tally              PS       open
console.box.bundle                  PS       bundle
console.steps.ask_freeze            PE       draft
console.steps.freeze                PE       draft
console.steps.ask_open              E        open
console.steps.open_                 E        open
console.steps.ask_close             E        open
console.steps.close                 E        open
console.steps.ask_void              E        open
console.steps.void                  E        open
console.steps.ask_reveal            P        open
console.steps.reveal                P        open
console.approvals.freeze            PE       draft ?
console.approvals.decide_freeze     PE       draft ?
console.approvals.close             ES       open ?
console.approvals.decide_close      ES       open ?
console.approvals.reveal            P        open ?
console.approvals.decide_reveal     P        open ?
console.approvals.publish           P        published ?
console.approvals.decide_publish    P        published ?
console.approvals.withdraw          PES      request ?
personnel.index                     PL       -
personnel.latest                    PL       published
personnel.ranking                   PL       result
personnel.units                     PL       result
personnel.comment_list              P        result
personnel.files.xlsx                PL       result
personnel.files.csv                 PL       result
personnel.files.sign                PL       result
personnel.files.sign_pdf            PL       result
personnel.files.sheet               PL       result of target
personnel.targets.page              PL       result of target
personnel.targets.picture           PL       result of target
personnel.snapshots.index           P        published
personnel.snapshots.make            P        published
personnel.snapshots.ask_publish     P        result
personnel.snapshots.publish         P        result
"""

# Login → letter of the role, and the towns whose rounds, results and targets it may see.
ACTORS = {
    "": ("", ""), "administrator": ("A", "AB"), "personnel": ("P", "AB"), "county": ("P", "AB"), "town": ("P", "A"),
    "evaluator": ("E", "A"), "rival": ("E", "B"), "supervisor": ("S", "AB"), "warden": ("S", "A"),
    "leader": ("L", "AB"), "mayor": ("L", "A"), "clerk-a": ("C", "A"), "interviewer-a": ("I", "A"),
}  # fmt: skip
WHOLE_ROSTER = {"evaluator", "rival"}  # an evaluator's rounds are its own, the roster is the office's
SEE_OTHER, STALE, FORBIDDEN, NOT_FOUND = 303, 400, 403, 404
SHARED = {"-", "preset", "document"}  # nobody's own
CHANGING = re.compile(r'value="[^"]{80,}"|nonce="[^"]*"')


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    endpoint: str
    who: str
    kind: str
    words_of_its_own: bool


@dataclass(frozen=True)
class Cell:
    """One question: who asks for which page, for whose object, and what must come of it."""

    actor: str
    row: Row
    method: str
    side: str
    address: str
    unknown: str
    expected: str


@dataclass(frozen=True)
class Counts:
    """What asking every cell came to."""

    routes: int
    cells: int
    holes: tuple[str, ...]


def rows() -> dict[str, Row]:
    """Return the table by page."""
    found = {}
    for line in TABLE.strip().splitlines():
        endpoint, who, kind = line.split(maxsplit=2)
        found[endpoint] = Row(endpoint, who, kind.removesuffix(" ?"), kind.endswith(" ?"))
    return found


def strangers(app: Flask) -> set[str]:
    """Return the pages that the table doesn't know, and the lines that are no page."""
    return {rule.endpoint for rule in app.url_map.iter_rules()} ^ set(rows())


def parts_of(office: Office, row: Row, town: str) -> dict[str, str | int]:
    """Return what stands in the page's address for the object of `town`."""
    own = office.towns[town]
    round_id = {"draft": own.draft, "assigned": own.draft}.get(row.kind, own.open)
    if row.kind in {"published", "result", "result of target", "bundle"}:
        round_id = own.published
    return {
        "round_id": round_id, "number": 1, "batch_id": own.batch, "sheet": own.sheet, "target": own.target,
        "code": own.target, "login": "idle" if row.kind == "assigned" else own.clerk, "act": "raise",
        "kind": "public" if row.kind == "bundle" else "questionnaire", "name": office.preset, "digest": office.digest,
        "chart": "radar", "filename": "desk.css", "approval_id": "0" * 16, "mark": "0" * 16,
    }  # fmt: skip


def addresses(office: Office, row: Row, town: str) -> list[tuple[str, str, str]]:
    """Return method, address, and the same address of a thing that nobody has, for each method of the page."""
    nobodys = {"round_id": "0" * 16, "code": "nobody"}
    found = []
    with office.app.test_request_context():
        for rule in office.app.url_map.iter_rules(row.endpoint):
            parts = {name: value for name, value in parts_of(office, row, town).items() if name in rule.arguments}
            unknown = parts | {name: nobodys[name] for name in nobodys if name in parts}
            if row.kind == "log":
                parts, unknown = {"round": parts_of(office, row, town)["round_id"]}, {"round": nobodys["round_id"]}
            methods = sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"})
            found += [(method, rule.build(parts)[1], rule.build(unknown)[1]) for method in methods]
    return found  # and asked outside of this context, which the requests would share


def expected(actor: str, row: Row, town: str) -> str:
    """Return what the table says must come of it: open, sign in, refused, not found, or let in."""
    letter, towns = ACTORS[actor]
    if row.who == "*":
        return "open"
    if not letter:
        return "sign in"
    if row.who != "+" and letter not in row.who:
        return "refused"
    shared = row.kind in SHARED or (row.kind == "target" and actor in WHOLE_ROSTER)
    return "let in" if shared or town in towns or letter == "A" else "not found"


def cells(office: Office) -> Iterator[Cell]:
    """Yield every cell: each page and method, each actor, the objects of either town where the page has one."""
    for row in rows().values():
        if row.kind == "session":
            yield from own_sessions(office, row)
            continue
        for town in ["A"] if row.kind in SHARED else TOWNS:
            for method, address, unknown in addresses(office, row, town):
                for actor in ACTORS:
                    yield Cell(actor, row, method, town, address, unknown, expected(actor, row, town))


def own_sessions(office: Office, row: Row) -> Iterator[Cell]:
    """Yield the cells of a browser that is signed in as oneself, and of one that another is signed in with."""
    for actor, (letter, _towns) in ACTORS.items():
        other = "town" if actor != "town" else "county"
        for login in (actor or "town", other):
            here, nobodys = (f"/account/sessions/{mark}/end" for mark in (office.mark(login), "0" * 16))
            own = "let in" if login == actor else "not found"
            yield Cell(actor, row, "POST", login, here, nobodys, own if letter else "sign in")


def came_of(cell: Cell, ask, answer: TestResponse) -> str:
    """Return what an answer amounts to, in the words of `expected`."""
    location = answer.headers.get("Location", "")
    if cell.expected == "open":
        return "refused" if answer.status_code == FORBIDDEN else "open"
    if answer.status_code == SEE_OTHER and location.startswith("/login"):
        return "let in" if cell.row.endpoint == "auth.logout" and cell.actor else "sign in"
    if answer.status_code == STALE and "过期" in answer.text:
        return "stale form"  # of the test's making: it would say nothing about access
    if answer.status_code == FORBIDDEN:
        return "refused"
    if answer.status_code == NOT_FOUND:
        own_words = worded(answer.text, cell.address) != worded(ask(cell.unknown).text, cell.unknown)
        return "let in" if own_words and cell.row.words_of_its_own else "not found" if not own_words else "told apart"
    return "let in" if answer.status_code < 500 else f"fault {answer.status_code}"


def worded(page: str, address: str) -> str:
    """Return a page without what differs from one request to the next, and without the names in its address."""
    for part in re.split(r"[/?=]", address):
        if len(part) > 2:
            page = page.replace(part, "…")
    return CHANGING.sub("", page)


def leaks(office: Office, cell: Cell, answer: TestResponse) -> list[str]:
    """Return what a page for one town alone says of the other."""
    _letter, towns = ACTORS[cell.actor]
    if cell.expected not in {"let in", "refused", "not found"} or len(towns) != 1 or cell.actor in WHOLE_ROSTER:
        return []
    [other] = set(TOWNS) - set(towns)
    own = office.towns[other]
    page = answer.get_data().decode(errors="ignore")
    told = (own.name, own.published, own.clerk, own.open, own.draft, *PEOPLE[other])
    return [word for word in told if word in page and word not in cell.address]


class Asker:
    """Asks for pages as the actors, each with its form token, and puts the office back after what was done."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.browsers = {}

    def __call__(self, actor: str, method: str, address: str) -> TestResponse:
        """Return the answer to one request."""
        if actor not in self.browsers:
            client = self.office.browser(actor)
            self.browsers[actor] = client, client.token()
        client, token = self.browsers[actor]
        if method == "GET":
            return client.get(address)
        return client.open(address, method=method, data={"csrf_token": token})

    def settle(self) -> None:
        """Put the office back, the browsers' cookies too."""
        self.office.restore()
        self.browsers.clear()


def holes(office: Office, only: str = "") -> tuple[int, list[str]]:
    """Return how many cells were asked, and those that were answered otherwise than the table says."""
    asker, found, asked = Asker(office), [], 0
    for cell in cells(office):
        if only and cell.row.endpoint != only:
            continue
        asked += 1
        answer = asker(cell.actor, cell.method, cell.address)
        got = came_of(cell, lambda address, cell=cell: asker(cell.actor, cell.method, address), answer)
        where = f"{cell.actor or 'nobody'} {cell.method} {cell.address} ({cell.row.endpoint})"
        if got != cell.expected:
            found.append(f"{where}: expected {cell.expected}, got {got} ({answer.status_code})")
        found += [f"{where}: tells of the other town: {word}" for word in leaks(office, cell, answer)]
        if cell.method != "GET" and answer.status_code not in {FORBIDDEN, NOT_FOUND} and cell.expected != "sign in":
            asker.settle()
    return asked, found


def matrix_cells(folder: Path | None = None) -> Counts:
    """Make the two towns, ask every cell, and return what came of it."""
    with tempfile.TemporaryDirectory() as made:
        office = make_office((folder or Path(made)) / "home")
        unknown = sorted(strangers(office.app))
        asked, found = holes(office)
        office.close()
    return Counts(len(rows()), asked, tuple([f"not in the table: {name}" for name in unknown] + found))
