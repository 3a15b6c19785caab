"""Backups of a running round, and what a restore gives back, loses, names and refuses."""

import itertools
import os
import re
import signal
import stat
import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, event, func, select, text

from survey import db, migrate
from survey.cli import commands
from survey.collect import ballots
from survey.crypto.receipts import words
from survey.errors import ConflictError, GongpingError, UnavailableError
from survey.models import Base, Envelope, StaffSession
from survey.office import accounts, audit, postgresql_backups, restoring, sessions, sqlite_backups
from survey.office.backups import NotOursError
from survey.prepare import lifecycle, rounds
from survey.reveal.opening import reveal
from tests import hall as halls
from tests.conftest import PASSWORD
from tests.hall import AFTER, NOON


@pytest.fixture
def hall(session, settings):
    return halls.open_round(session, settings)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "gongping.backup"


def hand_in(session_factory, hall, numbers, attempt=0):
    """Cast with the codes of these numbers; return the receipts."""
    given = []
    for number in numbers:
        with session_factory() as own:
            tried = bytes([attempt, number]) * 8
            given.append(ballots.cast(own, hall.codes["S1"][number], tried, hall.marks(), "", "phone", NOON).receipt)
    return given


def back_up(engine, file):
    restoring.back_up(engine, file, "tester", NOON)


def restore(engine, file, reason=None):
    return restoring.restore(engine, file, reason, "tester", NOON)


def receipts(session):
    session.rollback()
    found = set(session.scalars(select(Envelope.receipt)))
    session.rollback()  # an open transaction would hold up the next restore
    return found


def plain(engine, file):
    """Return what a backup holds as bytes that can be searched."""
    if engine.dialect.name == "sqlite":
        return file.read_bytes()
    return subprocess.run(["pg_restore", "--file=-", file], capture_output=True, check=True).stdout


def within(engine, value):
    """Return how a backup writes bytes."""
    return value if engine.dialect.name == "sqlite" else value.hex().encode()


def test_a_backup_made_while_ballots_come_in_holds_every_ballot_whose_receipt_was_given_before(
    engine, session, session_factory, hall, tmp_path
):
    given, stop = [], threading.Event()

    def cast(start):
        for number in range(start, 60, 3):
            if stop.is_set():
                return
            given.extend(hand_in(session_factory, hall, [number]))

    threads = [threading.Thread(target=cast, args=(start,)) for start in range(3)]
    for thread in threads:
        thread.start()
    made = []
    for number in range(4):
        before = set(given)
        back_up(engine, tmp_path / f"{number}.backup")
        made.append((before, tmp_path / f"{number}.backup"))
    stop.set()
    for thread in threads:
        thread.join()

    for before, path in made:
        restoring.restore(engine, path, "Probe", "tester", NOON)
        assert before <= receipts(session) <= set(given)


def test_a_backup_holds_neither_key_nor_secret_and_only_its_owner_reads_it(
    engine, session_factory, settings, hall, file
):
    [receipt] = hand_in(session_factory, hall, [0])
    back_up(engine, file)

    kept = plain(engine, file)
    secrets = [path.read_bytes() for path in settings.key_folder.iterdir()] + [settings.secret]
    assert len(secrets) >= 2
    assert within(engine, receipt) in kept  # a secret would be found
    assert not any(within(engine, secret) in kept or secret.hex().encode() in kept for secret in secrets)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in file.parent.iterdir() if path.name.startswith("gongping")) == [file.name]


@pytest.mark.usefixtures("hall")
def test_a_backup_never_takes_the_place_of_a_file(engine, file):
    file.write_bytes(b"dear")

    with pytest.raises(ConflictError, match="exists already"):
        back_up(engine, file)

    assert file.read_bytes() == b"dear"


@pytest.mark.usefixtures("hall")
def test_a_backup_that_was_cut_short_has_no_name_and_does_not_hinder_the_next(engine, file, monkeypatch):
    def crash(_path):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sqlite_backups, "sync", crash)
        with pytest.raises(KeyboardInterrupt):
            back_up(engine, file)
    assert not file.exists()

    back_up(engine, file)

    assert [path.name for path in file.parent.iterdir() if path.name.startswith(file.name)] == [file.name]


