"""`import` of a CSV as a whole process, against SQLite's shell and sqlite-utils.

The same file into the same table with three indexes, in WAL mode; the contenders take turns, and
medians and ratios are printed. `python -m tests.bench.bench_import`; the number of rows comes from
CTS_BENCH_ROWS (1,000,000), of rounds from CTS_BENCH_ROUNDS (5). sqlite-utils is the extra `bench`
and runs once, with a tenth of the rows: it is slow.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cts_console.sqlite import find_tool, open_database

ROWS = int(os.environ.get("CTS_BENCH_ROWS", "1000000"))
ROUNDS = int(os.environ.get("CTS_BENCH_ROUNDS", "5"))
TABLE = """
CREATE TABLE candles (
  id INTEGER PRIMARY KEY, pair INTEGER NOT NULL, at INTEGER NOT NULL, open REAL, high REAL,
  low REAL, close REAL, volume REAL, note TEXT
);
CREATE INDEX idx_pair_at ON candles (pair, at);
CREATE INDEX idx_close ON candles (close);
CREATE INDEX idx_note ON candles (note);
"""


def write_csv(path: Path, rows: int) -> None:
    random.seed(7)
    with path.open("w", encoding="utf-8") as file:
        file.write("id,pair,at,open,high,low,close,volume,note\n")
        for n in range(rows):
            price = random.random() * 100
            file.write(
                f"{n + 1},{n % 50 + 1},{1_515_560_100_000 + n // 50 * 60_000},{price:.4f},"
                f"{price * 1.1:.4f},{price * 0.9:.4f},{price * 1.01:.6f},"
                f"{random.random() * 1e5:.3f},note {n % 97}\n"
            )


def new_database(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(TABLE)


def run(command: list[str], database: Path, rows: int) -> float:
    """Return the seconds of one process, and check what it left."""
    new_database(database)
    started_s = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    elapsed_s = time.perf_counter() - started_s
    with open_database(database) as connection:
        assert connection.read_int("SELECT count(*) FROM candles") == rows
    return elapsed_s


def main() -> None:
    shell = find_tool("sqlite3_shell")
    assert shell is not None, "APSW ships no shell here"
    with tempfile.TemporaryDirectory(dir=os.environ.get("CTS_BENCH_DIR")) as folder:
        os.environ["CTS_CONSOLE_HOME"] = f"{folder}/home"
        database, whole, part = (Path(folder, name) for name in ("a.db", "a.csv", "part.csv"))
        write_csv(whole, ROWS)
        write_csv(part, ROWS // 10)
        ours = [sys.executable, "-m", "cts_console", "import", str(database)]
        options = ["--table", "candles", "--json"]
        import_ = f".import --csv --skip 1 {whole} candles"
        commands = {
            "cts-console import": [*ours, str(whole), *options],
            # `--null` is what SQLite's own CSV table does not know: Python's reader.
            "cts-console import, in Python": [*ours, str(whole), *options, "--null", "NULL"],
            "sqlite3 .import": [str(shell), str(database), import_],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                taken[name].append(run(command, database, ROWS))
        medians = {name: statistics.median(times) for name, times in taken.items()}
        utils = Path(sys.executable).with_name("sqlite-utils")
        if utils.exists():
            command = [str(utils), "insert", str(database), "candles", str(part), "--csv"]
            medians["sqlite-utils insert"] = run(command, database, ROWS // 10) * 10
        reference = medians["sqlite3 .import"]
        for name, elapsed_s in medians.items():
            rate = ROWS / elapsed_s
            ratio = reference / elapsed_s
            print(f"{name:30} {elapsed_s:7.2f} s {rate:9,.0f} rows/s  {ratio:5.2f} of the shell")


if __name__ == "__main__":
    main()
