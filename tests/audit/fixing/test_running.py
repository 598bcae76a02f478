"""A fix is whole or absent: beside others, on a stop, after a kill, and when the world fails it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from cts_console.audit import (
    Finding,
    audit_document,
    identify_file,
    keep_audit,
    read_history,
    read_unsettled_fixes,
    run_audit,
)
from cts_console.audit.fixing import FixPlan, plan_fix, run_fix
from cts_console.audit.fixing.applying import apply_steps
from cts_console.audit.unsettled import FixLock
from cts_console.errors import CtsError
from cts_console.maintenance import run_verify
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database
from cts_console.store import StoredFix, open_store, store_path
from tests.audit.fixing.troubles import (
    TROUBLES,
    ask,
    contents,
    duplicate,
    make_trouble,
    slow,
)
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line

# Holds the write lock until it is told to let go.
WRITER = """
import sys
from cts_console.sqlite import open_database
with open_database(sys.argv[1], "read_write") as connection:
    connection.execute("BEGIN IMMEDIATE; UPDATE users SET display_name = 'x'")
    print("locked", flush=True)
    sys.stdin.readline()
    connection.execute("COMMIT")
    print("free", flush=True)
    sys.stdin.readline()
"""
# Fixes, and says so when the statements begin.
FIXER = """
import sys
from cts_console.audit.fixing import plan_fix, run_fix
def told(progress):
    if progress.unit == "steps" and progress.note:
        print("begins", flush=True)
plan = plan_fix(sys.argv[1], sys.argv[2], rule=sys.argv[3])
run_fix(sys.argv[1], plan, backup=False, on_progress=told)
print("done", flush=True)
"""

# Fixes, and stays where it is told to: in front of the statements, behind the COMMIT before the
# history is told of it, or before the rule is asked again.
STAYS = """
import sys
from cts_console.audit.fixing import keeping, plan_fix, run_fix, running
def stay(*arguments, **named):
    print("here", flush=True)
    sys.stdin.readline()
if sys.argv[4] == "before":
    running.apply_steps = stay
elif sys.argv[4] == "after":
    keeping.FixKeeper.done = stay
else:
    running._look_again = stay
run_fix(sys.argv[1], plan_fix(sys.argv[1], sys.argv[2], rule=sys.argv[3]))
"""

LOCK_RECORDS = """
import sys
from cts_console.sqlite import open_database
with open_database(sys.argv[1], "read_write") as connection:
    connection.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "live"
    folder.mkdir()
    return folder / "a.db"


def plan_of(path: Path, finding: Finding) -> FixPlan:
    return plan_fix(path, finding.fingerprint, rule=finding.rule)


def refused(plan: FixPlan, *, backup: bool = True) -> CtsError:
    with pytest.raises(CtsError) as raised:
        run_fix(plan.path, plan, backup=backup)
    return raised.value


def is_there(finding: Finding, path: Path) -> bool:
    found = ask(path, finding.rule).findings
    return finding.fingerprint in {one.fingerprint for one in found}


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.before-fix-*.db"))


def test_without_a_backup_none_is_made(path: Path) -> None:
    plan = plan_of(path, duplicate(path))
    result = run_fix(path, plan, backup=False)
    assert (result.outcome, result.backup, backups(path)) == ("fixed", None, [])


def test_it_is_in_the_history(path: Path) -> None:
    finding = duplicate(path)
    result = run_fix(path, plan_of(path, finding))
    (kept,) = read_history(path, 20)["fixes"]
    assert (kept["rule"], kept["fingerprint"], kept["object"]) == (
        "IDX-01",
        finding.fingerprint,
        "again",
    )
    assert (kept["outcome"], kept["note"]) == ("fixed", None)
    assert kept["statements"] == ['DROP INDEX "again"']
    assert kept["backup"] == str(result.backup) == str(backups(path)[0])


# Beside others


def test_the_gate_refuses_and_is_overruled(path: Path) -> None:
    plan = plan_of(path, slow(path))
    before = contents(path)
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        error = refused(plan)
        assert (error.code, backups(path)) == ("locked", [])
        assert f"pid {engine.pid}" in error.message
        assert contents(path) == before
        result = run_fix(path, plan, overrule=True)
    assert result.outcome == "fixed"


@pytest.mark.parametrize("name", ["journal_mode", "auto_vacuum"])
def test_what_needs_the_file_to_itself_is_refused_beside_others(path: Path, name: str) -> None:
    plan = plan_of(path, make_trouble(path, next(t for t in TROUBLES if t.object == name)))
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        error = refused(plan)
    assert error.code == "locked"
    assert not backups(path)
    assert run_fix(path, plan).outcome == "fixed"


