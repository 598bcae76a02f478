"""Files that are not as they should be: what cannot be known is None, and said."""

from __future__ import annotations

import csv
import threading
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database
from cts_console.trace import TraceSubject, read_trace, trace_document, write_trace_csv
from cts_console.trace.reading import TraceReader
from tests.trace.ledgers import NOW, Ledger, first, of_kind


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "bad.db")
    made.trade("buy", 1.0, 100.0)
    made.trade("buy", 1.0, 110.0)
    made.trade("sell", 1.0, 120.0)
    made.settle(quantity=1.0, entry_price=105.0)
    return made


def refused(ledger: Ledger, kind: str, key: object) -> CtsError:
    with pytest.raises(CtsError) as caught:
        ledger.trace(kind, key)
    return caught.value


@pytest.mark.parametrize("key", [8, "8", "", "x", "9" * 40, b"\0", 7.5])
@pytest.mark.parametrize("kind", ["position", "order"])
def test_an_id_that_does_not_exist(ledger: Ledger, kind: str, key: object):
    assert refused(ledger, kind, key).code == "not_found"


def untyped(ledger: Ledger, table: str) -> None:
    """Take the types and the key from a table: text is compared with no number then."""
    ledger.change(f"CREATE TABLE made AS SELECT id AS made_of, * FROM {table}")
    ledger.change("ALTER TABLE made DROP COLUMN id")
    ledger.change("ALTER TABLE made ADD COLUMN id")
    ledger.change("UPDATE made SET id = made_of")
    ledger.change(f"DROP TABLE {table}")
    ledger.change(f"ALTER TABLE made RENAME TO {table}")


def test_ids_may_come_as_text_and_be_text(ledger: Ledger):
    assert ledger.trace("position", "7").subject.id == 7
    for table in ("positions", "orders", "trades"):
        untyped(ledger, table)
    assert ledger.trace("position", "7").subject.id == 7
    ledger.change("UPDATE positions SET id = 'ü; DROP'")
    ledger.change("UPDATE orders SET position_id = 'ü; DROP', id = 'o' || id")
    ledger.change("UPDATE trades SET position_id = 'ü; DROP', order_id = 'o' || order_id")
    trace = ledger.trace("position", "ü; DROP")
    assert first(trace) is None
    assert of_kind(trace, "position kept")[0].quantity == 1
    assert ledger.trace("order", "o101").order is not None


def test_the_rowid_finds_the_row(ledger: Ledger):
    untyped(ledger, "positions")
    ledger.change("UPDATE positions SET id = '7'")
    subject = TraceSubject("position", 1, is_rowid=True)
    assert read_trace(ledger.path, subject).subject.id == "7"


@pytest.mark.parametrize("table", ["positions", "orders"])
def test_without_the_table_it_says_so(ledger: Ledger, table: str):
    ledger.change(f"DROP TABLE {table}")
    error = refused(ledger, table.removesuffix("s"), 7)
    assert error.code == "foreign_file"
    assert table in error.message


@pytest.mark.parametrize("table", ["trading_pairs", "trade_logs", "audit_logs", "orders"])
def test_other_tables_may_be_missing(ledger: Ledger, table: str):
    ledger.change(f"DROP TABLE {table}")
    trace = ledger.trace()
    assert of_kind(trace, "position kept")[0].quantity == 1
    assert first(trace) is None


@pytest.mark.parametrize(
    "column",
    [
        "orders.closed_at",
        "orders.average_price",
        "orders.remaining",
        "orders.created_at",
        "trades.cost",
        "trades.realized_pnl",
        "trades.fee_currency",
        "positions.funding_paid",
        "positions.opened_at",
        "trade_logs.order_id",
        "trading_pairs.amount_step",
    ],
)
def test_columns_may_be_missing(ledger: Ledger, column: str):
    table, name = column.split(".")
    ledger.change(f"ALTER TABLE {table} DROP COLUMN {name}")
    trace = ledger.trace()
    assert of_kind(trace, "position kept")[0].quantity == 1
    assert first(trace) is None


def test_a_file_that_links_nothing_to_positions(ledger: Ledger):
    ledger.change("ALTER TABLE trades DROP COLUMN position_id")
    ledger.change("ALTER TABLE orders DROP COLUMN position_id")
    assert refused(ledger, "position", 7).code == "foreign_file"
    assert ledger.trace("order", 101).position is None


