"""What an attack found, as a line of docs/trust-report.md."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One attack: what was attacked, on which database, how often, what came out, what the control gave.

    ``holds`` tells whether the promise held and the control showed that the attack bites.
    """

    attack: str
    database: str
    times: str
    found: str
    control: str
    holds: bool

    def cells(self) -> list[str]:
        """Return the cells of its row; a pipe would end one."""
        verdict = "held" if self.holds else "**did not hold**"
        row = (self.attack, self.database, self.times, self.found, self.control or "–", verdict)
        return [cell.replace("|", "\\|") for cell in row]
