"""One code, one ballot: the same code handed in many times at the same instant, over HTTP and through threads.

A third of the codes is sent as one form pressed many times, a third as forms of their own, a third as both. The
control is the usual way of other systems: look whether the code is used, then write the ballot.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import text

from survey.collect import ballots, receipts
from survey.collect.refusals import OtherMarksError
from survey.errors import GongpingError
from survey.manifest.marks import BLANK
from tests.trust.at_once import at_once
from tests.trust.figures import Line
from tests.trust.grounds import Ground, Place
from tests.trust.rounds import Opened, envelopes, open_round
from tests.trust.served import Answer, Form, Server, post
from tests.trust.sizes import Size

ONE_FORM, OWN_FORMS, BOTH = "one form", "own forms", "both"
HandIn = Callable[[Form], Answer | None]


@dataclass(frozen=True)
class Storm:
    """What came of all codes.

    Attributes
    ----------
    statuses
        How often each status was answered, by the kind of storm; ``None``: no answer.
    wrong
        What each code whose answers break the promise was answered.
    envelopes
        How many ballots are recorded.
    naive
        How many ballots the control recorded.
    """

    codes: int
    posts: int
    statuses: dict[str, Counter[int | None]]
    wrong: list[str]
    envelopes: int
    naive: int


def attack(size: Size, ground: Ground) -> list[Line]:
    """Storm a served installation, then one in process, and the control."""
    return [
        _line(ground, door, storm)
        for door, storm in (("HTTP", over_http(size, ground)), ("threads", inside(size, ground)))
    ]


def over_http(size: Size, ground: Ground) -> Storm:
    """Storm a real server."""
    with ground.empty() as place:
        opened = open_round(place, max(20, size.codes))
        server = Server(place, threads=size.posts)
        try:
            return _storm(size, place, opened, partial(post, server.port))
        finally:
            server.stop()


def inside(size: Size, ground: Ground) -> Storm:
    """Storm the use case, each thread with a session of its own."""
    with ground.empty() as place:
        opened = open_round(place, max(20, size.codes))
        return _storm(size, place, opened, partial(cast, place))


def cast(place: Place, form: Form) -> Answer:
    """Hand a form in as the page does, without HTTP."""
    with place.sessions() as session:
        try:
            receipt = ballots.cast(session, form.code, form.attempt, form.marks, "", "phone", datetime.now(UTC))
        except OtherMarksError as error:
            return Answer(error.status, receipts.words(error.receipt))
        except GongpingError as error:
            return Answer(error.status, None)
        return Answer(201 if receipt.new else 200, receipts.words(receipt.receipt))


def _storm(size: Size, place: Place, opened: Opened, hand_in: HandIn) -> Storm:
    statuses: dict[str, Counter[int | None]] = {kind: Counter() for kind in (ONE_FORM, OWN_FORMS, BOTH)}
    wrong = []
    for number, code in enumerate(opened.codes[: size.codes]):
        kind = (ONE_FORM, OWN_FORMS, BOTH)[number % 3]
        answers = at_once([partial(hand_in, form) for form in _forms(kind, code, opened.cells, size.posts)])
        given = Counter(answer and answer.status for answer in answers)
        statuses[kind] += given
        handed_out = {answer.receipt for answer in answers if answer is not None and answer.recorded}
        others = {200} if kind == ONE_FORM else {409} if kind == OWN_FORMS else {200, 409}
        if given[201] != 1 or not given.keys() <= {201, *others} or len(handed_out) != 1:
            wrong.append(f"{kind}: {dict(given)}, {len(handed_out)} receipts")
    return Storm(
        codes=size.codes,
        posts=size.posts,
        statuses=statuses,
        wrong=wrong,
        envelopes=len(envelopes(place, opened.round_id)),
        naive=_naive(size, place, opened),
    )


def _forms(kind: str, code: str, cells: int, posts: int) -> list[Form]:
    marks = bytes([BLANK]) * cells
    same = Form(code, marks)
    own = [Form(code, bytes([number % 3]) * cells) for number in range(posts)]
    return {ONE_FORM: [same] * posts, OWN_FORMS: own, BOTH: [same] * (posts // 2) + own[posts // 2 :]}[kind]


def _naive(size: Size, place: Place, opened: Opened) -> int:
    """Return how many ballots are recorded where one looks first and writes then."""
    engine = place.sessions.kw["bind"]
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE naive (code TEXT NOT NULL)"))

    def hand_in(code: str) -> None:
        with engine.begin() as connection:
            used = connection.execute(text("SELECT count(*) FROM naive WHERE code = :code"), {"code": code}).scalar()
        if not used:
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO naive VALUES (:code)"), {"code": code})

    for code in opened.codes[: size.codes]:
        at_once([partial(hand_in, code)] * size.posts)
    with engine.begin() as connection:
        return connection.execute(text("SELECT count(*) FROM naive")).scalar() or 0


def _line(ground: Ground, door: str, storm: Storm) -> Line:
    counted: Counter[int | None] = sum(storm.statuses.values(), Counter())
    said = ", ".join(f"{number} × {status}" for status, number in sorted(counted.items(), key=str))
    return Line(
        attack=f"one code at the same instant, by {door}",
        database=ground.database,
        times=f"{storm.codes} codes × {storm.posts}",
        found=f"{storm.envelopes} ballots recorded; {said}; {len(storm.wrong)} codes answered wrongly",
        control=f"look first, write then: {storm.naive} ballots recorded",
        holds=not storm.wrong and storm.envelopes == storm.codes < storm.naive,
    )
