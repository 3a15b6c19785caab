"""Samples as files: what is known of each ballot, ``ballot,group,<variables…>``, and of the population."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scoring.ballots.marks import Marks
from scoring.ballots.ratings import Ratings
from scoring.document.exact import plain_text
from scoring.document.problems import FileError, Problem, visible
from scoring.document.scheme import Scheme
from scoring.document.tables import column_names, named, open_table
from scoring.samples.margins import GROUP, MARGINS, Levels, Margin, Population, cell_name, read_populations
from scoring.samples.sampling import UNIT, Sampled, base_units, counting_ballots, fit, with_weights
from scoring.samples.weighting import WeightingError

BALLOT = "ballot"
RESERVED = (*MARGINS, "weight")

File = tuple[bytes, str]
"""What a file holds, and its name."""


@dataclass(frozen=True)
class Listed:
    """The ballots of a sample file.

    Attributes
    ----------
    variables
        What is known of each.
    rows
        (leaf group, ballot) → its row, and its level of each variable.
    """

    file: str
    variables: Levels
    rows: Mapping[tuple[str, str], tuple[int, Levels]]

    @property
    def groups(self) -> tuple[str, ...]:
        """The sampled groups, in the order of the file."""
        return tuple(dict.fromkeys(group for group, _ in self.rows))

    def wrong(self, problems: Sequence[Problem]) -> None:
        """Raise ``FileError`` if there is any problem."""
        if problems:
            raise FileError(self.file, problems)


def weigh(
    scheme: Scheme, ratings: Ratings, marks: Marks, sample: File, population: File
) -> tuple[Marks, dict[str, Sampled]]:
    """Return the marks with the weights of the sampled groups, and leaf group → its weighted sample.

    Parameters
    ----------
    ratings, marks
        What a ratings file holds, and its marks after ballot rules.
    sample
        ``ballot,group,<variables…>``: a row for each ballot of each sampled group.
    population
        ``variable,level,population`` or ``<variables…>,population``; with ``group`` where several groups are sampled.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.
    """
    listed = read_listed(*sample, scheme)
    populations = _of_groups(read_populations(*population, listed.variables), listed, population[1])
    listed.wrong([each for group in listed.groups for each in _strangers(listed, group, populations[group])])
    samples = _fitted(scheme, ratings, marks, listed, populations, population[1])
    try:
        return with_weights(marks, samples), samples
    except WeightingError as error:
        raise FileError(sample[1], [Problem("file", str(error), "smaller weights")]) from error


def _fitted(
    scheme: Scheme,
    ratings: Ratings,
    marks: Marks,
    listed: Listed,
    populations: Mapping[str, Population],
    file: str,
) -> dict[str, Sampled]:
    """Return leaf group → its weighted sample, of the ballots that count."""
    numbers, base = _numbers(ratings, marks, listed), base_units(marks)
    counting = set(counting_ballots(scheme, ratings.tally, marks).tolist())
    samples: dict[str, Sampled] = {}
    problems: list[Problem] = []
    for group, known in populations.items():
        own = {number: listed.rows[group, ballot][1] for ballot, number in numbers[group].items() if number in counting}
        used = {name for margin in known.margins for name in margin.variables}
        levels = {name: [each[at] for each in own.values()] for at, name in enumerate(listed.variables) if name in used}
        try:
            samples[group] = fit(list(own), levels, known.margins, [base[number] for number in own])
        except WeightingError as error:
            problems += _misfits(error, known)
    if problems:
        raise FileError(file, problems)
    return samples


def read_listed(data: bytes, file: str, scheme: Scheme) -> Listed:
    r"""Return the ballots of a sample file.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 居民}], criteria: [{id: 态度}]}")
    >>> read_listed("ballot,group,性别\n7,居民,女\n".encode(), "P.csv", scheme).rows
    {('居民', '7'): (2, ('女',))}
    """
    variables = tuple(dict.fromkeys(name for name in column_names(data, file) if name not in (BALLOT, GROUP)))
    problems = [
        Problem(f"row 1, column {visible(name)}", visible(name), "another name for what is known of a ballot")
        for name in variables
        if name in RESERVED or not name
    ]
    if problems:
        raise FileError(file, problems)
    table = open_table(data, file, [BALLOT, GROUP], variables)
    if not variables:
        table.note(Problem("row 1", f"{BALLOT},{GROUP}", "a column for each thing that is known of a ballot"))
    leaves = [leaf.id for leaf in scheme.leaves()]
    rows: dict[tuple[str, str], tuple[int, Levels]] = {}
    for row, (ballot, group, *levels) in table.rows(BALLOT, GROUP, *variables):
        if group not in leaves:
            table.wrong(row, GROUP, group, leaves)
        if (group, ballot) in rows:
            found = f"the same group and ballot as row {rows[group, ballot][0]}"
            table.note(Problem(f"row {row}", found, "one row for each ballot"))
        rows.setdefault((group, ballot), (row, tuple(levels)))
    if not rows:
        table.note(Problem("file", "no row", "a row for each ballot of the sampled groups"))
    table.check()
    return Listed(file, variables, rows)


def weight_rows(ratings: Ratings, marks: Marks) -> Iterator[tuple[str, str, str]]:
    """Yield (ballot, group, weight) of every ballot of a ratings file, as exact decimals."""
    groups = np.zeros(int(marks.ballots.max(initial=-1)) + 1, np.int64)
    groups[marks.ballots] = marks.groups
    for ballot, group, units in zip(ratings.ballot_ids(), groups.tolist(), base_units(marks), strict=True):
        yield ballot, ratings.tally.groups[group], plain_text(Fraction(units, UNIT))


def _of_groups(found: Mapping[str, Population], listed: Listed, file: str) -> dict[str, Population]:
    """Return the population of each sampled group; a file without groups gives that of the only one."""
    groups = listed.groups
    if set(found) == {""}:
        if len(groups) > 1:
            raise FileError(file, [Problem("row 1", "no column group", f"a column group: {named(groups)} are sampled")])
        return {groups[0]: found[""]}
    problems = [
        Problem(
            f"row {min(each.rows.values())}, column {GROUP}", visible(group), f"{named(groups)}, as in {listed.file}"
        )
        for group, each in found.items()
        if group not in groups
    ]
    problems += [Problem(f"group {group}", "", "its population") for group in groups if group not in found]
    if problems:
        raise FileError(file, problems)
    return {group: found[group] for group in groups}


def _numbers(ratings: Ratings, marks: Marks, listed: Listed) -> dict[str, dict[str, int]]:
    """Return sampled group → ballot → its number, once each ballot is known to have its row and each row its ballot."""
    ids = ratings.ballot_ids()
    group_of = np.zeros(len(ids), np.int64)
    group_of[marks.ballots] = marks.groups
    names = [ratings.tally.groups[group] for group in group_of.tolist()]
    numbers: dict[str, dict[str, int]] = {group: {} for group in listed.groups}
    for number, (ballot, group) in enumerate(zip(ids, names, strict=True)):
        if group in numbers:
            numbers[group][ballot] = number
    problems = [
        Problem(f"row {row}, column {BALLOT}", visible(ballot), f"a ballot of {visible(group)} that is rated")
        for (group, ballot), (row, _) in listed.rows.items()
        if ballot not in numbers[group]
    ]
    problems += [
        Problem(f"group {visible(group)}, ballot {visible(ballot)}", "", "a row for each ballot of a sampled group")
        for group, own in numbers.items()
        for ballot in own
        if (group, ballot) not in listed.rows
    ]
    listed.wrong(problems)
    return numbers


def _strangers(listed: Listed, group: str, population: Population) -> Iterator[Problem]:
    """Yield the rows of ballots in cells of which the population has nobody."""
    places = [(margin, [listed.variables.index(name) for name in margin.variables]) for margin in population.margins]
    for (of, _), (row, levels) in listed.rows.items():
        for margin, own in places if of == group else ():
            cell = tuple(levels[at] for at in own)
            if not margin.population.get(cell):
                yield Problem(f"row {row}", cell_name(margin.variables, cell), _inhabited(margin))


def _inhabited(margin: Margin) -> str:
    cells = [margin.cell(levels) for levels, people in margin.population.items() if people]
    return f"one with people: {named(cells)}"


def _misfits(error: WeightingError, population: Population) -> Iterator[Problem]:
    """Yield what keeps a sample from being weighted, where it is about a cell with the row of its population."""
    cells = {str(each): each for each in error.misfits}
    for text in error.problems:
        if text in cells:
            cell, found = cells[text].cell, cells[text].found
            allowed = "a ballot" if "no ballot" in found else "margins that can all hold"
            yield Problem(
                f"row {population.rows[cell]}, cell {cell}", found, f"{allowed}; or join it with another cell"
            )
        else:
            yield Problem("file", text, "margins that the ballots can be weighted up to")
