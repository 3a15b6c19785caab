"""Statements: what the parties of a round sign, each named by the SHA-256 of its canonical form (RFC 8785)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785

from survey.crypto.key_slips import signature_holds
from survey.manifest.manifest import Manifest

SIGNERS: Mapping[str, tuple[str, ...]] = {
    "manifest": ("organiser", "third_party"),
    "batch": ("organiser", "third_party"),
    "voided batch": ("organiser", "third_party"),
    "amendment": ("organiser", "third_party"),
    "slips": ("organiser", "third_party"),
    "tally": ("organiser", "supervisor"),
    "publication": ("organiser", "third_party"),
}
"""Kind of statement → the parties whose signatures it needs."""


@dataclass(frozen=True)
class Statement:
    """What is signed.

    Attributes
    ----------
    kind
        One of ``SIGNERS``.
    name
        Which one of its kind: a batch's id, an amendment's number; empty where there is only one.
    content
        Plain JSON values.
    """

    round: str
    kind: str
    name: str
    content: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """Return the statement as plain JSON values."""
        return {"round": self.round, "kind": self.kind, "name": self.name, "content": dict(self.content)}

    def digest(self) -> bytes:
        """Return the SHA-256 of its canonical form: this is what a signature is made over."""
        return sha256(rfc8785.dumps(self.document())).digest()


def receipts_bytes(receipts: Iterable[tuple[bytes, str]]) -> bytes:
    """Return a round's receipts with what became of each, in rising order, as canonical JSON."""
    return rfc8785.dumps([[receipt.hex(), outcome] for receipt, outcome in sorted(receipts)])


def publication_statement(
    manifest: Manifest, published: Mapping[str, Any], body: Mapping[str, Any], receipts: bytes
) -> Statement:
    """Return what is signed of a publication.

    Parameters
    ----------
    published
        Number of the result, when it was published and by whom, and the salted fingerprint of the opened rows.
    body
        The result's body.
    receipts
        The receipts, as ``receipts_bytes`` writes them.
    """
    content = {
        **published,
        "manifest": manifest.digest().hex(),
        "result": sha256(rfc8785.dumps(dict(body))).hexdigest(),
        "receipts": sha256(receipts).hexdigest(),
    }
    return Statement(manifest.round, "publication", "", content)


def keys_digest(public_keys: Iterable[bytes]) -> str:
    """Return the SHA-256 over a batch's public keys in rising order, as hexadecimal digits."""
    return sha256(b"".join(sorted(public_keys))).hexdigest()


def signed_by(manifest: Manifest, statement: Statement, party: str, signature: bytes) -> bool:
    """Return whether a party that the manifest names signed a statement of this round."""
    keys = manifest.parties.get(party)  # type: ignore[call-overload]
    return (
        keys is not None
        and statement.round == manifest.round
        and signature_holds(bytes.fromhex(keys.signing), signature, statement.digest())
    )
