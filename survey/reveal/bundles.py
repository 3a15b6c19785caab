"""The two bundles of a published round: one for everybody, one for an auditor, who may see what the gate withholds."""

from base64 import b64encode
from dataclasses import asdict
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.crypto.digests import rows_digest, salted_digest
from survey.errors import ConflictError
from survey.manifest.amended import manifest_of
from survey.manifest.statements import receipts_bytes
from survey.models import Batch, Publication, Recorded, Result, Round, Signature, VoidedBatch
from survey.office import audit, slip_counts
from survey.reveal.bundle_file import FORMAT, pack
from survey.reveal.reading import read_opened


def public_bundle(session: Session, round_: Round) -> bytes:
    """Return what everybody may check: rules, receipts, the released result, signatures.

    Raises
    ------
    ConflictError
        Before the publication.
    """
    published = _published(session, round_)
    return pack(_common(session, round_, published, "public"))


def auditor_bundle(session: Session, round_: Round) -> bytes:
    """Return what an auditor works the results out from: the opened rows, the salts, the counts, the log besides.

    Raises
    ------
    ConflictError
        Before the publication.
    """
    published = _published(session, round_)
    results = session.scalars(select(Result).where(Result.round_id == round_.id).order_by(Result.number)).all()
    opened = read_opened(session, round_)
    tally: dict[str, Any] = {
        "sheets": [asdict(each) for each in opened.sheets],
        "rows": [asdict(each) | {"rows": b64encode(each.rows).decode()} for each in opened.rows],
        "checks": [asdict(each) for each in opened.checks],
        "covariances": [asdict(each) for each in opened.covariances],
        "salt": round_.opened_salt.hex() if round_.opened_salt else "",
        "salts": {str(each.number): each.salt.hex() for each in results},
    }
    slips: dict[str, Any] = {sheet: vars(found) for sheet, found in slip_counts.counts(session, round_).items()}
    return pack(
        _common(session, round_, published, "auditor")
        | {"tally.json": rfc8785.dumps(tally), "slips.json": rfc8785.dumps(slips)}
        | {f"result-{each.number}.json": rfc8785.dumps(each.body) for each in results}
        | {"audit.jsonl": b"".join(audit.export(session, round_.id))}
    )


def _published(session: Session, round_: Round) -> Publication:
    published = session.get(Publication, round_.id)
    if published is None:
        raise ConflictError("A bundle is made of a published round. Publish a result first.")
    return published


def _common(session: Session, round_: Round, published: Publication, kind: str) -> dict[str, bytes]:
    result = session.get_one(Result, (round_.id, published.number))
    receipts = session.execute(select(Recorded.receipt, Recorded.outcome).where(Recorded.round_id == round_.id))
    return {
        "manifest.json": rfc8785.dumps(manifest_of(round_).document()),
        "round.json": rfc8785.dumps(_round(session, round_, published, kind)),
        "receipts.json": receipts_bytes((receipt, outcome) for receipt, outcome in receipts),
        f"result-{result.number}.json": rfc8785.dumps(result.body),
    }


def _publication(session: Session, round_: Round, published: Publication) -> dict[str, Any]:
    salt = session.get_one(Result, (round_.id, published.number)).salt
    rows = [(each.group_id, each.target_code, each.rows) for each in read_opened(session, round_).rows]
    opened = salted_digest(salt, rows_digest(rows))
    return {"number": published.number, "at": published.at.isoformat(), "by": published.by, "opened": opened}


def _round(session: Session, round_: Round, published: Publication, kind: str) -> dict[str, Any]:
    batches = session.scalars(select(Batch).where(Batch.round_id == round_.id).order_by(Batch.id))
    voided = session.scalars(select(VoidedBatch).join(Batch).where(Batch.round_id == round_.id))
    signed = session.scalars(select(Signature).where(Signature.round_id == round_.id))
    return {
        "format": FORMAT,
        "kind": kind,
        "amendments": [
            {
                "number": act.number,
                "kind": act.kind,
                "body": act.body,
                "reason": act.reason,
                "at": act.at.isoformat(),
                "by": act.by,
            }
            for act in sorted(round_.amendments, key=lambda act: act.number)
        ],
        "batches": [
            {"id": each.id, "sheet": each.sheet, "kind": each.kind, "size": each.size, "keys": each.keys_sha256}
            for each in batches
        ],
        "voided": {each.batch_id: each.reason for each in sorted(voided, key=lambda each: each.batch_id)},
        "published": _publication(session, round_, published),
        "signatures": sorted(
            (
                {
                    "kind": s.kind,
                    "name": s.name,
                    "party": s.party,
                    "digest": s.digest.hex(),
                    "signature": s.signature.hex(),
                }
                for s in signed
            ),
            key=lambda each: (each["kind"], each["name"], each["party"]),
        ),
    }
