"""What people see: plain tables on which no name in a database has any power."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console as Paper

from cts_console.cli.stage import print_error
from cts_console.cli.tables import (
    duration_text,
    print_facts,
    print_line,
    print_table,
    size_text,
    visible,
)
from cts_console.errors import CtsError
from cts_console.sqlite import open_database, quote_identifier
from tests.cli.console import COMMANDS, MAKES_A_DATABASE, Console

HOSTILE = (
    "[red]alarm[/red]",
    "[/]",
    "[",
    "line\nbreak",
    "back\rward",
    "\x1b[2J\x1b[31mgone",
    "\x1b]0;title\x07",
    "\x9b31m",
    "tab\tbed",
    "nul-less \x01\x02\x7f",
    "\u202edrawkcab",
    "\u2028separator",
    "a" * 300,
    "日本語",
    ":smile:",
    "{name}",
    "%s",
    "",
)
TEXTS = st.one_of(st.text(), st.sampled_from(HOSTILE))
CELLS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.binary(), TEXTS)


def paper() -> tuple[Paper, io.StringIO]:
    """Return a terminal with colours, 80 columns wide, and what it shows."""
    shown = io.StringIO()
    return Paper(file=shown, width=80, highlight=False, color_system=None), shown


def assert_harmless(text: str) -> None:
    """Check that nothing but line breaks is left of what a terminal would obey."""
    raw = sorted({character for character in text.replace("\n", "") if not character.isprintable()})
    assert raw == []


@given(st.lists(TEXTS, min_size=1, max_size=4), st.data())
def test_a_table_shows_anything(columns: list[str], data: Any) -> None:
    row = st.lists(CELLS, min_size=len(columns), max_size=len(columns))
    rows = data.draw(st.lists(row, max_size=4))
    title = data.draw(TEXTS)
    console, shown = paper()
    print_table(console, columns, rows, title=title)
    assert_harmless(shown.getvalue())


@given(st.lists(st.tuples(TEXTS, CELLS), max_size=5))
def test_facts_show_anything_one_line_each(facts: list[tuple[str, object]]) -> None:
    console, shown = paper()
    print_facts(console, facts)
    assert_harmless(shown.getvalue())
    assert shown.getvalue().count("\n") == len(facts)


@given(TEXTS)
def test_a_line_is_one_line(text: str) -> None:
    console, shown = paper()
    print_line(console, text, style="bold")
    assert_harmless(shown.getvalue())
    assert shown.getvalue() == visible(text) + "\n"


@given(st.text())
def test_printable_text_is_left_alone_and_the_rest_can_be_told_apart(text: str) -> None:
    assert visible(text).isprintable()
    if text.isprintable():
        assert visible(text) == text


@given(TEXTS, TEXTS)
def test_an_error_is_one_line(message: str, hint: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        shown = io.StringIO()
        patch.setattr("sys.stderr", shown)
        print_error(CtsError("usage", "title", message, hint))
    assert shown.getvalue().startswith("error: ")
    assert shown.getvalue().count("\n") == 1
    assert_harmless(shown.getvalue())


def test_numbers_are_aligned_and_text_is_not() -> None:
    console, shown = paper()
    print_table(console, ("table", "rows"), [("a", 5), ("b", 1234)])
    lines = [line.rstrip() for line in shown.getvalue().splitlines()]
    assert any(line.endswith("    5") for line in lines), lines
    assert any(line.endswith("1,234") for line in lines), lines


def test_sizes_and_durations_for_people() -> None:
    assert [size_text(n) for n in (None, 0, 999, 1000, 48_200_000, 3.2e12, 5e15)] == [
        "unknown",
        "0 bytes",
        "999 bytes",
        "1.0 KB",
        "48.2 MB",
        "3.2 TB",
        "5000.0 TB",
    ]
    assert [duration_text(n) for n in (None, 0.4, 12, 3400)] == [
        "unknown",
        "0 ms",
        "12 ms",
        "3.4 s",
    ]


def hostile_database(path: Path) -> Path:
    """Make a database whose every name is hostile, with something for each rule to find."""
    with open_database(path, "read_write", create=True) as connection:
        for number, name in enumerate(HOSTILE[:-1]):
            table, column = quote_identifier(name), quote_identifier(f"{name} ")
            connection.execute(
                f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {column}, "
                f"parent REFERENCES {table} (id))"
            )
            for copy in ("x", "y"):
                index = quote_identifier(f"{name}{copy}{number}")
                connection.execute(f"CREATE INDEX {index} ON {table} ({column})")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(f"INSERT INTO {table} VALUES (1, ?, 99)", (name,))
    return path


LOOKS = [
    command for command in COMMANDS if command[0] not in (*MAKES_A_DATABASE, "backup", "export")
]


@pytest.mark.parametrize("command", LOOKS, ids=" ".join)
def test_no_name_in_a_database_reaches_the_terminal_raw(
    console: Console, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = hostile_database(tmp_path / "\x1b[31m[red].db")
    name, *options = command
    answer = console.run(name, path, *options)
    assert_harmless(answer.out)
    assert_harmless(answer.err)
    assert "mistake" not in answer.err
    assert answer.status in (0, 1, 2)
    if command == ("audit",):
        assert "IDX-01" in answer.out
        assert "INT-02" in answer.out


def test_in_a_pipe_no_line_is_folded(console: Console, tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 120) / ("b" * 120)
    folder.mkdir(parents=True)
    path = hostile_database(folder / f"{'c' * 100}.db")
    shown = console.run("status", path).out
    assert str(path) in shown
    assert f"DROP INDEX {quote_identifier('a' * 300 + 'y12')}" in console.run("audit", path).out
