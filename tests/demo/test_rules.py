"""Every rule over trading data holds on the demo, except the true findings, which are exact."""

from __future__ import annotations

import math
import re
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest

from cts_console.sqlite import Connection, Row, quote_identifier

RULES_FILE = Path(__file__).with_name("rules.sql")
TRUE_FINDINGS = {"MKT-01", "MKT-06", "CFG-02"}
GAPS = {"ADA/BTC": 40, "TRX/BTC": 6, "DASH/BTC": 2, "XMR/BTC": 2, "ZEC/BTC": 2}


def read_rules() -> dict[str, str]:
    rules = {}
    for part in re.split(r"^-- (?=[A-Z]{2,3}-\d\d )", RULES_FILE.read_text("utf-8"), flags=re.M)[
        1:
    ]:
        title, _, sql = part.partition("\n")
        rules[title.split()[0]] = sql
    return rules


RULES = read_rules()


def find(connection: Connection, rule: str) -> list[Row]:
    parameters = {"now": time.time_ns() // 1_000_000, "heartbeat_ms": 60_000}
    return connection.read_rows(RULES[rule], parameters)


def data_columns(connection: Connection) -> list[tuple[str, str, str]]:
    return [
        (str(table), str(column), str(kind))
        for table, column, kind in connection.read_rows(
            "SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        )
    ]


def test_the_file_holds_every_rule() -> None:
    assert len(RULES) == 93
    assert set(RULES) >= TRUE_FINDINGS


@pytest.mark.parametrize("rule", sorted(set(RULES) - TRUE_FINDINGS))
def test_no_untrue_finding(demo: Connection, rule: str) -> None:
    assert find(demo, rule) == []


def test_the_gaps_are_those_of_the_sample(demo: Connection) -> None:
    gaps = find(demo, "MKT-01")
    slots: Counter[str] = Counter()
    for symbol, missing in gaps:
        assert isinstance(missing, int)
        slots[str(symbol)] += missing
    assert len(gaps) == 17
    assert slots == GAPS


def test_the_feeds_of_all_ten_pairs_are_stale(demo: Connection) -> None:
    assert len(find(demo, "MKT-06")) == 10


def test_what_is_older_than_retention_allows_is_all_of_it(demo: Connection) -> None:
    counts = {
        table: demo.read_int(f"SELECT count(*) FROM {quote_identifier(table)}")
        for table in ("market_data", "site_logs", "indications")
    }
    assert find(demo, "CFG-02") == list(counts.items())
    assert counts["market_data"] == 57_546


def test_references_and_pages_are_whole(demo: Connection) -> None:
    assert demo.read_rows("PRAGMA foreign_key_check") == []
    assert demo.read_rows("PRAGMA integrity_check") == [("ok",)]


def test_times_are_milliseconds_and_not_in_the_future(demo: Connection) -> None:
    planned = {"expires_at", "lease_expires_at"}
    now_ms = time.time_ns() // 1_000_000
    for table, column, _ in data_columns(demo):
        if column.endswith(("_at", "_time", "period_start")) and column not in planned:
            oldest, newest = demo.read_row(
                f"SELECT min({quote_identifier(column)}), max({quote_identifier(column)}) "
                f"FROM {quote_identifier(table)}"
            ) or (None, None)
            for at in (oldest, newest):
                assert at is None or (isinstance(at, int) and 1_500_000_000_000 < at <= now_ms)


def test_numbers_are_finite(demo: Connection) -> None:
    for table, column, kind in data_columns(demo):
        if kind == "REAL":
            name = quote_identifier(column)
            assert not demo.read_int(
                f"SELECT count(*) FROM {quote_identifier(table)} WHERE abs({name}) >= 1e18"
            ), (table, column)


def test_texts_hold_nothing_that_looks_like_a_secret(demo: Connection) -> None:
    for table in ("site_logs", "trade_logs", "audit_logs", "system_settings", "presets"):
        for row in demo.read_rows(f"SELECT * FROM {quote_identifier(table)}"):
            for value in row:
                for word in re.findall(r"[A-Za-z0-9+/=]{32,}", str(value)):
                    counts = Counter(word).values()
                    entropy = -sum(n / len(word) * math.log2(n / len(word)) for n in counts)
                    assert entropy <= 3.5, (table, word)


def test_no_day_of_the_log_stands_out(demo: Connection) -> None:
    days = [
        int(str(count))
        for (count,) in demo.read_rows(
            "SELECT count(*) FROM site_logs GROUP BY created_at / 86400000 "
            "ORDER BY created_at / 86400000"
        )
    ]
    assert len(days) >= 14
    assert max(days) <= 5 * statistics.median(days[-15:-1])
