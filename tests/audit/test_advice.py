"""Index advice: what it is asked of, what it costs, and what it does not do meanwhile."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from cts_console.audit import AuditResult, Finding, change_queries, run_audit
from cts_console.audit.advice import expert, read_catalogue, shown_sql, troubles, uses
from cts_console.demo import run_demo
from cts_console.errors import CtsError
from cts_console.paths import resources_dir, user_cache_dir
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database, run_tool
from cts_console.store import store_path
from tests.audit.case import asked, make
from tests.sqlite.children import hash_file

SECRET = "s3cr3t-of-the-exchange"
BY_VENUE = "SELECT * FROM fills WHERE venue = ?"
NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
FILLS = (
    "CREATE TABLE fills (id INTEGER PRIMARY KEY, venue TEXT, api_key TEXT, at INTEGER);"
    f"{NUMBERS} INSERT INTO fills"
    f" SELECT i, 'venue ' || (i * 7919 % 997), '{SECRET}' || i, i FROM n;"
)


@pytest.fixture
def fills(tmp_path: Path) -> Path:
    """A file of another program, and a query that it asks."""
    path = tmp_path / "fills.db"
    make(path, FILLS)
    asked(BY_VENUE)(path)
    return path


def audit(path: Path, **options: object) -> AuditResult:
    return run_audit(path, rules=["IDX-04"], **options)  # type: ignore[arg-type]  # options by name


def only_finding(path: Path) -> Finding:
    (finding,) = audit(path).findings
    return finding


def note(result: AuditResult) -> str:
    (check,) = result.checks
    assert check.status == "not_checked", check
    assert check.note is not None
    return check.note


def evidence(finding: Finding) -> dict[str, object]:
    return dict(zip(finding.evidence.columns, finding.evidence.rows[0], strict=True))


# The queries


def test_the_catalogue_is_the_shipped_file():
    shipped = json.loads((resources_dir() / "queries.json").read_text(encoding="utf-8"))
    catalogue = read_catalogue()
    assert [(q.id, q.sql, q.index, q.table) for q in catalogue] == [
        (entry["id"], entry["sql"], entry["index"], entry["table"]) for entry in shipped
    ]
    assert len(catalogue) == 103


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SELECT 'a' -- b", "SELECT 'a' -- b"),
        (
            "SELECT 1 FROM t WHERE api_key='sk-1''2' /* sk-1 */ AND \"id\" = ?",
            "SELECT '…' FROM t WHERE api_key='…'   AND \"id\" = ?",
        ),
        ("SELECT 1 FROM t WHERE \"api secret key\" = x'00'", None),
        ("SELECT 1 FROM t WHERE [password] IN ('my token', 5)", None),
    ],
)
def test_values_beside_a_column_that_may_be_secret_are_not_shown(sql: str, shown: str | None):
    if shown is not None:
        assert shown_sql(sql) == shown
    else:
        assert not any(value in shown_sql(sql) for value in ("00", "my token", "5"))


def test_queries_are_changed_together_or_not_at_all(fills: Path):
    other = "SELECT count(*) FROM fills WHERE at > 5"
    for add, forget in ([["SELECT gone FROM fills"], []], [[other], ["own.99"]]):
        with pytest.raises(CtsError) as caught:
            change_queries(fills, add=add, forget=forget)
        assert caught.value.code == "usage"
        assert [query.sql for query in change_queries(fills)] == [BY_VENUE]
    known = change_queries(fills, add=[f" {other}\n", other], forget=["own.1"])
    assert [query.sql for query in known] == [other]
    assert change_queries(fills, forget=[other]) == ()


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (["SCAN t", "SEARCH u USING INDEX i (a=?)"], ["SCAN t"]),
        (["SCAN t USING COVERING INDEX i"], ["SCAN t USING COVERING INDEX i"]),
        (["SCAN CONSTANT ROW", "SCAN 3 CONSTANT ROWS"], []),
        (["SCAN json_each VIRTUAL TABLE INDEX 1:"], []),
        (["SEARCH t USING AUTOMATIC COVERING INDEX (a=?)"], None),
        (["SEARCH t USING AUTOMATIC PARTIAL COVERING INDEX (a=?)"], None),
        (["USE TEMP B-TREE FOR LAST TERM OF ORDER BY"], None),
        (["SEARCH t USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1"], []),
    ],
)
def test_troubles(steps: list[str], found: list[str] | None):
    assert list(troubles(steps)) == (steps if found is None else found)


def test_which_index_a_plan_uses():
    steps = ("SEARCH t USING INDEX i_1 (a=?)", "SCAN u USING COVERING INDEX i_20")
    assert [uses(steps, name) for name in ("i_1", "i_20", "i", "i_2")] == [True, True, False, False]


# The advice


def test_a_finding_tells_query_plans_price_and_fix(fills: Path):
    finding = only_finding(fills)
    row = evidence(finding)
    assert row["query"] == "own.1"
    assert row["sql"] == BY_VENUE
    assert row["plan now"] == "SCAN fills"
    assert row["plan with the index"] == "SEARCH fills USING INDEX idx_fills_venue (venue=?)"
    assert "own.1" in finding.title
    assert finding.fix_sql == 'CREATE INDEX "idx_fills_venue" ON "fills" ("venue")'
    assert finding.table == "fills"


def test_the_price_in_bytes_is_about_what_the_index_takes(fills: Path):
    finding = only_finding(fills)
    size_bytes = evidence(finding)["bytes"]
    assert finding.fix_sql is not None
    make(fills, finding.fix_sql)
    with open_database(fills) as connection:
        taken = connection.read_int("SELECT sum(pgsize) FROM dbstat WHERE name = 'idx_fills_venue'")
    assert isinstance(size_bytes, int)
    assert 0.7 * taken < size_bytes < 1.3 * taken


def test_the_price_per_insert_is_measured(fills: Path):
    cost_us = evidence(only_finding(fills))["µs per insert"]
    assert isinstance(cost_us, float)
    assert 0 < cost_us < 100


def test_a_free_name_and_the_index_that_is_replaced(tmp_path: Path):
    path = tmp_path / "a.db"
    make(path, FILLS + "CREATE INDEX idx_fills_venue_at ON fills (venue);")
    asked("SELECT * FROM fills WHERE venue = ? ORDER BY at")(path)
    finding = only_finding(path)
    assert finding.fix_sql == 'CREATE INDEX "idx_fills_venue_at_2" ON "fills" ("venue", "at")'
    assert "idx_fills_venue_at (venue)" in finding.recommendation


def test_two_indexes_that_help_only_together_say_so(tmp_path: Path):
    path = tmp_path / "a.db"
    make(path, FILLS)
    asked("SELECT * FROM fills WHERE venue = ? OR at = ?")(path)
    first, second = audit(path).findings
    assert "idx_fills_at" in first.recommendation + second.recommendation
    assert "Only together with" in first.recommendation
    assert "Only together with" in second.recommendation


def test_what_cannot_be_sampled_has_no_price(tmp_path: Path):
    path = tmp_path / "a.db"
    make(
        path,
        f"CREATE TABLE t (a INTEGER, b AS (a % 97));{NUMBERS} INSERT INTO t SELECT i FROM n;",
    )
    asked("SELECT a FROM t WHERE b = ?")(path)
    finding = only_finding(path)
    assert evidence(finding)["bytes"] is None
    assert "not measured" in finding.detail


def test_the_demo_misses_nothing_and_advice_on_every_query_is_quick(tmp_path: Path):
    path = tmp_path / "demo.db"
    run_demo(path)
    result = run_audit(path, rules=["IDX-04", "IDX-05"])
    assert [(check.status, check.note) for check in result.checks] == [("passed", None)] * 2
    assert result.findings == ()
    with open_database(path, "read_write") as connection:
        for query in read_catalogue():
            connection.execute(f"DROP INDEX {query.index}")
    started_s = time.monotonic()
    result = audit(path)
    assert len(result.findings) > 20
    assert result.checks[0].note is None
    # An idle machine needs one second for this, and 60 ms for a file that misses nothing.
    assert time.monotonic() - started_s < 10


# What it does meanwhile


def test_the_file_is_not_changed_and_nothing_of_its_rows_reaches_a_disk(
    fills: Path, monkeypatch: pytest.MonkeyPatch
):
    before = hash_file(fills)
    asked("SELECT id FROM fills WHERE api_key = 'not shown'")(fills)
    seen: list[str] = []

    def look(tool: Path, arguments: tuple[str, ...], **options: object) -> str:
        *_, question, copy = arguments
        for path in (Path(question), Path(copy)):
            if os.name == "posix":
                assert path.stat().st_mode & 0o777 == 0o600
                assert path.parent.stat().st_mode & 0o777 == 0o700
            assert SECRET.encode() not in path.read_bytes()
            seen.append(path.name)
        return run_tool(tool, arguments, **options)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(expert, "run_tool", look)
    result = audit(fills)
    assert len(result.findings) == 2
    assert "not shown'" not in str(result.findings)
    assert SECRET not in str(result.findings)
    assert set(seen) == {"query.sql", "schema.db"}
    assert hash_file(fills) == before
    left = [path.name for path in (user_cache_dir() / "copies").rglob("*") if path.is_file()]
    assert left in ([], ["door.lock"])


def test_without_the_advisor_the_question_stays_open(fills: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(expert, "find_tool", lambda _: None)
    assert "sqlite3_expert" in note(audit(fills))


def test_a_query_on_which_the_advisor_fails_stays_open(
    fills: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*arguments: object, **options: object) -> str:
        raise CtsError("timeout", "", "sqlite3_expert was stopped after its limit of 10 s.")

    monkeypatch.setattr(expert, "run_tool", fail)
    assert note(audit(fills)) == "own.1: sqlite3_expert was stopped after its limit of 10 s"


def test_what_the_advisor_says_is_tried_and_not_believed(
    fills: Path, monkeypatch: pytest.MonkeyPatch
):
    answer = (
        "CREATE INDEX a ON fills (gone);\nCREATE INDEX b ON gone (at);\n"
        "CREATE INDEX c ON fills (at); DROP TABLE fills; ATTACH 'x.db' AS x;\n\nSCAN fills"
    )
    monkeypatch.setattr(expert, "run_tool", lambda *_, **__: answer)
    result = audit(fills)
    assert [(check.status, check.note) for check in result.checks] == [("passed", None)]


def test_a_stop(fills: Path, monkeypatch: pytest.MonkeyPatch):
    cancel = CancelToken()

    def stop(tool: Path, arguments: tuple[str, ...], **options: object) -> str:
        cancel.cancel()
        return run_tool(tool, arguments, **options)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(expert, "run_tool", stop)
    assert note(audit(fills, cancel=cancel)) == "stopped"


def test_the_time_of_the_rule(fills: Path):
    assert note(audit(fills, rule_timeout_s=1e-4))


def test_records_that_cannot_be_read_leave_the_question_open(fills: Path):
    store_path().write_bytes(b"no database at all" * 100)
    assert "the queries that you added cannot be read" in note(audit(fills))
