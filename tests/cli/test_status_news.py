"""`status` says what is new since a person looked, and counts as a look with `--seen` alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from cts_console.audit import identify_file
from cts_console.overview import LookMark, empty_news, record_look
from cts_console.sqlite import open_database
from cts_console.store import open_store, store_path
from tests.cli.console import Console, digest
from tests.cli.shapes import STATUS, assert_shape

NOW = time.time_ns() // 1_000_000


def news(console: Console, path: Path, *options: object) -> Any:
    answer = console.run("status", path, *options, "--json")
    assert_shape(answer.document, STATUS)
    return answer.document["news"]


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    path = tmp_path / "flawed.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute('CREATE TABLE "[red]t" (a, b); CREATE INDEX one ON "[red]t" (a)')
    return path


def grow(path: Path) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(
            'CREATE INDEX two ON "[red]t" (a); INSERT INTO "[red]t" VALUES (1, 2), (3, 4)'
        )


def test_looking_is_no_look(console: Console, flawed: Path) -> None:
    assert news(console, flawed) == empty_news()
    assert news(console, flawed) == empty_news()
    assert "Since you last looked" not in console.run("status", flawed).out


def test_since_it_was_seen(console: Console, flawed: Path) -> None:
    console.run("audit", flawed)
    before = digest(flawed)
    assert news(console, flawed, "--seen")["since"] is None
    assert digest(flawed) == before
    grow(flawed)
    console.run("audit", flawed)
    found = news(console, flawed)
    assert found["since"] is not None
    assert found["findings"] == {"new": 1, "worse": 0, "came_back": 0}
    assert found["appended"] == [{"table": "[red]t", "rows": 2}]
    # No question of a file that is not CTS.
    assert (found["trades"], found["closed_positions"], found["errors"]) == (None, None, None)
    shown = console.run("status", flawed).out
    assert f"Since you last looked ({found['since']})" in shown
    assert "1 new, 0 worse, 0 no longer accepted" in shown
    assert "[red]t 2" in shown
    assert "1 new" in console.run("status", flawed, "--seen").out
    assert news(console, flawed)["findings"]["new"] == 0


def test_of_a_trading_database(console: Console, demo: Path) -> None:
    record_look(identify_file(demo), LookMark(1_570_900_000_000, 1, {}), None)
    found = news(console, demo)
    assert found["trades"] > 100
    assert found["closed_positions"][0]["positions"] > 1
    assert isinstance(found["engine_stops"], int)
    assert isinstance(found["errors"], int)
    assert found["findings"] == {"new": None, "worse": None, "came_back": None}
    shown = console.run("status", demo).out
    assert "positions closed" in shown
    assert "unknown new" in shown


def test_a_look_in_the_future_is_told(console: Console, flawed: Path) -> None:
    later = NOW + 10**9
    record_look(identify_file(flawed), LookMark(later, 1, {"[red]t": 0}), 0, later)
    grow(flawed)
    console.run("audit", flawed)
    found = news(console, flawed)
    assert "the clock was set back" in found["note"]
    assert found["findings"]["new"] > 0
    assert found["appended"] == [{"table": "[red]t", "rows": 2}]
    assert found["note"] in console.run("status", flawed).out


def test_records_that_cannot_be_used_are_told_and_block_nothing(
    console: Console, flawed: Path
) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().write_bytes(b"not a database at all" * 100)
    found = news(console, flawed, "--seen")
    assert found == empty_news() | {"note": found["note"]}
    assert "What is new cannot be told" in found["note"]
    document = console.run("status", flawed, "--json").document
    assert "console.db" in document["performance"]["last_audit_error"]
    lines = console.run("status", flawed).out.splitlines()
    told = {line.rsplit(maxsplit=1)[0].strip(): line.split()[-1] for line in lines if line}
    assert (told["last audit"], told["accepted"]) == ("unknown", "unknown")


def test_a_look_that_cannot_be_kept_is_told_beside_the_news(
    console: Console, flawed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.run("audit", flawed)
    news(console, flawed, "--seen")
    monkeypatch.setattr("cts_console.store.store.BUSY_TIMEOUT_MS", 10)
    with open_database(store_path(), "read_write") as connection:
        connection.execute("BEGIN IMMEDIATE")
        found = news(console, flawed, "--seen")
        connection.execute("ROLLBACK")
    assert "That it was seen cannot be kept" in found["note"]
    assert found["findings"]["new"] == 0


def test_a_profit_that_is_no_number_is_unknown(console: Console, demo: Path) -> None:
    with open_database(demo, "read_write") as connection:
        connection.execute(
            "PRAGMA ignore_check_constraints = ON;"
            "UPDATE positions SET realized_pnl = 9e999 WHERE status = 'closed'"
        )
    record_look(identify_file(demo), LookMark(1_570_900_000_000, 1, {}), None)
    found = news(console, demo)
    assert {row["realized_pnl"] for row in found["closed_positions"]} == {None}
    assert "with unknown" in console.run("status", demo).out


def test_it_stays_quick_beside_many_findings_and_tables(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "wide.db"
    with open_database(path, "read_write", create=True) as connection:
        for number in range(300):
            connection.execute(f"CREATE TABLE t{number} (a); INSERT INTO t{number} VALUES (1), (2)")
    record_look(identify_file(path), LookMark(1, 1, {}), 0)
    with open_store() as store:
        assert store.read_look(identify_file(path)) is not None
    assert len(news(console, path)["appended"]) == 256
    assert "251 more" in console.run("status", path).out
