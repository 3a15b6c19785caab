"""One code, one ballot, however many phones hand it in at the same instant."""

from tests.trust import one_code
from tests.trust.sizes import QUICK


def test_sixteen_posts_of_one_code_at_the_same_instant_record_one_ballot(ground):
    storm = one_code.over_http(QUICK, ground)

    assert storm.wrong == []
    assert storm.envelopes == QUICK.codes
    assert storm.naive > QUICK.codes  # the attack bites where one looks first and writes then


def test_sixteen_threads_with_one_code_record_one_ballot(ground):
    storm = one_code.inside(QUICK, ground)

    assert storm.wrong == []
    assert storm.envelopes == QUICK.codes
