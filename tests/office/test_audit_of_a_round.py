"""The log of a whole round is the same however many hand in, and whatever they mark."""

import pytest

from survey.collect.ballots import cast
from survey.crypto import chain
from survey.models import Envelope
from survey.office import audit
from survey.prepare import rounds
from survey.reveal import publication
from survey.reveal.opening import reveal
from survey.reveal.results import make_result
from tests.hall import AFTER, NOON, close_round, open_round

NAME = "小镇民主测评"
LOG = [
    ("add document", {"kind": "questionnaire", "name": "小测评"}),
    ("add document", {"kind": "scheme", "name": "小方案"}),
    ("create round", {"name": NAME}),
    ("frozen round", {}),
    ("mint codes", {"sheet": "S1", "size": 20, "kind": "issue"}),
    ("mint codes", {"sheet": "S2", "size": 10, "kind": "issue"}),
    ("open round", {}),
    ("closed round", {}),
    ("revealed round", {}),
    ("score round", {"result": 1, "reason": "首次", "files": "–"}),
    ("published round", {}),
]


def hand_in(session_factory, hall, share: float, level: int) -> int:
    """Cast a ballot with `share` of the codes, all marks at one level; return how many."""
    handed_in = 0
    for sheet, codes in hall.codes.items():
        marks = bytes([level]) * len(hall.marks(sheet))
        for number, code in enumerate(codes[: round(share * len(codes))]):
            with session_factory() as session:
                cast(session, code, number.to_bytes(16, "big"), marks, "一句评语", "phone", NOON)
            handed_in += 1
    return handed_in


@pytest.mark.parametrize(("share", "level", "ballots"), [(0, 0, 0), (0.5, 0, 15), (1, 0, 30), (1, 2, 30)])
def test_the_log_of_a_round_says_nothing_of_its_ballots(session, session_factory, settings, share, level, ballots):
    hall = open_round(session, settings, residents=20)
    before = audit.head(session)
    session.rollback()

    assert hand_in(session_factory, hall, share, level) == ballots

    assert session.query(Envelope).count() == ballots
    assert audit.head(session) == before
    close_round(session, hall)
    reveal(session_factory, hall.round_id, settings.key_folder, "personnel", AFTER)
    session.expire_all()
    round_ = rounds.get(session, hall.round_id)
    make_result(session, round_, "首次", "personnel", AFTER)
    publication.publish(session, round_, 1, "personnel", AFTER)
    session.commit()
    entries = audit.entries(session)[::-1]
    said = [(each.act, {name: value for name, value in each.detail.items() if name != "digest"}) for each in entries]
    assert said == LOG
    assert chain.check(audit.export(session)) == audit.head(session)
