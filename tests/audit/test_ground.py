"""What the slow rules read from: one commit's state, and nobody is held up."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

import cts_console.audit.ground
import cts_console.audit.runner
from cts_console.audit import RULES, AuditContext, Finding, run_audit
from cts_console.audit.ground import Ground
from cts_console.audit.rule import Needs, Rule
from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, open_database
from tests.audit.writers import end_writing, writing
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line
from tests.sqlite.databases import ENDLESS

BUSY_LOG_BYTES = 64_000_000


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database in WAL mode of some 20 MB."""
    path = tmp_path / "live.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "PRAGMA journal_mode = WAL;"
            "CREATE TABLE ticks (id INTEGER PRIMARY KEY, note TEXT);"
            "CREATE TABLE pairs (id INTEGER PRIMARY KEY);"
            "CREATE TABLE filler (id INTEGER PRIMARY KEY, pair INTEGER REFERENCES pairs, b BLOB);"
            "CREATE INDEX by_pair ON filler (pair);"
            "BEGIN; INSERT INTO pairs VALUES (1);"
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
            " INSERT INTO filler SELECT i, 1, zeroblob(4000) FROM n; COMMIT"
        )
    return path


def open_ground(path: Path, cancel: CancelToken | None = None) -> tuple[Connection, Ground]:
    look = open_database(path)
    ground = Ground(look, None, cancel or CancelToken())
    ground.open()
    return look, ground


def counts(ground: Ground) -> list[int]:
    return [c.read_int("SELECT count(*) FROM ticks") for c in ground.connections]


def a_slow_rule(check) -> Rule:
    return Rule("XXX-01", "A test's rule", "generic", "info", "standard", Needs(), check)


def with_rule(monkeypatch: pytest.MonkeyPatch, check) -> None:
    monkeypatch.setattr(cts_console.audit.runner, "RULES", (a_slow_rule(check), *RULES))


def test_all_connections_see_the_same_commit_and_go_on_seeing_it(database: Path):
    with a_process(IDLE_ENGINE, database) as engine:
        wait_for_line(engine, "open")
        look, ground = open_ground(database)
        with look:
            assert (ground.mode, len(ground.connections)) == ("live", 2)
            before = counts(ground)
            tell(engine, "INSERT INTO ticks (note) VALUES ('later')")
            wait_for_line(engine, "done")
            assert counts(ground) == before == [0, 0]
            assert not ground.holds_somebody_up()
            ground.close()


def test_a_file_that_is_being_written_is_read_from_a_copy(database: Path):
    with writing(database) as writer:
        look, ground = open_ground(database)
        with look:
            assert ground.mode == "copy"
            assert all(c.path != database for c in ground.connections)
            assert "private copy" in ground.note
            copies = [c.path for c in ground.connections]
            ground.close()
        assert not any(path.exists() for path in copies)
        _, busy = end_writing(writer)
    assert busy == 0


def test_a_log_that_grows_because_of_us_moves_the_rest_to_a_copy(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cts_console.audit.ground, "MOST_GROWTH_BYTES", 1_000_000)
    with a_process(IDLE_ENGINE, database) as engine:
        wait_for_line(engine, "open")
        seen: list[Path] = []

        def check(context: AuditContext) -> Iterable[Finding]:
            seen.append(context.connection.path)
            if len(seen) == 1:
                tell(
                    engine,
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                    " INSERT INTO ticks (note) SELECT hex(zeroblob(2000)) FROM n",
                )
                context.read_rows(ENDLESS)
            return ()

        with_rule(monkeypatch, check)
        result = run_audit(database, profile="standard")
    # The rule was ended by the growth alone, and asked again where it holds up nobody.
    assert seen[0] == database
    assert len(seen) == 2
    assert seen[1] != database
    assert {c.rule: c.status for c in result.checks}["XXX-01"] == "passed"
    assert "private copy" in result.note


