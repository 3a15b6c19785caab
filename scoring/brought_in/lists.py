"""The lists beside ballots: who is rated, how many are entitled, and what is brought in for components.

``target,name,kind,class,layer,unit``, ``group,target,entitled``, ``target,component,score``.
"""

from collections.abc import Collection, Iterable
from fractions import Fraction

from scoring.ballots.denominators import EntitledError
from scoring.brought_in.decisions import points_of
from scoring.document.problems import FileError, Problem
from scoring.document.scheme import Scheme
from scoring.document.tables import open_table
from scoring.document.targets import TargetInfo

TARGETS = ("target", "name", "kind", "class", "layer", "unit")
ENTITLED = ("group", "target", "entitled")
COMPONENTS = ("target", "component", "score")


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
    >>> from scoring.document.scheme import load_scheme
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


def read_components(
    data: bytes, file: str, scheme: Scheme, targets: Iterable[str], elsewhere: Collection[str] = ()
) -> dict[tuple[str, str], Fraction]:
    r"""Return the scores brought in for components, by (target, component).

    Parameters
    ----------
    elsewhere
        Targets of other schemes, whose rows are passed over.

    Raises
    ------
    FileError
        Naming the file and, of everything wrong, row, column, what was found and what is allowed.

    Examples
    --------
    >>> from scoring.document.scheme import load_scheme
    >>> scheme = load_scheme('''
    ... {name: 乡镇, scale: {好: 100, 差: 0}, groups: [{id: 村民}], criteria: [{id: 态度}], components:
    ... [{id: 测评, weight: 40, source: ballots}, {id: 政府, weight: 60, source: imported}]}''')
    >>> read_components("target,component,score\n甲,政府,88.5\n".encode(), "C.csv", scheme, ["甲"])
    {('甲', '政府'): Fraction(177, 2)}
    """
    table = open_table(data, file, COMPONENTS)
    imported = [each.id for each in scheme.document.components or () if each.source == "imported"]
    known = frozenset(targets)
    scores: dict[tuple[str, str], Fraction] = {}
    first: dict[tuple[str, str], int] = {}
    for row, (target, component, score) in table.rows(*COMPONENTS):
        if target in elsewhere:
            continue
        if target not in known:
            table.wrong(row, "target", target, "a target that is rated or listed")
        if component not in imported:
            table.wrong(row, "component", component, imported or "nothing: the scheme imports no component")
        if (target, component) in first:
            found = f"the same target and component as row {first[target, component]}"
            table.note(Problem(f"row {row}", found, "one row for each target and component"))
        first.setdefault((target, component), row)
        value = points_of(score)
        if value is None:
            table.wrong(row, "score", score, "a number such as 88.5")
        else:
            scores[target, component] = value
    table.check()
    return scores


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
