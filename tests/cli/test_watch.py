"""`monitor`, `locks` and `alive`, and `simulate` from the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cts_console.demo import run_simulation
from cts_console.engine.simulated import SimulationOptions
from cts_console.sqlite import open_database
from tests.cli.console import Console, digest, run_process
from tests.monitor.engines import ENGINE, Engine
from tests.processes import ROOT

NOW_MS = time.time_ns() // 1_000_000


@pytest.fixture(scope="module")
def _simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("simulated") / "new.db"
    run_simulation(path, SimulationOptions(rows_per_s=0, commit_rows=50, seconds=0.3, seed=1))
    return path


@pytest.fixture
def simulated(_simulated: Path, tmp_path: Path) -> Path:
    """A database into which an engine has just written."""
    return Path(shutil.copy(_simulated, tmp_path / "new.db"))


def run_monitor(path: Path, *options: object) -> subprocess.Popen[str]:
    """Start `monitor` into a pipe, and wait until its first line says that it watches."""
    return subprocess.Popen(
        [sys.executable, "-m", "cts_console", "monitor", str(path), *map(str, options)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_line(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


# simulate


def test_simulate_tells_people_what_it_wrote(console: Console, tmp_path: Path) -> None:
    answer = console.run("simulate", tmp_path / "new.db", "--seconds", "0.3", "--seed", "1")
    assert (answer.status, answer.err) == (0, "")
    for word in ("market_data", "rows added", "commits", "waits for the lock"):
        assert word in answer.out


@pytest.mark.parametrize(
    "words",
    [
        ("--source", "nonsense"),
        ("--rate", "-1"),
        ("--rate", "nan"),
        ("--commit-rows", "0"),
        ("--seconds", "0"),
        ("--symbols", "1000"),
        ("--burst", "0"),
        ("--source", "replay", "--symbols", "11"),
    ],
)
def test_simulate_refuses_what_cannot_be(console: Console, tmp_path: Path, words) -> None:
    answer = console.run("simulate", tmp_path / "new.db", *words, "--json")
    answer.assert_refused("usage")
    assert list(tmp_path.glob("*.db")) == []


def test_simulate_refuses_a_real_ledger(console: Console, cts: Path) -> None:
    before = digest(cts)
    console.run("simulate", cts, "--json").assert_refused("not_a_demo")
    assert digest(cts) == before


# monitor


def test_monitor_counts_what_simulate_says_it_wrote(demo: Path) -> None:
    with run_monitor(demo, "--json") as process:
        lines = [read_line(process)]
        options = ("--rate", 2000, "--commit-rows", 8, "--seconds", 0.8, "--json")
        told = run_process("simulate", demo, *options).document
        # Two whole intervals, the rows of the last part included.
        lines += [read_line(process) for _ in range(3)]
        process.kill()
    rows: dict[str, int] = {}
    for line in lines:
        for table, count in (line["rows"] or {}).items():
            rows[table] = rows.get(table, 0) + count
    assert rows == told["rows"]
    assert sum(line["commits"] for line in lines) == told["commits"]
    # Rates go by the measured time.
    for line in lines:
        assert line["interval_ms"] >= 1000
        assert line["commits_per_s"] == pytest.approx(
            line["commits"] / line["interval_ms"] * 1000, rel=0.01, abs=0.1
        )


def test_monitor_ends_after_its_seconds_with_lines_alone(console: Console, demo: Path) -> None:
    before = digest(demo)
    answer = console.run("monitor", demo, "--seconds", "0.3", "--interval", "0.1")
    assert (answer.status, answer.err) == (0, "")
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert [line["commits"] for line in lines] == [0, 0, 0]
    assert digest(demo) == before


def test_monitor_is_stopped_by_ctrl_c_without_a_word(demo: Path) -> None:
    with run_monitor(demo, "--interval", "0.05") as process:
        read_line(process)
        process.send_signal(2)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == ""
    assert all(json.loads(line) for line in out.splitlines())


def test_monitor_ends_when_nobody_reads_any_more(demo: Path) -> None:
    with run_monitor(demo, "--interval", "0.05") as process:
        read_line(process)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == ""


def test_monitor_says_that_the_file_was_replaced(demo: Path, cts: Path) -> None:
    with run_monitor(demo, "--interval", "0.05", "--json") as process:
        read_line(process)
        cts.replace(demo)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    *lines, last = [json.loads(line) for line in out.splitlines()]
    assert all("commits" in line for line in lines)
    assert last["error"]["code"] == "not_found"
    assert "replaced" in err
    assert len(err.splitlines()) == 1


def test_monitor_of_a_database_in_rollback_mode(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "rollback.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    answer = console.run("monitor", path, "--seconds", "0.1", "--interval", "0.1")
    line = json.loads(answer.out)
    assert (line["journal_mode"], line["commits"]) == ("rollback", 0)
    assert (line["frames"], line["rows"], line["rows_per_s"]) == (None, None, None)


@pytest.mark.parametrize("words", [("--interval", "0"), ("--interval", "inf"), ("--seconds", "-1")])
def test_monitor_refuses_times_that_are_none(console: Console, demo: Path, words) -> None:
    console.run("monitor", demo, *words, "--json").assert_refused("usage")


def test_monitor_moves_on_a_terminal(console: Console, demo: Path, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    answer = console.run("monitor", demo, "--seconds", "0.2", "--interval", "0.1")
    assert (answer.status, answer.err) == (0, "")
    for word in ("a second", "since the start", "commits", "frames, 0 not yet in the file"):
        assert word in answer.out


# locks


@pytest.fixture
def engine(demo: Path):
    made = Engine(ENGINE, demo)
    with made.process:
        yield made
        made.end()


def test_locks_names_a_writer_and_a_reader(console: Console, demo: Path, engine: Engine) -> None:
    reader = Engine(ENGINE, demo)
    with reader.process:
        reader.execute("BEGIN", "SELECT count(*) FROM users")
        engine.execute("BEGIN IMMEDIATE")
        document = console.run("locks", demo, "--json").document
        shown = console.run("locks", demo).out
        reader.end()
    held = {row["pid"]: row for row in document["holders"]}
    assert held[engine.process.pid]["lock"] == "writer"
    assert held[reader.process.pid]["lock"] == "reader"
    assert "sqlite3" in held[engine.process.pid]["command"]
    assert {row["since_s"] for row in held.values()} == {None}
    for row in held.values():
        age_s = time.time() - datetime.fromisoformat(row["started_at"]).timestamp()
        assert -5 <= age_s <= 600
    assert document["known"] is True
    assert "forgot its COMMIT" in shown
    assert "pins the log" in shown
    assert f"pid {engine.process.pid} is in the middle of a write transaction" in shown


def test_locks_tells_since_when_as_far_as_it_watched(
    console: Console, demo: Path, engine: Engine
) -> None:
    engine.execute("BEGIN IMMEDIATE")
    document = console.run("locks", demo, "--watch", "0.2", "--json").document
    (holder,) = document["holders"]
    assert holder["since_s"] >= 0.15
    assert "for at least" in console.run("locks", demo, "--watch", "0.1").out


def test_locks_of_idle_programs_and_of_nobody(console: Console, demo: Path, engine: Engine) -> None:
    engine.execute("SELECT count(*) FROM users")
    document = console.run("locks", demo, "--json").document
    assert document["holders"] == []
    assert [row["pid"] for row in document["idle"]] == [engine.process.pid]
    assert "Nobody holds a lock now" in console.run("locks", demo).out
    engine.end()
    assert "Nobody else has the file open." in console.run("locks", demo).out


def test_locks_says_where_the_system_does_not_tell(
    console: Console, demo: Path, monkeypatch
) -> None:
    monkeypatch.setattr("cts_console.maintenance.users.sys.platform", "beos")
    document = console.run("locks", demo, "--json").document
    assert (document["known"], document["holders"]) == (False, [])
    assert "does not tell" in console.run("locks", demo).out


# alive


def test_a_demo_of_years_ago_is_not_alive(console: Console, demo: Path) -> None:
    answer = console.run("alive", demo, "--json")
    assert (answer.status, answer.document["alive"]) == (1, False)
    ages = answer.document["ages_s"]
    assert min(ages["heartbeat"], ages["candle"], ages["order"], ages["trade"]) > 86_400
    assert "NOT ALIVE" in console.run("alive", demo).out
    assert console.run("alive", demo, "--max-age", "1e9").status == 0


def test_a_file_that_was_just_written_is_alive(console: Console, simulated: Path) -> None:
    answer = console.run("alive", simulated, "--json")
    assert (answer.status, answer.document["alive"]) == (0, True)
    assert set(answer.document["ages_s"]) == {"heartbeat", "lease", "candle", "order", "trade"}
    assert answer.document["ages_s"]["lease"] is None
    assert console.run("alive", simulated, "--max-age", "0").status == 1


SILENT = (
    "UPDATE connection_coordination SET last_heartbeat_at = NULL;"
    "UPDATE trade_engine_state SET last_realtime_run_at = NULL;"
    "UPDATE bot_instances SET heartbeat_at = NULL;"
)
LEASED = f"UPDATE connection_coordination SET owner = 'x', lease_expires_at = {NOW_MS + 3_600_000};"
HOURLY = (
    "DELETE FROM market_data WHERE id > 1;"
    f"UPDATE market_data SET timeframe = '1h', open_time = {NOW_MS - 3_700_000};"
)
NO_ORDERS = "PRAGMA foreign_keys = OFF; DELETE FROM orders;"


@pytest.mark.parametrize(
    ("sql", "alive"),
    [
        ("UPDATE orders SET created_at = created_at - 400000", False),
        ("UPDATE market_data SET open_time = open_time - 100000000", False),
        ("UPDATE connection_coordination SET last_heartbeat_at = NULL", True),
        (SILENT, False),
        (SILENT + LEASED, True),
        # A moment in the future is no sign of life.
        (f"UPDATE orders SET created_at = {NOW_MS + 86_400_000}", False),
        # No order yet is not an old order.
        (NO_ORDERS, True),
        # With an hour's candles the newest may be older.
        (HOURLY, True),
    ],
    ids=[
        "old orders",
        "old candles",
        "other heartbeats",
        "no heartbeat",
        "lease",
        "future",
        "no orders",
        "hourly candles",
    ],
)
def test_each_sign_counts(console: Console, simulated: Path, sql: str, alive: bool) -> None:
    with open_database(simulated, "read_write") as connection:
        connection.execute(sql)
    answer = console.run("alive", simulated, "--json")
    assert answer.document["alive"] is alive, answer.document
    assert answer.status == (0 if alive else 1)


def test_a_file_without_any_sign_goes_by_its_last_write(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "albums.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE albums (id INTEGER PRIMARY KEY)")
    assert console.run("alive", path).status == 0
    assert console.run("alive", path, "--json").document["ages_s"] == {}
    os.utime(path, (NOW_MS / 1000 - 4000, NOW_MS / 1000 - 4000))
    assert console.run("alive", path).status == 1


def test_a_fresh_file_without_a_row_is_not_alive(console: Console, cts: Path) -> None:
    answer = console.run("alive", cts, "--json")
    assert (answer.status, answer.document["ages_s"]["heartbeat"]) == (1, None)


def test_freqtrade_has_orders_and_fills(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "tradesv3.sqlite"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "CREATE TABLE trades (id INTEGER PRIMARY KEY, pair, is_open, open_rate, stake_amount);"
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, ft_trade_id, order_id, order_date, "
            "order_filled_date);"
            "INSERT INTO orders VALUES (1, 1, 'a', datetime('now', '-10 seconds'), "
            "datetime('now', '-5 seconds'))"
        )
    document = console.run("alive", path, "--json").document
    assert (document["alive"], set(document["ages_s"])) == (True, {"order", "trade"})
    assert 4 <= document["ages_s"]["trade"] <= 60
    with open_database(path, "read_write") as connection:
        connection.execute("UPDATE orders SET order_date = '2024-01-01 00:00:00.000000'")
    assert console.run("alive", path).status == 1


LEGACY = (
    "CREATE TABLE exchange_connections (id INTEGER PRIMARY KEY, api_key TEXT, api_secret TEXT);"
    "CREATE TABLE trade_engine_state (connection_id INTEGER, status TEXT);"
    "CREATE TABLE site_logs (timestamp DATETIME, level TEXT);"
    "CREATE TABLE connection_coordination (connection_id INTEGER, last_heartbeat DATETIME);"
    "CREATE TABLE market_data (id INTEGER PRIMARY KEY, timestamp DATETIME);"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, created_at DATETIME);"
    "INSERT INTO connection_coordination VALUES (1, datetime('now', '-9 seconds'));"
    "INSERT INTO market_data (timestamp) VALUES (datetime('now', '-7 seconds'));"
)
HUMMINGBOT = (
    'CREATE TABLE "Order" (id TEXT, market TEXT, last_status TEXT, creation_timestamp BIGINT);'
    "CREATE TABLE TradeFill (market TEXT, exchange_trade_id TEXT, timestamp BIGINT);"
    f"INSERT INTO \"Order\" VALUES ('a', 'm', 's', {NOW_MS});"
    f"INSERT INTO TradeFill VALUES ('m', 'x', {NOW_MS});"
)


@pytest.mark.parametrize(
    ("schema", "signs", "old"),
    [
        (
            LEGACY,
            {"heartbeat", "candle", "order"},
            "UPDATE market_data SET timestamp = '2024-05-01 10:00:00'",
        ),
        (HUMMINGBOT, {"order", "trade"}, "UPDATE TradeFill SET timestamp = 1700000000000"),
    ],
    ids=["cts_legacy", "hummingbot"],
)
def test_files_of_others(console: Console, tmp_path: Path, schema, signs, old) -> None:
    path = tmp_path / "other.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(schema)
    document = console.run("alive", path, "--json").document
    assert (document["alive"], set(document["ages_s"])) == (True, signs)
    with open_database(path, "read_write") as connection:
        connection.execute(old)
    assert console.run("alive", path).status == 1


def test_a_sign_that_cannot_be_read_is_no_sign_of_life(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(HUMMINGBOT)
        connection.execute("ALTER TABLE TradeFill RENAME COLUMN timestamp TO at")
    answer = console.run("alive", path)
    assert answer.status == 1
    assert "it could not be read" in answer.out
