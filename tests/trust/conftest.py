"""The grounds that the quick attacks are made on."""

from pathlib import Path

import pytest

from tests.trust.grounds import POSTGRESQL, SQLITE, Ground


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    """Lend installations on either database."""
    server = request.getfixturevalue("postgresql") if request.param == POSTGRESQL else None
    return Ground(tmp_path, server)


@pytest.fixture
def sqlite_ground(tmp_path: Path) -> Ground:
    """Lend installations on SQLite alone, for what is true of files only."""
    return Ground(tmp_path)
