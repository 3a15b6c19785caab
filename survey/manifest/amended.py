"""A manifest with the numbered amendments that act beside it; the manifest itself never changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from survey.errors import ConflictError
from survey.manifest.manifest import Manifest, Sheet, Window, manifest_by_digest


@dataclass(frozen=True)
class Amended:
    """What holds now: sheets with extended windows and raised numbers, and the targets that were withdrawn."""

    manifest: Manifest
    sheets: Mapping[str, Sheet]
    withdrawn: frozenset[str]

    def sheet(self, sheet_id: str) -> Sheet:
        """Return the sheet as amended.

        Raises
        ------
        NotFoundError
            When the round has no such sheet.
        """
        self.manifest.sheet(sheet_id)
        return self.sheets[sheet_id]

    def last_close(self) -> datetime:
        """Return when the last door of the last sheet closes."""
        return max(window.closes for sheet in self.sheets.values() for window in sheet.windows.values())


class FrozenRound(Protocol):
    """A round, as it is stored."""

    manifest_hash: bytes | None
    manifest: dict[str, Any] | None
    amendments: list[Any]


def manifest_of(round_: FrozenRound) -> Manifest:
    """Return the round's manifest.

    Raises
    ------
    ConflictError
        While the round is a draft.
    """
    if round_.manifest_hash is None:
        raise ConflictError("The round is still a draft. Freeze it first.")
    return manifest_by_digest(round_.manifest_hash, lambda: round_.manifest or {})


def amended(round_: FrozenRound) -> Amended:
    """Return the round's manifest with its amendments applied beside it.

    Raises
    ------
    ConflictError
        While the round is a draft.
    """
    return amend(manifest_of(round_), [(act.kind, act.body) for act in round_.amendments])


def amend(manifest: Manifest, acts: Iterable[tuple[str, Mapping[str, Any]]]) -> Amended:
    """Return `manifest` with `acts` (kind, body), in their order, applied beside it."""
    sheets = {sheet.id: sheet for sheet in manifest.sheets}
    withdrawn: set[str] = set()
    for kind, body in acts:
        if kind == "withdraw_target":
            withdrawn.add(body["target"])
            continue
        sheet = sheets[body["sheet"]]
        if kind == "raise_entitled":
            change: dict[str, Any] = {"entitled": body["entitled"]}
        else:
            window = Window(opens=sheet.windows[body["door"]].opens, closes=datetime.fromisoformat(body["closes"]))
            change = {"windows": {**sheet.windows, body["door"]: window}}
        sheets[sheet.id] = sheet.model_copy(update=change)
    return Amended(manifest, sheets, frozenset(withdrawn))
