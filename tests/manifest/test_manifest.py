"""The manifest: what is stored is what its fingerprint names, or nothing is done with it."""

import json

import pytest
from sqlalchemy import func, select, text

from survey.collect.ballots import cast
from survey.crypto import keyfile
from survey.errors import ConflictError
from survey.manifest import manifest as manifests
from survey.models import Envelope, Round
from survey.reveal.opening import reveal
from tests import hall as halls
from tests.hall import AFTER, NOON


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings)


@pytest.fixture
def change(session, monkeypatch):
    """Return a way to change the stored rules behind the product's back, as a process started anew finds them."""

    def one(hall, replace, *, fingerprint=False):
        stored = session.scalar(text("SELECT manifest FROM round"))
        changed = replace(stored)
        session.execute(text("UPDATE round SET manifest = :changed"), {"changed": changed})
        if fingerprint:
            digest = manifests.load_manifest(json.loads(changed)).digest()
            session.execute(text("UPDATE round SET manifest_hash = :digest"), {"digest": digest})
        session.commit()
        session.expire_all()
        monkeypatch.setattr(manifests, "_LOADED", {})
        return hall

    return one


@pytest.mark.parametrize("replace", [lambda s: s.replace("甲一", "甲二"), lambda _: "{}", lambda s: s[:-1]])
def test_no_ballot_is_taken_under_rules_that_were_changed(session, session_factory, hall, change, replace):
    change(hall, replace)

    with session_factory() as fresh, pytest.raises(ConflictError, match="fingerprint"):
        cast(fresh, hall.codes["S1"][0], bytes(16), hall.marks(), "", "phone", NOON)
    assert session.scalar(select(func.count()).select_from(Envelope)) == 0


@pytest.mark.parametrize("fingerprint", [False, True])
def test_a_reveal_under_changed_rules_destroys_nothing_and_succeeds_once_they_are_back(
    session, session_factory, settings, hall, change, fingerprint
):
    halls.cast_all(session_factory, hall)
    halls.close_round(session, hall)
    change(hall, lambda stored: stored.replace("甲一", "甲二"), fingerprint=fingerprint)

    with pytest.raises(ConflictError):
        reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)

    assert session.scalar(select(func.count()).select_from(Envelope)) == 70
    assert keyfile.read_key(settings.key_folder, hall.round_id) is not None

    change(hall, lambda stored: stored.replace("甲二", "甲一"), fingerprint=True)
    reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)
    session.expire_all()
    assert session.get_one(Round, hall.round_id).state == "revealed"
