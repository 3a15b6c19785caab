"""How many people the population has of each kind: what the ballots of a sample are weighted up to.

Margins (``variable,level,population``) are known one variable by one and lead to raking; cells
(``社区,年龄,…,population``) are known for every combination and lead to post-stratification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from scoring.document.problems import Problem
from scoring.document.tables import Table, column_names, open_table

Levels = tuple[str, ...]

Rows = dict[tuple[str, Levels, Levels], int]
"""(group, variables, levels) → the row that says how many."""

MARGINS = ("variable", "level", "population")
GROUP = "group"


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
        return cell_name(self.variables, levels)


def cell_name(variables: Levels, levels: Levels) -> str:
    """Return what messages call the cell of these levels."""
    return ", ".join(f"{variable}={level}" for variable, level in zip(variables, levels, strict=True))


@dataclass(frozen=True)
class Population:
    """What is known of the people that one group's ballots stand for.

    Attributes
    ----------
    margins
        One of several variables together, or one a variable.
    rows
        What messages call a cell → the row of the file that gives its number.
    """

    margins: Sequence[Margin]
    rows: Mapping[str, int]


def read_populations(data: bytes, file: str, variables: Sequence[str]) -> dict[str, Population]:
    r"""Return leaf group → its population, from a file of margins or of cells; "" → where it has no column ``group``.

    ``variable,level,population[,group]`` or a column for each of some variables, ``population`` and ``group`` or not.

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
    >>> found = read_populations("group,性别,population\n居民,男,48\n居民,女,52\n".encode(), "M.csv", ["性别"])
    >>> found["居民"].margins, found["居民"].rows
    ([Margin(variables=('性别',), population={('男',): 48, ('女',): 52})], {'性别=男': 2, '性别=女': 3})
    """
    named = set(column_names(data, file))
    if named & {"variable", "level"}:
        return _margins_by_group(open_table(data, file, MARGINS, [GROUP]), variables)
    return _cells_by_group(open_table(data, file, ["population"], [GROUP, *variables]), variables)


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
    [population] = _margins_by_group(open_table(data, file, MARGINS), variables).values()
    return list(population.margins)


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
    [population] = _cells_by_group(open_table(data, file, ["population"], variables), variables).values()
    return population.margins[0]


def _margins_by_group(table: Table, variables: Sequence[str]) -> dict[str, Population]:
    numbers: dict[str, dict[str, dict[Levels, int]]] = {}
    first: Rows = {}
    for row, (group, variable, level, population) in table.rows(GROUP, *MARGINS):
        if variable not in variables:
            table.wrong(row, "variable", variable, variables)
        _once(table, row, (group, (variable,), (level,)), first)
        known = numbers.setdefault(group, {}).setdefault(variable, {})
        known[level,] = table.whole(row, "population", population)
    if not numbers:
        table.note(Problem("file", "no row", "a row for each variable and level"))
    table.check()
    return {
        group: Population([Margin((variable,), known) for variable, known in own.items()], _rows(group, first))
        for group, own in numbers.items()
    }


def _cells_by_group(table: Table, variables: Sequence[str]) -> dict[str, Population]:
    used = tuple(variable for variable in variables if variable in table.columns)
    numbers: dict[str, dict[Levels, int]] = {}
    first: Rows = {}
    for row, (group, number, *levels) in table.rows(GROUP, "population", *used):
        _once(table, row, (group, used, tuple(levels)), first)
        numbers.setdefault(group, {})[tuple(levels)] = table.whole(row, "population", number)
    if not used or not numbers:
        missing = "no row" if used else "no variable"
        table.note(Problem("file", missing, f"a row for each cell of {' or '.join(variables)}"))
    table.check()
    return {group: Population([Margin(used, known)], _rows(group, first)) for group, known in numbers.items()}


def _rows(group: str, first: Rows) -> dict[str, int]:
    return {cell_name(variables, levels): row for (of, variables, levels), row in first.items() if of == group}


def _once(table: Table, row: int, cell: tuple[str, Levels, Levels], first: Rows) -> None:
    """Note a row that says again what an earlier one said."""
    if cell in first:
        table.note(Problem(f"row {row}", f"the same cell as row {first[cell]}", "one row for each cell"))
    first.setdefault(cell, row)
