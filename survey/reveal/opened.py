"""What the opening of a round leaves, as plain values: from the database, or from an auditor's bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.certainty.shared import Shared


@dataclass(frozen=True)
class KeptRows:
    """The sorted rows of one leaf group on one target, one byte per item."""

    group_id: str
    target_code: str
    width: int
    tallied: bool
    rows: bytes

    def array(self) -> NDArray[np.uint8]:
        """Return them, shape (ballots, items)."""
        return np.frombuffer(self.rows, dtype=np.uint8).reshape(-1, self.width)


@dataclass(frozen=True)
class KeptSheet:
    """How many slips a sheet had, how many envelopes came, and how many ballots count."""

    sheet: str
    group_id: str
    entitled: int
    issued: int
    returned: int
    reserve: int
    valid: int


@dataclass(frozen=True)
class KeptCheck:
    """How many ballots of a leaf group one ballot rule of a part found."""

    part: int
    group_id: str
    number: int
    rule: str
    action: str
    ballots: int


@dataclass(frozen=True)
class KeptCovariance:
    """How a sheet's ballots moved its targets' scores together; ``body`` holds targets and rows."""

    part: int
    sheet: str
    group_id: str
    ballots: int
    body: Mapping[str, Any]

    def shared(self, targets: frozenset[str]) -> Shared:
        """Return what was kept, of these targets alone."""
        names = self.body["targets"]
        places = [place for place, name in enumerate(names) if name in targets]
        matrix = np.array(self.body["rows"], np.float64).reshape(len(names), len(names))
        chosen = tuple(names[place] for place in places)
        return Shared(self.group_id, chosen, self.ballots, matrix[np.ix_(places, places)])


@dataclass(frozen=True)
class OpenedRound:
    """All of it; in the order of the keys."""

    sheets: Sequence[KeptSheet]
    rows: Sequence[KeptRows]
    checks: Sequence[KeptCheck]
    covariances: Sequence[KeptCovariance]
