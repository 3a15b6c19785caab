"""How many people the population has of each kind: what the ballots of a sample are weighted up to.

Margins (``variable,level,population``) are known one variable by one and lead to raking; cells
(``社区,年龄,…,population``) are known for every combination and lead to post-stratification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scoring.problems import Problem
from scoring.tables import Table, open_table

Levels = tuple[str, ...]

MARGINS = ("variable", "level", "population")


@dataclass(frozen=True)
class Margin:
    """A population's numbers by one variable, or by several together.

    Attributes
    ----------
    variables
        Their names.
    population
        A level of each variable → how many people have them all. What isn't there nobody has.
    """

    variables: Levels
    population: Mapping[Levels, int]

    @cached_property
    def total(self) -> int:
        """The whole population."""
        return sum(self.population.values())

    @property
    def name(self) -> str:
        """What messages call it: ``社区 × 年龄``."""
        return " × ".join(self.variables)

    def cell(self, levels: Levels) -> str:
        """Return what messages call a cell.

        Examples
        --------
        >>> Margin(("社区", "年龄"), {("东城", "80+"): 120}).cell(("东城", "80+"))
        '社区=东城, 年龄=80+'
        """
        return ", ".join(f"{variable}={level}" for variable, level in zip(self.variables, levels, strict=True))


def read_margins(data: bytes, file: str, variables: Sequence[str]) -> list[Margin]:
    r"""Return the margins of a file ``variable,level,population``, one a variable, in the order of the file.

    Parameters
    ----------
    variables
        What is known of each ballot.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.

    Examples
    --------
    >>> read_margins("variable,level,population\n性别,男,480\n性别,女,520\n".encode(), "M.csv", ["性别"])
    [Margin(variables=('性别',), population={('男',): 480, ('女',): 520})]
    """
    table = open_table(data, file, MARGINS)
    margins: dict[str, dict[Levels, int]] = {}
    first: dict[Levels, int] = {}
    for row, (variable, level, population) in table.rows(*MARGINS):
        if variable not in variables:
            table.wrong(row, "variable", variable, variables)
        _once(table, row, (variable, level), first)
        margins.setdefault(variable, {})[level,] = table.whole(row, "population", population)
    if not margins:
        table.note(Problem("file", "no row", "a row for each variable and level"))
    table.check()
    return [Margin((variable,), population) for variable, population in margins.items()]


def read_cells(data: bytes, file: str, variables: Sequence[str]) -> Margin:
    r"""Return the cells of a file with a column for each of some variables, and ``population``.

    Parameters
    ----------
    variables
        What is known of each ballot; the file may use some of them, at least one.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.

    Examples
    --------
    >>> read_cells("社区,性别,population\n东城,男,480\n东城,女,520\n".encode(), "C.csv", ["社区", "年龄", "性别"])
    Margin(variables=('社区', '性别'), population={('东城', '男'): 480, ('东城', '女'): 520})
    """
    table = open_table(data, file, ["population"], variables)
    used = tuple(variable for variable in variables if variable in table.columns)
    population: dict[Levels, int] = {}
    first: dict[Levels, int] = {}
    for row, (number, *levels) in table.rows("population", *used):
        _once(table, row, tuple(levels), first)
        population[tuple(levels)] = table.whole(row, "population", number)
    if not used or not population:
        missing = "no row" if used else "no variable"
        table.note(Problem("file", missing, f"a row for each cell of {' or '.join(variables)}"))
    table.check()
    return Margin(used, population)


def _once(table: Table, row: int, levels: Levels, first: dict[Levels, int]) -> None:
    """Note a row that says again what an earlier one said."""
    if levels in first:
        table.note(Problem(f"row {row}", f"the same cell as row {first[levels]}", "one row for each cell"))
    first.setdefault(levels, row)
