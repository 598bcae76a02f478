"""An export beside an engine: it holds up nobody, and is still one commit's state."""

from __future__ import annotations

from cts_console.sqlite import open_database, side_file
from cts_console.transfer import one_state
from cts_console.transfer.export import ExportRequest, run_export
from cts_console.transfer.selection import TableRows
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line
from tests.transfer.export_case import ROWS, export, make_ledger


def test_beside_a_log_that_grows_the_rest_is_read_from_a_copy(tmp_path, monkeypatch):
    monkeypatch.setattr(one_state, "MOST_GROWTH_BYTES", 100_000)
    monkeypatch.setattr(one_state, "_LOOK_S", 0.0)
    path = make_ledger(tmp_path / "a.db", "wal")
    output = tmp_path / "out.csv"
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        grown: list[int] = []

        def on_progress(progress: object) -> None:
            if not grown:
                tell(engine, "UPDATE t SET b = 'y' || substr(b, 2)")
                wait_for_line(engine, "done")
                grown.append(side_file(path, "-wal").stat().st_size)

        request = ExportRequest(TableRows("t"), "csv")
        result = run_export(path, request, output, on_progress=on_progress)
    assert grown[0] > 100_000
    assert any("private copy was read" in note for note in result.notes)
    marks = {line.rpartition('"')[0][-50:-49] for line in output.read_text().splitlines()[1:]}
    assert marks == {"y"}, "one state: that of after the commit"
    assert result.rows == ROWS


def test_in_rollback_mode_an_engine_commits_while_an_export_runs(tmp_path):
    path = make_ledger(tmp_path / "a.db", "delete")
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        committed: list[int] = []

        def on_progress(progress: object) -> None:
            if not committed:
                tell(engine, "PRAGMA busy_timeout = 0")
                wait_for_line(engine, "done")
                tell(engine, "INSERT INTO t VALUES (-1, 'late')")
                wait_for_line(engine, "done")
                committed.append(1)

        request = ExportRequest(TableRows("t"), "csv")
        result = run_export(path, request, tmp_path / "out.csv", on_progress=on_progress)
    assert committed
    with open_database(path) as connection:
        assert connection.read_int("SELECT count(*) FROM t WHERE b = 'late'") == 1
    assert result.rows in (ROWS, ROWS + 1)


def test_looking_leaves_the_file_and_its_folder_as_they_were(tmp_path):
    path = make_ledger(tmp_path / "a.db", "wal")
    out = tmp_path / "out"
    out.mkdir()
    before = path.read_bytes()
    export(path, out / "out.csv")
    assert path.read_bytes() == before
    with open_database(path) as connection:
        assert connection.read_int("SELECT count(*) FROM t") == ROWS
