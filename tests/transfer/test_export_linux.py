"""What only Linux gives: files without a name, and who has a file open."""

from __future__ import annotations

import pytest

from cts_console.transfer import one_state
from tests.processes import IDLE_ENGINE, a_process, wait_for_line
from tests.transfer.export_case import ENDLESS, EXPORTER, FORMATS, export, make_ledger, names


@pytest.mark.parametrize("form", FORMATS)
def test_a_killed_export_leaves_nothing(database, form):
    with a_process(EXPORTER, database, database.with_name(f"out.{form}"), 0, ENDLESS) as process:
        wait_for_line(process, "writing")
        process.kill()
        process.wait()
    assert names(database) == {"a.db"}


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_long_export_is_read_from_a_copy_only_where_others_have_the_file_open(
    tmp_path, monkeypatch, mode
):
    monkeypatch.setattr(one_state, "SHORT_S", 0.0)
    monkeypatch.setattr(one_state, "_LOOK_S", 0.0)
    path = make_ledger(tmp_path / "a.db", mode)
    assert export(path, tmp_path / "alone.csv").notes == ()
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        result = export(path, tmp_path / "beside.csv")
    assert any("private copy was read" in note for note in result.notes)
    assert (tmp_path / "beside.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert not list((tmp_path / "console-home").rglob("a.db"))
