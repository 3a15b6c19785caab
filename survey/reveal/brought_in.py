"""What is brought in beside a round's ballots: scores for components, and what people decided, part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from scoring.brought_in.decisions import read_decisions
from scoring.brought_in.lists import read_components
from scoring.document.exact import ratio_text
from scoring.document.scheme import scheme_from_document
from scoring.outcome.results import Decided
from survey.manifest.amended import Amended

File = tuple[bytes, str]
"""A CSV file as `gongping score` takes it: its bytes, and its name for messages."""


@dataclass(frozen=True)
class BroughtIn:
    """What is brought in for one part of a programme.

    Attributes
    ----------
    components
        (target, component) → its score.
    decisions
        Target, or unit, → what people decided about it.
    """

    components: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)
    decisions: Mapping[str, Sequence[Decided]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {
            "components": [[*cell, ratio_text(score)] for cell, score in sorted(self.components.items())],
            "decisions": [
                {"target": target, **each.model_dump(mode="json")}
                for target, decided in sorted(self.decisions.items())
                for each in decided
            ],
        }


def brought_in(document: Mapping[str, Any]) -> BroughtIn:
    """Return what was kept, read back."""
    decisions: dict[str, list[Decided]] = {}
    for each in document["decisions"]:
        own = dict(each)
        decisions.setdefault(own.pop("target"), []).append(Decided(**own))
    components = {(target, name): Fraction(score) for target, name, score in document["components"]}
    return BroughtIn(components, decisions)


def read_brought_in(
    holds: Amended, components: File | None, decisions: File | None, before: Sequence[BroughtIn]
) -> list[BroughtIn]:
    """Return what two files bring in, by part; a file that is not given leaves what was there before.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.
    """
    manifest = holds.manifest
    found = []
    for place, part in enumerate(manifest.parts):
        scheme = scheme_from_document(manifest.schemes[part.scheme])
        own = [code for code in part.targets if code not in holds.withdrawn]
        others = {code for other in manifest.parts if other is not part for code in other.targets}
        old = before[place] if before else BroughtIn()
        found.append(
            BroughtIn(
                old.components if components is None else read_components(*components, scheme, own, others),
                old.decisions if decisions is None else read_decisions(*decisions, scheme, own, others),
            )
        )
    return found
