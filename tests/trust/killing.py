"""A receipt means recorded: servers and databases that are killed while phones hand in.

The control is a server that answers first and writes soon after.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from survey.cli import main
from survey.collect import ballots, receipts
from survey.collect.ballots import Receipt
from survey.collect.receipts import ReceiptStatus
from survey.config import load
from survey.db import make_engine, make_session
from survey.errors import GongpingError
from survey.manifest import marks as ballot_marks
from survey.models import Envelope
from tests.trust.figures import Line
from tests.trust.grounds import Ground
from tests.trust.phones import Account, Phones, moments
from tests.trust.rounds import open_round
from tests.trust.served import Server
from tests.trust.sizes import Size

HASTY = [sys.executable, "-c", "from tests.trust.killing import serve_hastily; serve_hastily()"]
WRITTEN_AFTER_SECONDS = 0.3


def attack(size: Size, ground: Ground) -> Iterator[Line]:
    """Kill the server again and again, then the control; on PostgreSQL stop the database too."""
    killed, hasty = kill(size, ground), kill(_short(size), ground, HASTY)
    yield Line(
        attack="kill -9 of the server under load",
        database=ground.database,
        times=f"{size.kills} kills over {killed.ballots:,} ballots, {killed.pressed:,} presses",
        found=_words(killed),
        control=f"a server that answers first: {hasty.lost} of {hasty.ballots:,} receipts lost",
        holds=killed.holds and hasty.lost > 0,
    )
    if ground.server:
        stopped = stop_database(size, ground)
        yield Line(
            attack="immediate stop of the database under load",
            database=ground.database,
            times=f"{size.stops} stops over {stopped.ballots:,} ballots, {stopped.pressed:,} presses",
            found=_words(stopped),
            control="as above",
            holds=stopped.holds,
        )


def kill(size: Size, ground: Ground, command: list[str] | None = None) -> Account:
    """Return what became of the ballots of a server that is killed at random moments and started again."""

    def strike(server: Server) -> None:
        server.kill()
        server.start()

    return _under_load(size.kills, size.ballots, ground, strike, command)


def stop_database(size: Size, ground: Ground) -> Account:
    """Return what became of the ballots while PostgreSQL is stopped at once and started again."""
    database = ground.server
    assert database is not None

    def strike(_server: Server) -> None:
        database.stop(signal.SIGQUIT)
        database.start()

    return _under_load(size.stops, max(size.stops * 30, 60), ground, strike, None)


def _under_load(
    events: int, ballots: int, ground: Ground, strike: Callable[[Server], None], command: list[str] | None
) -> Account:
    with ground.empty() as place:
        opened = open_round(place, ballots)
        place.let_go()
        server = Server(place, command=command)
        try:
            phones = Phones(server, opened, ballots)
            phones.start()
            for answered in moments(phones.rng, events, ballots):
                phones.wait_for(answered)
                time.sleep(phones.rng.random() / 20)  # within a hand-in, wherever that is
                strike(server)
            phones.join()
            return phones.account(place)
        finally:
            server.stop()


def _short(size: Size) -> Size:
    return replace(size, kills=min(size.kills, 5), ballots=min(size.ballots, 400))


def _words(account: Account) -> str:
    return (
        f"{account.lost} lost, {account.double} double, {account.changed} with another receipt when pressed again; "
        f"{account.late} were recorded by a press that got no answer"
    )


def serve_hastily() -> None:
    """Serve as the product does, but for hand-ins: they are answered at once and written soon after."""
    sessions = make_session(make_engine(load().database))
    queue: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=partial(_write, sessions, queue), daemon=True).start()

    def hasty(session, code, attempt, marks, comment, _door, _now):
        found = ballots._find(session, code)
        if found is None:
            raise GongpingError("no such code")
        round_, manifest, sheet, _ = found
        plaintext = ballot_marks.encode(manifest, sheet, marks, comment)
        sealed = ballots._seal(round_, manifest, sheet, code, attempt, plaintext)
        earlier = session.get(Envelope, sealed.credential)
        if earlier is not None:
            return Receipt(earlier.receipt, new=False)
        queue.put(vars(sealed))
        return Receipt(sealed.receipt, new=True)

    ballots.cast = hasty
    receipts.look_up = lambda *_: ReceiptStatus("", "sealed")  # the page shows the round's name
    main()


def _write(sessions, queue: SimpleQueue[dict[str, Any]]) -> None:
    while True:
        time.sleep(WRITTEN_AFTER_SECONDS)
        with sessions() as session:
            try:
                while True:
                    session.merge(Envelope(**queue.get_nowait()))
            except Empty:
                session.commit()
