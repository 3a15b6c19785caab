import pytest

from survey.crypto import kept_secrets

INSTALLATION = b"the secret of one installation"


def test_what_was_sealed_opens_for_the_same_installation_purpose_and_owner():
    sealed = kept_secrets.seal(INSTALLATION, "second factor", "shen", b"JBSWY3DPEHPK3PXP")

    assert kept_secrets.unseal(INSTALLATION, "second factor", "shen", sealed) == b"JBSWY3DPEHPK3PXP"
    assert b"JBSWY3DP" not in sealed


def test_two_seals_of_the_same_are_not_the_same():
    first, second = (kept_secrets.seal(INSTALLATION, "second factor", "shen", b"x") for _ in range(2))

    assert first != second


@pytest.mark.parametrize(
    ("installation", "purpose", "whose"),
    [
        (b"another secret", "second factor", "shen"),
        (INSTALLATION, "something else", "shen"),
        (INSTALLATION, "second factor", "zhou"),
    ],
)
def test_moved_to_another_row_purpose_or_installation_it_does_not_open(installation, purpose, whose):
    sealed = kept_secrets.seal(INSTALLATION, "second factor", "shen", b"JBSWY3DPEHPK3PXP")

    assert kept_secrets.unseal(installation, purpose, whose, sealed) is None


def test_no_changed_byte_goes_unnoticed():
    sealed = kept_secrets.seal(INSTALLATION, "second factor", "shen", b"JBSWY3DPEHPK3PXP")

    changed = [bytes([*sealed[:place], sealed[place] ^ 1, *sealed[place + 1 :]]) for place in range(len(sealed))]

    assert {kept_secrets.unseal(INSTALLATION, "second factor", "shen", each) for each in changed} == {None}
    assert kept_secrets.unseal(INSTALLATION, "second factor", "shen", b"") is None
