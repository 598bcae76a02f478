"""What the sample's rows became, checked against the sample itself."""

from __future__ import annotations

import math

from cts_console.demo.sample import read_candles, read_executions
from cts_console.sqlite import Connection, quote_identifier


def test_every_execution_is_one_trade(demo: Connection) -> None:
    trades = demo.read_rows(
        "SELECT exchange_trade_id, executed_at, side, price, amount, cost FROM trades ORDER BY id"
    )
    assert trades == [tuple(execution) for execution in read_executions()]


def test_every_candle_is_one_row(demo: Connection) -> None:
    rows = demo.read_rows(
        "SELECT tp.symbol, open_time, open, high, low, close, volume FROM market_data m "
        "JOIN trading_pairs tp ON tp.id = m.trading_pair_id ORDER BY m.open_time, tp.symbol"
    )
    assert rows == [tuple(candle) for candle in read_candles()]


def test_one_position_stays_open_and_holds_the_surplus(demo: Connection) -> None:
    bought = sum(row.amount if row.side == "buy" else -row.amount for row in read_executions())
    assert demo.read_rows("SELECT side, quantity FROM positions WHERE status = 'open'") == [
        ("long", float(bought))
    ]
    assert demo.read_int("SELECT count(*) FROM positions WHERE status = 'closed'") == 88
    assert demo.read_int("SELECT count(DISTINCT side) FROM positions WHERE status = 'closed'") == 2


def test_the_accounts_money_is_what_the_executions_moved(demo: Connection) -> None:
    executions = read_executions()
    flow = math.fsum(e.cost if e.side == "sell" else -e.cost for e in executions)
    fees = math.fsum(round(e.cost * 0.001, 8) for e in executions)
    held = sum(e.amount if e.side == "buy" else -e.amount for e in executions)
    row = demo.read_row("SELECT initial_value, cash_value, total_value FROM portfolios")
    assert row is not None
    initial, cash, total = map(float, map(str, row))
    assert math.isclose(cash, initial + flow - fees, abs_tol=1e-6)
    assert math.isclose(total, cash + held * executions[-1].price, abs_tol=1e-6)
    assert cash > 0


def test_results_add_up_to_the_change_in_worth(demo: Connection) -> None:
    realized, unrealized = demo.read_row(
        "SELECT sum(realized_pnl), sum(unrealized_pnl) FROM positions"
    ) or (None, None)
    change = demo.read_value("SELECT total_value - initial_value FROM portfolios")
    days = demo.read_value("SELECT sum(pnl) FROM performance_metrics WHERE period = 'daily'")
    assert isinstance(realized, float)
    assert isinstance(unrealized, float)
    assert isinstance(change, float)
    assert isinstance(days, float)
    assert math.isclose(realized + unrealized, change, abs_tol=1e-5)
    assert math.isclose(days, change, abs_tol=1e-5)


def test_closing_trades_and_all_fees_give_the_result_of_a_position(demo: Connection) -> None:
    off = demo.read_rows(
        """
        SELECT p.id FROM positions p JOIN trades t ON t.position_id = p.id
        GROUP BY p.id
        HAVING abs(
            p.realized_pnl - total(t.realized_pnl)
            + sum(CASE WHEN t.realized_pnl IS NULL THEN t.fee ELSE 0 END)
        ) > 1e-8
        """
    )
    assert off == []


def test_orders_come_in_every_kind_and_none_is_live(demo: Connection) -> None:
    kinds = demo.read_rows("SELECT DISTINCT order_type FROM orders ORDER BY 1")
    assert kinds == [("limit",), ("market",), ("stop_market",), ("take_profit",)]
    ends = demo.read_rows("SELECT DISTINCT status FROM orders ORDER BY 1")
    assert ends == [("cancelled",), ("expired",), ("filled",), ("rejected",)]
    assert demo.read_int("SELECT count(DISTINCT time_in_force) FROM orders") == 4
    partly = "SELECT count(*) FROM orders WHERE status = ? AND filled > 0 AND filled < amount"
    assert demo.read_int(partly, ("cancelled",)) > 100
    assert demo.read_int(partly, ("expired",)) > 10


def test_immediate_orders_fill_in_one_moment(demo: Connection) -> None:
    spread = demo.read_rows(
        "SELECT o.id FROM orders o JOIN trades t ON t.order_id = o.id "
        "WHERE o.time_in_force IN ('IOC', 'FOK') GROUP BY o.id "
        "HAVING max(t.executed_at) > min(t.executed_at)"
    )
    assert spread == []


def test_nothing_can_trade(demo: Connection) -> None:
    assert demo.read_int("SELECT count(*) FROM exchange_connections WHERE is_live_trade") == 0
    assert demo.read_int("SELECT count(*) FROM exchange_connections WHERE is_active") == 0
    for table in ("trade_engine_state", "preset_trade_engine", "bot_instances"):
        assert demo.read_rows(f"SELECT DISTINCT status FROM {table}") == [("stopped",)]
    assert demo.read_int("SELECT count(*) FROM connection_coordination WHERE owner NOT NULL") == 0


def test_every_tab_has_something_to_show(demo: Connection) -> None:
    empty = {
        str(table)
        for (table,) in demo.read_rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        if not demo.read_int(f"SELECT count(*) FROM {quote_identifier(str(table))}")
    }
    assert empty == {"archived_market_data", "batch_processor_stats", "data_cleanup_log"}


def test_simulated_positions_follow_their_indication(demo: Connection) -> None:
    off = demo.read_rows(
        "SELECT p.id FROM pseudo_positions p JOIN indications i ON i.id = p.indication_id "
        "WHERE p.side <> i.direction OR p.opened_at < i.calculated_at OR p.closed_at < p.opened_at "
        "OR i.status <> 'consumed' OR p.trading_pair_id <> i.trading_pair_id"
    )
    assert off == []
    assert demo.read_int("SELECT count(*) FROM pseudo_positions") == demo.read_int(
        "SELECT count(*) FROM indications WHERE status = 'consumed'"
    )
