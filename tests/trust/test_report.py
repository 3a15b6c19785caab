"""The report says what came out, in the same form whenever it is written."""

from tests.trust import report
from tests.trust.figures import Line

HELD = Line("kill -9", "SQLite", "2 kills", "0 lost", "12 lost", holds=True)


def test_the_report_has_a_table_for_each_promise(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "KEPT", tmp_path)
    (tmp_path / "versions.json").write_text('{"SQLite": "3.40.1", "PostgreSQL": "15.14 (Debian)"}')

    page = report.report({"killing": [HELD], "power": []})

    assert "SQLite 3.40.1, PostgreSQL 15.14." in page
    assert "| kill -9 | SQLite | 2 kills | 0 lost | 12 lost | held |" in page
    assert page.count("\n## ") == 2
    assert "Not attacked yet." in page


def test_a_promise_that_was_broken_stands_out_and_no_cell_ends_early():
    broken = Line("a | b", "SQLite", "1", "1 lost", "", holds=False)

    assert broken.cells() == ["a \\| b", "SQLite", "1", "1 lost", "–", "**did not hold**"]