@pytest.mark.usefixtures("hall")
def test_making_a_backup_is_logged(engine, session, file):
    back_up(engine, file)

    [entry] = [entry for entry in audit.entries(session) if entry.act == "make backup"]
    assert (entry.login, entry.detail) == ("tester", {"file": "gongping.backup"})


def test_a_lost_database_comes_back_whole_with_an_entry_and_nobody_signed_in(
    engine, session, session_factory, hall, file
):
    account = accounts.add(session, login="ada", name="某", role="administrator", password=PASSWORD, now=NOON)
    token = sessions.start(session, account, NOON)
    session.commit()
    given = hand_in(session_factory, hall, range(5))
    back_up(engine, file)
    before = contents(engine)
    empty(engine)

    done = restore(engine, file)

    assert done.missing == {}
    assert done.rounds == {hall.round_id: ("小镇民主测评", "open")}
    assert receipts(session) == set(given)
    assert sessions.find(session, token, NOON) is None
    assert session.scalar(select(func.count()).select_from(StaffSession)) == 0
    [entry] = [entry for entry in audit.entries(session) if entry.act == "restore backup"]
    assert entry.detail["file"] == "gongping.backup"
    after = contents(engine)
    for table in ("staff_session", "audit_entry"):
        before.pop(table), after.pop(table)
    assert after == before
    assert hand_in(session_factory, hall, [9]) != []  # and goes on


def test_over_an_open_round_a_restore_is_declared_and_names_the_receipts_that_are_missing(
    engine, session, session_factory, hall, file
):
    kept = hand_in(session_factory, hall, range(3))
    back_up(engine, file)
    lost = hand_in(session_factory, hall, range(3, 7))

    with pytest.raises(ConflictError, match=r"4 ballots .* would be lost .*--declare"):
        restore(engine, file)
    assert receipts(session) == {*kept, *lost}

    done = restore(engine, file, "硬盘损坏")

    assert done.missing == {hall.round_id: sorted(words(receipt) for receipt in lost)}
    assert receipts(session) == set(kept)
    [entry] = [entry for entry in audit.entries(session) if entry.act == "restore backup"]
    assert (entry.detail["reason"], entry.detail["missing"]) == ("硬盘损坏", done.missing)
    assert len(hand_in(session_factory, hall, range(3, 7), attempt=1)) == 4  # their codes count once, again


@pytest.mark.usefixtures("hall")
def test_an_open_round_without_newer_ballots_is_not_replaced_in_passing(engine, file):
    back_up(engine, file)

    with pytest.raises(ConflictError, match="小镇民主测评"):
        restore(engine, file)


