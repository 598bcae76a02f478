"""What was written reads back: for any values, and with programs that are not ours."""

from __future__ import annotations

import base64
import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from cts_console.sqlite import open_database
from cts_console.transfer import writers
from cts_console.transfer.writers import WRITERS, xlsx
from tests.transfer.export_case import export, make_table, read_stored

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUE = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    TEXT,
    st.binary(max_size=6),
    st.sampled_from(["", "=1+1", "@SUM(A1)", "-5", "-a", "_x0041_", "a\r\nb", "'", '"', "\0", "7"]),
)
ROWS = st.lists(st.tuples(VALUE, VALUE), max_size=6)
FEW = settings(max_examples=40)


def written(name: str, rows: list[tuple[Any, ...]]) -> bytes:
    """Export rows of two columns in a format and return the file."""
    with tempfile.TemporaryDirectory() as folder:
        database = make_table(Path(folder, "a.db"), rows, ("a", "b c"))
        export(database, Path(folder, f"out.{name}"))
        return Path(folder, f"out.{name}").read_bytes()


def test_the_registry_holds_every_file_of_the_folder():
    folder = Path(writers.__file__).parent
    files = {entry.stem for entry in folder.glob("*.py")} - {"__init__"}
    assert {known.name for known in WRITERS} == files
    endings = [ending for known in WRITERS for ending in known.endings]
    assert len(endings) == len(set(endings))


@FEW
@given(ROWS)
def test_csv_reads_back(rows):
    def told(value):
        if value is None:
            return ""
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, float) and value in (float("inf"), float("-inf")):
            return "Inf" if value > 0 else "-Inf"
        return value if isinstance(value, str) else repr(value)

    text = written("csv", rows).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["a", "b c"],
        *([told(value) for value in row] for row in rows),
    ]


def test_csv_tells_null_from_an_empty_text_and_text_from_a_number():
    raw = written("csv", [(None, ""), ("7", 7)]).decode()
    assert raw == '"a","b c"\r\n,""\r\n"7",7\r\n'


def as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"blob": base64.b64encode(value).decode()}
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


@FEW
@given(ROWS)
def test_json_and_json_lines_read_back(rows):
    expected = [{"a": as_json(a), "b c": as_json(b)} for a, b in rows]
    refuse = pytest.fail
    array = json.loads(written("json", rows), parse_constant=refuse)
    lines = written("jsonl", rows).decode().split("\n")
    assert lines.pop() == ""
    parsed = [json.loads(line, parse_constant=refuse) for line in lines]
    assert array == parsed == expected
    assert [type(v) for r in array for v in r.values()] == [
        type(v) for r in expected for v in r.values()
    ]


@FEW
@given(ROWS)
@example([(0.1 + 0.2, 5e-324), (1.7976931348623157e308, -(2**63))])
def test_sql_runs_back_to_the_same_contents(rows):
    with tempfile.TemporaryDirectory() as folder:
        database = make_table(Path(folder, "a.db"), rows, ("a", "b c"))
        export(database, Path(folder, "out.sql"))
        script = Path(folder, "out.sql").read_bytes().decode()
        with open_database(Path(folder, "b.db"), "read_write", create=True) as connection:
            connection.execute(script)
        assert read_stored(Path(folder, "b.db")) == read_stored(database)


@FEW
@given(ROWS)
def test_xlsx_reads_back_and_no_text_is_a_formula(rows):
    def told(value):
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, float) and value in (float("inf"), float("-inf")):
            return "Inf" if value > 0 else "-Inf"
        if isinstance(value, int) and abs(value) >= 10**15:
            return str(value)
        return value

    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", rows))).worksheets[0]
    cells = list(sheet.iter_rows(max_col=2, max_row=len(rows) + 1))
    assert [cell.value for cell in cells[0]] == ["a", "b c"]
    for row, found in zip(rows, cells[1:], strict=True):
        for value, cell in zip(map(told, row), found, strict=True):
            assert cell.data_type == ("s" if isinstance(value, str) else "n")
            back = unescape(cell.value) if isinstance(value, str) else cell.value
            # openpyxl makes a whole number of 2.0.
            assert back == value


def test_xlsx_marks_what_would_be_calculated_once_it_is_edited(tmp_path):
    texts = ["=cmd|'/c calc'!A1", "+1+1", "-a", "@x", "\tx", "\rx", "plain", "-5.5"]
    database = make_table(tmp_path / "a.db", [(text,) for text in texts], ("=HYPERLINK()",))
    export(database, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    marks = [cell.quotePrefix for (cell,) in sheet.iter_rows()]
    assert marks == [True] * 7 + [False, False]
    assert {cell.data_type for (cell,) in sheet.iter_rows()} == {"s"}


def test_xlsx_continues_on_further_sheets(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 4)
    database = make_table(tmp_path / "a.db", [(number,) for number in range(7)])
    result = export(database, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert [sheet.title for sheet in book] == ["t", "t 2", "t 3"]
    rows = [[cell.value for (cell,) in sheet.iter_rows()] for sheet in book]
    assert rows == [["a", 0, 1, 2], ["a", 3, 4, 5], ["a", 6]]
    assert "The rows lie on 3 sheets." in result.notes


def test_xlsx_tells_what_it_had_to_cut(tmp_path):
    longest = "x" * xlsx.MOST_CHARACTERS
    astral = "\U0001f600" * xlsx.MOST_CHARACTERS
    database = make_table(tmp_path / "a.db", [(longest,), (longest + "y",), (astral,)])
    result = export(database, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    whole, cut, emoji = [cell.value for (cell,) in sheet.iter_rows(min_row=2)]
    assert whole == cut == longest
    assert emoji == astral[: xlsx.MOST_CHARACTERS // 2]
    assert [note for note in result.notes if note.startswith("2 values are cut")]


@pytest.mark.parametrize("table", ["a[b]:*?/\\", "'", "x" * 60, '<&">', "History", "\x01"])
def test_xlsx_gives_a_sheet_a_name_that_it_may_have(tmp_path, table):
    path = tmp_path / "a.db"
    with open_database(path, "read_write", create=True) as connection:
        name = table.replace('"', '""')
        connection.execute(f'CREATE TABLE "{name}" (a); INSERT INTO "{name}" VALUES (1)')
    export(path, tmp_path / "out.xlsx", table)
    title = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0].title
    assert 0 < len(title) <= 31
    assert not set(title) & set("[]:*?/\\")
    assert title.lower() != "history"


def test_names_that_come_twice_stay_in_csv_and_differ_in_json(tmp_path):
    database = make_table(tmp_path / "a.db", [(1,)])
    query = "SELECT a, a, a AS a_2, a AS a FROM t"
    export(database, tmp_path / "out.csv", query)
    assert (tmp_path / "out.csv").read_text().splitlines()[0] == '"a","a","a_2","a"'
    result = export(database, tmp_path / "out.json", query)
    assert json.loads((tmp_path / "out.json").read_text()) == [
        {"a": 1, "a_3": 1, "a_2": 1, "a_4": 1}
    ]
    assert any("made different" in note for note in result.notes)