@pytest.mark.parametrize("rule", ["IDX-07", "STO-01"])
def test_beside_others_it_goes_in_slices(path: Path, rule: str) -> None:
    finding = make_trouble(path, next(trouble for trouble in TROUBLES if trouble.rule == rule))
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        plan = plan_of(path, finding)
        assert (plan.passage, plan.gate_reason) == ("slices", "")
        assert run_fix(path, plan, backup=False).outcome == "fixed"
        tell(engine, "UPDATE users SET display_name = 'y'")
        wait_for_line(engine, "done")


def test_a_writer_that_keeps_the_lock(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = duplicate(path)
    plan = plan_of(path, finding)
    monkeypatch.setattr("cts_console.sqlite.opening.WRITE_BUSY_TIMEOUT_MS", 200)
    with a_process(WRITER, path) as writer:
        wait_for_line(writer, "locked")
        assert refused(plan, backup=False).code == "locked"
        tell(writer, "")
        wait_for_line(writer, "free")
        assert is_there(finding, path)
        assert run_fix(path, plan, backup=False).outcome == "fixed"


def test_who_waits_for_the_lock_can_stop(path: Path) -> None:
    finding = duplicate(path)
    plan = plan_of(path, finding)
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if "another process" in progress.note:
            cancel.cancel()

    with a_process(WRITER, path) as writer:
        wait_for_line(writer, "locked")
        with pytest.raises(CtsError) as raised:
            run_fix(path, plan, backup=False, on_progress=stop, cancel=cancel)
    assert raised.value.code == "cancelled"
    assert is_there(finding, path)


# Interrupted


def test_a_stop_in_the_middle_leaves_the_file_as_it_was(path: Path) -> None:
    finding = slow(path, rows=150_000)
    plan = plan_of(path, finding)
    before = contents(path)
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.unit == "steps" and progress.note:
            cancel.cancel()

    with pytest.raises(CtsError) as raised:
        run_fix(path, plan, backup=False, on_progress=stop, cancel=cancel)
    assert raised.value.code == "cancelled"
    assert is_there(finding, path)
    assert contents(path) == before
    assert read_history(path, 20)["fixes"] == []


def test_a_stop_between_slices_is_in_the_history(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = make_trouble(path, next(trouble for trouble in TROUBLES if trouble.rule == "STO-01"))
    before = contents(path)
    cancel = CancelToken()

    def stop(_held_s: float) -> None:
        cancel.cancel()

    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        plan = plan_of(path, finding)
        free = free_pages(path)
        monkeypatch.setattr("cts_console.audit.fixing.applying.give_way", stop)
        with pytest.raises(CtsError) as raised:
            run_fix(path, plan, backup=False, cancel=cancel)
    assert raised.value.code == "cancelled"
    left = free_pages(path)
    assert 0 < left < free
    told = f"{free - left:,} free pages were given back and stay so, {left:,} were left then"
    assert told in raised.value.message
    (kept,) = read_history(path, 20)["fixes"]
    assert kept["outcome"] == "partly"
    assert told in kept["note"]
    assert contents(path) == before
    assert run_verify(path).verified
    assert run_fix(path, plan_of(path, finding), backup=False).outcome == "fixed"


def free_pages(path: Path) -> int:
    with open_database(path) as connection:
        return connection.read_int("PRAGMA freelist_count")


def statistics(path: Path) -> list[object]:
    with open_database(path) as connection:
        if not connection.read_rows("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'"):
            return []
        tables = ("sqlite_stat1", "sqlite_stat4")
        return [connection.read_rows(f"SELECT * FROM {t} ORDER BY tbl, idx") for t in tables]


@pytest.mark.parametrize("before", ["", "ANALYZE; UPDATE sqlite_stat1 SET stat = '9 9'"])
def test_statistics_beside_others_are_whole_or_absent(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    make_trouble(path, next(trouble for trouble in TROUBLES if trouble.rule == "IDX-07"))
    with open_database(path, "read_write") as connection:
        connection.execute(before or "SELECT 1")
    finding = ask(path, "IDX-07").findings[0]
    plain = tmp_path / "plain.db"
    shutil.copy(path, plain)
    was = statistics(path)
    cancel = CancelToken()

    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        plan = plan_of(path, finding)
        with monkeypatch.context() as patch:
            patch.setattr(
                "cts_console.audit.fixing.analysing.give_way", lambda _held_s: cancel.cancel()
            )
            with pytest.raises(CtsError) as raised:
                run_fix(path, plan, backup=False, cancel=cancel)
        assert raised.value.code == "cancelled"
        assert statistics(path) == was
        assert read_history(path, 20)["fixes"] == []
        assert run_fix(path, plan, backup=False).outcome == "fixed"
    with open_database(plain, "read_write") as connection:
        for step in plan.steps:
            connection.execute(step.sql)
    assert statistics(path) == statistics(plain) != was


def fixes(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_history(path, 20)["fixes"]
    return found


@pytest.mark.parametrize(
    ("moment", "told", "outcome"),
    [
        ("before", "nobody saw whether it was done", "still_there"),
        ("after", "nobody saw whether it was done", "fixed"),
        ("behind", "ended before the rule was asked again", "fixed"),
    ],
)
def test_a_kill_around_the_commit_is_in_the_history(
    path: Path, moment: str, told: str, outcome: str
) -> None:
    finding = duplicate(path)
    with a_process(STAYS, path, finding.fingerprint, finding.rule, moment) as fixer:
        wait_for_line(fixer, "here")
        assert [fix["outcome"] for fix in fixes(path)] == ["running"]
        assert read_unsettled_fixes(path) == ()
        fixer.kill()
        fixer.wait()
    assert is_there(finding, path) == (outcome == "still_there")
    (kept,) = fixes(path)
    assert (kept["outcome"], kept["statements"]) == ("unknown", ['DROP INDEX "again"'])
    assert kept["backup"] == str(backups(path)[0])
    assert told in kept["note"]
    assert finding.fingerprint in kept["note"]  # how to find out
    assert [fix.note for fix in read_unsettled_fixes(path)] == [kept["note"]]
    # A rule that was not asked says nothing.
    other = ask(path, "STO-01")
    keep_audit(other, audit_document(other))
    assert fixes(path) == [kept]
    # Either way of asking settles it by what the rule says.
    if moment == "after":
        with pytest.raises(CtsError):
            plan_of(path, finding)
    else:
        result = run_audit(path, profile="quick")
        keep_audit(result, audit_document(result))
    (kept,) = fixes(path)
    assert kept["outcome"] == outcome
    assert "the rule was asked again at" in kept["note"]
    assert read_unsettled_fixes(path) == ()
    locks = store_path().parent / "fixes"
    assert list(locks.iterdir()) == []
    # What a kill left before anything was kept goes with time.
    (locks / "left.lock").touch()
    os.utime(locks / "left.lock", (0, 0))
    FixLock().release()
    assert list(locks.iterdir()) == []


def test_a_stop_during_the_second_look_says_unknown(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = duplicate(path)
    plan = plan_of(path, finding)
    cancel = CancelToken()

    def apply_and_stop(*arguments: Any, **named: Any) -> None:
        apply_steps(*arguments, **named)
        cancel.cancel()

    monkeypatch.setattr("cts_console.audit.fixing.running.apply_steps", apply_and_stop)
    result = run_fix(path, plan, cancel=cancel)
    assert (result.outcome, result.answer) == ("unknown", None)
    assert result.note is not None
    assert not is_there(finding, path)
    (kept,) = read_history(path, 20)["fixes"]
    assert (kept["outcome"], kept["note"]) == ("unknown", result.note)


@pytest.mark.parametrize("rule", ["IDX-03", "STO-06"])
def test_a_kill_in_the_middle_leaves_the_old_or_the_new_state(path: Path, rule: str) -> None:
    if rule == "IDX-03":
        finding = slow(path, rows=150_000)
    else:
        finding = make_trouble(path, next(trouble for trouble in TROUBLES if trouble.rule == rule))
    before = contents(path)
    with a_process(FIXER, path, finding.fingerprint, rule) as fixer:
        wait_for_line(fixer, "begins")
        fixer.kill()
        fixer.wait()
    assert contents(path) == before
    assert run_verify(path).verified
    if is_there(finding, path):
        assert run_fix(path, plan_of(path, finding), backup=False).outcome == "fixed"


def test_a_fix_of_a_clock_that_was_set_back_is_settled_by_asking(path: Path) -> None:
    finding = duplicate(path)
    with open_store() as store:
        begun = StoredFix(
            at_ms=time.time_ns() // 1_000_000 + 86_400_000,
            rule=finding.rule,
            fingerprint=finding.fingerprint,
            object=finding.object,
            title=finding.title,
            statements=(),
            backup=None,
            outcome="begun",
            note=None,
            app_version="1",
            owner="gone",
        )
        store.record_fix(identify_file(path), begun)
    result = run_audit(path, profile="quick")
    keep_audit(result, audit_document(result))
    assert fixes(path)[0]["outcome"] == "unknown"  # which of the two was first, nobody knows
    plan_of(path, finding)
    assert fixes(path)[0]["outcome"] == "still_there"


# Changed meanwhile


def test_a_plan_is_stale_once_the_schema_has_changed(path: Path) -> None:
    plan = plan_of(path, duplicate(path))
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        tell(engine, "DROP INDEX again")
        wait_for_line(engine, "done")
        error = refused(plan)
    assert (error.code, error.title) == ("usage", "The database has changed meanwhile")
    assert not backups(path)


def test_the_index_is_dropped_while_the_backup_is_made(path: Path) -> None:
    plan = plan_of(path, duplicate(path))
    made: list[Progress] = []
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")

        def drop(progress: Progress) -> None:
            if progress.note == "verified" and not made:
                made.append(progress)
                tell(engine, "DROP INDEX again; CREATE INDEX again ON orders (amount)")
                wait_for_line(engine, "done")

        with pytest.raises(CtsError) as raised:
            run_fix(path, plan, on_progress=drop)
    assert made
    assert raised.value.title == "The database has changed meanwhile"
    assert str(backups(path)[0]) in raised.value.message
    with open_database(path) as connection:
        assert connection.read_int("SELECT count(*) FROM sqlite_schema WHERE name = 'again'") == 1


def test_another_file_in_its_place(path: Path, tmp_path: Path) -> None:
    plan = plan_of(path, duplicate(path))
    other = tmp_path / "b.db"
    make_trouble(other, TROUBLES[0])
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink(missing_ok=True)
    shutil.move(other, path)
    assert refused(plan).title == "The database has changed meanwhile"


def test_the_file_is_gone(path: Path) -> None:
    plan = plan_of(path, duplicate(path))
    for one in path.parent.iterdir():
        one.unlink()
    assert refused(plan).code == "not_found"


# The backup


def test_a_disk_without_room_for_the_backup(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = duplicate(path)
    plan = plan_of(path, finding)
    usage = shutil.disk_usage(path.parent)._replace(free=1000)
    monkeypatch.setattr("cts_console.maintenance.disk.shutil.disk_usage", lambda _: usage)
    assert refused(plan).code == "disk_full"
    assert is_there(finding, path)
    assert not backups(path)


def test_a_backup_that_does_not_verify_stops_the_fix(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = make_trouble(
        path,
        next(t for t in TROUBLES if t.rule == "IDX-02"),
    )
    # An index that lacks a row: found by the whole check of the copy alone.
    with open_database(path, "read_write") as connection:
        connection.execute(
            "CREATE TABLE mine (a); CREATE INDEX mine_a ON mine (a); INSERT INTO mine VALUES (1)"
        )
    _make_index_lie(path)
    plan = plan_of(path, finding)
    error = refused(plan)
    assert (error.code, error.title) == ("damaged", "The backup cannot be trusted")
    assert is_there(finding, path)


def _make_index_lie(path: Path) -> None:
    """Change the stored value of `mine`'s only row in the table, not in its index."""
    with open_database(path, "read_write") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.read_int("SELECT rootpage FROM sqlite_schema WHERE name = 'mine'")
        size = connection.read_int("PRAGMA page_size")
    content = bytearray(path.read_bytes())
    # A row of one INTEGER 1: header of 2 bytes, serial type 9. Serial type 8 is the value 0.
    end = page * size
    assert content[end - 1] == 9
    content[end - 1] = 8
    path.write_bytes(content)


# The console's own records


def test_records_that_fail_undo_nothing(path: Path) -> None:
    finding = duplicate(path)
    plan = plan_of(path, finding)
    store_path().parent.mkdir(parents=True, exist_ok=True)
    store_path().write_bytes(b"no database at all" * 100)
    result = run_fix(path, plan)
    assert result.outcome == "fixed"
    assert result.kept["id"] is None
    assert result.kept["error"]["code"] == "not_a_database"
    assert not is_there(finding, path)


def test_records_that_are_locked_undo_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cts_console.store.store.BUSY_TIMEOUT_MS", 100)
    plan = plan_of(path, duplicate(path))
    open_store().close()
    with a_process(LOCK_RECORDS, store_path()) as locker:
        wait_for_line(locker, "locked")
        result = run_fix(path, plan, backup=False)
    assert result.outcome == "fixed"
    assert result.kept["error"]["code"] == "locked"


def test_what_is_still_there_is_not_called_fixed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(path, duplicate(path))

    def apply_and_undo(*arguments: Any, **named: Any) -> None:
        apply_steps(*arguments, **named)
        with open_database(path, "read_write") as connection:
            connection.execute("CREATE INDEX again ON orders (price)")

    monkeypatch.setattr("cts_console.audit.fixing.running.apply_steps", apply_and_undo)
    result = run_fix(path, plan, backup=False)
    assert (result.outcome, result.note) == ("still_there", None)
    assert run_audit(path, rules=["IDX-01"]).findings
