"""A simulated engine: what it may write to, what it writes, and that the ledger stays true."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cts_console.demo import run_demo, run_simulation
from cts_console.demo.replay import REPLAY_TIMEFRAME
from cts_console.demo.sample import read_candles
from cts_console.engine.simulated import SimulationOptions
from cts_console.engine.simulated import run as run_module
from cts_console.errors import CtsError
from cts_console.migrate import read_setting
from cts_console.monitor import Sampler
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, open_database, quote_identifier
from cts_console.startup import run_startup
from tests.engine.conftest import audit
from tests.monitor.engines import ENGINE, Engine

QUICK = SimulationOptions(rows_per_s=0, commit_rows=20, seconds=0.25, seed=1)
_FOREIGN = "CREATE TABLE albums (id INTEGER PRIMARY KEY, title)"


def count_rows(connection: Connection) -> Counter[str]:
    names = connection.read_rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return Counter(
        {
            str(name): connection.read_int(f"SELECT count(*) FROM {quote_identifier(str(name))}")
            for (name,) in names
            if not str(name).startswith("sqlite_")
        }
    )


# Where it may write


def make_real(path: Path) -> None:
    assert run_startup(path).ok


def make_foreign(path: Path) -> None:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(_FOREIGN)


def make_forged(path: Path) -> None:
    """The mark in a table that somebody else gave this name."""
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE system_settings (key TEXT, value TEXT)")
        connection.execute("INSERT INTO system_settings VALUES ('database.purpose', 'simulation')")


@pytest.mark.parametrize("make", [make_real, make_foreign, make_forged])
def test_a_file_without_the_mark_is_refused_and_keeps_every_byte(tmp_path, make) -> None:
    path = tmp_path / "real.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(CtsError) as caught:
        run_simulation(path, QUICK)
    assert caught.value.code == "not_a_demo"
    assert path.read_bytes() == before


def test_a_missing_file_is_created_with_the_mark(tmp_path) -> None:
    path = tmp_path / "new.db"
    result = run_simulation(path, QUICK)
    assert result.rows["market_data"] > 0
    with open_database(path) as connection:
        assert read_setting(connection, "database.purpose") == "simulation"
        assert connection.read_value("PRAGMA journal_mode") == "wal"
    assert [entry.name for entry in tmp_path.glob(".*")] == []


def test_a_marked_file_that_is_not_in_wal_mode_is_put_into_it(marked) -> None:
    with open_database(marked, "read_write") as connection:
        connection.read_value("PRAGMA journal_mode = delete")
    run_simulation(marked, QUICK)
    with open_database(marked) as connection:
        assert connection.read_value("PRAGMA journal_mode") == "wal"


@pytest.mark.parametrize(
    "options",
    [
        SimulationOptions(rows_per_s=-1),
        SimulationOptions(rows_per_s=float("nan")),
        SimulationOptions(commit_rows=0),
        SimulationOptions(commit_rows=10_001),
        SimulationOptions(seconds=0),
        SimulationOptions(seconds=float("nan")),
        SimulationOptions(seconds=float("inf")),
        SimulationOptions(symbols=0),
        SimulationOptions(symbols=201),
        SimulationOptions(symbols=11, source="replay"),
        SimulationOptions(burst=0.5),
        SimulationOptions(burst=float("nan")),
    ],
)
def test_what_no_engine_could_do_is_refused_before_anything_is_made(tmp_path, options) -> None:
    with pytest.raises(CtsError) as caught:
        run_simulation(tmp_path / "new.db", options)
    assert caught.value.code == "usage"
    assert list(tmp_path.glob("new*")) == []


# What it says it wrote


def test_what_it_says_is_what_is_there_and_what_the_sampler_saw(marked) -> None:
    with open_database(marked) as connection:
        before = count_rows(connection)
        sampler = Sampler(connection)
        sampler.sample()
        result = run_simulation(marked, QUICK)
        sample = sampler.sample()
        added = count_rows(connection) - before
    assert result.rows == dict(added)
    assert sample.commits == result.commits > 10
    assert (result.stopped, result.released, result.busy_retries) == (False, True, 0)
    for table in ("market_data", "indications", "orders", "trades", "positions", "trade_logs"):
        assert result.rows[table] > 0
    assert result.changed["orders"] > result.rows["orders"]
    assert result.changed["market_data"] > 0


def test_commits_have_the_size_that_was_asked_for(marked) -> None:
    for size in (1, 40, 1000):
        options = SimulationOptions(rows_per_s=0, commit_rows=size, seconds=0.2, seed=2)
        result = run_simulation(marked, options)
        # Of the two that are not asked for one makes the venue, one says goodbye.
        rows = sum(result.rows.values()) - 30
        assert size * 0.8 <= rows / (result.commits - 2) <= size * 1.2 + 6


def test_it_keeps_to_the_rate(marked) -> None:
    result = run_simulation(marked, SimulationOptions(rows_per_s=400, commit_rows=4, seconds=0.6))
    # A slow machine may write less, never more.
    assert sum(result.rows.values()) <= 240 * 1.1 + 40


def test_with_next_to_nothing_to_write_it_still_says_that_it_lives(marked) -> None:
    result = run_simulation(marked, SimulationOptions(rows_per_s=0.01, commit_rows=1, seconds=1.5))
    # With the first commit, a second later, and at the end.
    assert result.changed["connection_coordination"] >= 3
    assert sum(result.rows.values()) < 40


def test_a_stop_is_an_ordinary_end(marked) -> None:
    cancel = CancelToken()

    def stop(_progress: object) -> None:
        cancel.cancel()

    options = SimulationOptions(rows_per_s=0, commit_rows=10, seed=3)
    result = run_simulation(marked, options, on_progress=stop, cancel=cancel)
    assert (result.stopped, result.released) == (True, True)
    assert_at_rest(marked)
    assert audit(marked) == {}


def assert_at_rest(path: Path) -> None:
    """Nothing is live, nobody holds a lease, no engine says that it runs."""
    with open_database(path) as connection:
        for sql in (
            "SELECT count(*) FROM orders WHERE closed_at IS NULL",
            "SELECT count(*) FROM indications WHERE status = 'active'",
            "SELECT count(*) FROM connection_coordination WHERE owner IS NOT NULL",
            "SELECT count(*) FROM trade_engine_state WHERE status <> 'stopped'",
            "SELECT count(*) FROM bot_instances WHERE status <> 'stopped'",
            "SELECT count(*) FROM exchange_connections WHERE is_enabled OR is_active",
        ):
            assert connection.read_int(sql) == 0, sql


# The rules of the ledger


@pytest.mark.parametrize(
    "options",
    [
        SimulationOptions(rows_per_s=0, commit_rows=1, seconds=0.4, symbols=1, seed=4),
        SimulationOptions(rows_per_s=0, commit_rows=40, seconds=0.7, seed=5),
        SimulationOptions(rows_per_s=0, commit_rows=3000, seconds=0.5, symbols=40, seed=6),
        SimulationOptions(rows_per_s=4000, commit_rows=15, seconds=0.5, burst=5, seed=7),
        SimulationOptions(rows_per_s=38, commit_rows=2, seconds=0.6, seed=8),
        SimulationOptions(rows_per_s=0, commit_rows=25, seconds=0.6, source="replay", seed=9),
    ],
    ids=["single", "fast", "large commits", "bursts", "slow", "replay"],
)
def test_no_rule_finds_anything_in_what_was_written(marked, options) -> None:
    result = run_simulation(marked, options)
    assert sum(result.rows.values()) > 30
    assert audit(marked) == {}
    assert_prices_are_those_of_the_candles(marked)


def assert_prices_are_those_of_the_candles(path: Path) -> None:
    """As TRD-10, which leaves out the trades of the last minute."""
    with open_database(path) as connection:
        alone, outside = connection.read_rows(
            """
            SELECT sum(m.id IS NULL), sum(t.price NOT BETWEEN m.low AND m.high)
            FROM trades AS t LEFT JOIN market_data AS m ON m.trading_pair_id = t.trading_pair_id
                AND m.open_time = t.executed_at - t.executed_at % CASE
                    m.timeframe WHEN '1s' THEN 1000 WHEN '1m' THEN 60000 ELSE 300000 END
            """
        )[0]
    assert (alone or 0, outside or 0) == (0, 0)


def test_two_runs_one_after_the_other_share_nothing(marked) -> None:
    for _ in range(2):
        run_simulation(marked, QUICK)
    assert audit(marked) == {}
    with open_database(marked) as connection:
        names = connection.read_rows("SELECT name FROM exchanges WHERE name GLOB 'simulated-*'")
        assert sorted(names) == [("simulated-1",), ("simulated-2",)]
        assert connection.read_int("SELECT count(*) FROM users") == 1


def test_in_a_demo_nothing_is_found_that_was_not_found_before(tmp_path) -> None:
    path = tmp_path / "demo.db"
    assert run_demo(path).startup.ok
    before = audit(path, "standard")
    run_simulation(path, QUICK)
    new = {rule for key, rule in audit(path, "standard").items() if key not in before}
    assert new == set()


def test_replay_writes_the_candles_of_the_sample(marked) -> None:
    options = SimulationOptions(
        rows_per_s=0, commit_rows=200, seconds=0.2, symbols=2, source="replay"
    )
    run_simulation(marked, options)
    sample = {
        # The sample's prices are whole ticks but for the rounding of binary fractions.
        (candle.symbol, *(round(price, 8) for price in candle[2:6]), candle.volume)
        for candle in read_candles()
    }
    with open_database(marked) as connection:
        history = connection.read_rows(
            "SELECT p.symbol, m.open, m.high, m.low, m.close, m.volume FROM market_data AS m "
            "JOIN trading_pairs AS p ON p.id = m.trading_pair_id "
            "WHERE m.source = 'backfill' AND m.timeframe = ?",
            (REPLAY_TIMEFRAME,),
        )
    assert len(history) > 100
    assert [row for row in history if row not in sample] == []


# The lock


def test_a_lock_of_somebody_else_is_waited_for_and_counted(marked, monkeypatch) -> None:
    wait = CancelToken.wait
    engine = Engine(ENGINE, marked)

    def wait_and_let_go(token: CancelToken, timeout_s: float) -> bool:
        # Only the pause after the busy timeout is so long.
        if timeout_s == run_module._FIRST_PAUSE_S:
            assert engine.execute("COMMIT") == [[]]
        return wait(token, timeout_s)

    monkeypatch.setattr(CancelToken, "wait", wait_and_let_go)
    with engine.process:
        assert engine.execute("BEGIN IMMEDIATE") == [[]]
        result = run_simulation(marked, QUICK)
        engine.end()
    assert result.busy_retries == 1
    assert sum(result.rows.values()) > 30


def test_a_lock_that_stays_ends_it(marked, monkeypatch) -> None:
    monkeypatch.setattr(run_module, "LONGEST_WAIT_S", 0.0)
    monkeypatch.setattr(run_module, "BUSY_TIMEOUT_MS", 10)
    before = marked.read_bytes()
    engine = Engine(ENGINE, marked)
    with engine.process:
        engine.execute("BEGIN IMMEDIATE")
        with pytest.raises(CtsError) as caught:
            run_simulation(marked, QUICK)
        engine.end()
    assert caught.value.code == "locked"
    assert marked.read_bytes() == before


def test_where_not_even_a_goodbye_is_possible_it_says_so(marked, monkeypatch) -> None:
    monkeypatch.setattr(run_module, "_LONGEST_GOODBYE_S", 0.0)
    monkeypatch.setattr(run_module, "BUSY_TIMEOUT_MS", 10)
    cancel = CancelToken()
    engine = Engine(ENGINE, marked)
    with engine.process:

        def lock_and_stop(_progress: object) -> None:
            if not cancel.cancelled:
                engine.execute("BEGIN IMMEDIATE")
                cancel.cancel()

        options = SimulationOptions(rows_per_s=0, seed=3)
        result = run_simulation(marked, options, on_progress=lock_and_stop, cancel=cancel)
        engine.end()
    assert (result.stopped, result.released) == (True, False)
    with open_database(marked) as connection:
        assert connection.read_int("SELECT count(*) FROM orders") == result.rows.get("orders", 0)
