"""A seal beside what it could be made of; `make bench ARGS=tests/bench/bench_seal.py` runs it.

Contenders, each over the same rows in turns: reading the rows alone, whole blocks or slices at a
time (the bound of all that sees them in Python); BLAKE2b over the seal's encoding, in an aggregate
function (what verifying does), over fetched slices (what making a seal does), the same with the
hashing in a second thread, and in two threads of a connection each; SHA-3 inside SQLite
(`sha3_query` of the `shathree` extension that some builds of APSW bring along); and BLAKE2b over
text that SQL builds with `quote()`.

`CTS_BENCH_ROWS` changes the number of rows; ten million take some minutes.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import apsw
import apsw.sqlite_extra
import pytest

from cts_console.audit.seal import seal_tables, verify_seals
from cts_console.audit.seal.encoding import encode_rows
from cts_console.sqlite import Row, open_database

ROWS = int(os.environ.get("CTS_BENCH_ROWS", "1000000"))
ROUNDS = 5 if ROWS <= 2_000_000 else 3
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


def slices(connection: apsw.Connection, at: int) -> Iterator[list[Row]]:
    sql = f"SELECT {NAMES} FROM trades WHERE id > ? AND id <= ? ORDER BY id"
    cursor = connection.execute(sql, (at, at + BLOCK))
    while rows := list(islice(cursor, 64)):
        yield rows


def read_slices(connection: apsw.Connection, starts: range) -> None:
    for at in starts:
        for _ in slices(connection, at):
            pass


def hash_slices(connection: apsw.Connection, starts: range) -> None:
    for at in starts:
        whole = hashlib.blake2b()
        for rows in slices(connection, at):
            whole.update(encode_rows(rows))
        whole.digest()


def hash_elsewhere(connection: apsw.Connection, starts: range) -> None:
    with ThreadPoolExecutor(1) as pool:
        for at in starts:
            pool.submit(hashlib.blake2b, b"".join(map(encode_rows, slices(connection, at))))


def hash_in_two_threads(one: apsw.Connection, other: apsw.Connection, starts: range) -> None:
    with ThreadPoolExecutor(2) as pool:
        pool.submit(hash_slices, one, starts[::2])
        pool.submit(hash_slices, other, starts[1::2])


def contenders(path: Path) -> dict[str, Callable[[], object]]:
    raw = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    other = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
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
        "read in slices": lambda: read_slices(raw, starts),
        "hash slices": lambda: hash_slices(raw, starts),
        "hash in a 2nd thread": lambda: hash_elsewhere(raw, starts),
        "in two threads": lambda: hash_in_two_threads(raw, other, starts),
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
                f"\n{name:22} {ROWS / median_s / 1e6:5.2f} M rows/s, {ratio:.2f} × verify, "
                f"{median_s / medians['read']:.2f} × read",
                end="",
            )
    assert medians["verify"] < 2 * medians["read"]
