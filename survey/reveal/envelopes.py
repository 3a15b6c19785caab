"""Opening one envelope: check that it belongs, then unseal and read it. Envelopes are independent of each other."""

from dataclasses import dataclass
from hashlib import sha256

from survey.crypto import envelopes
from survey.manifest.manifest import Manifest, Sheet
from survey.manifest.marks import BadMarksError, decode
from survey.models import Envelope


@dataclass(frozen=True)
class Opened:
    """A ballot that was opened: its sheet's marks and comment, and nothing of whose it was."""

    marks: bytes
    comment: str


def open_envelope(envelope: Envelope, manifest: Manifest, sheet: Sheet, private_key: bytes) -> Opened | str:
    """Return the opened ballot, or the reason why the envelope doesn't count.

    The reasons: ``signature`` (not made by the slip), ``receipt`` (does not name this seal), ``seal`` (altered, or
    sealed for another round or manifest), ``content`` (not a ballot of this sheet).
    """
    hashes = (envelope.attempt_hash, envelope.content_hash)
    if envelope.receipt != envelopes.receipt_of(envelope.seal):
        return "receipt"
    if not envelopes.signature_holds(
        envelope.credential, envelope.signature, manifest.round, sheet.id, hashes, envelope.receipt
    ):
        return "signature"
    plaintext = envelopes.unseal(envelope.seal, private_key, manifest.round, manifest.digest())
    if plaintext is None:
        return "seal"
    try:
        return Opened(*decode(manifest, sheet, plaintext))
    except BadMarksError:
        return "content"


def rows_digest(blocks: list[tuple[str, str, bytes]]) -> bytes:
    """Return the SHA-256 over all blocks (group, target, rows) in their order: what is compared after the commit."""
    whole = sha256()
    for group, target, rows in sorted(blocks):
        for part in (group.encode(), target.encode(), rows):
            whole.update(len(part).to_bytes(8, "big") + part)
    return whole.digest()
