"""The demo: every position agrees to the last digit, and one altered value is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cts_console.audit import audit_document, keep_audit, run_audit
from cts_console.demo import run_demo
from cts_console.errors import CtsError
from cts_console.sqlite import Connection, open_database
from cts_console.trace import TraceSubject, find_subject, read_trace, trace_on
from tests.trace.ledgers import first

POSITION = 7


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTS_CONSOLE_HOME", str(folder / "home"))
        run_demo(folder / "demo.db")
    return folder / "demo.db"


@pytest.fixture
def altered(original: Path, tmp_path: Path) -> Path:
    """A copy without triggers, as a program writes that opened the file with other tools."""
    path = Path(shutil.copy(original, tmp_path / "altered.db"))
    with open_database(path, "read_write") as connection:
        for (name,) in connection.read_rows("SELECT name FROM sqlite_schema WHERE type='trigger'"):
            connection.execute(f'DROP TRIGGER "{name!s}"')
    return path


def change(path: Path, sql: str) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(sql)


def test_every_position_traces_without_a_difference(original: Path):
    with open_database(original) as connection:
        for key, status in connection.read_rows("SELECT id, status FROM positions"):
            trace = trace_on(connection, TraceSubject("position", key))
            assert trace.first_difference is None
            assert trace.remarks == ()
            assert trace.compared
            assert trace.position is not None
            if status == "closed":
                assert trace.position.computed_pnl == trace.position.stored_pnl


def test_orders_with_and_without_trades_agree(original: Path):
    with open_database(original) as connection:
        sql = "SELECT min(id) FROM orders GROUP BY status, position_id IS NULL, order_type"
        for (key,) in connection.read_rows(sql):
            trace = trace_on(connection, TraceSubject("order", key))
            assert trace.first_difference is None
            assert trace.compared
            assert trace.events[-1].kind in ("order closed", "log")


# What is altered -> where the stories part first.
ALTERED = {
    "UPDATE trades SET amount = amount + 1 WHERE id = {trade}": ("trade", "cost"),
    "UPDATE trades SET price = price * 1.1 WHERE id = {trade}": ("trade", "cost"),
    "UPDATE trades SET amount = amount + 1, cost = price * (amount + 1) WHERE id = {trade}": (
        "order closed",
        "filled",
    ),
    "UPDATE trades SET fee = fee * 2 WHERE id = {trade}": ("order closed", "fee_total"),
    "UPDATE trades SET side = 'sell' WHERE id = {trade}": ("trade", "side"),
    "UPDATE trades SET realized_pnl = 1 WHERE id = {trade}": ("trade", "realized_pnl"),
    "UPDATE trades SET position_id = NULL WHERE id = {trade}": ("trade", "position_id"),
    "UPDATE orders SET filled = filled - 1 WHERE id = {order}": ("order closed", "filled"),
    "UPDATE orders SET average_price = average_price * 2 WHERE id = {order}": (
        "order closed",
        "average_price",
    ),
    "UPDATE positions SET realized_pnl = realized_pnl + 0.5 WHERE id = 7": (
        "position closed",
        "realized_pnl",
    ),
    "UPDATE positions SET entry_price = entry_price * 2 WHERE id = 7": (
        "position closed",
        "entry_price",
    ),
}


def third_trade(connection: Connection) -> tuple[object, object]:
    row = connection.read_row(
        f"SELECT id, order_id FROM trades WHERE position_id = {POSITION} AND side = 'buy' "
        "ORDER BY executed_at, id LIMIT 1 OFFSET 2"
    )
    assert row is not None
    return row[0], row[1]


@pytest.mark.parametrize("sql", ALTERED)
def test_one_altered_value_is_where_the_stories_part(altered: Path, sql: str):
    with open_database(altered) as connection:
        trade, order = third_trade(connection)
    change(altered, sql.format(trade=trade, order=order))
    parts = first(read_trace(altered, TraceSubject("position", POSITION)))
    kind, name = ALTERED[sql]
    assert parts is not None
    key = {"trade": trade, "order closed": order, "position closed": POSITION}[kind]
    assert parts[:2] == (kind, key)
    assert name in parts[2]


def test_questions_are_answered_by_indexes(original: Path, monkeypatch: pytest.MonkeyPatch):
    plans: list[str] = []
    stream = Connection.stream_described

    def explained(self: Connection, sql: str, bindings: object = ()):
        plan = self.read_rows(f"EXPLAIN QUERY PLAN {sql}", bindings)  # type: ignore[arg-type]  # as it came
        plans.extend(str(row[3]) for row in plan)
        yield from stream(self, sql, bindings)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(Connection, "stream_described", explained)
    with open_database(original) as connection:
        trace_on(connection, TraceSubject("position", POSITION))
        trace_on(connection, TraceSubject("order", 5))
    assert len(plans) > 10
    assert [plan for plan in plans if plan.startswith("SCAN") and "json_each" not in plan] == []


def test_a_finding_leads_to_its_first_row(altered: Path):
    with pytest.raises(CtsError) as caught:
        find_subject(altered, "0" * 16)
    assert caught.value.code == "usage"
    change(altered, "UPDATE positions SET realized_pnl = realized_pnl + 1 WHERE id IN (7, 9)")
    change(altered, "UPDATE orders SET filled = filled - 1 WHERE id = 5")
    result = run_audit(altered, profile="standard")
    keep_audit(result, audit_document(result))
    findings = {each.rule: each for each in result.findings}
    found = find_subject(altered, findings["POS-03"].fingerprint)
    assert (found.subject, found.rows) == (TraceSubject("position", 7), 2)
    found = find_subject(altered, findings["ORD-01"].fingerprint)
    assert found.subject == TraceSubject("order", 5)
    assert first(read_trace(altered, found.subject)) == ("order closed", 5, ["filled", "remaining"])
    other = next(f for f in findings.values() if f.rule not in ("POS-03", "ORD-01", "ORD-02"))
    with pytest.raises(CtsError) as caught:
        find_subject(altered, other.fingerprint)
    assert caught.value.code == "usage"
