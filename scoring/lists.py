"""The two lists beside ballots: who is rated (``target,name,kind,class,layer,unit``) and how many are entitled."""

from collections.abc import Iterable

from scoring.denominators import EntitledError
from scoring.problems import FileError, Problem
from scoring.scheme import Scheme
from scoring.tables import open_table
from scoring.targets import TargetInfo

TARGETS = ("target", "name", "kind", "class", "layer", "unit")
ENTITLED = ("group", "target", "entitled")


def read_targets(data: bytes, file: str) -> dict[str, TargetInfo]:
    """Return who is rated, in the order of the file; only the target itself must be there.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.
    """
    table = open_table(data, file, TARGETS[:1], TARGETS[1:])
    known: dict[str, TargetInfo] = {}
    first: dict[str, int] = {}
    for row, (target, name, kind, class_, layer, unit) in table.rows(*TARGETS):
        if not target:
            table.wrong(row, "target", target, "a target")
        if target in first:
            table.wrong(row, "target", f"{target}, as in row {first[target]}", "each target once")
        first.setdefault(target, row)
        known[target] = TargetInfo(name=name, kind=kind, class_=class_, layer=layer, unit=unit)
    table.check()
    return known


def read_entitled(data: bytes, file: str, scheme: Scheme, targets: Iterable[str]) -> dict[tuple[str, str], int]:
    r"""Return how many could hand in a ballot, by (leaf group, target); an empty target stands for all others.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.

    Examples
    --------
    >>> from scoring.scheme import load_scheme
    >>> scheme = load_scheme("{name: 一项, scale: {好: 1, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}]}")
    >>> read_entitled("group,target,entitled\n村民,,30\n村民,乙,12\n".encode(), "E.csv", scheme, ["甲", "乙"])
    {('村民', '甲'): 30, ('村民', '乙'): 12}
    """
    table = open_table(data, file, ENTITLED)
    all_targets = dict.fromkeys(targets)
    leaves = [leaf.id for leaf in scheme.leaves()]
    numbers: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], int] = {}
    for row, (group, target, entitled) in table.rows(*ENTITLED):
        if group not in leaves:
            table.wrong(row, "group", group, leaves)
        if target and target not in all_targets:
            table.wrong(row, "target", target, "a target that is rated or listed, or nothing for all")
        if (group, target) in first:
            found = f"the same group and target as row {first[group, target]}"
            table.note(Problem(f"row {row}", found, "one row for each group and target"))
        first.setdefault((group, target), row)
        numbers[group, target] = table.whole(row, "entitled", entitled)
    table.check()
    everywhere = {(group, target): number for (group, _), number in _for_all(numbers) for target in all_targets}
    return everywhere | {cell: number for cell, number in numbers.items() if cell[1]}


def _for_all(numbers: dict[tuple[str, str], int]) -> Iterable[tuple[tuple[str, str], int]]:
    return [(cell, number) for cell, number in numbers.items() if not cell[1]]


def misfit(error: EntitledError, file: str) -> FileError:
    """Return entitled numbers that do not fit the ballots as an error of their file."""
    return FileError(
        file,
        [
            Problem(
                f"group {group}, target {target}",
                "" if entitled is None else str(entitled),
                f"at least {returned}, the ballots that came back",
            )
            for group, target, entitled, returned in error.problems
        ],
    )
