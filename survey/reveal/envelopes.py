"""Opening one envelope: check that it belongs, then unseal and read it. Envelopes are independent of each other."""

from dataclasses import dataclass

from survey.crypto import envelopes
from survey.manifest.manifest import Manifest
from survey.manifest.marks import BadMarksError, decode
from survey.reveal.ballot_box import SealedBallot


@dataclass(frozen=True)
class Opened:
    """A ballot that was opened: its sheet's marks and comment, and nothing of whose it was."""

    marks: bytes
    comment: str


def open_envelope(envelope: SealedBallot, manifest: Manifest, sheet_id: str, private_key: bytes) -> Opened | str:
    """Return the opened ballot, or the reason why the envelope doesn't count.

    The reasons: ``signature`` (not made by the slip), ``receipt`` (does not name this seal), ``seal`` (altered, or
    sealed for another round or manifest), ``content`` (not a ballot of this sheet).
    """
    hashes = (envelope.attempt_hash, envelope.content_hash)
    if envelope.receipt != envelopes.receipt_of(envelope.seal):
        return "receipt"
    if not envelopes.signature_holds(
        envelope.credential, envelope.signature, manifest.round, sheet_id, hashes, envelope.receipt
    ):
        return "signature"
    plaintext = envelopes.unseal(envelope.seal, private_key, manifest.round, manifest.digest())
    if plaintext is None:
        return "seal"
    try:
        return Opened(*decode(manifest, manifest.sheet(sheet_id), plaintext))
    except BadMarksError:
        return "content"
