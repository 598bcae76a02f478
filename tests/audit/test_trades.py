"""What the cases of the rules over trades cannot say: how many rows a finding counts."""

from __future__ import annotations

from pathlib import Path

from cts_console.audit import run_audit
from tests.audit.case import make
from tests.audit.foreign_rows import PLAIN
from tests.audit.rows import row


def test_a_trade_counts_once_though_its_candle_is_there_twice(tmp_path: Path):
    path = tmp_path / "a.db"
    candle = "INSERT INTO market_data VALUES ({0}, 1, '1m', 1699999200000, 101, 99, 100);"
    make(
        path,
        PLAIN
        + "CREATE TABLE market_data (id, trading_pair_id, timeframe, open_time, high, low, close);"
        + row("trades", id=1, trading_pair_id=1, price=105.0, executed_at=1_699_999_200_500)
        + candle.format(1)
        + candle.format(2),
    )
    (finding,) = run_audit(path, profile="deep", rules=["TRD-10"]).findings
    assert finding.evidence.total == 1
    assert finding.title.startswith("One trade ")
