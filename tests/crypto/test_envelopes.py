"""Sealed envelopes: constant length, opened only with the key, only where they belong."""

from hypothesis import given
from hypothesis import strategies as st

from survey.crypto import credentials, envelopes, keyfile

HASHES = (bytes(32), bytes([1]) * 32)


def test_what_was_sealed_is_unsealed(tmp_path):
    public = keyfile.make_key(tmp_path, "r")
    sealed = envelopes.seal(b"marks", public, "r", bytes(32))

    assert envelopes.unseal(sealed, keyfile.read_key(tmp_path, "r"), "r", bytes(32)) == b"marks"
    assert len(sealed) == len(b"marks") + 48
    assert sealed != envelopes.seal(b"marks", public, "r", bytes(32))


def test_an_envelope_of_another_round_or_manifest_or_key_stays_shut(tmp_path):
    public = keyfile.make_key(tmp_path, "r")
    keyfile.make_key(tmp_path, "other")
    sealed = envelopes.seal(b"marks", public, "r", bytes(32))
    private = keyfile.read_key(tmp_path, "r")

    assert envelopes.unseal(sealed, private, "s", bytes(32)) is None
    assert envelopes.unseal(sealed, private, "r", bytes([1]) * 32) is None
    assert envelopes.unseal(sealed, keyfile.read_key(tmp_path, "other"), "r", bytes(32)) is None
    assert envelopes.unseal(b"", private, "r", bytes(32)) is None


@given(st.integers(0, 52), st.integers(1, 255))
def test_one_changed_byte_is_noticed(place, change):
    private = bytes(range(32))
    sealed = bytearray(envelopes.seal(b"marks", keyfile.public_half(private), "r", bytes(32)))
    sealed[place] ^= change

    assert envelopes.unseal(bytes(sealed), private, "r", bytes(32)) is None


def test_a_signature_holds_only_for_what_was_signed():
    key = credentials.derive("0" * 16, "r")
    public, receipt = credentials.public_bytes(key), envelopes.receipt_of(b"sealed")
    signature = envelopes.sign(key, "r", "S1", HASHES, receipt)

    assert envelopes.signature_holds(public, signature, "r", "S1", HASHES, receipt)
    for changed in (("s", "S1", HASHES, receipt), ("r", "S2", HASHES, receipt), ("r", "S1", HASHES[::-1], receipt)):
        assert not envelopes.signature_holds(public, signature, *changed)
    assert not envelopes.signature_holds(public, signature, "r", "S1", HASHES, bytes(32))


def test_a_destroyed_key_is_gone_and_destroying_it_again_is_harmless(tmp_path):
    keyfile.make_key(tmp_path, "r")
    assert (tmp_path / "r.key").stat().st_mode & 0o077 == 0

    keyfile.destroy_key(tmp_path, "r")
    keyfile.destroy_key(tmp_path, "r")

    assert keyfile.read_key(tmp_path, "r") is None
    assert list(tmp_path.iterdir()) == []
