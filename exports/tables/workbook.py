"""The workbook: summary and definitions, ranking, groups, shares and charts, as WPS and Excel show them."""

import io
from collections.abc import Callable, Sequence

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from exports.beside import check_rows, meanings
from exports.definitions import definitions
from exports.heading import NO_DIGEST, Heading
from exports.remarks import sections
from exports.report import turnout_rows
from exports.tables import native_charts
from exports.tables.beside_rows import contribution_rows
from exports.tables.rows import group_rows, ranking_rows, share_rows
from exports.tables.sheets import Styles, frozen, printable_a4, sheet_name, write_table, write_value
from exports.tables.values import Table, Value, table
from exports.withheld import legend
from scoring.outcome.results import Results

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Rows = Callable[[Results], list[dict[str, Value]]]
_SHEETS: tuple[tuple[str, Rows], ...] = (
    ("排名", ranking_rows),
    ("分组", group_rows),
    ("等次份额", share_rows),
    ("得分构成", contribution_rows),
)


def workbook(heading: Heading, parts: Sequence[Results]) -> bytes:
    """Return the XLSX of a result; the same result always makes the same bytes.

    Scores are numbers whose format shows as many places as were printed, so the sheet shows what the page
    shows. What is withheld is a text that says why.
    """
    content = io.BytesIO()
    book = Workbook(content, _OPTIONS)
    book.set_properties(
        {"title": heading.round_name, "author": heading.software, "created": heading.created.replace(tzinfo=None)}
    )
    writer = _Writer(book, heading)
    writer.summary(parts)
    families = _families(parts)
    for title, rows in _SHEETS:
        for family in families:
            writer.results(title, family, rows, many=len(families) > 1)
    writer.charts()
    book.close()
    return content.getvalue()


def _families(parts: Sequence[Results]) -> list[list[Results]]:
    """Return `parts` put together where they have the same columns, so that a table has no idle ones."""
    found: dict[str, list[Results]] = {}
    for part in parts:
        rules = part.rules
        groups = [group.model_dump() for group in rules.groups]
        key = repr((rules.scheme, list(rules.scale), groups, list(rules.criteria), rules.items, rules.overall))
        found.setdefault(key, []).append(part)
    return list(found.values())


class _Writer:
    """One workbook being written: which sheets there are, and where the rankings stand that charts read."""

    def __init__(self, book: Workbook, heading: Heading) -> None:
        self.book, self.heading, self.styles = book, heading, Styles(book)
        self.names: list[str] = []
        self.rankings: list[tuple[str, Table, Results, int]] = []

    def summary(self, parts: Sequence[Results]) -> None:
        sheet = self._sheet("汇总")
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 5, 14)
        sheet.write_string(0, 0, self.heading.round_name, self.styles.title)
        sheet.set_row(0, 28)
        row = self._pairs(sheet, 2, self._facts()) + 1
        for line in turnout_rows(self.heading) if self.heading.turnout else []:
            for column, words in enumerate(line):
                look = self.styles.head if line[0] == "评价主体" else None
                self._entry(sheet, row, column, words, look)
            row += 1
        for part in parts:
            row = self._rules(sheet, row + 1, part)

    def results(self, title: str, family: Sequence[Results], rows: Rows, *, many: bool) -> None:
        content = table([row for part in family for row in rows(part)])
        if not content.rows:
            return
        name = self._name(f"{title} {family[0].rules.scheme}" if many else title)
        sheet = self.book.add_worksheet(name)
        printable_a4(sheet, self.heading.round_name)
        write_table(sheet, content, self.styles)
        frozen(sheet, content, content.heads.index("名称") + 1)
        if title == "排名":
            first = 1
            for part in family:
                self.rankings.append((name, content, part, first))
                first += len(part.results)

    def charts(self) -> None:
        if not any(native_charts.blocks(part, first) for _, _, part, first in self.rankings):
            return
        sheet, free = self._sheet("图表", fit=False), 0
        for source, content, part, first in self.rankings:
            free = native_charts.draw(self.book, sheet, source, content, part, (first, free))
        sheet.set_h_pagebreaks(native_charts.page_breaks(free))

    def _facts(self) -> list[tuple[str, str]]:
        return [
            ("组织单位", self.heading.office),
            ("结果号", str(self.heading.snapshot)),
            ("生成时间", self.heading.printed_date),
            ("软件", self.heading.software),
            ("清单指纹", self.heading.manifest_hash),
        ]

    def _pairs(self, sheet: Worksheet, row: int, pairs: Sequence[tuple[str, str]]) -> int:
        for offset, (label, words) in enumerate(pairs):
            sheet.write_string(row + offset, 0, label, self.styles.label)
            sheet.write_string(row + offset, 1, words, self.styles.text)
        return row + len(pairs)

    def _entry(self, sheet: Worksheet, row: int, column: int, words: str, look: Format | None) -> None:
        if look is not None:
            sheet.write_string(row, column, words, look)
        else:
            write_value(sheet, row, column, int(words) if words.isdecimal() and column else words, self.styles)

    def _rules(self, sheet: Worksheet, row: int, part: Results) -> int:
        sheet.write_string(row, 0, f"规则：{part.rules.scheme}", self.styles.section)
        covered = "；".join(section.title for section in sections(part.results))
        row = self._pairs(
            sheet,
            row + 1,
            [
                ("对象", f"{covered}（{len(part.results)}个）"),
                ("计票指纹", part.tally_sha256 or NO_DIGEST),
                ("规则指纹", part.scheme_sha256),
            ],
        )
        sentences = [*definitions(part.rules), *meanings(part.results)]
        for number, sentence in enumerate(sentences, start=1):
            sheet.write_string(row, 0, f"定义{number}", self.styles.label)
            sheet.merge_range(row, 1, row, 11, f"{sentence}。", self.styles.wrapped)
            sheet.set_row(row, 18 * (1 + len(sentence) // 75))
            row += 1
        row = self._pairs(sheet, row, legend(part.rules))
        checks = [(f"整票检查 {group}", f"{rule}，{done}：{count}") for group, rule, done, count in check_rows(part)]
        return self._pairs(sheet, row, checks)

    def _name(self, wanted: str) -> str:
        self.names.append(sheet_name(wanted, self.names))
        return self.names[-1]

    def _sheet(self, wanted: str, *, fit: bool = True) -> Worksheet:
        sheet = self.book.add_worksheet(self._name(wanted))
        printable_a4(sheet, self.heading.round_name, fit=fit)
        return sheet