def test_no_ballot_that_comes_in_during_a_restore_is_lost_without_a_name(engine, session, session_factory, hall, file):
    back_up(engine, file)
    given, missing, stop = [], set(), threading.Event()

    def cast(start):
        for number in range(start, 60, 3):
            if stop.is_set():
                return
            try:
                given.extend(hand_in(session_factory, hall, [number]))
            except UnavailableError:
                continue  # the rater was told that it was not recorded

    threads = [threading.Thread(target=cast, args=(start,)) for start in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        missing |= set(restore(engine, file, "Probe").missing.get(hall.round_id, []))
    stop.set()
    for thread in threads:
        thread.join()

    there = {words(receipt) for receipt in receipts(session)}
    assert there | missing == {words(receipt) for receipt in given}
    assert not there & missing


def test_no_state_of_a_round_goes_back_whatever_is_declared(engine, session, session_factory, settings, hall, file):
    hand_in(session_factory, hall, range(5))
    back_up(engine, file)
    halls.close_round(session, hall)
    for state in ("closed", "revealed"):
        session.rollback()
        assert rounds.get(session, hall.round_id).state == state
        session.rollback()
        before = contents(engine)

        with pytest.raises(ConflictError, match=rf"no state of a round goes back.*{state} → open"):
            restore(engine, file, "Probe")

        assert contents(engine) == before
        if state == "closed":
            reveal(session_factory, hall.round_id, settings.key_folder, "tester", AFTER)


def test_a_round_that_the_backup_does_not_know_stays_unless_it_is_a_draft(engine, session, settings, file):
    round_ = halls.draft_round(session)
    session.commit()
    accounts.add(session, login="ada", name="某", role="administrator", password=PASSWORD, now=NOON)
    session.commit()
    back_up(engine, file)
    second = rounds.create(session, halls.PLAN % {"residents": 60}, "plan.yaml", "tester", NOON)
    session.commit()
    with pytest.raises(ConflictError, match="--declare"):
        restore(engine, file)
    lifecycle.freeze(session, second, settings, "tester", NOON)
    session.commit()

    with pytest.raises(ConflictError, match="frozen → -"):
        restore(engine, file, "Probe")

    session.expire_all()
    assert {each.id for each in rounds.all_rounds(session)} == {round_.id, second.id}


def test_a_file_that_is_no_whole_backup_is_refused(engine, session, session_factory, hall, file, tmp_path):
    hand_in(session_factory, hall, range(3))
    back_up(engine, file)
    whole = file.read_bytes()
    middle = len(whole) // 2
    damaged = tmp_path / "damaged.backup"
    for content in (b"", b"SQLite format 3\0", b"PGDMP", whole[:middle], whole[:middle] + bytes(5000)):
        damaged.write_bytes(content)
        with pytest.raises(NotOursError):
            restore(engine, damaged, "Probe")

    assert len(receipts(session)) == 3


@pytest.mark.usefixtures("hall")
def test_a_backup_of_an_unknown_form_is_refused(engine, session, file):
    session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    session.commit()
    write = (sqlite_backups if engine.dialect.name == "sqlite" else postgresql_backups).write
    write(engine, file)
    session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": migrate.revisions()[-1]})
    session.commit()

    with pytest.raises(NotOursError, match="form 9999; this software knows 0001"):
        restore(engine, file, "Probe")


def test_a_backup_of_an_older_form_is_brought_to_the_newest(engine, session, settings, file):
    halls.fill_roster(session)
    session.commit()
    session.close()
    engine.dispose()
    migrate.downgrade(settings.database, "0002")
    (sqlite_backups if engine.dialect.name == "sqlite" else postgresql_backups).write(engine, file)
    engine.dispose()
    migrate.upgrade(settings.database)
    empty(engine)

    restore(engine, file)

    assert migrate.revision_of(engine) == migrate.revisions()[-1]
    assert session.execute(text("SELECT count(*) FROM unit")).scalar() == 3
    assert audit.entries(session)[0].act == "restore backup"


def test_a_crash_at_any_step_of_a_restore_leaves_everything_as_it_was(engine, session, session_factory, hall, file):
    hand_in(session_factory, hall, range(3))
    back_up(engine, file)
    hand_in(session_factory, hall, range(3, 6))
    before = contents(engine)

    class Crash(BaseException):
        pass

    # Reading a dump takes a process for each table, so on PostgreSQL only each seventh step is tried.
    for point in itertools.count(1, 1 if engine.dialect.name == "sqlite" else 7):
        steps = itertools.count(1)

        def crash(*_, steps=steps, point=point):
            if next(steps) == point:
                raise Crash

        event.listen(Engine, "before_cursor_execute", crash)
        event.listen(Engine, "commit", crash)
        try:
            restore(engine, file, "Probe")
        except Crash:
            pass
        else:
            break
        finally:
            event.remove(Engine, "before_cursor_execute", crash)
            event.remove(Engine, "commit", crash)
        assert contents(engine) == before, point

    assert point > 10
    assert len(receipts(session)) == 3


KILLED = """
import os, signal
from survey.office import restoring
do = restoring.{step}
def then_killed(*given):
    if {after}: do(*given)
    os.kill(os.getpid(), signal.SIGKILL)
restoring.{step} = then_killed
from survey.cli import main
main()
"""


@pytest.mark.parametrize(("step", "after"), [("_replace", False), ("_replace", True), ("_log", True)])
def test_a_restore_that_is_killed_leaves_everything_as_it_was(
    engine, session_factory, settings, hall, file, step, after
):
    hand_in(session_factory, hall, range(3))
    back_up(engine, file)
    hand_in(session_factory, hall, range(3, 6))
    before = contents(engine)
    engine.dispose()

    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(step=step, after=after), "restore", str(file), "--declare", "Probe"],
        env={**os.environ, "GONGPING_HOME": str(settings.home)},
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    assert contents(engine) == before
    assert len(restore(engine, file, "Probe").missing[hall.round_id]) == 3


