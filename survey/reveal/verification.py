"""Check a bundle without the server that made it, and without a database.

What can be worked out again is; what only somebody vouches for is named as that.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import rfc8785

from survey.crypto import chain
from survey.crypto.digests import rows_digest, salted_digest
from survey.crypto.key_slips import signature_holds
from survey.errors import GongpingError
from survey.manifest.amended import amend
from survey.manifest.statements import SIGNERS, Statement, signed_by
from survey.reveal.bundle_contents import Contents
from survey.reveal.bundle_file import NotABundleError, unpack
from survey.reveal.result_body import beside_of, make_body
from survey.reveal.result_sums import wrong_sums

How = Literal["recomputed", "vouched", "unknown"]


@dataclass(frozen=True)
class Line:
    """One thing that was looked at.

    Attributes
    ----------
    how
        ``recomputed``: worked out again from the bundle itself; ``vouched``: somebody signed it and it cannot be
        worked out any more; ``unknown``: neither.
    holds
        Whether it is as it should be.
    """

    how: How
    what: str
    holds: bool = True


def verify(packed: bytes) -> list[Line]:
    """Return what a bundle shows, line by line.

    Raises
    ------
    NotABundleError
        Where it isn't a bundle, or a byte of it was changed.
    """
    files = unpack(packed)
    try:
        return list(_Checks(files).lines())
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise NotABundleError("This bundle lacks something, or holds what no bundle does.") from error


class _Checks(Contents):
    """What can be said of a bundle."""

    def lines(self) -> Iterator[Line]:
        """Yield everything that can be said."""
        number = self.round["published"]["number"]
        body = self.json(f"result-{number}.json")
        digest = self.manifest.digest().hex()
        yield Line("recomputed", f"the result names the rules {digest[:16]}", holds=body["manifest_sha256"] == digest)
        yield Line(
            "recomputed",
            f"the result names {body['amendments']} amendments",
            holds=body["amendments"] <= len(self.round["amendments"]),
        )
        yield from self._keys()
        yield from self._signatures(body)
        yield from self._counted(body)
        for what, number, wrong in wrong_sums(body):
            yield Line(
                "recomputed",
                f"{what}: {number} of {number}" if not wrong else f"{what}: not of {', '.join(wrong)}",
                holds=not wrong,
            )
        if self.auditor:
            yield from self._slips()
            yield from self._results()
            yield self._log()
        else:
            yield Line("unknown", "marks, groups under the thresholds, and slips: only the auditor's bundle")

    def _keys(self) -> Iterator[Line]:
        if not self.manifest.parties:
            yield Line("unknown", "nobody signed this round: who could write into the database could rewrite it")
        for party, keys in self.manifest.parties.items():
            yield Line("vouched", f"key of the {_name(party)}: {keys.signing[:16]} - compare it with the key slip")

    def _signatures(self, body: Mapping[str, Any]) -> Iterator[Line]:
        kept = {(each["kind"], each["name"], each["party"]): each for each in self.round["signatures"]}
        for statement in self.statements(body) if self.manifest.parties else ():
            for party in SIGNERS[statement.kind]:
                each = kept.pop((statement.kind, statement.name, party), None)
                what = f"{statement.kind} {statement.name}".strip()
                if each is None:
                    yield Line("vouched", f"{what}: the {_name(party)} has not signed it", holds=False)
                    continue
                holds = signed_by(self.manifest, statement, party, bytes.fromhex(each["signature"]))
                holds = holds and each["digest"] == statement.digest().hex()
                yield Line("vouched", f"{what}: signed by the {_name(party)}{_of(statement)}", holds=holds)
        for (kind, name, party), each in kept.items():
            # What isn't shown still has a digest, under which the signature must hold.
            keys = self.manifest.parties[party]
            digest, signature = bytes.fromhex(each["digest"]), bytes.fromhex(each["signature"])
            hidden = not self.auditor and kind in {"slips", "tally"} and not name and party in SIGNERS[kind]
            yield Line(
                "unknown",
                f"{kind}: signed by the {_name(party)}, but not shown in this bundle",
                holds=hidden and signature_holds(bytes.fromhex(keys.signing), signature, digest),
            )

    def _counted(self, body: Mapping[str, Any]) -> Iterator[Line]:
        receipts = [receipt for receipt, _ in self.receipts]
        yield Line(
            "recomputed",
            f"{len(receipts)} receipts, each once, in rising order",
            holds=receipts == sorted(set(receipts)),
        )
        returned = sum(line["returned"] for line in body["turnout"])
        yield Line(
            "recomputed", f"as many receipts as the {returned} ballots that came", holds=returned == len(receipts)
        )
        outcomes = Counter(outcome for _, outcome in self.receipts)
        invalid = returned - outcomes["counted"]
        why = ", ".join(f"{outcome} {number}" for outcome, number in sorted(outcomes.items()) if outcome != "counted")
        valid = sum(line["valid"] for line in body["turnout"])
        yield Line(
            "recomputed",
            f"{returned} ballots = {valid} valid + {outcomes['counted'] - valid} void by the ballot rules + "
            f"{invalid} that failed their checks{f' ({why})' if why else ''}",
            holds=valid <= outcomes["counted"] and sum(line["invalid"] for line in body["turnout"]) == returned - valid,
        )

    def _slips(self) -> Iterator[Line]:
        slips = self.json("slips.json")
        voided = self.round["voided"]
        returned = {each.sheet: each.returned for each in self.opened.sheets}
        printed = Counter[str]()
        for each in self.round["batches"]:
            printed[each["sheet"]] += 0 if each["id"] in voided else each["size"]
        for sheet, found in slips.items():
            together = found["handed_out"] + found["unused"] + found["spoiled"]
            yield Line(
                "recomputed",
                f"{sheet}: {printed[sheet]} printed = {found['handed_out']} handed out + {found['unused']} unused + "
                f"{found['spoiled']} spoiled; {returned[sheet]} came",
                holds=together == printed[sheet] and returned[sheet] <= found["handed_out"],
            )
        if not slips:
            yield Line("unknown", "what became of the slips was not counted", holds=not self.manifest.parties)

    def _results(self) -> Iterator[Line]:
        """Work every result out again, with what was printed before it."""
        published, salts = self.round["published"], self.tally["salts"]
        rows = rows_digest((each.group_id, each.target_code, each.rows) for each in self.opened.rows)
        same = salted_digest(bytes.fromhex(salts[str(published["number"])]), rows) == published["opened"]
        yield Line("recomputed", "the opened marks are those of the publication", holds=same)
        before: list[Mapping[str, Any]] = []
        for number, salt in sorted((int(number), salt) for number, salt in self.tally["salts"].items()):
            body = self.json(f"result-{number}.json")
            amended = amend(
                self.manifest, [(act["kind"], act["body"]) for act in self.round["amendments"][: body["amendments"]]]
            )
            again = make_body(
                amended,
                self.opened,
                beside_of(body),
                before,
                bytes.fromhex(salt),
                amendments=body["amendments"],
                software=body["software"],
            )
            same = rfc8785.dumps(again) == self.files[f"result-{number}.json"]
            yield Line("recomputed", f"result {number} comes out of the opened marks, byte by byte", holds=same)
            before.insert(0, body)

    def _log(self) -> Line:
        try:
            head = chain.check(self.files["audit.jsonl"].splitlines(keepends=True), self.manifest.round)
        except GongpingError as error:
            return Line("recomputed", f"the log of the round: {error}", holds=False)
        return Line("recomputed", f"the log of the round fits together up to entry {head.number} {head.hash[:16]}")


def _name(party: str) -> str:
    return party.replace("_", " ")


def _of(statement: Statement) -> str:
    """Return what cannot be worked out any more, and stands on this signature alone."""
    if statement.kind == "batch":
        return f", who vouches that these were its {statement.content['size']} slips"
    return ", who vouches for the count" if statement.kind == "slips" else ""
