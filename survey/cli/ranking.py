"""The ranked result as lines of text."""

from collections.abc import Sequence

from exports.reasons import spelled_out
from scoring.outcome.results import TargetResult
from survey.cli.aligned import aligned
from survey.reveal.results import Snapshot


def ranking_lines(snapshot: Snapshot) -> list[str]:
    """Return the ranking of every class and layer."""
    lines = [f"{snapshot.manifest.name} · result {snapshot.number} · manifest {snapshot.manifest_hash[:16]}"]
    for part in snapshot.parts:
        groups = [node.id for node in part.rules.groups]
        for class_name, layer in dict.fromkeys((result.class_, result.layer) for result in part.results):
            pool = [result for result in part.results if (result.class_, result.layer) == (class_name, layer)]
            head = ["", "名称", "", "得分", "等次", *groups, ""]
            lines += ["", "  ".join(filter(None, (class_name, layer))) + f"（{len(pool)}）"]
            lines += aligned([head, *(_row(result, groups) for result in pool)])
    return lines


def _row(result: TargetResult, groups: Sequence[str]) -> list[str]:
    cells = [result.groups.get(group) for group in groups]
    shown = [cell.score or "不显示" if cell else "" for cell in cells]
    flags = [*map(spelled_out, result.flags), *(["并列"] if result.tied else [])]
    flags += [spelled_out(result.provisional)] if result.provisional else []
    rank = "" if result.rank is None else str(result.rank)
    score = result.score or "不显示"
    place = f"{result.unit}{result.duties}" if result.kind == "person" else result.duties
    return [rank, result.name or result.target, place, score, result.grade or "", *shown, " ".join(flags)]
