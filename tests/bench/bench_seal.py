"""A seal beside what it could be made of; `make bench ARGS=tests/bench/bench_seal.py` runs it.

Contenders, each over the same rows in turns: reading the rows alone (the bound of all that sees
them in Python), BLAKE2b over the seal's encoding (what the console does), SHA-3 inside SQLite
(`sha3_query` of the `shathree` extension that some builds of APSW bring along), and BLAKE2b over
text that SQL builds with `quote()`.

`CTS_BENCH_ROWS` changes the number of rows.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import apsw
import apsw.sqlite_extra
import pytest

from cts_console.audit.seal import seal_tables, verify_seals
from cts_console.sqlite import open_database

ROWS = int(os.environ.get("CTS_BENCH_ROWS", "1000000"))
ROUNDS = 5
BLOCK = 4096
NAMES = "id, order_id, symbol, side, price, amount, cost, fee, currency, exchange_id, at, recorded"


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = tmp_path / "trades.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "CREATE TABLE trades (id INTEGER PRIMARY KEY, order_id INTEGER, symbol TEXT, "
            "side TEXT, price REAL, amount REAL, cost REAL, fee REAL, currency TEXT, "
            "exchange_id TEXT, at INTEGER, recorded INTEGER)"
        )
        connection.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO trades SELECT i, i / 2, 'BTC/USDT', iif(i % 2, 'buy', 'sell'), "
            "30000 + i * 0.01, i * 0.001, i * 31.7, i * 1e-6, 'USDT', 't' || (i * 7919), "
            "1700000000000 + i, 1700000000100 + i FROM n",
            (ROWS,),
        )
    return path


def contenders(path: Path) -> dict[str, Callable[[], object]]:
    raw = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    apsw.sqlite_extra.load(raw, "shathree")
    quoted = " || ',' || ".join(f"quote({name})" for name in NAMES.split(", "))
    starts = range(0, ROWS, BLOCK)

    def read() -> None:
        for at in starts:
            sql = f"SELECT {NAMES} FROM trades WHERE id > ? AND id <= ? ORDER BY id"
            raw.execute(sql, (at, at + BLOCK)).fetchall()

    def sha3() -> None:
        for at in starts:
            sql = f"SELECT {NAMES} FROM trades WHERE id > {at} AND id <= {at + BLOCK} ORDER BY id"
            raw.execute("SELECT sha3_query(?, 256)", (sql,)).fetchall()

    def text() -> None:
        for at in starts:
            sql = f"SELECT group_concat({quoted}, char(10)) FROM trades WHERE id > ? AND id <= ?"
            for (block,) in raw.execute(sql, (at, at + BLOCK)):
                assert isinstance(block, str)
                hashlib.blake2b(block.encode()).digest()

    return {
        "verify": lambda: verify_seals(path),
        "read": read,
        "sha3_query": sha3,
        "blake2b over quote()": text,
        "seal": lambda: seal_tables(path, ["trades"], anew=True),
    }


def test_verifying_is_bound_by_reading(trades: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seal_tables(trades, ["trades"])
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, run in contenders(trades).items():
            started_s = time.perf_counter()
            run()
            times.setdefault(name, []).append(time.perf_counter() - started_s)
    medians = {name: statistics.median(values) for name, values in times.items()}
    with capsys.disabled():
        for name, median_s in medians.items():
            ratio = median_s / medians["verify"]
            print(
                f"\n{name:22} {ROWS / median_s / 1e6:5.2f} M rows/s, {ratio:.2f} × verify", end=""
            )
    assert medians["verify"] < 2 * medians["read"]
