"""The runner: one rule never ends the others, and nothing is called passed that was not asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

import cts_console.audit.runner
from cts_console.audit import RULES, AuditContext, AuditProfile, AuditResult, Finding, run_audit
from cts_console.audit.rule import Needs, Rule
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database
from tests.audit.case import ENGINE, NEED_KEPT_SIZES, make, overwrite, root_offset
from tests.processes import a_process, wait_for_line
from tests.sqlite.children import hash_file
from tests.sqlite.databases import ENDLESS

ROWS = (
    "CREATE TABLE pairs (id INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, pair INTEGER REFERENCES pairs, note TEXT);"
    "CREATE INDEX by_pair ON orders (pair);"
    "INSERT INTO pairs VALUES (1, 'BTC/USDT');"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
    " INSERT INTO orders SELECT i, 1, printf('%.60c', 'x') FROM n;"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "orders.db"
    make(path, ROWS)
    return path


def states(result: AuditResult) -> dict[str, str]:
    return {check.rule: check.status for check in result.checks}


def a_rule(check: Callable[[AuditContext], Iterable[Finding]]) -> Rule:
    return Rule("XXX-01", "A test's rule", "generic", "info", "quick", Needs(), check)


def with_rules(monkeypatch: pytest.MonkeyPatch, *rules: Rule) -> None:
    monkeypatch.setattr(cts_console.audit.runner, "RULES", (*rules, *RULES))


def test_a_larger_profile_asks_more_and_nothing_less(database: Path):
    asked = [
        set(states(run_audit(database, profile=profile)))
        for profile in ("quick", "standard", "deep")
    ]
    assert asked[0] < asked[1] < asked[2] == {rule.id for rule in RULES}


def test_rules_are_picked_by_hand_whatever_their_profile(database: Path):
    assert set(states(run_audit(database, profile="quick", rules=["int-01"]))) == {"INT-01"}
    with pytest.raises(CtsError) as caught:
        run_audit(database, rules=["INT-99"])
    assert caught.value.code == "usage"


def test_quick_counts_no_rows_and_reads_no_pages_for_sizes(database: Path):
    result = run_audit(database, profile="quick")
    assert {size.table.name for size in result.tables} == {"pairs", "orders"}
    assert all(size.count.estimated and size.bytes is None for size in result.tables)
    counted = {s.table.name: s for s in run_audit(database, profile="standard").tables}
    assert counted["orders"].count.rows == 3000
    assert not counted["orders"].count.estimated
    assert counted["orders"].bytes is not None


def test_a_mistake_in_one_rule_ends_that_rule_alone(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    def wrong(context: AuditContext) -> Iterable[Finding]:
        raise ZeroDivisionError("no such luck")

    with_rules(monkeypatch, a_rule(wrong))
    result = run_audit(database)
    assert states(result)["XXX-01"] == "errored"
    note = next(check.note for check in result.checks if check.rule == "XXX-01")
    assert note is not None
    assert "no such luck" in note
    assert states(result)["INT-02"] == "passed"


def test_a_rule_that_takes_too_long_is_not_checked(database: Path, monkeypatch: pytest.MonkeyPatch):
    def endless(context: AuditContext) -> Iterable[Finding]:
        context.read_rows(ENDLESS)
        return ()

    with_rules(monkeypatch, a_rule(endless))
    result = run_audit(database, rule_timeout_s=0.2)
    assert states(result)["XXX-01"] == "not_checked"
    assert states(result)["INT-02"] == "passed"


def test_a_stop_ends_the_running_rule_and_asks_no_other(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    started = threading.Event()

    def endless(context: AuditContext) -> Iterable[Finding]:
        started.set()
        context.read_rows(ENDLESS)
        return ()

    cancel = CancelToken()

    def stop() -> None:
        started.wait()
        cancel.cancel()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with monkeypatch.context() as patched:
        with_rules(patched, a_rule(endless))
        result = run_audit(database, profile="deep", cancel=cancel)
    stopper.join()
    assert set(states(result).values()) == {"not_checked"}
    assert {check.note for check in result.checks} == {"stopped"}
    assert result.findings == ()
    assert "passed" in states(run_audit(database)).values()


def test_a_stop_before_the_start_checks_nothing(database: Path):
    cancel = CancelToken()
    cancel.cancel()
    result = run_audit(database, cancel=cancel)
    assert set(states(result).values()) == {"not_checked"}
    assert {check.note for check in result.checks} == {"stopped"}
    assert result.tables == ()


def test_each_check_is_told_with_its_findings_as_it_ends(database: Path):
    make(database, "CREATE INDEX again ON orders (pair);")
    told: list[tuple[str, int]] = []
    progress: list[Progress] = []
    result = run_audit(
        database,
        on_check=lambda check, findings: told.append((check.rule, len(findings))),
        on_progress=progress.append,
    )
    assert [rule for rule, _ in told] == [check.rule for check in result.checks]
    assert ("IDX-01", 1) in told
    assert progress[-1].done == progress[-1].total == len(result.checks)


def test_a_fingerprint_stays_whatever_the_numbers(database: Path):
    make(database, "INSERT INTO orders VALUES (9001, 77, 'orphan');")
    (first,) = run_audit(database, rules=["INT-02"]).findings
    make(database, "INSERT INTO orders VALUES (9002, 78, 'another');")
    (second,) = run_audit(database, rules=["INT-02"]).findings
    assert first.fingerprint == second.fingerprint
    assert (first.evidence.total, second.evidence.total) == (1, 2)


def test_evidence_is_cut_and_its_total_is_true(database: Path):
    make(database, "UPDATE orders SET pair = 5;")
    (finding,) = run_audit(database, rules=["INT-02"]).findings
    assert (len(finding.evidence.rows), finding.evidence.total) == (100, 3000)
    assert finding.sql is not None
    with open_database(database) as connection:
        assert len(connection.read_rows(finding.sql)) == 3000


def test_values_of_columns_that_may_hold_secrets_are_left_out(tmp_path: Path):
    path = tmp_path / "secret.db"
    make(
        path,
        "CREATE TABLE k (api_key TEXT PRIMARY KEY);"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, api_key TEXT REFERENCES k, apiSecret TEXT);"
        "INSERT INTO c VALUES (7, 'hunter2-key', 'hunter2-secret');",
    )
    result = run_audit(path, profile="deep")
    assert "hunter2" not in repr(result)
    (finding,) = (finding for finding in result.findings if finding.rule == "INT-02")
    assert finding.evidence.rows[0][0] == 7


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_the_main_file_keeps_every_byte(tmp_path: Path, mode: str):
    path = tmp_path / "a.db"
    with a_process(ENGINE, path, f"PRAGMA journal_mode = {mode}; {ROWS}") as engine:
        wait_for_line(engine, "open")
        before = hash_file(path)
        result = run_audit(path, profile="deep")
        assert hash_file(path) == before
    assert states(result)["INT-01"] == "passed"


def test_what_an_engine_has_committed_to_its_log_is_seen(tmp_path: Path):
    path = tmp_path / "a.db"
    sql = f"PRAGMA wal_autocheckpoint = 0; {ROWS} UPDATE orders SET pair = 9 WHERE id = 4;"
    with a_process(ENGINE, path, sql) as engine:
        wait_for_line(engine, "open")
        result = run_audit(path, profile="deep")
    assert [finding.evidence.rows for finding in result.findings if finding.rule == "INT-02"] == [
        ((4, 9),)
    ]
    assert states(result)["INT-03"] == "passed"
    assert states(result)["INT-01"] == "passed"


# Damage


def flip(path: Path, offset: int) -> None:
    data = path.read_bytes()
    overwrite(offset, bytes([data[offset] ^ 0xFF]))(path)


@pytest.mark.parametrize("profile", ["quick", "standard", "deep"])
@pytest.mark.parametrize("offset", [16, 18, 21, 44, 56, 100, 105, 110, 4090])
def test_a_damaged_first_page_is_a_finding_and_no_error(
    database: Path, offset: int, profile: AuditProfile
):
    flip(database, offset)
    result = run_audit(database, profile=profile)
    assert "errored" not in states(result).values()
    if offset < 100:
        assert {f.rule for f in result.findings} & {"INT-01", "INT-03"}
    unread = {rule for rule, state in states(result).items() if state == "not_checked"}
    unread -= NEED_KEPT_SIZES
    assert not unread or {f.rule for f in result.findings} & {"INT-01", "INT-03"}


@pytest.mark.parametrize("name", ["orders", "by_pair"])
def test_damage_is_told_with_its_object_and_page(database: Path, name: str):
    offset = root_offset(database, name)
    overwrite(offset, b"\xff" * 8)(database)
    result = run_audit(database, profile="deep")
    damage = [finding for finding in result.findings if finding.rule == "INT-01"]
    assert [finding.object for finding in damage] == [name]
    assert damage[0].evidence.rows[0][:2] == (name, offset // 4096 + 1)
    assert states(result)["IDX-03"] == "passed"
    assert "errored" not in states(result).values()


def test_damage_that_another_rule_meets_is_told_as_damage(database: Path):
    make(database, "DROP INDEX by_pair;")
    overwrite(root_offset(database, "orders"), b"\xff" * 8)(database)
    result = run_audit(database, profile="standard")
    assert states(result)["INT-02"] == "not_checked"
    assert states(result)["INT-01"] == "found"
    assert [finding.rule for finding in result.findings if finding.severity == "critical"] == [
        "INT-01"
    ]


@pytest.mark.parametrize("profile", ["quick", "deep"])
@pytest.mark.parametrize("change", [-4096, -1, -50_000, 4096, 17])
def test_a_file_of_another_length_is_told_by_its_size(
    database: Path, change: int, profile: AuditProfile
):
    data = database.read_bytes()
    database.write_bytes(data[:change] if change < 0 else data + b"x" * change)
    result = run_audit(database, profile=profile)
    assert states(result)["INT-03"] == "found"
    assert [f.object for f in result.findings if f.rule == "INT-03"] == ["file size"]
    assert "errored" not in states(result).values()


def test_a_truncated_file_with_a_log_beside_it_is_no_error(tmp_path: Path):
    path = tmp_path / "a.db"
    with a_process(ENGINE, path, f"PRAGMA wal_autocheckpoint = 0; {ROWS}") as engine:
        wait_for_line(engine, "open")
        wal = path.with_name("a.db-wal").read_bytes()
    make(tmp_path / "b.db", f"PRAGMA journal_mode = WAL; {ROWS}")
    copy = tmp_path / "b.db"
    copy.write_bytes(copy.read_bytes()[:-4096])
    copy.with_name("b.db-wal").write_bytes(wal[: len(wal) // 2])
    result = run_audit(copy, profile="deep")
    assert "errored" not in states(result).values()


# The ground moves


def moved_by(change: Callable[[Path], object]) -> Callable[[AuditContext], Iterable[Finding]]:
    def check(context: AuditContext) -> Iterable[Finding]:
        change(context.connection.path)
        return ()

    return check


def test_a_file_that_is_replaced_ends_the_audit(database: Path, monkeypatch: pytest.MonkeyPatch):
    other = database.with_name("other.db")
    make(other, ROWS)
    with_rules(monkeypatch, a_rule(moved_by(other.replace)))
    result = run_audit(database)
    assert set(states(result).values()) == {"not_checked"}
    assert all("replaced" in (check.note or "") for check in result.checks)


def test_a_file_that_is_taken_away_ends_the_audit(database: Path, monkeypatch: pytest.MonkeyPatch):
    with_rules(monkeypatch, a_rule(moved_by(Path.unlink)))
    result = run_audit(database)
    assert set(states(result).values()) == {"not_checked"}


def test_a_table_that_is_dropped_meanwhile_is_no_mistake_of_the_rule(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    def check(context: AuditContext) -> Iterable[Finding]:
        make(context.connection.path, "DROP TABLE orders;")
        context.read_rows("SELECT * FROM orders")
        return ()

    with_rules(monkeypatch, a_rule(check))
    result = run_audit(database, rules=["XXX-01"])
    assert states(result) == {"XXX-01": "not_checked"}


def test_a_log_that_appears_while_the_file_is_read_without_locks_ends_the_audit(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    def begin(path: Path) -> None:
        path.with_name(path.name + "-wal").write_bytes(b"x" * 32)

    def without_locks(path: Path, **options: object):
        return open_database(path, "archive")

    monkeypatch.setattr(cts_console.audit.runner, "open_look", without_locks)
    with_rules(monkeypatch, a_rule(moved_by(begin)))
    result = run_audit(database)
    assert set(states(result).values()) == {"not_checked"}


# What is no database


def test_what_cannot_be_looked_at_is_an_error(tmp_path: Path):
    (tmp_path / "text.db").write_text("orders of last week\n" * 100)
    (tmp_path / "empty.db").touch()
    for name, code in (
        ("gone.db", "not_found"),
        ("text.db", "not_a_database"),
        ("empty.db", "not_a_database"),
        (".", "not_a_file"),
    ):
        with pytest.raises(CtsError) as caught:
            run_audit(tmp_path / name)
        assert caught.value.code == code
