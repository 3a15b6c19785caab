"""One row of a signed round is changed, deleted or added by who can write into the database: what notices it?

Before the opening the reveal has to, afterwards the bundles' verifier or the chain of the audit log. What none of them
notices is named in ``UNNOTICED`` with the reason.
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from survey.collect.ballots import cast
from survey.crypto import chain, credentials
from survey.db import make_engine, make_session
from survey.errors import GongpingError
from survey.manifest.amended import manifest_of
from survey.manifest.manifest import _LOADED
from survey.manifest.statements import keys_digest
from survey.models import Base, Batch, Credential, Recorded
from survey.office import audit, signatures
from survey.prepare import amendments, codes, rounds
from survey.reveal.bundles import auditor_bundle, public_bundle
from survey.reveal.opening import reveal
from survey.reveal.publication import publish
from survey.reveal.results import make_result
from survey.reveal.verification import verify
from tests import hall as halls
from tests import three_keys
from tests.hall import AFTER, NOON, OPENS
from tests.three_keys import Guarded
from tests.trust.figures import Line
from tests.trust.grounds import Ground, Place
from tests.trust.sizes import Size

BALLOTS = 6  # of each sheet

# Table, or table.column → why a change of it is no lie about the round that anybody could be told.
UNNOTICED = {
    "account": "staff accounts are no part of a round",
    "staff_session": "who is signed in is no part of a round",
    "assignment": "who may see a round is no part of it",
    "alembic_version": "the form of the tables; the software refuses one that it does not know",
    "unit": "the roster after the freeze: the manifest holds what counts",
    "target": "the roster after the freeze: the manifest holds what counts",
    "post": "the roster after the freeze: the manifest holds what counts",
    "document": "documents after the freeze: the manifest holds what counts",
    "round_step": "the log holds when each step was taken; these rows are for display",
    "envelope/deleted": "nobody but its rater, whose receipt is then unknown; public checkpoints are to close this",
    "envelope/batch": "an envelope that nobody signed counts as one that came, and is listed as invalid",
    "round.name": "display only: the manifest holds the name",
    "round.plan_source": "the draft, which the manifest replaced",
    "round.created_at": "display only",
    "round.created_by": "who may see the round",
    "round.reason": "display only: of a void round",
    "round.unit_code": "who may see the round",
    "round.parent_id": "display only: which round it repeats",
    "round.only_groups": "the draft, which the manifest replaced",
    "round.trial": "the manifest says whether it is a trial",
    "round.shred_due": "the key is destroyed again, which changes nothing",
    "round.opened_sha256": "looked at only before the key goes",
    "round.opened_salt": "looked at only before the key goes, but with three keys, where verify notices it",
    "round.public_key": "after the opening there is no key any more; the manifest holds its public half",
    "signature.at": "display only: the log holds when it was signed",
    "signature.by": "display only: the log holds who signed",
    "party_key.made_at": "display only: the log holds when it was made",
    "party_key.made_by": "display only: the log holds who made it",
    "party_key.lost": "display only: the log holds it",
    "party_key": "the manifest holds the public keys that count",
    "result.reason": "display only: the log holds it",
    "result.created_at": "display only: the log holds it",
    "result.created_by": "display only: the log holds it",
    "recorded.attempt_hash": "answers a late retry, which nobody makes any more after the publication",
    "recorded.content_hash": "answers a late retry, which nobody makes any more after the publication",
    "opened_rows.width": "of a withdrawn target, which no result scores; of others verify notices it",
    "round/added": "another round, which has its own signatures or none",
    "round.state": "the log and the publication hold what was done; another state opens or shows nothing more",
    "audit_entry/deleted": "the last entry alone: who wrote the head of the log down notices it",
    "opened_rows.tallied": "says how the rows were sorted, which they show themselves",
    "result/added": "a result more that comes out of the marks and was not published",
    "publication/added": "of a round that there is not",
    "voided_batch/added": "of a batch that there is not",
    "comment": "comments are in no bundle: they could tell their writers",
}


@dataclass
class Found:
    """How many changes were noticed by what, and which by nothing."""

    noticed: Counter[str] = field(default_factory=Counter)
    unnoticed: Counter[str] = field(default_factory=Counter)

    @property
    def unexplained(self) -> list[str]:
        """The places of unnoticed changes for which no reason is known."""
        return sorted(place for place in self.unnoticed if not _reason(place))


def closed_round(place: Place) -> Guarded:
    """Carry a small signed round to its close, with an amendment, a voided batch, and its slips counted."""
    with place.sessions() as session:
        guarded = three_keys.opened(session, place.settings, three_keys.SIGNED)
        round_ = rounds.get(session, guarded.hall.round_id)
        spare = codes.mint(session, round_, "S1", 20, "reserve", reachable=True, by="tester", now=NOON)
        codes.void_batch(session, spare.batch, "印坏了", "tester", NOON)
        amendments.withdraw_target(session, round_, "C3", amendments.By("tester", "调离", NOON))
        session.commit()
        for sheet, handed_out in guarded.hall.codes.items():
            for number, code in enumerate(handed_out[:BALLOTS]):
                with place.sessions() as own:
                    marks = guarded.hall.marks(sheet, number)
                    cast(own, code, number.to_bytes(16, "big"), marks, "好" if number else "", "phone", NOON)
        three_keys.close_and_count(session, guarded)
    return guarded


def published_round(place: Place, guarded: Guarded) -> None:
    """Carry the closed round to a published result that is signed."""
    round_id = guarded.hall.round_id
    reveal(place.sessions, round_id, place.settings.key_folder, "tester", AFTER)
    with place.sessions() as session:
        round_ = rounds.get(session, round_id)
        make_result(session, round_, "reveal", "tester", AFTER)
        publish(session, round_, 1, "tester", AFTER)
        session.commit()
        for party in ("organiser", "third_party"):
            signatures.sign(session, round_, party, guarded.slips[party], "tester", OPENS)
        session.commit()


def _database(home: Path) -> Path:
    return home / "database" / "gongping.db"


def changes(path: Path) -> Iterator[tuple[str, str, tuple[object, ...]]]:
    """Yield (place, statement, values) for each change of one row: of every column, of the row, of a row more."""
    with closing(sqlite3.connect(path)) as connection:
        for table in Base.metadata.sorted_tables:
            names = [column.name for column in table.columns]
            keys = [column.name for column in table.primary_key]
            listed = ", ".join(f'"{name}"' for name in names)
            for row in connection.execute(f'SELECT {listed} FROM "{table.name}"').fetchall():  # noqa: S608
                values = dict(zip(names, row, strict=True))
                where = " AND ".join(f'"{key}" = ?' for key in keys)
                at = tuple(values[key] for key in keys)
                for name, value in values.items():
                    yield (
                        f"{table.name}.{name}",
                        f'UPDATE "{table.name}" SET "{name}" = ? WHERE {where}',  # noqa: S608
                        (another(value), *at),
                    )
                yield f"{table.name}/deleted", f'DELETE FROM "{table.name}" WHERE {where}', at  # noqa: S608
                added = [another(values[name]) if name == keys[-1] else values[name] for name in names]
                marks = ", ".join("?" * len(names))
                insert = f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})'  # noqa: S608
                yield f"{table.name}/added", insert, tuple(added)


def another(value: object) -> object:
    """Return another value of the same kind."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"\1"
    if isinstance(value, str):
        return {"issue": "reserve", "reserve": "issue", "S1": "S2", "S2": "S1"}.get(value, value + "x")
    return 1 if value is None else int(str(value)) + 1


