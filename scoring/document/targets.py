"""Who or what is rated: the words beside a score, and the class and layer within which it is ranked."""

from dataclasses import dataclass

from scoring.document.scheme_values import Trait


@dataclass(frozen=True)
class TargetInfo:
    """What is known of a target; every field may be empty."""

    name: str = ""
    kind: str = ""
    class_: str = ""
    layer: str = ""
    unit: str = ""
    duties: str = ""

    def trait(self, name: Trait) -> str:
        """Return one of the traits that a ranking or a quota may go by."""
        return str(getattr(self, "class_" if name == "class" else name))