def test_without_room_for_a_copy_each_question_is_short_or_not_asked(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    def no_room(*arguments: object, **options: object) -> None:
        raise CtsError("disk_full", "Not enough free disk space", "", "")

    monkeypatch.setattr(cts_console.audit.ground, "open_private_copy", no_room)

    def check(context: AuditContext) -> Iterable[Finding]:
        context.read_rows("SELECT count(1) FROM filler AS a, filler AS b, filler AS c")
        return ()

    with_rule(monkeypatch, check)
    with writing(database) as writer:
        result = run_audit(database, profile="standard")
        largest = database.with_name("live.db-wal").stat().st_size
        _, busy = end_writing(writer)
    checks = {check.rule: check for check in result.checks}
    assert checks["XXX-01"].status == "not_checked"
    assert "log" in str(checks["XXX-01"].note)
    assert checks["INT-02"].status == "passed"
    assert "no private copy could be made" in result.note
    assert busy == 0
    assert largest < BUSY_LOG_BYTES


def test_a_deep_audit_costs_a_fast_writer_no_commit_and_keeps_its_log_small(database: Path):
    with writing(database) as writer:
        results = [run_audit(database, profile="deep") for _ in range(3)]
        largest = database.with_name("live.db-wal").stat().st_size
        commits, busy = end_writing(writer)
    for result in results:
        states = {check.rule: check.status for check in result.checks}
        assert states["INT-01"] == states["INT-02"] == "passed"
        assert "errored" not in states.values()
    assert commits > 0
    assert busy == 0
    assert largest < BUSY_LOG_BYTES


def test_a_rollback_file_that_others_have_open_is_copied_without_a_lock(tmp_path: Path):
    path = tmp_path / "old.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE ticks (id INTEGER PRIMARY KEY, note TEXT)")
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        look, ground = open_ground(path)
        with look:
            assert ground.mode == "copy"
            tell(engine, "INSERT INTO ticks (note) VALUES ('while it is audited')")
            wait_for_line(engine, "done")
            assert counts(ground) == [0]
            ground.close()


def test_a_writer_that_comes_to_a_rollback_file_is_let_through(tmp_path: Path):
    path = tmp_path / "old.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE ticks (id INTEGER PRIMARY KEY, note TEXT)")
    look, ground = open_ground(path)
    with look:
        assert ground.mode == "live"
        assert not ground.holds_somebody_up()
        with a_process(IDLE_ENGINE, path) as engine:
            wait_for_line(engine, "open")
            tell(engine, "BEGIN IMMEDIATE; INSERT INTO ticks (note) VALUES ('waits')")
            wait_for_line(engine, "done")
            assert ground.holds_somebody_up()
            # It cannot commit yet; once we let go it can.
            tell(engine, "ROLLBACK")
            wait_for_line(engine, "done")
            ground.move_to_copy()
            tell(engine, "INSERT INTO ticks (note) VALUES ('through')")
            wait_for_line(engine, "done")
        ground.close()


def test_a_stop_ends_rules_that_run_side_by_side_at_once(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    started = threading.Barrier(3, timeout=30)
    # Of an earlier test a stand-in for a thread of Qt's may be among them for good.
    before = set(threading.enumerate())

    def endless(context: AuditContext) -> Iterable[Finding]:
        started.wait()
        context.read_rows(ENDLESS)
        return ()

    rules = (
        a_slow_rule(endless),
        Rule("XXX-02", "", "generic", "info", "standard", Needs(), endless),
    )
    monkeypatch.setattr(cts_console.audit.runner, "RULES", rules)
    cancel = CancelToken()

    def stop() -> None:
        started.wait()
        cancel.cancel()

    stopper = threading.Thread(target=stop)
    stopper.start()
    result = run_audit(database, profile="standard", cancel=cancel)
    stopper.join()
    assert {check.note for check in result.checks} == {"stopped"}
    assert set(threading.enumerate()) <= before