def write(path: Path, statement: str, values: tuple[object, ...]) -> str | None:
    """Make a change as somebody with all rights to the file, or return why even that was not possible."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        try:
            connection.execute(statement, values)
        except sqlite3.IntegrityError as error:
            return str(error)
        connection.commit()
    return None


def at_the_reveal(place: Place, round_id: str) -> str | None:
    """Return what notices at the opening that something was changed."""
    try:
        reveal(place.sessions, round_id, place.settings.key_folder, "tester", AFTER)
    except Exception:  # noqa: BLE001 - a database that somebody wrote into may stop anywhere
        return "the reveal stopped"
    with place.sessions() as session:
        outcomes = set(session.scalars(select(Recorded.outcome)))
        if outcomes - {"counted"}:
            return "listed as invalid"
        return _by_the_chain(session)


def in_the_bundles(place: Place, round_id: str) -> str | None:
    """Return what notices after the publication that something was changed."""
    with place.sessions() as session:
        try:
            round_ = rounds.get(session, round_id)
            lines = [*verify(public_bundle(session, round_)), *verify(auditor_bundle(session, round_))]
        except Exception:  # noqa: BLE001 - a database that somebody wrote into may stop anywhere
            return "no bundle could be made"
        if not all(line.holds for line in lines):
            return "verify"
        return _by_the_chain(session)


def _by_the_chain(session: object) -> str | None:
    try:
        chain.check(audit.export(session))  # type: ignore[arg-type]
    except GongpingError:
        return "the log's chain"
    return None


def tamper(place: Place, round_id: str, notice: Callable[[Place, str], str | None], every: int, spare: Path) -> Found:
    """Make every `every`-th change, each on a copy of its own."""
    found = Found()
    place.let_go()
    home = place.settings.home
    for number, (where, statement, values) in enumerate(list(changes(_database(home)))):
        if number % every:
            continue
        copy = spare / "copy"
        shutil.copytree(home, copy)
        _LOADED.clear()  # as in a process that starts anew
        refused = write(_database(copy), statement, values)
        settings = place.settings.__class__(**{**vars(place.settings), "home": copy})
        engine = make_engine(settings.database)
        seen = f"the database: {refused}"[:12] if refused else notice(Place(settings, make_session(engine)), round_id)
        engine.dispose()
        shutil.rmtree(copy)
        if seen:
            found.noticed[seen] += 1
        else:
            found.unnoticed[where] += 1
    return found


def stuff(place: Place, round_id: str) -> str | None:
    """Add a slip to a closed round's roll, rewrite what the batch says of it, cast with it, and open the round."""
    code = credentials.new_code()
    key = credentials.public_bytes(credentials.derive(code, round_id))
    with place.sessions() as session:
        batch = session.scalars(select(Batch).where(Batch.sheet == "S1", Batch.kind == "issue")).one()
        session.add(Credential(public_key=key, batch_id=batch.id))
        session.flush()
        keys = session.scalars(select(Credential.public_key).where(Credential.batch_id == batch.id))
        batch.size, batch.keys_sha256 = batch.size + 1, keys_digest(keys)
        round_ = rounds.get(session, round_id)
        round_.state = "open"
        session.commit()
        cells = len(manifest_of(round_).cells(manifest_of(round_).sheet("S1")))
    with place.sessions() as session:
        cast(session, code, bytes(16), bytes(cells), "", "phone", NOON)
    with place.sessions() as session:
        rounds.get(session, round_id).state = "closed"
        session.commit()
    return at_the_reveal(place, round_id)


