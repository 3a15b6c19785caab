"""The manifest: everything a round is, fixed at the freeze and named by its SHA-256 (RFC 8785 form)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import rfc8785
from pydantic import BaseModel, ConfigDict, Field

from survey.errors import ConflictError, NotFoundError
from survey.manifest.questionnaire import Questionnaire
from survey.manifest.states import TwoPersonAct


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")


class ManifestTarget(_Frozen):
    """Who or what is rated, as the roster had it at the freeze."""

    code: str
    kind: str
    name: str
    class_: str = Field(alias="class")
    layer: str
    unit_code: str
    unit: str
    title: str
    duties: str


class Window(_Frozen):
    """When a door takes ballots: from ``opens`` on, before ``closes``."""

    opens: datetime
    closes: datetime


class Sheet(_Frozen):
    """What one kind of rater gets: a leaf group, an ordered list of targets, an entitled number, windows per door."""

    id: str
    group: str
    label: str
    targets: tuple[str, ...]
    entitled: int
    own_unit: bool = False
    windows: dict[str, Window]


class Part(_Frozen):
    """One part of the programme: targets that share a scheme, and what each leaf group is asked about them."""

    targets: tuple[str, ...]
    scheme: str
    ask: dict[str, str]
    map: dict[str, dict[str, str]] = Field(default_factory=dict)

    def scheme_item(self, group: str, item: str) -> str:
        """Return the scheme's item that `group`'s questionnaire item counts as."""
        return self.map.get(group, {}).get(item, item)


class BallotCell(NamedTuple):
    """One mark on a sheet: a target, an item of its questionnaire, and the levels to choose from."""

    target: str
    item: str
    levels: tuple[str, ...]


PartyName = Literal["organiser", "third_party", "supervisor"]
ADDED_LATER = frozenset({"approvals", "parties", "appeal_until", "appeal_key"})
"""Fields without which the digests of older rounds stay as they were."""


class PartyKeys(_Frozen):
    """The public halves of a party's key slip, as hexadecimal digits: its signatures', and its share's."""

    signing: str
    sealing: str


class Manifest(_Frozen):
    """A frozen round. What changes later stands in signed, numbered amendments beside it."""

    format: Literal[1] = 1
    round: str
    name: str
    office: str
    trial: bool
    seal: Literal["sealed", "three keys"]
    public_address: str
    public_key: str
    comment_bytes: int
    disclosure: dict[str, int]
    targets: tuple[ManifestTarget, ...]
    questionnaires: dict[str, Questionnaire]
    schemes: dict[str, dict[str, Any]]
    parts: tuple[Part, ...]
    sheets: tuple[Sheet, ...]
    parties: dict[PartyName, PartyKeys] = Field(default_factory=dict)
    appeal_until: date | None = None
    appeal_key: str = ""
    approvals: tuple[TwoPersonAct, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the manifest as plain JSON values; what older rounds did not have is left out where it is empty."""
        document = self.model_dump(mode="json", by_alias=True)
        return {name: value for name, value in document.items() if value or name not in ADDED_LATER}

    @cached_property
    def _digest(self) -> bytes:
        return sha256(rfc8785.dumps(self.document())).digest()

    def digest(self) -> bytes:
        """Return the SHA-256 of the canonical form: what everything else refers to."""
        return self._digest

    @cached_property
    def _sheets(self) -> Mapping[str, Sheet]:
        return {sheet.id: sheet for sheet in self.sheets}

    @cached_property
    def _targets(self) -> Mapping[str, ManifestTarget]:
        return {target.code: target for target in self.targets}

    @cached_property
    def _parts(self) -> Mapping[str, Part]:
        return {code: part for part in self.parts for code in part.targets}

    @cached_property
    def _cells(self) -> dict[str, tuple[BallotCell, ...]]:
        return {}

    def sheet(self, sheet_id: str) -> Sheet:
        """Return the sheet with that id.

        Raises
        ------
        NotFoundError
            When the round has no such sheet.
        """
        if sheet_id not in self._sheets:
            raise NotFoundError("This round has no sheet %(sheet)s.", sheet=sheet_id)
        return self._sheets[sheet_id]

    def target(self, code: str) -> ManifestTarget:
        """Return the target with that code.

        Raises
        ------
        NotFoundError
            When the round doesn't rate it.
        """
        if code not in self._targets:
            raise NotFoundError("This round has no target %(target)s.", target=code)
        return self._targets[code]

    def part(self, target: str) -> Part:
        """Return the part of the programme that `target` belongs to."""
        return self._parts[target]

    def questionnaire(self, sheet: Sheet, target: str) -> Questionnaire:
        """Return what raters of `sheet` are asked about `target`."""
        return self.questionnaires[self._parts[target].ask[sheet.group]]

    def cells(self, sheet: Sheet) -> tuple[BallotCell, ...]:
        """Return the sheet's marks in their order on the ballot and in its plaintext."""
        if sheet.id not in self._cells:
            self._cells[sheet.id] = tuple(
                BallotCell(code, item.id, asked.scale)
                for code in sheet.targets
                for asked in [self.questionnaire(sheet, code)]
                for item in asked.items
            )
        return self._cells[sheet.id]

    def asks_comment(self, sheet: Sheet) -> bool:
        """Return whether the sheet's ballot has a comment field."""
        return any(self.questionnaire(sheet, code).comment for code in sheet.targets)

    def groups(self) -> tuple[str, ...]:
        """Return the leaf groups that have a sheet, in the order of the sheets."""
        return tuple(dict.fromkeys(sheet.group for sheet in self.sheets))


_LOADED: dict[bytes, Manifest] = {}
_MOST_LOADED = 32


def manifest_by_digest(digest: bytes, load: Callable[[], dict[str, Any]]) -> Manifest:
    """Return the manifest named by `digest`, reading it through `load` only the first time in this process.

    Raises
    ------
    ConflictError
        Where what is stored is not what `digest` names: ballots were sealed under those rules and no others.
    """
    if digest not in _LOADED:
        try:
            manifest = load_manifest(load())
        except ValueError:  # not JSON, or not a manifest
            manifest = None
        if manifest is None or manifest.digest() != digest:
            raise ConflictError(
                "The stored rules of this round do not fit their fingerprint: somebody changed them. "
                "Bring the database back from a backup; nothing was done."
            )
        if len(_LOADED) >= _MOST_LOADED:
            _LOADED.clear()
        _LOADED[digest] = manifest
    return _LOADED[digest]


def load_manifest(document: dict[str, Any]) -> Manifest:
    """Read a manifest back from its plain JSON values."""
    return Manifest.model_validate(document)
