"""What a draft has come to: the manifest's content, or everything that is missing for it."""

from dataclasses import dataclass, field
from typing import Any

from scoring.document.scheme import Scheme
from survey.errors import Notice


@dataclass
class Draft:
    """What a freeze would fix; ``content`` is the manifest without key and address, ``None`` if too much is missing."""

    missing: list[Notice] = field(default_factory=list)
    content: dict[str, Any] | None = None
    schemes: dict[str, Scheme] = field(default_factory=dict)

    def miss(self, message: str, **values: object) -> None:
        """Note one thing that stands in the way of the freeze."""
        self.missing.append(Notice(message, values))