def stuffed_unsigned(ground: Ground) -> bool:
    """Return whether the same stuffing goes unnoticed where nobody signs: the control."""
    with ground.empty() as place:
        with place.sessions() as session:
            hall = halls.open_round(session, place.settings)
            halls.close_round(session, hall)
        return stuff(place, hall.round_id) is None


def attack(size: Size, ground: Ground) -> list[Line]:
    """Change every row of a signed round, before the opening and after the publication."""
    if ground.server:
        return []
    with ground.empty() as place:
        guarded = closed_round(place)
        with ground.copy(place) as other:
            stopped = stuff(other, guarded.hall.round_id)
        before = tamper(place, guarded.hall.round_id, at_the_reveal, size.every, ground.folder)
        published_round(place, guarded)
        after = tamper(place, guarded.hall.round_id, in_the_bundles, size.every, ground.folder)
    return [
        Line(
            attack="a slip and its ballot added by who writes into the database, and the roll rewritten to fit",
            database=ground.database,
            times="1 signed round",
            found=stopped or "not noticed",
            control="not noticed where nobody signs" if (loose := stuffed_unsigned(ground)) else "noticed",
            holds=stopped is not None and loose,
        ),
        _line("one row changed before the opening", before, ground),
        _line("one row changed after the publication", after, ground),
    ]


def _line(what: str, found: Found, ground: Ground) -> Line:
    noticed = ", ".join(f"{who} {number}" for who, number in sorted(found.noticed.items()))
    left = sum(found.unnoticed.values())
    return Line(
        attack=what,
        database=ground.database,
        times=f"{sum(found.noticed.values()) + left} changes",
        found=f"noticed: {noticed}; not noticed: {left}, each for a reason named in docs/privacy.md"
        + (f"; unexplained: {', '.join(found.unexplained)}" if found.unexplained else ""),
        control="",
        holds=not found.unexplained,
    )


def _reason(place: str) -> str:
    table = place.split(".", maxsplit=1)[0].split("/", maxsplit=1)[0]
    return UNNOTICED.get(place) or UNNOTICED.get(table) or ""
