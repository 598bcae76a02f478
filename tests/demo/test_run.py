"""Where a demo may go, and that it goes there whole or not at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from cts_console.demo import apply_demo, run_demo
from cts_console.demo.derive import TABLES
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import Connection, open_database, quote_identifier, side_file
from cts_console.startup import run_startup
from tests.processes import ROOT, a_process, tell, wait_for_line

RUN_DEMO = """
import sys
from cts_console.demo import run_demo
print("ready", flush=True)
sys.stdin.readline()
def show(progress):
    print(progress.note, flush=True)
run_demo(sys.argv[1], on_progress=show)
print("finished", flush=True)
"""
# Times of migrations and of the rows that they seed, and who the database is.
DIFFERS = {"migrations": "applied_at duration_ms", "exchanges": "created_at updated_at"}
SEEDED = {"trading_pairs": "id < 101", "system_settings": "key NOT LIKE 'demo.%'"}


def digest(path: Path) -> str:
    """Hash a file in another process: opening it here could cancel a connection's locks."""
    script = (
        "import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())"
    )
    command = [sys.executable, "-c", script, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def content(connection: Connection) -> dict[str, str]:
    """Return a hash per table over everything that two demos have in common."""
    hashes = {}
    for (name,) in connection.read_rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ):
        table = str(name)
        columns = [
            str(column)
            for (column,) in connection.read_rows("SELECT name FROM pragma_table_info(?)", (table,))
            if column not in DIFFERS.get(table, "").split()
        ]
        rows = connection.stream_rows(
            f"SELECT {', '.join(map(quote_identifier, columns))} FROM {quote_identifier(table)} "
            f"WHERE NOT ({SEEDED.get(table, '0')}) ORDER BY id"
        )
        hashes[table] = hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()
    return hashes


def counts(connection: Connection, tables: Sequence[str] = TABLES) -> dict[str, int]:
    return {
        table: connection.read_int(f"SELECT count(*) FROM {quote_identifier(table)}")
        for table in tables
    }


def test_the_result_counts_what_was_added(tmp_path: Path) -> None:
    run_startup(tmp_path / "empty.db")
    with open_database(tmp_path / "empty.db") as connection:
        before = counts(connection)
    seen: list[Progress] = []
    result = run_demo(tmp_path / "demo.db", on_progress=seen.append)
    assert result.startup.created
    assert result.startup.database == (tmp_path / "demo.db").resolve()
    with open_database(tmp_path / "demo.db") as connection:
        after = counts(connection)
        # The mark came with the file.
        assert result.rows["system_settings"] + 1 == (
            after["system_settings"] - before["system_settings"]
        )
        for table in set(TABLES) - {"system_settings"}:
            assert result.rows[table] == after[table] - before[table]
    assert seen[-1].done == seen[-1].total == 57_546
    assert {path.name for path in tmp_path.iterdir()} >= {"demo.db", "empty.db"}
    assert not list(tmp_path.glob(".*"))


def test_nothing_is_added_twice(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    run_demo(path)
    with open_database(path) as connection:
        before = content(connection)
    again = run_demo(path, rows=100_000)
    assert again.startup.ok
    assert not again.startup.created
    assert set(again.rows) == set(TABLES)
    assert set(again.rows.values()) == {0}
    with open_database(path) as connection:
        assert content(connection) == before


def test_two_demos_have_the_same_content(demo: Connection, tmp_path: Path) -> None:
    run_demo(tmp_path / "other.db")
    with open_database(tmp_path / "other.db") as other:
        assert content(other) == content(demo)


def test_a_real_ledger_is_refused_and_keeps_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    run_startup(path)
    before = digest(path)
    with pytest.raises(CtsError) as caught:
        run_demo(path)
    assert caught.value.code == "not_a_demo"
    assert str(path) in caught.value.message
    assert digest(path) == before
    with open_database(path, "read_write") as connection:
        with pytest.raises(CtsError) as caught:
            apply_demo(connection)
        assert caught.value.code == "not_a_demo"
        assert connection.read_int("SELECT count(*) FROM market_data") == 0


def test_a_simulation_and_a_stranger_are_refused(tmp_path: Path) -> None:
    run_startup(tmp_path / "simulation.db", purpose="simulation")
    with open_database(tmp_path / "stranger.db", "read_write", create=True) as connection:
        connection.execute("CREATE TABLE trades (id INTEGER PRIMARY KEY)")
    for name in ("simulation.db", "stranger.db"):
        before = digest(tmp_path / name)
        with pytest.raises(CtsError) as caught:
            run_demo(tmp_path / name)
        assert caught.value.code == "not_a_demo"
        assert digest(tmp_path / name) == before


@pytest.mark.parametrize("text", ["", "not a database, but long enough to have a header" * 9])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text)
    with pytest.raises(CtsError):
        run_demo(path)
    assert path.read_text() == text


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(CtsError) as caught:
        run_demo(tmp_path / "missing" / "demo.db")
    assert caught.value.code == "not_found"


def test_a_stop_in_the_middle_leaves_an_empty_marked_demo(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    token = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.unit == "rows":
            token.cancel()

    with pytest.raises(CtsError) as caught:
        run_demo(path, on_progress=stop, cancel=token)
    assert caught.value.code == "cancelled"
    assert_empty_and_marked(path)
    assert run_demo(path).rows["trades"] == 12_477


def test_a_killed_fill_is_made_good_by_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    with a_process(RUN_DEMO, path) as process:
        wait_for_line(process, "ready")
        tell(process, "go")
        wait_for_line(process, "users")  # the first table is in, the transaction is open
        process.kill()
        process.wait()
    assert_empty_and_marked(path)
    assert run_demo(path).rows["trades"] == 12_477


def test_killed_at_any_moment_of_the_creation(tmp_path: Path) -> None:
    moments = Random(5)
    for number in range(6):
        path = tmp_path / f"demo-{number}.db"
        with a_process(RUN_DEMO, path) as process:
            wait_for_line(process, "ready")
            timer = threading.Timer(moments.uniform(0, 0.3), process.kill)
            tell(process, "go")
            timer.start()
            process.wait()
            timer.join()
        if path.exists():
            assert_empty_and_marked(path)
        assert run_demo(path).rows["trades"] == 12_477
        assert not list(tmp_path.glob(".*"))


def assert_empty_and_marked(path: Path) -> None:
    with open_database(path) as connection:
        assert (
            connection.read_value(
                "SELECT value FROM system_settings WHERE key = 'database.purpose'"
            )
            == "demo"
        )
        assert connection.read_int("SELECT count(*) FROM migrations") == 79
        assert set(counts(connection, ("users", "orders", "trades", "market_data")).values()) == {0}
        assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]


if sys.platform == "linux":  # which tells a process's peak

    def test_a_large_demo_stays_small_in_memory(tmp_path: Path) -> None:
        script = (
            "import sys\n"
            "from pathlib import Path\n"
            "from cts_console.demo import run_demo\n"
            "run_demo(sys.argv[1], rows=int(sys.argv[2]))\n"
            "lines = Path('/proc/self/status').read_text().splitlines()\n"
            "print(next(line.split()[1] for line in lines if line.startswith('VmHWM')))\n"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "demo.db"), "400000"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert int(done.stdout) < 200_000  # kB
        assert not side_file(tmp_path / "demo.db", "-wal").exists()
