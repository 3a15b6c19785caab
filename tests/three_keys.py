"""A small hall whose ballots three parties guard together, carried as far as a test needs."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy.orm import Session

from survey.cli import commands
from survey.config import Settings
from survey.crypto.shares import PARTIES
from survey.manifest.amended import manifest_of
from survey.models import Round
from survey.office import key_slips, round_key, signatures, slip_counts
from survey.prepare import codes, lifecycle, rounds
from survey.reveal import agreement
from survey.reveal.ballot_box import box_of, export
from tests import hall as halls
from tests.hall import AFTER, OPENS, PLAN, Hall

THREE_KEYS = "seal: three keys\n" + PLAN
SIGNED = "signed: true\n" + PLAN


@dataclass
class Guarded:
    """The hall, and the codes of its key slips by party."""

    hall: Hall
    slips: dict[str, str] = field(default_factory=dict)

    def pair(self, *parties: str) -> dict[str, str]:
        """Return the codes of these parties."""
        return {party: self.slips[party] for party in parties}


def frozen(session: Session, settings: Settings, plan: str = THREE_KEYS) -> tuple[Round, Guarded]:
    """Make a draft, its key slips, freeze it and mint its codes."""
    round_ = halls.draft_round(session, plan=plan)
    parties = PARTIES if "three keys" in plan else PARTIES[:2]
    slips = {party: key_slips.make(session, round_, party, "tester", OPENS) for party in parties}
    lifecycle.freeze(session, round_, settings, "tester", OPENS)
    guarded = Guarded(Hall(round_.id, manifest_of(round_)), slips)
    for sheet in guarded.hall.manifest.sheets:
        minted = codes.mint(session, round_, sheet.id, sheet.entitled, "issue", reachable=True, by="tester", now=OPENS)
        guarded.hall.codes[sheet.id] = list(minted.codes)
    session.commit()
    return round_, guarded


def sign_all(session: Session, guarded: Guarded) -> None:
    """Let organiser and third party sign what there is to sign, and commit it."""
    session.commit()  # what was read before is left behind, or another writer in between would make this one fail
    round_ = rounds.get(session, guarded.hall.round_id)
    for party in ("organiser", "third_party"):
        if signatures.pending(session, round_, party):
            signatures.sign(session, round_, party, guarded.slips[party], "tester", OPENS)
    session.commit()


def opened(session: Session, settings: Settings, plan: str = THREE_KEYS) -> Guarded:
    """Carry the hall to the open round."""
    round_, guarded = frozen(session, settings, plan)
    if "three keys" in plan:
        for pair in (("organiser", "third_party"), ("third_party", "supervisor")):
            round_key.try_slips(session, round_, settings.key_folder, guarded.pair(*pair), "tester", OPENS)
    sign_all(session, guarded)
    lifecycle.open_(session, round_, "tester", OPENS)
    session.commit()
    return guarded


def close_and_count(session: Session, guarded: Guarded, unused: int = 0) -> Round:
    """Close the round, count its slips, sign the count."""
    round_ = halls.close_round(session, guarded.hall)
    for sheet in guarded.hall.manifest.sheets:
        printed = len(guarded.hall.codes[sheet.id])
        found = slip_counts.SlipsFound(printed - unused, unused, 0)
        slip_counts.record_count(session, round_, sheet.id, found, "tester", AFTER)
    sign_all(session, guarded)
    return round_


def own_tally(box: Path, guarded: Guarded, *parties: str) -> Any:
    """Return what a party's own copy of the software writes, with another party's key slip beside its own."""
    out = box.parent / f"{parties[0]}.json"
    typed = "".join(guarded.slips[party] + "\n" for party in parties)
    arguments = ["keys", "tally", str(box), "--out", str(out)]
    result = CliRunner().invoke(commands, [*arguments, *(f"--party={party}" for party in parties)], input=typed)
    assert result.exit_code == 0, result.output
    return json.loads(out.read_text(encoding="utf-8"))


def let_two_agree(session: Session, settings: Settings, guarded: Guarded, folder: Path) -> None:
    """Let organiser and supervisor open the exported box by themselves and hand in what they counted; commit it."""
    round_ = rounds.get(session, guarded.hall.round_id)
    box = folder / "box.jsonl"
    export(box_of(session, round_), settings.key_folder, box)
    for pair in (("organiser", "supervisor"), ("supervisor", "third_party")):
        agreement.accept(session, round_, own_tally(box, guarded, *pair), "tester", AFTER)
    session.commit()
