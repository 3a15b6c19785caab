"""The wheel: what is in it, and that it runs the demonstration by itself from an empty environment."""

import json
import os
import subprocess
import sys
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("survey", "scoring", "exports")
SOURCES = {".py", ".html", ".yaml", ".csv", ".css", ".js", ".po", ".typ", ".mako", ".typed", ".txt", ".svg", ".png"}
INVENTED = ["demo", "--ballots", "1500", "--seed", "7", "--no-serve"]
SCHEME = """
name: 三三制
scale: {优秀: 100, 称职: 80, 基本称职: 60, 不称职: 0}
groups: [{id: 群众}, {id: 政府}, {id: 党委}]
criteria: [{id: 总体评价}]
"""
TALLY = """target,item,group,level,count
甲,总体评价,群众,称职,300
甲,总体评价,政府,优秀,9
甲,总体评价,政府,称职,3
甲,总体评价,党委,优秀,8
甲,总体评价,党委,称职,1
"""


pytestmark = pytest.mark.packaging


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """Run a command without the settings and paths of this process; return what it printed."""
    inherited = {
        name: text for name, text in os.environ.items() if not name.startswith(("GONGPING_", "PYTHON", "VIRTUAL"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source archive from what git knows and the wheel from the archive; nothing is downloaded for it."""
    checkout, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    known = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", folder=ROOT).split("\0")
    for name in filter(None, known):
        if (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (checkout / name).write_bytes((ROOT / name).read_bytes())
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, folder=checkout)
    return out


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    [wheel] = built.glob("gongping-*-py3-none-any.whl")
    return wheel


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the commands of an environment that holds nothing but the wheel and what it requires."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=True)
    commands = home / ("Scripts" if os.name == "nt" else "bin")
    constraints = ROOT / "constraints.txt"
    run(commands / "python", "-m", "pip", "install", "--quiet", "--no-compile", "-c", constraints, wheel, folder=home)
    return commands


def wanted() -> set[str]:
    """Return what the wheel has to hold: every source of the packages, and the templates inside the application."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in SOURCES]
    names = {path.relative_to(ROOT).as_posix() for path in files}
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    return names | {f"survey/{path.relative_to(ROOT).as_posix()}" for path in templates}


def test_the_wheel_holds_everything_that_the_application_reads(wheel):
    with ZipFile(wheel) as archive:
        held = set(archive.namelist())

    assert wanted() - held == set()
    assert {"survey/translations/zh/LC_MESSAGES/messages.mo", "survey/presets/demonstration/plan.yaml"} <= held
    assert {f"{package}/py.typed" for package in PACKAGES} <= held


def test_the_wheel_holds_nothing_else(wheel):
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if not name.startswith("gongping-")}

    assert held - wanted() == {"survey/translations/zh/LC_MESSAGES/messages.mo"}


def test_the_source_archive_holds_tests_and_documentation_too(built):
    [archive] = built.glob("gongping-*.tar.gz")
    with tarfile.open(archive) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}

    assert {
        "Makefile",
        "README.zh-CN.md",
        "constraints.txt",
        "docs/privacy.md",
        "tests/packaging/test_wheel.py",
    } <= held


def test_the_installed_wheel_carries_the_demonstration_through(installed, tmp_path):
    printed = run(installed / "gongping", *INVENTED, "--dir", tmp_path / "demo", folder=tmp_path)

    written = {path.name for path in (tmp_path / "demo").iterdir()}
    result = json.loads((tmp_path / "demo" / "results.json").read_text(encoding="utf-8"))
    rated = [target for part in result["parts"] for target in part["results"]]
    assert {"ranking.csv", "results.xlsx", "results.json", "slips.pdf"} <= written
    assert sum(target["kind"] == "person" for target in rated) >= 40
    assert sum(target["kind"] == "unit" for target in rated) >= 12
    assert all(target["score"] is not None for target in rated)
    assert "personnel" in printed
    assert (tmp_path / "demo" / "home" / "database" / "gongping.db").is_file()


def test_the_installed_wheel_scores_files(installed, tmp_path):
    (tmp_path / "scheme.yaml").write_text(SCHEME, encoding="utf-8")
    (tmp_path / "tally.csv").write_text(TALLY, encoding="utf-8")

    printed = run(
        installed / "gongping", "score", "--scheme", "scheme.yaml", "--tally", "tally.csv", "--json", folder=tmp_path
    )

    [target] = json.loads(printed)["results"]
    assert target["exact"] == "2455/27"  # (80 + 95 + 880/9) / 3
    assert target["score"] == "90.93"


def test_the_installed_wheel_serves_its_pages_in_chinese(installed, tmp_path):
    script = (
        "from survey import create_app; from survey.config import load; from survey.cli.init import initialise;"
        "initialise(load()); page = create_app().test_client().get('/b'); print(page.status_code, page.text)"
    )
    settings = {"GONGPING_HOME": str(tmp_path / "home"), "GONGPING_PUBLIC_ADDRESS": "http://localhost"}

    printed = run(installed / "python", "-X", "utf8", "-c", script, folder=tmp_path, **settings)

    assert printed.startswith("200 ")
    assert "投票码" in printed


def test_the_installed_wheel_names_its_version(installed, tmp_path):
    assert run(installed / "gongping", "--version", folder=tmp_path).strip() == "gongping, version 0.1.0"
