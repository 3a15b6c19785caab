"""Results as files: workbook, CSV, the table to sign, one target's sheet."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from exports.report import sign_table, signing_sheet, target_sheet
from exports.tables import ranking_csv, workbook
from scoring.outcome.results import Results
from survey.errors import NotFoundError
from survey.reveal.results import Snapshot
from survey.web.access import allowed
from survey.web.attachments import attachment
from survey.web.personnel_context import context, find
from survey.web.personnel_targets import place_of

bp = Blueprint("files", __name__, url_prefix="/<round_id>/<int:number>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


@dataclass(frozen=True)
class SignTable:
    """A class under one scheme: what one table to sign holds."""

    id: str
    class_: str
    part: Results


@bp.get("/results.xlsx")
@allowed("see results")
def xlsx(round_id: str, number: int) -> Response:
    """Hand out the whole result as a workbook."""
    _round, snapshot = find(round_id, number)
    return attachment(workbook(snapshot.heading(), snapshot.parts), _name(snapshot, "xlsx"), XLSX)


@bp.get("/results.csv")
@allowed("see results")
def csv(round_id: str, number: int) -> Response:
    """Hand out the ranking as CSV."""
    _round, snapshot = find(round_id, number)
    return attachment(
        ranking_csv(snapshot.heading(), snapshot.parts), _name(snapshot, "csv"), "text/csv; charset=utf-8"
    )


@bp.get("/sign.pdf")
@allowed("see results")
def sign_pdf(round_id: str, number: int) -> Response:
    """Hand out one class's table to sign."""
    _round, snapshot = find(round_id, number)
    table = _asked(snapshot)
    pdf = sign_table(snapshot.heading(), table.part, table.class_)
    return attachment(pdf, _name(snapshot, "pdf", table.class_), PDF)


@bp.get("/sign")
@allowed("see results")
def sign(round_id: str, number: int) -> str:
    """Show one class's table to sign, ready for the browser's print."""
    round_, snapshot = find(round_id, number)
    table = _asked(snapshot)
    return render_template(
        "personnel/sign.html",
        **context(round_, snapshot),
        table=table,
        tables=_tables(snapshot),
        sheet=signing_sheet(snapshot.heading(), table.part, table.class_),
    )


@bp.get("/targets/<target>/sheet.pdf")
@allowed("see results")
def sheet(round_id: str, number: int, target: str) -> Response:
    """Hand out one target's own sheet."""
    _round, snapshot = find(round_id, number)
    part, result = snapshot.find(target)
    pdf = target_sheet(snapshot.heading(), result, part.rules, place_of(part, result).peers)
    return attachment(pdf, _name(snapshot, "pdf", result.name), PDF)


def _tables(snapshot: Snapshot) -> list[SignTable]:
    """Return each class of each part of the programme, in the order of the results."""
    return [
        SignTable(f"{number}-{class_}", class_, part)
        for number, part in enumerate(snapshot.parts, 1)
        for class_ in dict.fromkeys(result.class_ for result in part.results)
    ]


def _asked(snapshot: Snapshot) -> SignTable:
    wanted = request.args.get("table")
    for table in _tables(snapshot):
        if wanted in {None, table.id}:
            return table
    raise NotFoundError("This result has no table %(name)s.", name=wanted)


def _name(snapshot: Snapshot, ending: str, more: str = "") -> str:
    parts = [snapshot.manifest.name, more, f"结果{snapshot.number}"]
    return f"{'-'.join(part for part in parts if part)}.{ending}"
