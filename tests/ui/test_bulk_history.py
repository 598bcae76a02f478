"""The history of bulk runs, and the batches that can be finished or taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.bulk import insert_batch, list_batches
from cts_console.bulk.batches import batches_dir
from cts_console.errors import CtsError
from cts_console.sqlite import open_database
from cts_console.ui.bulk.history_page import HistoryPage
from cts_console.ui.tabs.bulk import BulkTab
from tests.processes import IDLE_ENGINE, a_process, wait_for_line
from tests.ui.bulk_case import accept, make_ledger, read, writable

# Ends in the middle of a batch, after the first rows have come over.
KILLED = """
import os, sys
from cts_console.bulk import insert_batch
from cts_console.errors import CtsError
from cts_console.sqlite import open_database
def tell(progress):
    if progress.note == "bringing rows over" and progress.done >= 200:
        print("coming", flush=True)
        sys.stdin.readline()
with open_database(sys.argv[1], "read_write") as connection:
    rows = [(n, f"name {n}", 1.0) for n in range(10, 20_010)]
    insert_batch(connection, "item", rows, ("id", "name", "amount"), on_progress=tell)
"""


def show(open_tab, path: Path, qtbot, *, unlocked: bool = True) -> BulkTab:
    tab: BulkTab = open_tab(BulkTab, path, writable=unlocked)
    tab.show_page(2)
    wait(tab, qtbot)
    return tab


def wait(tab: BulkTab, qtbot) -> None:
    context = tab.context
    qtbot.waitUntil(
        lambda: not context.browse.is_busy and not context.operations.is_busy, timeout=20_000
    )


def column(page: HistoryPage, number: int) -> list[str]:
    model = page.runs
    return [model.index(row, number).data() for row in range(model.rowCount())]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return make_ledger(tmp_path / "ledger.db")


@pytest.fixture
def sliced(ledger: Path) -> Path:
    with a_process(IDLE_ENGINE, ledger) as process:
        wait_for_line(process, "open")
        with open_database(ledger, "read_write") as connection:
            rows = [(n, f"name {n}", 1.0) for n in range(10, 12_010)]
            insert_batch(connection, "item", rows, ("id", "name", "amount"))
    return ledger


def test_runs_of_the_file_are_listed_the_newest_first(open_tab, empty_database, qtbot):
    with open_database(empty_database, "read_write") as connection:
        for operation, written, errors, at in (
            ("insert", 100, 0, 1_700_000_000_000),
            ("upsert", 40, 2, 1_700_000_100_000),
        ):
            connection.execute(
                "INSERT INTO batch_processor_stats (operation, table_name, rows_requested, "
                "rows_written, errors, started_at, duration_ms, status) "
                "VALUES (?, 'market_data', 100, ?, ?, ?, 500, ?)",
                (operation, written, errors, at, "partial" if errors else "ok"),
            )
    tab = show(open_tab, empty_database, qtbot)
    page = tab.history
    assert column(page, 1) == ["upsert", "insert"]
    assert column(page, 6) == ["80", "200"]
    assert column(page, 7) == ["partial", "ok"]
    assert page.batches_view.isHidden()


def test_a_file_without_the_table_says_so(open_tab, ledger, qtbot):
    tab = show(open_tab, ledger, qtbot)
    page = tab.history
    assert "no table batch_processor_stats" in page.runs_note.text()
    assert page.runs_view.isHidden()


def test_a_table_of_a_stranger_is_shown_as_far_as_it_can_be(open_tab, ledger, qtbot):
    with open_database(ledger, "read_write") as connection:
        connection.execute(
            "CREATE TABLE batch_processor_stats (operation, table_name, rows_requested, "
            "rows_written, batches, errors, started_at, duration_ms, status);"
            "INSERT INTO batch_processor_stats VALUES (CAST(x'ff' AS TEXT), "
            "'<b>' || char(10), 'many', -1, 1, NULL, 'now', 0, x'00')"
        )
    tab = show(open_tab, ledger, qtbot)
    page = tab.history
    row = [column(page, number)[0] for number in range(page.runs.columnCount())]
    assert row == ["–", "\ufffd", "<b>\\n", "-1", "–", "0 ms", "–", "\\x00"]


def test_a_damaged_batch_is_told_and_keeps_no_run_away(open_tab, empty_database, qtbot):
    damaged = batches_dir() / "abc"
    damaged.mkdir(parents=True)
    (damaged / "batch.db").write_bytes(b"junk" * 500)
    tab = show(open_tab, empty_database, qtbot)
    assert "batch.db" in tab.history.batches_note.text()
    assert "Nothing was written in bulk" in tab.history.runs_note.text()


def test_a_batch_is_taken_back(open_tab, sliced, qtbot):
    tab = show(open_tab, sliced, qtbot)
    page = tab.history
    assert "done" in [page.batches.index(0, number).data() for number in range(6)]
    assert not page.undo_button.isEnabled()
    page.batches_view.selectRow(0)
    assert page.undo_button.isEnabled()
    assert not page.resume_button.isEnabled()
    page.undo_button.click()
    accept(page.undoer.dialog)
    wait(tab, qtbot)
    assert len(read(sliced, "SELECT 1 FROM item")) == 3
    assert page.batches.index(0, 5).data() == "taken back"
    page.batches_view.selectRow(0)
    assert not page.undo_button.isEnabled()


def test_rows_that_later_ones_refer_to_are_told(open_tab, sliced, qtbot):
    with open_database(sliced, "read_write") as connection:
        connection.execute(
            "CREATE TABLE part (item INTEGER REFERENCES item (id));INSERT INTO part VALUES (12009)"
        )
    tab = show(open_tab, sliced, qtbot)
    page = tab.history
    told: list[CtsError] = []
    page._context.navigator.error_raised.connect(told.append)
    page.batches_view.selectRow(0)
    page.undo_button.click()
    accept(page.undoer.dialog)
    wait(tab, qtbot)
    assert told[0].title == "Other rows refer to these"
    assert len(read(sliced, "SELECT 1 FROM item")) == 12_003


def test_a_batch_that_was_killed_is_finished(open_tab, ledger, qtbot):
    with a_process(IDLE_ENGINE, ledger) as engine:
        wait_for_line(engine, "open")
        with a_process(KILLED, ledger) as process:
            wait_for_line(process, "coming")
        tab = show(open_tab, ledger, qtbot)
        page = tab.history
        assert page.batches.index(0, 5).data() == "not finished"
        page.batches_view.selectRow(0)
        page.resume_button.click()
        wait(tab, qtbot)
    assert page.batches.index(0, 5).data() == "done"
    assert len(read(ledger, "SELECT 1 FROM item")) == 20_003
    assert list_batches(ledger)[0].state == "done"


def test_a_locked_file_keeps_its_batches(open_tab, sliced, qtbot):
    tab = show(open_tab, sliced, qtbot, unlocked=False)
    page = tab.history
    page.batches_view.selectRow(0)
    assert not page.undo_button.isEnabled()
    assert "Unlock" in page.undo_button.toolTip()
    tab.set_database(writable(tab))
    wait(tab, qtbot)
    page.batches_view.selectRow(0)
    assert page.undo_button.isEnabled()
