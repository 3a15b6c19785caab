"""What a backup holds, and what would be lost or brought back if it took the place of what is there now."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from survey import migrate
from survey.crypto.receipts import words
from survey.errors import ConflictError, GongpingError
from survey.manifest.states import RoundState

Rows = Callable[[str, tuple[str, ...]], Iterator[tuple[object, ...]]]
"""Table and columns → rows: of a database, of a file, of a dump."""
# Later is later: what a round has left behind it never has before it again. Void ends every state.
ORDER = {
    state: place
    for place, state in enumerate(
        (RoundState.DRAFT, RoundState.FROZEN, RoundState.OPEN, RoundState.CLOSED, RoundState.REVEALED,
         RoundState.PUBLISHED, RoundState.VOID)
    )
}  # fmt: skip


class NotOursError(GongpingError):
    """A file that is no backup of this software, or not a whole one."""

    status = 422


@dataclass(frozen=True)
class Holdings:
    """What counts of a database: its form, its rounds, and every receipt that was given."""

    revision: str | None = None
    rounds: dict[str, tuple[str, str]] = field(default_factory=dict)  # id → name, state
    receipts: dict[bytes, str] = field(default_factory=dict)  # receipt → round id
    accounts: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost with it."""
        return not self.rounds and not self.accounts


@dataclass(frozen=True)
class Restored:
    """What a restore did: receipts that are missing now, in words by round, and rounds that came with it."""

    missing: dict[str, list[str]]
    rounds: dict[str, tuple[str, str]]


def holdings(rows: Rows) -> Holdings:
    """Read what counts.

    Raises
    ------
    NotOursError
        Where the revision is none that this software knows.
    """
    revisions = [str(revision) for (revision,) in rows("alembic_version", ("version_num",))]
    if len(revisions) != 1 or revisions[0] not in migrate.revisions():
        raise NotOursError(
            "This backup is of form %(found)s; this software knows %(known)s. Use the software that wrote it.",
            found=", ".join(revisions) or "-",
            known=", ".join(migrate.revisions()),
        )
    of_batch = {batch: str(round_id) for batch, round_id in rows("batch", ("id", "round_id"))}
    of_key = {key: of_batch[batch] for key, batch in rows("credential", ("public_key", "batch_id"))}
    receipts = {_bytes(receipt): of_key[key] for key, receipt in rows("envelope", ("credential", "receipt"))}
    receipts |= {_bytes(receipt): str(round_id) for receipt, round_id in rows("recorded", ("receipt", "round_id"))}
    return Holdings(
        revision=revisions[0],
        rounds={str(key): (str(name), str(state)) for key, name, state in rows("round", ("id", "name", "state"))},
        receipts=receipts,
        accounts=sum(1 for _ in rows("account", ("login",))),
    )


def missing(present: Holdings, backup: Holdings) -> dict[str, list[str]]:
    """Return the receipts, in words and by round, that were given and that the backup lacks."""
    found: dict[str, list[str]] = defaultdict(list)
    for receipt in sorted(present.receipts.keys() - backup.receipts.keys()):
        found[present.receipts[receipt]].append(words(receipt))
    return dict(found)


def refuse(present: Holdings, backup: Holdings, reason: str | None) -> None:
    """Refuse a restore that brings a state back, or that loses something and is not declared.

    Raises
    ------
    ConflictError
        Saying which rounds stand in the way.
    """
    back = [
        f"{name} ({round_id}): {state} → {backup.rounds[round_id][1] if round_id in backup.rounds else '-'}"
        for round_id, (name, state) in sorted(present.rounds.items())
        if _goes_back(round_id, state, backup)
    ]
    if back:
        raise ConflictError(
            "Nothing was restored: no state of a round goes back, and these would: %(rounds)s. A key that was "
            "destroyed and ballots that were counted or closed stay so. Take a newer backup.",
            rounds="; ".join(back),
        )
    lost = sum(len(receipts) for receipts in missing(present, backup).values())
    running = [name for name, state in present.rounds.values() if state == RoundState.OPEN]
    new = [name for round_id, (name, _) in present.rounds.items() if round_id not in backup.rounds]
    if reason is None and (lost or running or new):
        raise ConflictError(
            "Nothing was restored: %(lost)s ballots that were recorded since the backup would be lost with their "
            "receipts, and so would what was done since in these rounds: %(rounds)s. If it must be, give the reason: "
            "--declare. It is logged with the list of receipts.",
            lost=lost,
            rounds=", ".join(sorted({*running, *new})) or "-",
        )


def _goes_back(round_id: str, state: str, backup: Holdings) -> bool:
    if round_id not in backup.rounds:
        return state != RoundState.DRAFT
    return ORDER[RoundState(state)] > ORDER[RoundState(backup.rounds[round_id][1])]


def _bytes(value: object) -> bytes:
    if not isinstance(value, (bytes, memoryview)):
        raise NotOursError("This is not a backup of this software, or not a whole one.")
    return bytes(value)
