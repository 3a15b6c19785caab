"""A round's key: in a file on the host at level *sealed*, in three shares on three key slips at *three keys*.

With three keys the whole key is in this process's memory three times: when it is made, when it is tested, when the
envelopes are opened. In between it is nowhere.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.crypto import envelopes, keyfile, shares
from survey.crypto.key_slips import open_share, seal_share
from survey.errors import ConflictError, GongpingError
from survey.manifest.amended import manifest_of
from survey.manifest.states import RoundState, require
from survey.models import Canary, CanaryTest, Round
from survey.office import audit, key_slips

THREE_KEYS = "three keys"
Codes = Mapping[str, str]
"""Party → the code that was typed."""


def make(session: Session, round_: Round, seal: str, folder: Path) -> bytes:
    """Make a round's key and return its public half; the private half goes into the file, or into the shares."""
    if seal != THREE_KEYS:
        return keyfile.make_key(folder, round_.id)
    return _shared_out(session, round_, folder, keyfile.ROUND)


def make_appeal_key(session: Session, round_: Round, folder: Path) -> bytes:
    """Make the key that a round's appeal file is sealed to, in shares of its own, and return its public half."""
    return _shared_out(session, round_, folder, keyfile.APPEAL)


def _shared_out(session: Session, round_: Round, folder: Path, kind: str) -> bytes:
    private = X25519PrivateKey.generate()
    for party, share in shares.split(private.private_bytes_raw()).items():
        sealed = seal_share(share, key_slips.slips(session, round_)[party].sealing, round_.id, party)
        keyfile.keep_share(folder, round_.id, party, sealed, kind)
    return private.public_key().public_bytes_raw()


def plant_canary(session: Session, round_: Round) -> None:
    """Seal a random number with the round's key: two slips that open it open the ballots as well."""
    content = secrets.token_bytes(32)
    manifest = manifest_of(round_)
    seal = envelopes.seal(content, bytes.fromhex(manifest.public_key), round_.id, manifest.digest())
    session.add(Canary(round_id=round_.id, seal=seal, content_hash=sha256(content).digest()))


def private_key(session: Session, round_: Round, folder: Path, codes: Codes) -> bytes:
    """Return the round's private key.

    Raises
    ------
    ConflictError
        Where the key file isn't on this host, or the shares don't make the key.
    GongpingError
        Where not exactly two parties gave the code of their key slip, or one of them is wrong.
    """
    if manifest_of(round_).seal == THREE_KEYS:
        return _joined(session, round_, folder, codes)
    key = keyfile.read_key(folder, round_.id)
    if key is None or keyfile.public_half(key) != round_.public_key:
        raise ConflictError(
            "The key of this round is not on this host. Put its key file back into the key folder, or void the round."
        )
    return key


def appeal_key(session: Session, round_: Round, folder: Path, codes: Codes) -> bytes:
    """Return the private key of the round's appeal file.

    Raises
    ------
    ConflictError, GongpingError
        As ``private_key``.
    """
    return _joined(session, round_, folder, codes, keyfile.APPEAL, bytes.fromhex(manifest_of(round_).appeal_key))


def _joined(
    session: Session, round_: Round, folder: Path, codes: Codes, kind: str = keyfile.ROUND, public: bytes | None = None
) -> bytes:
    given = {party: code for party, code in codes.items() if code.strip()}
    if len(given) != shares.NEEDED:
        raise GongpingError("Two of the three key slips are needed. Let two parties type their codes.")
    found = []
    for party, code in given.items():
        keys = key_slips.identify(session, round_, party, code)
        sealed = keyfile.read_share(folder, round_.id, party, kind)
        share = None if sealed is None else open_share(sealed, keys, round_.id, party)
        if share is None:
            raise ConflictError(
                "The share of the %(party)s is not in the key folder of this host, or was altered. Put it back, or let "
                "the other two parties open the round.",
                party=key_slips.PARTY_NAMES[party],
            )
        found.append(share)
    key = shares.join(found)
    if key is None or keyfile.public_half(key) != (public or round_.public_key):
        raise ConflictError(
            "These two shares do not make the round's key: somebody changed one of them. Try another pair of key slips."
        )
    return key


def try_slips(session: Session, round_: Round, folder: Path, codes: Codes, by: str, now: datetime) -> None:
    """Let two parties open the canary, before the round opens.

    Raises
    ------
    ConflictError, GongpingError
        As ``private_key``; or where the round isn't frozen, or its canary was altered.
    """
    require(RoundState(round_.state), RoundState.FROZEN)
    manifest = manifest_of(round_)
    if manifest.seal != THREE_KEYS:
        raise ConflictError("This round has one key, in a file. There are no key slips to try.")
    key = _joined(session, round_, folder, codes)
    canary = session.get_one(Canary, round_.id)
    content = envelopes.unseal(canary.seal, key, round_.id, manifest.digest())
    if content is None or sha256(content).digest() != canary.content_hash:
        raise ConflictError("The test envelope was altered in the database. Void the round and repeat it.")
    first, second = sorted((party for party, code in codes.items() if code.strip()), key=shares.PARTIES.index)
    if session.get(CanaryTest, (round_.id, first, second)) is None:
        session.add(CanaryTest(round_id=round_.id, first=first, second=second, at=now, by=by))
    audit.record(session, by, "try key slips", round_.id, {"parties": [first, second]}, now)


def tried_pairs(session: Session, round_: Round) -> list[tuple[str, str]]:
    """Return the pairs of parties that opened the canary."""
    found = session.scalars(select(CanaryTest).where(CanaryTest.round_id == round_.id))
    return sorted((each.first, each.second) for each in found)


def untested(session: Session, round_: Round) -> bool:
    """Return whether fewer than two pairs, and so not all three slips, were tried."""
    return len(tried_pairs(session, round_)) < shares.NEEDED


def forget(session: Session, round_: Round) -> None:
    """Delete the canary; the key file, or the shares, go after the commit, by ``shredding.finish``."""
    session.execute(delete(Canary).where(Canary.round_id == round_.id))
