"""What the tests of the Bulk tab share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from cts_console.sqlite import open_database
from cts_console.ui.bulk.confirm_dialog import ConfirmDialog
from cts_console.ui.context import OpenDatabase
from cts_console.ui.tabs.bulk import BulkTab

LEDGER = """
PRAGMA journal_mode = WAL;
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, amount REAL CHECK (amount > 0),
  api_key TEXT);
CREATE INDEX idx_item_name ON item (name);
INSERT INTO item VALUES (1, 'one', 1.5, 'k1'), (2, 'two', 2.5, 'k2'), (3, 'three', 3.5, NULL);
CREATE TABLE log (at INTEGER, what TEXT);
INSERT INTO log VALUES (1, 'a'), (2, 'b');
CREATE TRIGGER log_is_append_only BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
"""


def make_ledger(path: Path) -> Path:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(LEDGER)
    return path


def read(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_database(path) as connection:
        return list(connection.read_rows(sql))


def write_candles(path: Path, count: int, *, symbol: str = "") -> Path:
    """Write candles of five minutes, as an exchange gives them."""
    names = "open_time,open,high,low,close,volume"
    lines = [f"symbol,{names}" if symbol else names]
    for number in range(count):
        at_ms = (1_330_000_200 + 300 * number) * 1000
        row = f"{at_ms},{100 + number % 7}.5,120,90,{101 + number % 5}.25,{12 + number % 9}.125"
        lines.append(f"{symbol},{row}" if symbol else row)
    path.write_text("\n".join(lines) + "\n")
    return path


def start(tab: BulkTab, qtbot, file: Path) -> None:
    """Choose a file and wait for what is said of it."""
    tab.imports.start(file)
    wait_for_look(tab, qtbot)


def accept(dialog: ConfirmDialog | None) -> None:
    """Say yes to a question that must have been asked."""
    assert dialog is not None
    dialog.accept()


def writable(tab: BulkTab) -> OpenDatabase:
    """Return the open file as it is once writing is unlocked."""
    assert tab.database is not None
    return replace(tab.database, writable=True)


def wait_for_look(tab: BulkTab, qtbot) -> None:
    qtbot.waitUntil(lambda: not tab.context.browse.is_busy, timeout=20_000)


def run_import(tab: BulkTab, qtbot) -> str:
    """Run the import and return what is said of it."""
    assert tab.imports.run.run_button.isEnabled(), tab.imports.run.why.text()
    tab.imports.run.run_button.click()
    assert tab.imports.is_running
    wait_for_end(tab, qtbot)
    return tab.imports.run.result.text()


def check(tab: BulkTab, qtbot) -> str:
    """Run the dry run and return its verdict."""
    tab.imports.checks.check_button.click()
    assert tab.imports.is_running
    wait_for_end(tab, qtbot)
    return tab.imports.checks.verdict.text()


def wait_for_end(tab: BulkTab, qtbot) -> None:
    qtbot.waitUntil(lambda: not tab.imports.is_running, timeout=30_000)
    wait_for_look(tab, qtbot)
