import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("survey", "scoring", "exports")
LONGEST, LONGEST_TESTS = 300, 700
JUNK_DRAWERS = {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc"}
ONLY_ON_POSIX = {"fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty"}
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted(path for folder in ("tests", "bench") for path in (ROOT / folder).rglob("*.py"))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_too_long_to_read_in_one_go():
    read_in_one_go = {path: LONGEST for path in MODULES if "versions" not in path.parts}
    read_in_one_go |= dict.fromkeys(TESTS, LONGEST_TESTS)  # looked up, not read from the start

    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in read_in_one_go}

    assert {short(path): lines for path, lines in lengths.items() if lines > read_in_one_go[path]} == {}


def test_no_file_is_a_junk_drawer():
    assert [short(path) for path in MODULES if path.stem in JUNK_DRAWERS] == []


def test_folders_are_at_most_two_deep():
    deep = [short(path) for path in MODULES if len(path.relative_to(ROOT).parts) > 4]

    assert deep == []


@pytest.mark.parametrize("path", MODULES, ids=short)
def test_a_module_says_what_it_is_for(path):
    empty_package = path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip()
    migrations = "migrations" in path.parts

    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or empty_package or migrations


def test_nothing_needs_posix_at_import():
    needing = {short(path): names for path in MODULES if (names := imported(path, at_import=True) & ONLY_ON_POSIX)}

    assert needing == {}


def imported(path: Path, *, at_import: bool = False) -> set[str]:
    """Return the top names that a module imports: anywhere, or already when it is imported itself."""
    found = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
        if not (at_import and isinstance(node, ast.FunctionDef)):
            waiting += ast.iter_child_nodes(node)
    return found


def test_every_library_that_is_imported_is_named_as_a_requirement():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {requirement(text) for text in project["dependencies"]}
    used = set().union(*(imported(path) for path in MODULES))

    assert {name: LIBRARIES[name] for name in sorted(used & set(LIBRARIES)) if LIBRARIES[name] not in required} == {}


def requirement(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else " " for letter in text).split()[0].lower()


# Import name → name on the package index, of whatever lies outside the standard library.
LIBRARIES = {
    "alembic": "alembic",
    "argon2": "argon2-cffi",
    "click": "click",
    "cryptography": "cryptography",
    "flask": "flask",
    "flask_babel": "flask-babel",
    "flask_limiter": "flask-limiter",
    "flask_wtf": "flask-wtf",
    "matplotlib": "matplotlib",
    "noto_cjk_sans_otc": "noto-cjk-sans-otc",
    "numpy": "numpy",
    "pydantic": "pydantic",
    "python_calamine": "python-calamine",
    "yaml": "pyyaml",
    "rfc8785": "rfc8785",
    "scipy": "scipy",
    "segno": "segno",
    "sqlalchemy": "sqlalchemy",
    "typst": "typst",
    "waitress": "waitress",
    "xlsxwriter": "xlsxwriter",
}


def test_constraints_name_exact_versions_and_nothing_else():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line.count("==") != 1 or any(sign in line for sign in "@/ ;")] == []
