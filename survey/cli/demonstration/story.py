"""The story of the demonstration: one round from roster to result, and a second one left open to try."""

import random
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable

import click
from sqlalchemy.orm import Session, sessionmaker

from survey.cli.demonstration.voters import comment, marks
from survey.cli.init import initialise
from survey.cli.installation import now
from survey.collect.ballots import cast
from survey.config import Settings
from survey.crypto.credentials import printed
from survey.db import make_engine, make_session
from survey.manifest.amended import manifest_of
from survey.manifest.manifest import Manifest, Sheet
from survey.models import Round
from survey.office import accounts
from survey.office.permissions import ADMINISTRATOR, EVALUATOR, LEADER, OFFICE_ROLES, PERSONNEL, SUPERVISOR
from survey.prepare import codes, lifecycle, roster, rounds
from survey.prepare.slips import draw_slips
from survey.reveal.opening import reveal
from survey.reveal.results import Snapshot, latest, make_result

Say = Callable[[str], None]


@dataclass(frozen=True)
class Login:
    """One account of the demonstration."""

    role: str
    login: str
    password: str


@dataclass(frozen=True)
class Told:
    """What the story leaves for the reader."""

    snapshot: Snapshot
    logins: tuple[Login, ...]
    slips: bytes
    spare_code: str


def tell(settings: Settings, ballots: int, seed: int, say: Say) -> Told:
    """Carry the first round through and open the second; `say` hears each step."""
    initialise(settings)
    sessions = make_session(make_engine(settings.database))
    logins = tuple(_account(sessions, role) for role in OFFICE_ROLES)
    _import_roster(sessions, say)
    round_id = _prepare(sessions, settings, "plan.yaml", say)
    handed_out = _mint(sessions, settings, round_id, say)
    _cast(sessions, round_id, handed_out, ballots, random.Random(seed), say)  # noqa: S311 - invented marks
    with sessions() as session:
        lifecycle.close(session, rounds.get(session, round_id), EVALUATOR, now(), PERSONNEL)
        session.commit()
    _reveal(sessions, settings, round_id)
    with sessions() as session:
        make_result(session, rounds.get(session, round_id), "开封", PERSONNEL, now())
        session.commit()
        snapshot = latest(session, rounds.get(session, round_id))
    slips, code = _second_round(sessions, settings, say)
    return Told(snapshot, logins, slips, printed(code))


def _folder() -> Traversable:
    return files("survey.presets") / "demonstration"


def _account(sessions: sessionmaker[Session], role: str) -> Login:
    password = accounts.generate_password()
    with sessions() as session:
        accounts.add(session, login=role, name=NAMES[role], role=role, password=password, now=now())
        session.commit()
    return Login(role, role, password)


NAMES = {ADMINISTRATOR: "系统管理员", PERSONNEL: "林静", EVALUATOR: "周敏", SUPERVISOR: "何监督", LEADER: "韩书记"}


def _import_roster(sessions: sessionmaker[Session], say: Say) -> None:
    for name in ("units.csv", "targets.csv"):
        with sessions() as session:
            plan = roster.plan_import(session, (_folder() / name).read_bytes(), name)
            counts = roster.carry_out(session, plan)
            session.commit()
        say(f"{name}: {counts.units_added} units and {counts.targets_added} targets added")


def _prepare(sessions: sessionmaker[Session], settings: Settings, name: str, say: Say) -> str:
    text = (_folder() / name).read_text(encoding="utf-8")
    text = _with_windows(text, now().astimezone(settings.zone))
    with sessions() as session:
        round_ = rounds.create(session, text, name, EVALUATOR, now())
        lifecycle.freeze(session, round_, settings, EVALUATOR, now())
        session.commit()
        manifest = manifest_of(round_)
    kinds = [manifest.target(target.code).kind for target in manifest.targets]
    say(
        f"{manifest.name}: {kinds.count('person')} cadres, {kinds.count('unit')} units, {len(manifest.sheets)} sheets; "
        f"frozen as {manifest.digest().hex()[:16]}"
    )
    return round_.id


def _with_windows(plan: str, moment: datetime) -> str:
    opens, closes = moment - timedelta(hours=1), moment + timedelta(days=7)
    return plan.replace("OPENS", f"{opens:%Y-%m-%d %H:%M}").replace("CLOSES", f"{closes:%Y-%m-%d %H:%M}")


def _mint(sessions: sessionmaker[Session], settings: Settings, round_id: str, say: Say) -> dict[str, tuple[str, ...]]:
    handed_out = {}
    with sessions() as session:
        round_ = rounds.get(session, round_id)
        for sheet in manifest_of(round_).sheets:
            handed_out[sheet.id] = _mint_sheet(session, settings, round_, sheet).codes
        lifecycle.open_(session, round_, EVALUATOR, now())
        session.commit()
    say(f"{sum(map(len, handed_out.values()))} codes minted, the round is open")
    return handed_out


def _mint_sheet(session: Session, settings: Settings, round_: Round, sheet: Sheet) -> codes.Minted:
    reachable = settings.demonstration or not settings.loopback_address()
    return codes.mint(session, round_, sheet.id, sheet.entitled, "issue", reachable=reachable, by=EVALUATOR, now=now())


def _cast(
    sessions: sessionmaker[Session],
    round_id: str,
    handed_out: dict[str, tuple[str, ...]],
    ballots: int,
    rng: random.Random,
    say: Say,
) -> None:
    with sessions() as session:
        manifest = manifest_of(rounds.get(session, round_id))
    returned = _who_returns(manifest, handed_out, ballots, rng)
    writers = random.Random(ballots)  # noqa: S311 - invented words
    with click.progressbar(returned, label="Casting ballots", file=sys.stderr) as bar:
        for sheet_id, code in bar:
            sheet = manifest.sheet(sheet_id)
            chosen = marks(rng, manifest, sheet)
            words = comment(writers) if manifest.asks_comment(sheet) else ""
            with sessions() as session:
                cast(session, code, secrets.token_bytes(16), chosen, words, "phone", now())
    say(f"{len(returned)} ballots sealed and recorded, one by one")


def _who_returns(
    manifest: Manifest, handed_out: dict[str, tuple[str, ...]], ballots: int, rng: random.Random
) -> list[tuple[str, str]]:
    """Return (sheet, code) of those who vote, each sheet in proportion to its entitled number."""
    entitled = sum(sheet.entitled for sheet in manifest.sheets)
    share = min(1.0, ballots / entitled)
    returned = []
    for sheet in manifest.sheets:
        voters = max(1, round(share * sheet.entitled))
        returned += [(sheet.id, code) for code in handed_out[sheet.id][:voters]]
    rng.shuffle(returned)
    return returned


def _reveal(sessions: sessionmaker[Session], settings: Settings, round_id: str) -> None:
    with click.progressbar(length=1, label="Opening envelopes", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        reveal(sessions, round_id, settings.key_folder, PERSONNEL, now(), progress)


def _second_round(sessions: sessionmaker[Session], settings: Settings, say: Say) -> tuple[bytes, str]:
    round_id = _prepare(sessions, settings, "second.yaml", say)
    with sessions() as session:
        round_ = rounds.get(session, round_id)
        minted = [_mint_sheet(session, settings, round_, sheet) for sheet in manifest_of(round_).sheets]
        lifecycle.open_(session, round_, EVALUATOR, now())
        session.commit()
        return draw_slips(round_, minted[0], settings), minted[0].codes[0]
