"""One counted township per run, copied for each test that looks at results."""

import shutil
from pathlib import Path

import pytest

from survey.config import Settings
from survey.db import make_engine, make_session
from tests.counted import Counted, count_township


@pytest.fixture(scope="session")
def counted_once(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Counted:
    """Carry a round to its result once."""
    home = tmp_path_factory.mktemp("counted")
    for folder in ("keys", "database"):
        (home / folder).mkdir()
    (home / "secret").write_bytes(b"only for one test" * 2)
    shutil.copy(empty_database, home / "database" / "gongping.db")
    settings = Settings(home=home, public_address="https://cp.example.gov.cn", secure_cookies=False)
    engine = make_engine(settings.database)
    counted = count_township(settings, make_session(engine))
    engine.dispose()
    return counted


@pytest.fixture
def counted(counted_once: Counted, settings: Settings) -> Counted:
    """Return a counted township in the installation of this test."""
    shutil.copytree(counted_once.home, settings.home, dirs_exist_ok=True)
    return Counted(settings.home, counted_once.round_id)
