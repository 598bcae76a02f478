"""The engine as a process: stopped, killed, beside another one, and how a program starts it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from cts_console.audit import run_audit
from cts_console.engine.simulated import SimulationOptions, simulate_command
from cts_console.sqlite import Connection, open_database
from tests.engine.conftest import audit, read_end

ENDLESS = SimulationOptions(rows_per_s=4000, commit_rows=10)
# What is true of an engine that was killed: it said that it runs, and is silent.
OF_THE_KILLED = ("ENG-01", "CRD-01", "CRD-02", "MKT-06", "IND-01", "IDX-07", "INT-04")


def wait_for_trades(connection: Connection, process, count: int = 50) -> None:
    while connection.read_int("SELECT count(*) FROM trades") < count:
        assert process.poll() is None, process.stderr.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well(marked, start_simulation, number) -> None:
    process = start_simulation(marked, ENDLESS)
    with open_database(marked) as connection:
        wait_for_trades(connection, process)
        process.send_signal(number)
        status, document = read_end(process)
        assert status == 130
        assert (document["stopped"], document["released"]) == (True, True)
        for table, rows in document["rows"].items():
            if table not in {"exchanges", "trading_pairs"}:
                assert connection.read_int(f"SELECT count(*) FROM {table}") == rows
        running = "SELECT count(*) FROM trade_engine_state WHERE status = 'running'"
        assert connection.read_int(running) == 0
    assert audit(marked) == {}


def test_a_killed_one_leaves_a_sound_file_and_the_next_one_goes_on(
    marked, start_simulation
) -> None:
    for _ in range(2):
        process = start_simulation(marked, ENDLESS)
        with open_database(marked) as connection:
            before = connection.read_int("SELECT count(*) FROM trades")
            wait_for_trades(connection, process, before + 40)
            process.kill()
            process.wait()
            assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
            assert connection.read_rows("PRAGMA foreign_key_check") == []
    found = audit(marked).values()
    assert [text for text in found if not text.startswith(OF_THE_KILLED)] == []
    # Its pairs are as it made them: limits and grid of its orders can be judged.
    result = run_audit(marked, rules=["ORD-14", "ORD-15"])
    assert {check.status for check in result.checks} == {"passed"}


@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_file_that_is_gone_ends_it(marked, start_simulation, is_replaced) -> None:
    process = start_simulation(marked, ENDLESS)
    with open_database(marked) as connection:
        wait_for_trades(connection, process)
    if is_replaced:
        other = marked.with_name("other.db")
        other.write_bytes(b"something else")
        other.replace(marked)
    else:
        marked.rename(marked.with_name("moved.db"))
    status, document = read_end(process)
    assert (status, document["error"]["code"]) == (2, "not_found")
    if is_replaced:
        assert marked.read_bytes() == b"something else"


def test_two_at_once(marked, start_simulation) -> None:
    options = SimulationOptions(rows_per_s=1500, commit_rows=10, seconds=1.0)
    processes = [start_simulation(marked, options) for _ in range(2)]
    documents = []
    for process in processes:
        status, document = read_end(process)
        assert status == 0
        documents.append(document)
    with open_database(marked) as connection:
        for table in ("orders", "trades", "positions", "market_data", "indications"):
            told = sum(document["rows"][table] for document in documents)
            assert connection.read_int(f"SELECT count(*) FROM {table}") == told
    assert audit(marked) == {}


def test_an_attached_one_ends_with_its_starter(marked, start_simulation) -> None:
    process = start_simulation(marked, ENDLESS, attached=True)
    with open_database(marked) as connection:
        wait_for_trades(connection, process)
    process.stdin.close()
    process.stdin = None
    status, document = read_end(process)
    assert (status, document["stopped"], document["released"]) == (130, True, True)


def test_the_words_that_start_one(monkeypatch) -> None:
    path = Path("/somewhere/a b.db")
    options = SimulationOptions(rows_per_s=1234567, seconds=2.5, seed=3, source="replay", burst=4)
    words = simulate_command(path, options, attached=True)
    assert words[:5] == [sys.executable, "-m", "cts_console", "simulate", str(path)]
    for name, value in (
        ("--rate", "1234567"),
        ("--commit-rows", "10"),
        ("--symbols", "8"),
        ("--source", "replay"),
        ("--burst", "4"),
        ("--seconds", "2.5"),
        ("--seed", "3"),
    ):
        assert words[words.index(name) + 1] == value
    assert "--attached" in words
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert simulate_command(path, options)[:3] == [sys.executable, "simulate", str(path)]
