"""One contender of `bench_bulk.py` in a process of its own: `CONTENDER DATABASE ROWS`.

It makes the rows, prints "ready", waits for a line, writes, and prints the seconds that took. The
table and its indexes are there, in WAL mode; each contender gets the same settings.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Rows = list[tuple[Any, ...]]
NAMES = ("id", "pair", "timeframe", "at", "open", "high", "low", "close", "volume")
SETTINGS = "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536"
INSERT = f"INSERT INTO candles VALUES ({','.join('?' * len(NAMES))})"


def make_rows(count: int) -> Rows:
    """Return rows whose times come in no order, as those of many pairs do."""
    return [
        (
            n + 1,
            n * 7919 % 240,
            "1m",
            1_700_000_000_000 + (n * 7919 % count) * 60_000,
            *(n + part / 4 for part in range(5)),
        )
        for n in range(count)
    ]


def insert_batch(path: Path, rows: Rows) -> Callable[[], object]:
    """The console."""
    from cts_console.bulk import insert_batch
    from cts_console.sqlite import open_database

    connection = open_database(path, "read_write")
    connection.execute(SETTINGS)
    return lambda: insert_batch(connection, "candles", rows)


def insert_batch_iterator(path: Path, rows: Rows) -> Callable[[], object]:
    """The console, which does not know how many rows will come."""
    from cts_console.bulk import insert_batch
    from cts_console.sqlite import open_database

    connection = open_database(path, "read_write")
    connection.execute(SETTINGS)
    return lambda: insert_batch(connection, "candles", iter(rows))


def apsw_executemany(path: Path, rows: Rows) -> Callable[[], object]:
    """APSW as everybody uses it."""
    import apsw

    connection = apsw.Connection(str(path))
    connection.execute(SETTINGS).fetchall()

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, rows).fetchall()
        connection.execute("COMMIT")

    return write


def stdlib_executemany(path: Path, rows: Rows) -> Callable[[], object]:
    """The standard library, in this process the only SQLite."""
    import sqlite3  # noqa: TID251 - a contender, in a process without APSW

    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(SETTINGS)

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, rows)
        connection.execute("COMMIT")

    return write


def adbc_ingest(path: Path, rows: Rows) -> Callable[[], object]:
    """Arrow's driver, from a table of Arrow that is there already."""
    import adbc_driver_sqlite.dbapi
    import pyarrow

    columns = zip(NAMES, zip(*rows, strict=True), strict=True)
    table = pyarrow.table({name: list(values) for name, values in columns})
    connection = adbc_driver_sqlite.dbapi.connect(str(path), autocommit=True)
    cursor = connection.cursor()
    for pragma in SETTINGS.split(";"):
        cursor.execute(pragma)
    return lambda: cursor.adbc_ingest("candles", table, mode="append")


def pandas_to_sql(path: Path, rows: Rows) -> Callable[[], object]:
    """pandas, from a frame that is there already."""
    import sqlite3  # noqa: TID251 - what pandas takes, in a process without APSW

    import pandas

    frame = pandas.DataFrame(rows, columns=list(NAMES))
    connection = sqlite3.connect(path)
    connection.executescript(SETTINGS)

    def write() -> None:
        frame.to_sql("candles", connection, if_exists="append", index=False)
        connection.commit()

    return write


def sqlalchemy_core(path: Path, rows: Rows) -> Callable[[], object]:
    """SQLAlchemy without its object mapper."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    table = sqlalchemy.Table("candles", sqlalchemy.MetaData(), autoload_with=engine)
    documents = [dict(zip(NAMES, row, strict=True)) for row in rows]

    def write() -> None:
        with engine.begin() as connection:
            for pragma in SETTINGS.split(";"):
                connection.exec_driver_sql(pragma)
            connection.execute(table.insert(), documents)

    return write


def sqlite_utils_library(path: Path, rows: Rows) -> Callable[[], object]:
    """sqlite-utils, called from Python."""
    import sqlite_utils

    database = sqlite_utils.Database(str(path))
    database.conn.executescript(SETTINGS)
    documents = [dict(zip(NAMES, row, strict=True)) for row in rows]
    return lambda: database.table("candles").insert_all(documents)


CONTENDERS: tuple[Callable[[Path, Rows], Callable[[], object]], ...] = (
    insert_batch,
    insert_batch_iterator,
    apsw_executemany,
    stdlib_executemany,
    adbc_ingest,
    pandas_to_sql,
    sqlalchemy_core,
    sqlite_utils_library,
)


def main() -> None:
    """Run one of them."""
    name, path, count = sys.argv[1:]
    contender = next(each for each in CONTENDERS if each.__name__ == name)
    write = contender(Path(path), make_rows(int(count)))
    print("ready", flush=True)
    sys.stdin.readline()
    started_s = time.perf_counter()
    write()
    print(time.perf_counter() - started_s, flush=True)


if __name__ == "__main__":
    main()
