"""Questionnaires and schemes: presets and immutable stored versions, found by name, sealed by digest."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scoring.document.problems import SchemeError
from scoring.document.scheme import Scheme, scheme_from_document
from survey.errors import BadDocumentError, ConflictError, NotFoundError, Problem
from survey.manifest.extending import extend
from survey.manifest.questionnaire import Questionnaire
from survey.manifest.reading import parse, read
from survey.models import StoredDocument
from survey.office import audit

Kind = Literal["questionnaire", "scheme"]
DEEPEST = 5


@dataclass(frozen=True)
class Preset:
    """A ready document that comes with the program."""

    kind: Kind
    name: str
    text: str


@cache
def presets() -> tuple[Preset, ...]:
    """Return the ready documents, questionnaires first."""
    found = []
    for entry in files("survey.presets").iterdir():
        if entry.name.endswith(".yaml"):
            text = entry.read_text(encoding="utf-8")
            document = parse(text, entry.name)
            found.append(Preset(_kind(document), str(document["name"]), text))
    return tuple(sorted(found, key=lambda preset: (preset.kind, preset.name)))


def add(session: Session, text: str, file: str, by: str, now: datetime) -> StoredDocument:
    """Store a document as a new version of its name; the same content again returns the version there is.

    Raises
    ------
    BadDocumentError
        Listing every problem.
    ConflictError
        Where the name is a preset's: a town's own document needs a name of its own (and may extend the preset).
    """
    kind, body = _resolve(session, text, file)
    name = str(body["name"])
    if any(preset.name == name and preset.kind == kind for preset in presets()):
        raise ConflictError(
            "%(name)s is the name of a preset. Give your document a name of its own; 'extends: %(name)s' takes over "
            "the rest.",
            name=name,
        )
    name_by_content = digest(kind, body)
    if (there := session.get(StoredDocument, name_by_content)) is not None:
        return there
    newest = session.scalar(
        select(func.max(StoredDocument.version)).where(StoredDocument.kind == kind, StoredDocument.name == name)
    )
    stored = StoredDocument(
        digest=name_by_content,
        kind=kind,
        name=name,
        version=(newest or 0) + 1,
        source=text,
        body=body,
        created_at=now,
        created_by=by,
    )
    session.add(stored)
    audit.record(session, by, "add document", None, {"kind": kind, "name": name, "digest": name_by_content}, now)
    session.flush()
    return stored


def stored(session: Session) -> list[StoredDocument]:
    """Return the stored versions by kind and name, newest first."""
    order = (StoredDocument.kind, StoredDocument.name, StoredDocument.version.desc())
    return list(session.scalars(select(StoredDocument).order_by(*order)))


def questionnaire(session: Session, reference: str) -> Questionnaire:
    """Return the questionnaire named ``name`` (its newest version) or ``name@2``.

    Raises
    ------
    NotFoundError
        Where there is none; the message names those there are.
    """
    return read(Questionnaire, _body(session, "questionnaire", reference, reference), reference)


def scheme(session: Session, reference: str) -> Scheme:
    """Return the scheme named ``name`` (its newest version) or ``name@2``.

    Raises
    ------
    NotFoundError
        Where there is none; the message names those there are.
    """
    return _scheme(_body(session, "scheme", reference, reference), reference)


def _resolve(session: Session, text: str, file: str) -> tuple[Kind, dict[str, Any]]:
    document = parse(text, file)
    base = document.get("extends")
    kind = _kind(document)
    if base is not None and kind == "scheme" and not _exists(session, "scheme", str(base)):
        kind = "questionnaire"  # a child may give nothing of its own by which to tell
    body = _extended(session, kind, document, file, depth=0)
    if kind == "questionnaire":
        return kind, read(Questionnaire, body, file).model_dump(mode="json")
    _scheme(body, file)
    return kind, body


def _extended(session: Session, kind: Kind, document: dict[str, Any], file: str, depth: int) -> dict[str, Any]:
    base = document.get("extends")
    if base is None:
        return document
    if depth >= DEEPEST:
        raise BadDocumentError(file, [Problem("extends", str(base), f"a chain of at most {DEEPEST} documents")])
    return extend(_body(session, kind, str(base), file, depth + 1), document)


def _body(session: Session, kind: Kind, reference: str, file: str, depth: int = 0) -> dict[str, Any]:
    name, _, version = reference.partition("@")
    query = select(StoredDocument).where(StoredDocument.kind == kind, StoredDocument.name == name)
    if version:
        query = query.where(StoredDocument.version == (int(version) if version.isdigit() else -1))
    found = session.scalars(query.order_by(StoredDocument.version.desc()).limit(1)).first()
    if found is not None:
        return found.body
    for preset in presets():
        if preset.kind == kind and preset.name == name and not version:
            return _extended(session, kind, parse(preset.text, name), file, depth)
    names = sorted(
        {preset.name for preset in presets() if preset.kind == kind}
        | set(session.scalars(select(StoredDocument.name).where(StoredDocument.kind == kind)))
    )
    raise NotFoundError(
        "%(file)s names the %(kind)s %(name)s, which does not exist; allowed: %(names)s.",
        file=file,
        kind=kind,
        name=reference,
        names=", ".join(names),
    )


def _exists(session: Session, kind: str, name: str) -> bool:
    there = select(StoredDocument.digest).where(StoredDocument.kind == kind, StoredDocument.name == name).limit(1)
    preset = any(preset.kind == kind and preset.name == name for preset in presets())
    return preset or session.scalar(there) is not None


def _kind(document: dict[str, Any]) -> Kind:
    return "questionnaire" if "items" in document or "comment" in document else "scheme"


def _scheme(body: dict[str, Any], file: str) -> Scheme:
    try:
        return scheme_from_document(body, file)
    except SchemeError as error:
        raise BadDocumentError(file, list(error.problems)) from error


def digest(kind: str, body: dict[str, Any]) -> str:
    """Return the SHA-256 that names a document of this kind and content."""
    return sha256(rfc8785.dumps({"kind": kind, "body": body})).hexdigest()
