"""The workbook in which an office writes down whom it rates: two sheets to fill in, one that explains."""

import io
from collections.abc import Sequence
from datetime import datetime

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

UNIT_HEADS = ("编码", "名称", "上级编码", "类别")
TARGET_HEADS = ("编码", "类型", "姓名或名称", "单位编码", "职务", "类别", "层次", "主要职责", "主岗")
KINDS = ("个人", "单位", "班子", "党组织", "项目", "党员")
YES_NO = ("是", "否")

_UNIT_EXAMPLES = (
    ("D00", "云陂镇", "", ""),
    ("D01", "党政办公室", "D00", "机关"),
    ("D02", "财政所", "D00", "机关"),
    ("C01", "南渡村", "D00", "村居"),
)
_TARGET_EXAMPLES = (
    ("G001", "个人", "张三", "D01", "主任", "机关", "正职", "办公室日常工作，接待来信来访", "是"),
    ("G001", "个人", "张三", "C01", "驻村第一书记", "村居", "正职", "驻村帮扶", "否"),
    ("G002", "个人", "李四", "D02", "所长", "机关", "正职", "财政资金收支，惠农补贴发放", "是"),
    ("", "单位", "财政所", "D02", "", "机关", "", "惠农补贴发放，村级财务代理", ""),
    ("B001", "班子", "南渡村“两委”班子", "C01", "", "村居", "", "村里大小事务", ""),
)
_EXPLANATION = (
    ("怎么填", "在“单位”“对象”两张表里，每行填一个。第一行是表头，请不要改动、移动或增减。"),
    ("示例", "灰色斜体的几行是示例，填之前请整行删掉。"),
    ("单位·编码", "每个单位一个，不重复，例如 D01。导入时按编码认单位：编码相同就更新，没有就新增。"),
    ("单位·上级编码", "上级单位的编码；最上一级留空。"),
    ("单位·类别", "考核时分在哪一类，例如 机关、村居、企业。"),
    ("对象·编码", "每个被评对象一个，例如 G001；留空由系统编。同一人有几个岗位，写几行，编码相同。"),
    ("对象·类型", f"只能填：{'、'.join(KINDS)}。"),
    ("对象·单位编码", "所在单位在“单位”表里的编码；类型是“单位”的，填它自己的编码。"),
    ("对象·类别、层次", "名次在同一类别、同一层次内排，例如 类别 机关、层次 正职。有几个岗位的，按主岗那一行算。"),
    ("对象·主要职责", "一句话，会印在选票上，让群众知道他是谁、管什么。"),
    ("对象·主岗", f"只能填：{'、'.join(YES_NO)}。只有一行的可以留空，当作“是”。"),
    ("同名同姓", "两个人同名，请用不同的编码，并把主要职责写清楚。"),
    ("核对", "导入前会先列出要新增、更改、不动的各有哪些；有一行不对，整张表都不导入，并逐行指出错处。"),
)
_ROWS = 2000
_FONT = {"font_name": "微软雅黑", "font_size": 11, "valign": "vcenter"}
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed date without meaning, so that the template's bytes never change


def roster_template() -> bytes:
    """Return the XLSX template of the roster, with example rows and lists to choose from."""
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": "花名册模板", "created": _MADE})
    example = book.add_format(_FONT | {"italic": True, "font_color": "#78828a"})
    head = book.add_format(_FONT | {"bold": True, "bg_color": "#e4eff0", "bottom": 1})
    # Codes such as 007 are text: without this format a spreadsheet would make them numbers.
    text = book.add_format(_FONT | {"num_format": "@"})
    units = book.add_worksheet("单位")
    _fill(units, UNIT_HEADS, _UNIT_EXAMPLES, (12, 28, 12, 14), (head, example, text))
    targets = book.add_worksheet("对象")
    widths = (12, 10, 22, 12, 20, 12, 12, 44, 8)
    _fill(targets, TARGET_HEADS, _TARGET_EXAMPLES, widths, (head, example, text))
    _choose(targets, TARGET_HEADS.index("类型"), KINDS)
    _choose(targets, TARGET_HEADS.index("主岗"), YES_NO)
    _explain(book.add_worksheet("说明"), book)
    book.close()
    return content.getvalue()


def _fill(
    sheet: Worksheet,
    heads: Sequence[str],
    examples: Sequence[Sequence[str]],
    widths: Sequence[int],
    formats: tuple[Format, Format, Format],
) -> None:
    head, example, text = formats
    for column, (words, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.write_string(0, column, words, head)
        sheet.set_column(column, column, width, text)
    for row, values in enumerate(examples, start=1):
        for column, words in enumerate(values):
            if words:
                sheet.write_string(row, column, words, example)
    sheet.freeze_panes(1, 0)


def _choose(sheet: Worksheet, column: int, allowed: Sequence[str]) -> None:
    rule = {
        "validate": "list",
        "source": list(allowed),
        "error_title": "请从列表里选",
        "error_message": f"这一格只能填：{'、'.join(allowed)}",
    }
    sheet.data_validation(1, column, _ROWS, column, rule)


def _explain(sheet: Worksheet, book: Workbook) -> None:
    label = book.add_format(_FONT | {"bold": True, "valign": "top"})
    words = book.add_format(_FONT | {"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 88)
    for row, (name, sentence) in enumerate(_EXPLANATION):
        sheet.write_string(row, 0, name, label)
        sheet.write_string(row, 1, sentence, words)
