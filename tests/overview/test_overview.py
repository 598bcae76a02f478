"""What the overview reads: true figures, unknown where it is unknown, and never a scan."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cts_console.overview import LookMark, merge_documents, news, read_overview, signs
from cts_console.overview.news import read_appended, read_largest, read_trading_news
from cts_console.overview.signs import read_signs
from cts_console.overview.weights import read_weights
from cts_console.sqlite import Connection, open_database
from cts_console.startup import run_startup

NOW = time.time_ns() // 1_000_000
HEARTBEAT = "UPDATE connection_coordination SET last_heartbeat_at = ?"
GROWING = ("trades", "orders", "market_data", "site_logs", "trade_logs", "positions")


@pytest.fixture
def cts(tmp_path: Path) -> Path:
    path = tmp_path / "cts.db"
    assert run_startup(path).ok
    with open_database(path, "read_write") as connection:
        connection.execute(
            "INSERT INTO users (id, username, password_hash) VALUES (900, 'u', '$x$y');"
            "INSERT INTO portfolios (id, user_id, name) VALUES (1, 900, 'p');"
            "INSERT INTO exchange_connections (id, user_id, exchange_id, name) "
            "SELECT 1, 900, min(id), 'c' FROM exchanges;"
            "INSERT INTO connection_coordination (connection_id) VALUES (1);"
            "INSERT INTO trade_engine_state (connection_id) VALUES (1);"
        )
        connection.execute(
            "INSERT OR REPLACE INTO trading_pairs (id, exchange_id, symbol, base_currency, "
            "quote_currency) SELECT 9001 + value, (SELECT min(id) FROM exchanges), "
            "'X' || value || '/Q', 'X' || value, CASE value WHEN 0 THEN 'ETH' ELSE 'USDT' END "
            "FROM (SELECT 0 AS value UNION SELECT 1)"
        )
    return path


def close_position(connection: Connection, pair: int, pnl: float, at_ms: int) -> None:
    connection.execute(
        "INSERT INTO positions (portfolio_id, connection_id, trading_pair_id, side, status, "
        "quantity, entry_price, realized_pnl, opened_at, closed_at) "
        "VALUES (1, 1, ?, 'long', 'closed', 1, 1, ?, ?, ?)",
        (pair, pnl, at_ms - 1000, at_ms),
    )


def add_candle(connection: Connection, at_ms: int) -> None:
    connection.execute(
        "INSERT INTO market_data (trading_pair_id, timeframe, open_time, open, high, low, close, "
        "volume) VALUES (9001, '5m', ?, 1, 1, 1, 1, 1)",
        (at_ms,),
    )


def test_profit_is_summed_by_currency_and_only_since(cts) -> None:
    with open_database(cts, "read_write") as connection:
        close_position(connection, 9001, 1.5, NOW)
        close_position(connection, 9001, -0.25, NOW)
        close_position(connection, 9002, 10, NOW)
        close_position(connection, 9002, 99, NOW - 10_000)
        found = read_trading_news(connection, NOW - 5_000).profits
    assert found is not None
    assert [(row.currency, row.positions, row.realized_pnl) for row in found] == [
        ("ETH", 2, 1.25),
        ("USDT", 1, 10.0),
    ]


def test_engine_stops_and_errors_since(cts) -> None:
    with open_database(cts, "read_write") as connection:
        connection.execute("UPDATE trade_engine_state SET stopped_at = ?", (NOW,))
        for level in ("info", "error", "critical"):
            connection.execute(
                "INSERT INTO site_logs (level, category, message, created_at) VALUES (?,'c','m',?)",
                (level, NOW),
            )
        found = read_trading_news(connection, NOW - 1)
        before = read_trading_news(connection, NOW + 1)
    assert (found.engine_stops, found.errors, found.trades) == (1, 2, 0)
    assert (before.engine_stops, before.errors) == (0, 0)


def test_a_table_that_is_not_there_is_unknown_and_the_rest_is_told(cts) -> None:
    with open_database(cts, "read_write") as connection:
        connection.execute("PRAGMA foreign_keys = OFF; DROP TABLE trade_logs")
        found = read_trading_news(connection, 0)
    assert found.errors is None
    assert found.trades == 0


@pytest.mark.parametrize(
    "sql",
    [
        news._TRADES,
        news._OPEN,
        news._SITE_ERRORS,
        news._TRADE_ERRORS,
        news._PROFITS,
        signs.CANDLE_SQL,
        signs.ORDER_SQL,
        signs.TRADE_SQL,
    ],
)
def test_no_question_reads_a_growing_table_from_end_to_end(cts, sql) -> None:
    bindings = (0,) if "?" in sql else ()
    with open_database(cts) as connection:
        plan = connection.read_rows(f"EXPLAIN QUERY PLAN {sql}", bindings)
    steps = [str(row[3]) for row in plan]
    whole = [s for s in steps for name in GROWING if s == f"SCAN {name}"]
    # The newest order is the last row of the table: a scan of one row.
    assert whole == (["SCAN orders"] if sql == signs.ORDER_SQL else [])


@pytest.mark.parametrize(
    ("heartbeat_s", "candle_s", "status", "verdict"),
    [
        (5, 60, "running", "alive"),
        (5, 90_000, "running", "heartbeat_only"),
        (9_000, 60, "running", "no_heartbeat"),
        (9_000, 90_000, "running", "silent"),
        (9_000, 90_000, "stopped", "stopped"),
        (-9_000, 90_000, "running", "silent"),
    ],
)
def test_one_sign_alone_is_not_enough(cts, heartbeat_s, candle_s, status, verdict) -> None:
    with open_database(cts, "read_write") as connection:
        connection.execute(HEARTBEAT, (NOW - heartbeat_s * 1000,))
        connection.execute("UPDATE trade_engine_state SET status = ?", (status,))
        add_candle(connection, NOW - candle_s * 1000)
        found = read_signs(connection, "cts", NOW)
    assert found.verdict == verdict
    assert [sign.name for sign in found.signs] == ["heartbeat", "candle"]


def test_a_lease_that_lasts_is_a_sign(cts) -> None:
    with open_database(cts, "read_write") as connection:
        lease = "UPDATE connection_coordination SET owner = 'e', lease_expires_at = ?"
        connection.execute(lease, (NOW + 20_000,))
        assert read_signs(connection, "cts", NOW).verdict == "heartbeat_only"
        connection.execute(lease, (NOW - 1,))
        assert read_signs(connection, "cts", NOW).verdict == "stopped"


def test_appended_rows_are_counted_whatever_the_rowids_are(tmp_path) -> None:
    with open_database(tmp_path / "any.db", "read_write", create=True) as connection:
        connection.execute(
            "CREATE TABLE a (x); CREATE TABLE b (id INTEGER PRIMARY KEY);"
            'CREATE TABLE "c ""d" (x); CREATE TABLE e (x PRIMARY KEY) WITHOUT ROWID;'
            "CREATE TABLE f (_rowid_ TEXT); INSERT INTO a VALUES (1); INSERT INTO e VALUES (1);"
        )
        before = read_largest(connection)
        assert before == {"a": 1, "b": 0, 'c "d': 0}
        connection.execute(
            "INSERT INTO b VALUES (1700000000000), (1700000000001);"
            'INSERT INTO "c ""d" VALUES (1); CREATE TABLE g (x); INSERT INTO g VALUES (1);'
        )
        found = read_appended(connection, before, read_largest(connection))
    assert [(row.table, row.rows) for row in found] == [("b", 2), ('c "d', 1), ("g", 1)]


def test_an_overview_compares_with_the_mark_of_the_last(tmp_path) -> None:
    with open_database(tmp_path / "any.db", "read_write", create=True) as connection:
        connection.execute("CREATE TABLE a (x)")
        first = read_overview(connection, None)
        assert (first.is_first, first.appended, first.trading) == (True, None, None)
        assert LookMark.of_text(first.mark.as_text()) == first.mark
        connection.execute("INSERT INTO a VALUES (zeroblob(9000))")
        second = read_overview(connection, first.mark)
    assert second.grown_bytes == second.size.size_bytes - first.size.size_bytes > 0
    assert second.appended is not None
    assert [(row.table, row.rows) for row in second.appended] == [("a", 1)]
    assert second.engine.verdict == "unknown"


def test_an_overview_of_a_trading_database(cts) -> None:
    with open_database(cts) as connection:
        look = read_overview(connection, None)
    assert look.migrations is not None
    assert (look.migrations.applied, look.migrations.differences) == (look.migrations.total, ())
    assert look.in_wal
    assert look.trading is not None


def test_weights_add_up_to_the_pages_in_use(cts) -> None:
    with open_database(cts) as connection:
        found = read_weights(connection)
        pages = connection.read_int("PRAGMA page_count")
        free = connection.read_int("PRAGMA freelist_count")
        page_size = connection.read_int("PRAGMA page_size")
    used = sum(weight.bytes for weight in found)
    # What is left over are the maps of the incremental vacuum: a page in about 800.
    assert 0 <= (pages - free) * page_size - used <= page_size * (1 + pages // 800)
    assert [w.bytes for w in found] == sorted((w.bytes for w in found), reverse=True)


def test_what_a_quick_look_answered_replaces_what_an_audit_said() -> None:
    def finding(rule: str, fingerprint: str) -> dict:
        return {"rule": rule, "fingerprint": fingerprint}

    last = {"findings": [finding("A", "1"), finding("B", "2"), finding("C", "3")]}
    fresh = {
        "checks": [{"rule": "A", "status": "passed"}, {"rule": "C", "status": "not_checked"}],
        "findings": [finding("D", "4")],
    }
    merged = merge_documents(last, fresh)
    assert [found["fingerprint"] for found in merged] == ["4", "2", "3"]
    assert merge_documents(None, fresh) == fresh["findings"]