def test_no_database_of_this_kind(tmp_path: Path):
    other = tmp_path / "other.db"
    with open_database(other, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE albums (id INTEGER PRIMARY KEY, title)")
    with pytest.raises(CtsError) as caught:
        read_trace(other, TraceSubject("order", 1))
    assert caught.value.code == "foreign_file"


def test_a_trade_without_a_time_is_told_last_and_what_depends_on_it_is_not_known(ledger: Ledger):
    ledger.change("UPDATE trades SET executed_at = NULL WHERE id = 1")
    ledger.change("UPDATE trades SET executed_at = 'soon' WHERE id = 2")
    trace = ledger.trace()
    trades = of_kind(trace, "trade")
    assert [event.key for event in trades] == [3, 1, 2]
    assert [event.quantity for event in trades] == [-1, 0, 1]
    assert [event.average for event in trades[1:]] == [None, None]
    assert any("no time" in remark for remark in trace.remarks)
    # The sum does not depend on the order.
    assert of_kind(trace, "position kept")[0].quantity == 1


def test_times_as_text_are_utc(ledger: Ledger):
    for number, text in enumerate(("2023-11-14 22:13:21", "2023-11-14T22:13:22Z"), 1):
        ledger.change("UPDATE trades SET executed_at = ? WHERE id = ?", text, number)
    trades = of_kind(ledger.trace(), "trade")
    assert [event.at_ms for event in trades] == [NOW + 1_000, NOW + 2_000, NOW + 3_000]


@pytest.mark.parametrize("value", [None, "x", float("inf"), -1.0, 0, b"\1", 1e300])
@pytest.mark.parametrize("column", ["price", "amount"])
def test_a_trade_that_cannot_be_read_ends_what_is_known(ledger: Ledger, column: str, value: object):
    ledger.change(f"UPDATE trades SET {column} = ? WHERE id = 2", value)
    trace = ledger.trace()
    trades = of_kind(trace, "trade")
    assert [event.quantity for event in trades] == [1, None, None]
    assert "cannot be read" in trades[1].text
    assert of_kind(trace, "position kept")[0].compared == ()


def test_a_position_that_was_opened_before_the_records(ledger: Ledger):
    ledger.settle(opened_at=NOW - 3_600_000, quantity=5.0)
    trace = ledger.trace()
    assert {event.quantity for event in trace.events} == {None}
    assert first(trace) is None
    assert any("not recorded" in remark for remark in trace.remarks)
    # Where they fit all the same, nothing is missing.
    ledger.settle(quantity=1.0)
    assert of_kind(ledger.trace(), "trade")[-1].quantity == 1
    assert first(ledger.trace()) is None


def test_a_trade_of_its_order_that_is_linked_to_no_position(ledger: Ledger):
    ledger.change("UPDATE trades SET position_id = NULL WHERE id = 2")
    trace = ledger.trace()
    assert first(trace) == ("trade", 2, ["position_id"])
    assert [event.quantity for event in of_kind(trace, "trade")] == [1, None, None]


def test_a_trade_of_another_pair_and_side_than_its_order(ledger: Ledger):
    ledger.change("UPDATE orders SET side = 'sell', trading_pair_id = 2 WHERE id = 102")
    assert first(ledger.trace()) == ("trade", 2, ["side", "trading_pair_id"])


def test_an_open_position_without_trades(tmp_path: Path):
    ledger = Ledger(tmp_path / "empty.db")
    ledger.settle(quantity=2.0)
    assert first(ledger.trace()) == ("position kept", 7, ["quantity"])
    # One that waits for its entry, and one that is older than the records, are not judged.
    ledger.trade("buy", 1.0, 100.0, position_id=8, order_id=300, executed_at=NOW)
    ledger.change("UPDATE orders SET status = 'open', closed_at = NULL, filled = 0, remaining = 1")
    assert "waits" in " ".join(ledger.trace().remarks)
    ledger.settle(opened_at=NOW - 60_000_000)
    assert first(ledger.trace()) != ("position kept", 7, ["quantity"])
    assert "older" in " ".join(ledger.trace().remarks)


def test_an_order_without_trades(ledger: Ledger):
    ledger.change("DELETE FROM trades WHERE id = 3")
    assert first(ledger.trace("order", 103)) == ("order closed", 103, ["filled"])
    ledger.change("UPDATE orders SET updated_at = 5 WHERE id = 103")
    assert first(ledger.trace("order", 103)) is None


def test_hostile_texts_stay_text(ledger: Ledger, tmp_path: Path):
    texts = ["=cmd|' /C calc'!A0", "@SUM(1)", "a\nb\x1b[31m<b>x</b>", "x" * 100_000, "\ud800"]
    for number, text in enumerate(texts[:4], 1):
        ledger.change(
            "INSERT INTO trade_logs VALUES (?, 101, NULL, 'info', NULL, ?, ?)", number, text, NOW
        )
    ledger.change("INSERT INTO trade_logs VALUES (9, NULL, 2, x'00ff', x'ff', NULL, NULL)")
    trace = ledger.trace()
    logs = of_kind(trace, "log")
    assert [event.text for event in logs[:4]] == texts[:4]
    assert logs[-1].at_ms is None
    assert trace_document(trace)["events"]
    target = write_trace_csv(trace, tmp_path / "made.csv")
    with target.open(newline="", encoding="utf-8") as file:
        told = [row["text"] for row in csv.DictReader(file)]
    assert "'=cmd|' /C calc'!A0" in told
    assert "'@SUM(1)" in told
    assert not [text for text in told if text.startswith(("=", "@", "+"))]
    with pytest.raises(CtsError) as caught:
        write_trace_csv(trace, target)
    assert caught.value.code == "usage"
    with pytest.raises(CtsError) as caught:
        write_trace_csv(trace, ledger.path.with_name("bad.db-wal"))
    assert caught.value.code == "usage"


def test_text_that_is_none_is_told_as_such(ledger: Ledger):
    ledger.change(
        "INSERT INTO trade_logs VALUES (1, 101, NULL, 'info', CAST(x'ff' AS TEXT), 'm', 1)"
    )
    assert refused(ledger, "position", 7).code == "foreign_file"


def test_log_entries_of_the_audit_log(ledger: Ledger):
    for number, (kind, key) in enumerate(
        [("positions", 7), ("orders", 101), ("trade", 2), ("positions", 8), ("users", 7)], 1
    ):
        ledger.change(
            "INSERT INTO audit_logs VALUES (?, 'position.adjust', ?, ?, 'denied', ?)",
            number,
            kind,
            key,
            NOW,
        )
    logs = of_kind(ledger.trace(), "log")
    assert [event.key for event in logs] == [1, 2, 3]
    assert "denied" in logs[0].text
    assert [event.key for event in of_kind(ledger.trace("order", 101), "log")] == [2]


def test_more_rows_than_are_told(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cts_console.trace.reading.MOST_EVENTS", 2)
    monkeypatch.setattr("cts_console.trace.run.MOST_EVENTS", 2)
    ledger.settle(quantity=9.0)
    trace = ledger.trace()
    assert trace.is_cut
    assert len(trace.events) == 2
    assert first(trace) is None
    assert any("too many" in remark for remark in trace.remarks)


def test_a_stop_ends_it(ledger: Ledger):
    stop = CancelToken()
    stop.cancel()
    with pytest.raises(CtsError) as caught:
        read_trace(ledger.path, TraceSubject("position", 7), cancel=stop)
    assert caught.value.code == "cancelled"


def test_a_file_without_an_index_is_given_up_in_time(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cts_console.trace.run.WAL_LIMIT_S", 0.0)
    ledger.change(
        "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
        "INSERT INTO trades (id, position_id) SELECT i, 8 FROM n"
    )
    error = refused(ledger, "position", 7)
    assert error.code == "timeout"
    assert "index" in error.hint


def test_the_file_is_not_changed_and_nobody_is_held_up(ledger: Ledger, monkeypatch):
    """Between two questions of a trace another connection commits; the trace has one snapshot."""
    read, waits = TraceReader.trades_of, []

    def write_first(reader, position):
        done = threading.Thread(target=ledger.settle, kwargs={"quantity": 99.0})
        done.start()
        done.join(timeout=10)
        waits.append(done.is_alive())
        return read(reader, position)

    monkeypatch.setattr(TraceReader, "trades_of", write_first)
    before = ledger.path.stat().st_ino
    assert of_kind(ledger.trace(), "position kept")[0].text.endswith("quantity 1")
    assert waits == [False]
    monkeypatch.undo()
    assert first(ledger.trace()) == ("position kept", 7, ["quantity"])
    assert ledger.path.stat().st_ino == before
