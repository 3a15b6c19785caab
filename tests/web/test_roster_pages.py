import io
from base64 import b64encode

import openpyxl
import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from survey.models import AuditEntry, Post, Target, Unit
from tests.pages import read
from tests.workbooks import xlsx

UNITS = [("编码", "名称", "上级编码", "类别"), ("U1", "党政办公室", "", "机关"), ("U2", "财政所", "U1", "机关")]
TARGETS = [
    ("编码", "类型", "姓名或名称", "单位编码", "职务", "类别", "层次", "主要职责", "主岗"),
    ("C1", "个人", "陆文澜", "U1", "主任", "机关", "正职", "办公室日常工作", "是"),
    ("C2", "个人", "方若兰", "U2", "所长", "机关", "正职", "惠农补贴", "是"),
]


def workbook(targets=TARGETS):
    return xlsx({"单位": UNITS, "对象": targets})


def upload(client, content, name="名册.xlsx"):
    # Encoded here, since the client would leave a large upload's temporary file open.
    form = {"csrf_token": client.token(), "file": FileStorage(io.BytesIO(content), name)}
    boundary, body = encode_multipart(form)
    return client.post("/roster/plan", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def carry_out(client, page, **answers):
    fields = read(page.text).fields
    return client.submit("/roster/import", {**fields, **answers}, follow_redirects=True)


@pytest.fixture
def client(sign_in):
    return sign_in("personnel")


def names(session):
    session.rollback()
    return {target.code: target.name for target in session.query(Target)}


def test_an_empty_roster_says_what_to_do(client):
    page = client.get("/roster/")

    assert "名册还是空的" in page.text
    assert "/roster/template.xlsx" in page.text


def test_the_workbook_to_fill_in_can_be_read_in_again(client):
    file = client.get("/roster/template.xlsx")

    book = openpyxl.load_workbook(io.BytesIO(file.data))
    assert {"单位", "对象"} <= set(book.sheetnames)
    assert upload(client, file.data).status_code == 200


def test_a_file_shows_what_it_would_do_and_changes_nothing(session, client):
    page = upload(client, workbook())

    words = read(page.text).words
    assert "现在还没有改动" in words
    for name in ("党政办公室", "财政所", "陆文澜", "方若兰"):
        assert name in words
    assert session.query(Unit).count() == session.query(Target).count() == 0


def test_what_was_shown_is_carried_out(session, client):
    done = carry_out(client, upload(client, workbook()))

    assert "新增 4，更改 0" in done.text
    assert names(session) == {"C1": "陆文澜", "C2": "方若兰"}
    assert session.get(Unit, "U2").parent_code == "U1"
    entry = session.query(AuditEntry).filter(AuditEntry.act == "import roster").one()
    assert entry.detail["targets_added"] == 2
    assert "惠农补贴" in done.text


def test_a_changed_cell_is_shown_as_old_and_new(session, client):
    carry_out(client, upload(client, workbook()))
    changed = [*TARGETS[:2], ("C2", "个人", "方若兰", "U2", "所长", "机关", "副职", "惠农补贴", "是")]

    page = upload(client, workbook(changed))
    done = carry_out(client, page)

    assert "层次：正职 → 副职" in page.text
    assert "新增 0，更改 1" in done.text
    assert [post.layer for post in session.query(Post).filter(Post.target_code == "C2")] == ["副职"]


def test_a_file_that_says_nothing_new_offers_nothing_to_press(client):
    carry_out(client, upload(client, workbook()))

    page = upload(client, workbook())

    assert "没有要改的" in page.text
    assert "确认导入" not in page.text


def test_a_namesake_is_asked_about_before_anything_is_done(session, client):
    carry_out(client, upload(client, workbook()))
    nameless = [TARGETS[0], ("", "个人", "陆文澜", "U2", "副所长", "机关", "副职", "", "是")]
    asked = upload(client, workbook(nameless))
    question = "row-2"

    offered = read(asked.text).offers[question]
    unanswered = carry_out(client, asked)
    answered = carry_out(client, asked, **{question: "new"})
    done = carry_out(client, answered)

    assert offered == ["C1", "new"]
    assert "这是谁" in unanswered.text
    assert "新增 1，更改 0" in done.text
    assert sorted(names(session).values()) == ["方若兰", "陆文澜", "陆文澜"]


def test_a_roster_that_changed_meanwhile_is_shown_again(session, client):
    page = upload(client, workbook())
    carry_out(client, upload(client, workbook()))
    session.get(Target, "C2").name = "方若云"
    session.commit()

    again = carry_out(client, page)

    assert "方若云 → 方若兰" in again.text
    assert names(session)["C2"] == "方若云"


def test_every_bad_row_is_reported_and_nothing_is_taken_over(session, client):
    bad = [*TARGETS, ("C3", "长官", "甲", "U1", "", "", "", "", ""), ("C4", "个人", "乙", "U9", "", "", "", "", "")]

    answer = upload(client, workbook(bad))

    assert answer.status_code == 422
    for found in ("长官", "U9"):
        assert found in answer.text
    assert session.query(Target).count() == 0


@pytest.mark.parametrize(("content", "name"), [(b"", "空.csv"), (b"PK nonsense", "坏.xlsx"), (b"text", "说明.docx")])
def test_what_is_no_spreadsheet_is_refused_by_name(session, client, content, name):
    answer = upload(client, content, name)

    assert answer.status_code == 422
    assert name in answer.text
    assert session.query(Target).count() == 0


def test_no_file_chosen_is_said_beside_the_field(client):
    answer = client.submit("/roster/plan", {})

    assert answer.status_code == 422
    assert "请先选择文件" in answer.text


def test_a_list_in_the_old_encoding_is_read(session, client):
    text = "编码,类型,姓名或名称,单位编码,职务,类别,层次\nC7,个人,龚雪梅,U1,主任,机关,正职\n"
    carry_out(client, upload(client, workbook()))

    carry_out(client, upload(client, text.encode("gb18030"), "名单.csv"))

    assert names(session)["C7"] == "龚雪梅"


def test_a_file_of_more_than_a_megabyte_comes_back_whole_with_its_dry_run(session, client):
    carry_out(client, upload(client, workbook()))
    lines = [f"C{n},个人,第{n}人,U1,机关,正职,{'备' * 1900}" for n in range(1, 151)]
    page = upload(client, "\n".join(["编码,类型,姓名,单位编码,类别,层次,备注", *lines]).encode(), "长名单.csv")
    assert len(read(page.text).fields["content"]) > 1024 * 1024

    carry_out(client, page)

    assert len(names(session)) == 150


def test_a_target_is_left_out_of_new_rounds_after_asking(session, client):
    carry_out(client, upload(client, workbook()))

    asked = client.get("/roster/targets/C2/retire")
    done = client.submit("/roster/targets/C2/retire", follow_redirects=True)

    assert "照旧" in asked.text
    assert "不再参加新的测评" in done.text
    session.rollback()
    assert session.get(Target, "C2").active is False
    assert client.get("/roster/targets/nobody/retire").status_code == 404


def test_a_broken_return_of_the_file_is_refused(session, client):
    answer = client.submit("/roster/import", {"content": "not base64!", "name": "名册.xlsx", "seen": ""})

    assert answer.status_code == 400
    assert session.query(Target).count() == 0


def test_a_supervisor_reads_and_imports_nothing(sign_in):
    supervisor = sign_in("supervisor")

    assert 'type="file"' not in supervisor.get("/roster/").text
    form = {"content": b64encode(workbook()).decode(), "name": "名册.xlsx", "seen": ""}
    assert supervisor.submit("/roster/import", form).status_code == 403
