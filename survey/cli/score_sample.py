"""The samples of `gongping score`: their files, the weights that are written, the table of their margins."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from exports.delimited import write_rows
from scoring.ballots.marks import Marks
from scoring.ballots.ratings import Ratings
from scoring.document.scheme import Scheme
from scoring.outcome.results import Results
from scoring.samples.sample_files import weigh, weight_rows
from scoring.samples.sampling import Sampled
from survey.cli.aligned import aligned


@dataclass(frozen=True)
class SampleFiles:
    """What is known of a sample's ballots and of the population, and where to write the weights."""

    sample: Path
    margins: Path
    weights_out: Path | None

    def weigh(self, scheme: Scheme, ratings: Ratings, marks: Marks) -> tuple[Marks, Mapping[str, Sampled]]:
        """Return the marks with their weights, and the weighted samples; write the weights if asked to."""
        sample, margins = ((file.read_bytes(), file.name) for file in (self.sample, self.margins))
        weighted, samples = weigh(scheme, ratings, marks, sample, margins)
        if self.weights_out is not None:
            with self.weights_out.open("w", encoding="utf-8", newline="") as file:
                heads = ("ballot", "group", "weight")
                write_rows(file, [heads, *weight_rows(ratings, weighted)], line_end="\n")
        return weighted, samples


def sample_files(
    ratings: Path | None, sample: Path | None, margins: Path | None, weights_out: Path | None
) -> SampleFiles | None:
    """Return the files of a sample if there is one; ``UsageError`` where one goes without the others."""
    if sample is not None and margins is not None and ratings is not None:
        return SampleFiles(sample, margins, weights_out)
    if sample is not None or margins is not None or weights_out is not None:
        raise click.UsageError("--sample, --margins and --ratings go together, and --weights-out with them.")
    return None


def sample_lines(results: Results) -> list[str]:
    """Return a table for each sampled group: its margins before and after weighting."""
    lines = []
    for group, sample in results.samples.items():
        if sample.withheld is not None or sample.ballots is None or sample.design_effect is None:
            lines += ["", f"{group}: weights of the sample withheld: {sample.withheld}"]
            continue
        weights = f"weights {sample.least_weight} to {sample.greatest_weight}"
        worth = f"worth {sample.ballots / sample.design_effect:.0f} of equal weight"
        head = f"{group}: {sample.ballots} ballots, {weights}, design effect {sample.design_effect:.3f}: {worth}"
        rows = [[each.cell, str(each.ballots), each.before, each.after, each.target] for each in sample.margins]
        lines += ["", head, *aligned([["cell", "ballots", "before%", "after%", "target%"], *rows])]
    return lines
