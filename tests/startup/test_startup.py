"""The start-up flow: eight steps, the same result however often and beside whom it runs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database, side_file
from cts_console.startup import STEPS, run_startup
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_new_file_becomes_a_whole_cts_database(tmp_path: Path) -> None:
    result = run_startup(tmp_path / "cts.db")
    assert result.ok
    assert result.created
    assert [step.name for step in result.steps] == list(STEPS)
    assert all(step.ok for step in result.steps)
    assert result.counts is not None
    counts = result.counts
    assert (counts.tables, counts.indexes, counts.base_indexes) == (32, 103, 70)
    assert (counts.performance_indexes, counts.elements) == (33, 102)
    assert (counts.views, counts.triggers) == (4, 25)
    assert all(reading.ok for reading in result.pragmas)
    assert len(result.pragmas) == 10


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    run_startup(path)
    before = digest(path)
    result = run_startup(path)
    assert result.ok
    assert not result.created
    assert result.migrations is not None
    assert (result.migrations.applied, result.migrations.already_applied) == ((), 79)
    assert digest(path) == before
    assert not side_file(path, "-wal").exists()


def test_an_empty_file_is_welcome(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    path.touch()
    result = run_startup(path)
    assert result.ok
    assert result.created


@pytest.mark.parametrize("profile", ["trading", "durable", "untouched"])
def test_each_profile_is_read_back(tmp_path: Path, profile: str) -> None:
    result = run_startup(tmp_path / "cts.db", profile=profile)  # type: ignore[arg-type] # one of the three
    values = {reading.name: reading.value for reading in result.pragmas}
    assert result.ok
    if profile == "untouched":
        assert values == {}
    else:
        assert values["synchronous"] == {"trading": "NORMAL", "durable": "FULL"}[profile]


LEGACY = """
CREATE TABLE exchange_connections (id, api_key, api_secret);
CREATE TABLE trade_engine_state (connection_id, status);
CREATE TABLE site_logs (timestamp, level);
"""
FREQTRADE = """
CREATE TABLE trades (pair, is_open, open_rate, stake_amount);
CREATE TABLE orders (ft_trade_id, order_id);
"""
ODD_NAMES = ("a b", "it's", 'say "hi"', "what?", "a#b", "100%", "Ünï-日本", "file:x")


@pytest.mark.parametrize(
    ("kind", "script"),
    [
        ("cts_legacy", LEGACY),
        ("freqtrade", FREQTRADE),
        ("other", "CREATE TABLE albums (id INTEGER PRIMARY KEY, title)"),
    ],
)
def test_a_foreign_file_is_refused_before_a_byte_changes(
    tmp_path: Path, kind: str, script: str
) -> None:
    path = tmp_path / f"{kind}.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(script)
    before = digest(path)
    with pytest.raises(CtsError) as caught:
        run_startup(path)
    assert caught.value.code == "foreign_file"
    assert digest(path) == before
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == [path.name]


def test_a_failing_step_stops_the_later_ones_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    run_startup(path)
    with open_database(path, "read_write") as connection:
        connection.execute("DROP INDEX idx_orders_bot")
    result = run_startup(path)
    assert not result.ok
    assert [step.ok for step in result.steps] == [True, True, True] + [False] * 5
    assert "idx_orders_bot is missing" in result.errors[0].message
    assert {step.detail for step in result.steps[4:]} == {"not reached"}


def test_beside_an_idle_engine_the_flow_goes_through_and_disturbs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    run_startup(path)
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        result = run_startup(path)
        assert result.ok
        assert str(engine.pid) in result.steps[0].detail
        tell(engine, "INSERT INTO site_logs (category, message) VALUES ('engine', 'still here')")
        wait_for_line(engine, "done")


def test_waiting_for_a_lock_is_shown_and_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    run_startup(path)
    with open_database(path, "read_write") as connection:
        connection.execute("DELETE FROM migrations WHERE name LIKE '102%'")
        connection.execute("PRAGMA user_version = 101")
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        cancel = CancelToken()
        notes: list[str] = []

        def stop_once_waiting(progress: Progress) -> None:
            notes.append(progress.note)
            if "waiting for another process" in progress.note:
                cancel.cancel()

        with pytest.raises(CtsError) as caught:
            run_startup(path, on_progress=stop_once_waiting, cancel=cancel)
        assert caught.value.code == "cancelled"
        assert any("waiting" in note for note in notes)
        tell(engine, "ROLLBACK")
        wait_for_line(engine, "done")


def test_a_damaged_database_is_an_error_of_the_flow(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    run_startup(path)
    data = bytearray(path.read_bytes())
    for page in range(20, 60):
        data[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    path.write_bytes(data)
    try:
        errors = run_startup(path).errors
    except CtsError as error:
        errors = (error,)
    assert [error.code for error in errors] == ["damaged"]


def test_odd_paths(tmp_path: Path) -> None:
    for stem in ODD_NAMES:
        name = f"{stem}.db"
        folder = tmp_path / "real folder"
        folder.mkdir(exist_ok=True)
        link = tmp_path / "link"
        if not link.exists():
            link.symlink_to(folder, target_is_directory=True)
        result = run_startup(link / name)
        assert result.ok
        assert (folder / name).exists()
        assert result.database == (folder / name).resolve()
