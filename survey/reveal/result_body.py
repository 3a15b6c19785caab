"""The body of a result: what a snapshot keeps and an auditor's copy of this software works out again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from scoring.release.disclosure import Span
from survey.manifest.amended import Amended
from survey.reveal.brought_in import BroughtIn, brought_in
from survey.reveal.opened import KeptSheet, OpenedRound
from survey.reveal.part_scores import score_part

FORMAT = 2
"""2: ``beside`` holds what was brought in beside the ballots, ``told`` between what a withheld score must lie."""

Body = Mapping[str, Any]


def make_body(
    holds: Amended,
    opened: OpenedRound,
    beside: Sequence[BroughtIn],
    before: Sequence[Body],
    salt: bytes,
    *,
    amendments: int,
    software: str,
) -> dict[str, Any]:
    """Return the body of a result.

    Parameters
    ----------
    beside
        What is brought in beside the ballots, part by part.
    before
        The bodies of earlier results of the same ballots.
    amendments
        How many amendments hold.
    """
    earlier = _told(before)
    parts = [score_part(number, holds, opened, salt, own, earlier) for number, own in enumerate(beside)]
    return {
        "format": FORMAT,
        "software": software,
        "manifest_sha256": holds.manifest.digest().hex(),
        "amendments": amendments,
        "turnout": turnout(opened.sheets),
        "beside": [own.document() for own in beside],
        "parts": [part.model_dump(mode="json", by_alias=True) for part in parts],
    }


def beside_of(body: Body) -> list[BroughtIn]:
    """Return what a result has beside its ballots, part by part."""
    return [brought_in(each) for each in body.get("beside", ())]


def turnout(sheets: Sequence[KeptSheet]) -> list[dict[str, Any]]:
    """Return the numbers of slips and ballots of each leaf group, in the order of the sheets."""
    by_group: dict[str, list[KeptSheet]] = defaultdict(list)
    for sheet in sorted(sheets, key=lambda sheet: sheet.sheet):
        by_group[sheet.group_id].append(sheet)
    return [
        {
            "group": group,
            "entitled": sum(sheet.entitled for sheet in of_group),
            "issued": sum(sheet.issued for sheet in of_group),
            "returned": sum(sheet.returned for sheet in of_group),
            "valid": sum(sheet.valid for sheet in of_group),
            "invalid": sum(sheet.returned - sheet.valid for sheet in of_group),
            "reserve": sum(sheet.reserve for sheet in of_group),
        }
        for group, of_group in by_group.items()
    ]


def _told(before: Sequence[Body]) -> dict[str, Span]:
    """Return between what each target's ballots' score lies by earlier results, where groups are withheld."""
    told: dict[str, Span] = {}
    for body in before:
        for part in body["parts"]:
            for each in part["results"]:
                if each.get("told"):
                    low, high = (Fraction(end) for end in each["told"])
                    known = told.get(each["target"], (low, high))
                    told[each["target"]] = max(low, known[0]), min(high, known[1])
    return told