def test_both_commands_tell_what_they_did(session_factory, settings, hall, file, monkeypatch):
    monkeypatch.setenv("GONGPING_HOME", str(settings.home))
    hand_in(session_factory, hall, [0])

    def run(*arguments):
        done = CliRunner().invoke(commands, [str(argument) for argument in arguments])
        return done.exit_code, done.output

    status, said = run("backup", file)
    assert status == 0
    assert re.fullmatch(rf"{file}: \d+ bytes, checked\n", said)
    [lost] = hand_in(session_factory, hall, [1])
    assert run("restore", file)[0] == 2

    status, said = run("restore", file, "--declare", "硬盘损坏")

    listed = file.with_name("gongping.backup.missing-1.txt")
    assert status == 0
    assert said == (
        f"{file} is restored. Everybody signs in again.\n"
        f"1 receipts that were given are missing now; their holders must hand in again: {listed}\n"
    )
    assert listed.read_text() == f"{hall.round_id}\t{words(lost)}\n"
    assert stat.S_IMODE(listed.stat().st_mode) == 0o600


@pytest.mark.sqlite_only
def test_where_nothing_is_left_the_command_makes_the_installation_and_says_which_key_is_missing(
    engine, session_factory, hall, file, monkeypatch, tmp_path
):
    hand_in(session_factory, hall, [0])
    back_up(engine, file)
    monkeypatch.setenv("GONGPING_HOME", str(tmp_path / "new"))

    done = CliRunner().invoke(commands, ["restore", str(file)])

    assert done.exit_code == 0
    assert done.output.endswith(
        "The key of 小镇民主测评 is not on this host: put it into the key folder, or void the round.\n"
    )
    other = db.make_engine(f"sqlite:///{tmp_path / 'new' / 'database' / 'gongping.db'}")
    with db.make_session(other)() as there:
        assert there.scalar(select(func.count()).select_from(Envelope)) == 1
    other.dispose()


@pytest.mark.sqlite_only
def test_a_plain_copy_of_a_running_servers_file_is_refused(engine, session_factory, settings, hall, tmp_path):
    hand_in(session_factory, hall, [0])
    for path in (settings.home / "database").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())

    with pytest.raises(NotOursError, match=r"gongping\.db-wal lies beside it"):
        restore(engine, tmp_path / "gongping.db", "Probe")


@pytest.mark.postgresql_only
def test_a_database_that_others_hold_is_not_restored_and_the_words_say_so(
    engine, session, session_factory, hall, file, monkeypatch
):
    hand_in(session_factory, hall, range(2))
    back_up(engine, file)
    monkeypatch.setitem(db.POSTGRESQL_SETTINGS, "lock_timeout", "50")
    session.scalars(select(Envelope.receipt)).all()  # and its transaction stays open

    with pytest.raises(UnavailableError, match="Nothing was restored: the database is in use"):
        restore(engine, file, "Probe")

    assert len(receipts(session)) == 2


@pytest.mark.usefixtures("hall")
@pytest.mark.postgresql_only
def test_without_the_programs_of_postgresql_the_words_say_what_to_install(engine, file, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(GongpingError, match=r"pg_dump is not on this machine.*postgresql-client"):
        back_up(engine, file)


def contents(engine):
    """Return every row of every table."""
    with engine.connect() as connection:
        return {
            table: sorted(map(repr, connection.execute(Base.metadata.tables[table].select())))
            for table in sorted(Base.metadata.tables)
        }


def empty(engine):
    """Lose everything: what is left is a database as init makes it."""
    url = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    migrate.downgrade(url, "base")
    migrate.upgrade(url)
