"""What a file is, found by its content; and files that cannot be read, named by their lines."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import open_database
from cts_console.transfer import FORMATS, ReadOptions, preview_source
from cts_console.transfer.opening import open_source
from cts_console.transfer.readers import READERS

ABC = "a,b,c\n1,1.5,x\n2,2.5,y\n"
WHOLE = [(1, 1.5, "x", None), (2, 2.5, "y", None)]


def zipped(**members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return target.getvalue()


def test_every_file_of_the_folder_is_a_registered_reader() -> None:
    import cts_console.transfer.readers as folder

    (place,) = folder.__path__
    names = {entry.stem for entry in Path(place).glob("*.py")} - {"__init__"}
    assert {reader.open.__module__.rpartition(".")[2] for reader in READERS} == names
    assert sorted(reader.format for reader in READERS) == sorted(FORMATS)


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        (ABC, "csv"),
        (ABC.replace(",", ";"), "csv"),
        (ABC.replace(",", "\t"), "csv"),
        (ABC.replace(",", "|"), "csv"),
        (ABC.replace("\n", "\r\n"), "csv"),
        (ABC.replace("\n", "\r"), "csv"),
        (ABC.rstrip(), "csv"),
        (f"https://example.org\n{ABC}", "csv"),
        (ABC.replace("\n", "\n\n"), "csv"),
        (ABC.encode("utf-8-sig"), "csv"),
        (ABC.encode("utf-16"), "csv"),
        (ABC.encode("utf-16-le"), "csv"),
        (gzip.compress(ABC.encode(), mtime=0), "csv"),
        (zipped(inner=ABC), "csv"),
        ('[{"a":1,"b":1.5,"c":"x"},{"a":2,"b":2.5,"c":"y"}]', "json"),
        ('\ufeff [ ["a","b","c"], [1,1.5,"x"],\n[2,2.5,"y"] ] ', "json"),
        ('{"a":1,"b":1.5,"c":"x"}\n\n{"c":"y","b":2.5,"a":2}\n', "jsonl"),
        ('["a","b","c"]\n[1,1.5,"x"]\n[2,2.5,"y"]', "jsonl"),
        ("-- dump\nINSERT INTO loose (a,b,c) VALUES (1,1.5,'x'),(2,2.5,'y');", "sql"),
    ],
)
def test_by_its_content_each_format_gives_the_same_rows(load, rows, content, format_) -> None:
    result = load(content)
    assert (result.format, result.rows_written, result.rows_rejected) == (format_, 2, 0)
    assert rows() == WHOLE


def test_a_table_of_another_database(load, rows, path, tmp_path) -> None:
    with open_database(tmp_path / "other.db", "read_write", create=True) as other:
        other.execute("CREATE TABLE t (a, b, c); INSERT INTO t VALUES (1,1.5,'x'),(2,2.5,'y')")
    assert load((tmp_path / "other.db").read_bytes()).format == "sqlite"
    assert rows() == WHOLE


def test_a_workbook_with_dates(load, rows) -> None:
    from datetime import datetime

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["a", "b", "c"])
    book.active.append([1, 1.5, datetime(2024, 1, 2, 3, 4, 5)])  # noqa: DTZ001 - as Excel has it
    book.active.append([None, None, None])
    book.active.append([2, 2.5, "y"])
    target = io.BytesIO()
    book.save(target)
    assert load(target.getvalue()).format == "xlsx"
    assert rows() == [(1, 1.5, "2024-01-02T03:04:05", None), (2, 2.5, "y", None)]


def test_how_far_a_sheet_is_read_is_measured(tmp_path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in (("other", 2_000), ("wanted", 4_000)):
        sheet = book.create_sheet(name)
        for number in range(rows):
            sheet.append([number, f"text {number * 7919}"])
    book.save(tmp_path / "book")
    with zipfile.ZipFile(tmp_path / "book") as packed:
        total = packed.getinfo("xl/worksheets/sheet2.xml").compress_size
    with open_source(tmp_path / "book", ReadOptions(table="wanted")) as source:
        steps = [source.position for _ in source.chunks(500)]
    places = [step.done_bytes for step in steps if step is not None]
    assert {step.total_bytes for step in steps if step is not None} == {total}
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] == total


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "0 bytes"),
        (gzip.compress(b"", mtime=0), "holds nothing"),
        (b"\n\n\n", "holds no row"),
        (b"a,b,c\n1,1,x\n2,2,\x00\n", r"NUL byte in line 3 \(byte 16\)"),
        ("a,b,c\n1,1,é\n".encode() + b"2,2,\xff\n", r"line 3 \(byte 17\) is no valid utf-8"),
        (b'a,b,c\n1,1,x\n2,2,"never closed\n3,3,z\n', "line 3 opens a quote"),
        (b"a,b,c\n1,1,x\n2,2\n", "line 3: 2 fields instead of 3"),
        (b"a,b,c\n1,1,x,y\n", "line 2: 4 fields instead of 3"),
        (b"a,b,e\n1,1,x\n", "no column for e"),
        (b"[[], 1]", "neither objects nor arrays"),
        (b'[{"a":1},{"a":2', "line 1"),
        (b'[{"a":1}\n{"a":2}]', "line 2 cannot be read: a comma"),
        (b'[{"a":1}] x', "something follows"),
        (b'[{"a":1,"a":2}]', "named twice"),
        (b'[{"a":NaN}]', "NaN is no value"),
        (b'{"a":1}\n{"a":\n', "line 2 is no JSON"),
        (b'{"a":1}\n[2]\n', "line 2: no object"),
        (gzip.compress(ABC.encode() * 1000, mtime=0)[:-20], "ended before"),
        (b"PK\x03\x04 and no zip", "not a zip"),
        (zipped(one=ABC, two=ABC), "holds 'one', 'two'"),
        (b"\x89PNG\x01\x02\x03\x04\x05\x06\x0e\x0f" * 50, "neither text nor"),
        (b"DROP TABLE loose", "no column|holds no row|neither"),
        (b"INSERT INTO loose VALUES (1,2,3,4); ATTACH 'x' AS y;", r"Line 1 \(ATTACH"),
        (b"INSERT INTO candles VALUES (1,2,3,4,5);", r"Line 1 \(INSERT"),
        (b"INSERT INTO loose (a) VALUES (1);\nINSERT INTO loose (zz) VALUES (1);", "Line 2: "),
    ],
    ids=range(25),
)
def test_what_cannot_be_read_is_named_and_nothing_is_written(load, rows, content, told) -> None:
    with pytest.raises(CtsError, match=told):
        load(content)
    assert rows() == []


def test_only_a_header_is_no_error(load, rows) -> None:
    assert load("a,b,c\n").rows_read == 0
    assert rows() == []


def test_empty_and_repeated_names_are_told(write) -> None:
    preview = preview_source(write("a,,a\n1,2,3\n"))
    assert [column.name for column in preview.columns] == ["a", "column 2", "a (2)"]
    assert any("column 3 is called 'a'" in reason for reason in preview.detected.reasons)


def test_cp1252_is_a_guess_and_told_as_one(load, rows) -> None:
    result = load("a,b,c\n1,1,Zürich\n".encode("cp1252"))
    assert result.detected.encoding == "cp1252"
    assert any("guess" in reason for reason in result.detected.reasons)
    assert rows() == [(1, 1.0, "Zürich", None)]


def test_lines_are_counted_across_line_ends_in_fields(load) -> None:
    with pytest.raises(CtsError, match="line 5: a: 'x' is no number"):
        load('a,b,c\n1,1,"two\nlines"\n\nx,1,y\n')


def test_a_field_of_200_mb_is_refused_at_its_line(load, write, path, rows, tmp_path) -> None:
    with (tmp_path / "rows").open("wb") as file:
        file.write(b'a,b,c\n1,1,x\n2,2,"')
        for _ in range(200):
            file.write(b"y" * 1_000_000)
    from cts_console.transfer import ImportRequest, run_import

    with pytest.raises(CtsError, match="line 3 has a field of more than"):
        run_import(path, tmp_path / "rows", ImportRequest("loose"))
    assert rows() == []


def test_a_member_of_a_zip_by_name(load, rows) -> None:
    assert load(zipped(one=ABC, two="x"), read=ReadOptions(table="one")).rows_written == 2


def test_a_dialect_that_is_ordered(load, rows) -> None:
    read = ReadOptions(delimiter=":", quote="'", has_header=False, decimal_comma=True)
    mapping = {"column 1": "a", "column 2": "b", "column 3": "c"}
    assert load("1:1,5:'x:y'\n", read=read, mapping=mapping).rows_written == 1
    assert rows() == [(1, 1.5, "x:y", None)]


def test_quotes_that_are_ordered(load, rows) -> None:
    assert load('a,b,c\n1,1,5"\n', read=ReadOptions(quote="none")).detected.quote == ""
    # A delimiter that is the quote is not looked for.
    assert load("a;b;c\n2;2;,x,\n", read=ReadOptions(quote=",")).detected.delimiter == ";"
    assert rows() == [(1, 1.0, '5"', None), (2, 2.0, "x", None)]


@pytest.mark.parametrize("quote", ["ab", "\n", "\0", ";"])
def test_quotes_that_cannot_be(load, rows, quote) -> None:
    with pytest.raises(CtsError, match=r"not one character|cannot stand between fields and around"):
        load("a;b\n1;1\n", read=ReadOptions(quote=quote, delimiter=";"))
    assert rows() == []


def test_many_fields_in_other_quotes_lose_them(load, rows) -> None:
    content = "a,b,c\n" + "".join(f"{n},{n},'x, y'\n" for n in range(6_000))
    assert load(content, read=ReadOptions(quote="'")).rows_written == 6_000
    plain = content.replace("x, y", "x")
    assert load(plain, read=ReadOptions(quote="'")).rows_written == 6_000
    assert rows("SELECT DISTINCT c FROM loose ORDER BY 1") == [("x",), ("x, y",)]


def test_a_long_array_is_read_element_by_element(load, rows) -> None:
    many = [{"a": n, "b": n + 0.5, "c": "é" * 1000} for n in range(2000)]
    assert load(json.dumps(many)).rows_written == 2000
    assert rows("SELECT sum(a), sum(b), sum(length(c)) FROM loose") == [
        (1999000, 2000000.0, 2000000)
    ]


def test_kinds_rest_on_every_row(write) -> None:
    content = "n,t,z\n" + "1,1700000000,1\n" * 3000 + "1.5,1700000001,007\n"
    first = preview_source(write(content), rows=10)
    assert [column.kind for column in first.columns] == ["integer", "time_s", "integer"]
    assert not first.is_whole
    whole = preview_source(write(content), rows=10, whole=True)
    assert [column.kind for column in whole.columns] == ["decimal", "time_s", "text"]
    assert (len(whole.rows), whole.rows_read) == (10, 3001)


def test_text_of_a_database_that_is_none(load, rows, tmp_path) -> None:
    with open_database(tmp_path / "other.db", "read_write", create=True) as other:
        other.execute("CREATE TABLE t (c); INSERT INTO t VALUES ('x'), (CAST(x'ff' AS TEXT))")
    with pytest.raises(CtsError, match="row 2 of t holds text"):
        load((tmp_path / "other.db").read_bytes())
    assert rows() == []


def test_a_table_of_a_database_goes_in_once_and_again_when_it_has_changed(path, tmp_path) -> None:
    from cts_console.transfer import ImportRequest, run_import

    with open_database(tmp_path / "other.db", "read_write", create=True) as other:
        other.execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)")
        request = ImportRequest("loose")
        assert run_import(path, tmp_path / "other.db", request).rows_written == 1
        with pytest.raises(CtsError, match="was imported at"):
            run_import(path, tmp_path / "other.db", request)
        other.execute("INSERT INTO t VALUES (2)")
        assert run_import(path, tmp_path / "other.db", request).rows_written == 2
    with pytest.raises(CtsError, match="is the database itself"):
        run_import(path, path, request)
