"""What a bundle holds, read back, and what its parties must have signed of it. No database."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from functools import cached_property
from json import loads
from typing import Any

from survey.manifest.manifest import Manifest, load_manifest
from survey.manifest.statements import Statement, publication_statement
from survey.reveal.bundle_file import FORMAT, NotABundleError
from survey.reveal.opened import KeptCheck, KeptCovariance, KeptRows, KeptSheet, OpenedRound
from survey.reveal.tally_statement import tally_statement


class Contents:
    """The files of a bundle, read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.round = self.json("round.json")
        self.receipts: list[list[str]] = self.json("receipts.json")
        if self.round["format"] != FORMAT or self.round["kind"] not in {"public", "auditor"}:
            raise NotABundleError("This bundle is of a form that this software does not know. Use a newer one.")
        self.auditor = self.round["kind"] == "auditor"

    def json(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return what a file holds."""
        return loads(self.files[name])

    @cached_property
    def manifest(self) -> Manifest:
        """The rules."""
        return load_manifest(self.json("manifest.json"))

    @cached_property
    def tally(self) -> Any:  # noqa: ANN401 - JSON
        """The opened marks and the salts; in an auditor's bundle only."""
        return self.json("tally.json")

    @cached_property
    def opened(self) -> OpenedRound:
        """What the opening left; in an auditor's bundle only."""
        rows = [KeptRows(**each | {"rows": b64decode(each["rows"])}) for each in self.tally["rows"]]
        return OpenedRound(
            [KeptSheet(**each) for each in self.tally["sheets"]],
            rows,
            [KeptCheck(**each) for each in self.tally["checks"]],
            [KeptCovariance(**each) for each in self.tally["covariances"]],
        )

    def statements(self, body: Mapping[str, Any]) -> Iterator[Statement]:
        """Yield what was to be signed, as the bundle shows it.

        Parameters
        ----------
        body
            The published result's.
        """
        own, said = self.manifest.round, self.round
        yield Statement(own, "manifest", "", {"sha256": self.manifest.digest().hex()})
        for each in said["batches"]:
            content = {name: value for name, value in each.items() if name != "id"}
            yield Statement(own, "batch", each["id"], content)
        for act in said["amendments"]:
            yield Statement(own, "amendment", str(act["number"]), {k: v for k, v in act.items() if k != "number"})
        for batch, reason in said["voided"].items():
            yield Statement(own, "voided batch", batch, {"reason": reason})
        yield publication_statement(self.manifest, said["published"], body, self.files["receipts.json"])
        if self.auditor:
            yield Statement(own, "slips", "", self.json("slips.json"))
            if self.manifest.seal == "three keys":
                sheets = [(each.sheet, each.returned, each.valid) for each in self.opened.sheets]
                outcomes = [outcome for _, outcome in self.receipts]
                rows = [(each.group_id, each.target_code, each.rows) for each in self.opened.rows]
                yield tally_statement(self.manifest, rows, sheets, outcomes, bytes.fromhex(self.tally["salt"]))
