import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import commands
from tests.house import generated

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|src=\"([^\"]+)\"")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_help_in_the_documentation_is_what_the_commands_say():
    assert read(DOCS / "command-line.md") == generated.command_line()


def test_the_settings_in_the_documentation_are_those_of_the_code():
    assert read(DOCS / "operations.md") == generated.operations()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_exists(page):
    targets = [first or second for first, second in LINK.findall(read(page))]

    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_both_commands_and_both_pictures_stand_on_the_first_screen(readme):
    first_screen = "\n".join(read(ROOT / readme).splitlines()[:40])

    for needed in ("make demo", "make test", "docs/pictures/ranking.png", "docs/pictures/ballot-phone.png"):
        assert needed in first_screen


def test_both_readmes_have_the_same_parts():
    english, chinese = (
        [line.count("#") for line in headings(ROOT / name)] for name in ("README.md", "README.zh-CN.md")
    )

    assert english == chinese


def headings(page: Path) -> list[str]:
    fenced = re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ ", fenced, re.MULTILINE)


def test_a_decision_says_context_decision_and_consequences_on_one_page():
    for path in DECISIONS:
        assert [part for part in ("## Context", "## Decision", "## Consequences") if part not in read(path)] == []
        assert len(read(path).splitlines()) <= 60


def test_no_two_decisions_have_the_same_number():
    numbers = [path.name[:4] for path in DECISIONS]

    assert len(set(numbers)) == len(numbers)
    assert numbers[0] == "0001"


def blocks(page: Path) -> dict[str, str]:
    """Return the first fenced block of each language."""
    found: dict[str, str] = {}
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```", read(page), re.MULTILINE | re.DOTALL):
        found.setdefault(language, text)
    return found


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_example_of_the_readme_prints_what_it_says(readme, tmp_path):
    shown = blocks(ROOT / readme)
    (tmp_path / "scheme.yaml").write_text(shown["yaml"], encoding="utf-8")
    (tmp_path / "tally.csv").write_text(shown["csv"], encoding="utf-8")
    command, _, printed = shown["text"].partition("\n")

    done = CliRunner().invoke(
        commands, ["score", "--scheme", str(tmp_path / "scheme.yaml"), "--tally", str(tmp_path / "tally.csv")]
    )

    assert command == "$ gongping score --scheme scheme.yaml --tally tally.csv"
    assert done.stdout == printed


def test_the_architecture_page_names_every_folder_of_the_application():
    page = read(DOCS / "architecture.md")
    folders = [path.name for path in (ROOT / "survey").iterdir() if path.is_dir() and path.name != "__pycache__"]

    assert [name for name in folders if f"{name}/" not in page] == []


def test_no_text_of_the_project_names_a_package_index():
    texts = [ROOT / name for name in ("Makefile", "pyproject.toml", "constraints.txt", ".ci/run")] + PAGES

    assert [path.name for path in texts if re.search(r"index-url|find-links|trusted-host", read(path))] == []
