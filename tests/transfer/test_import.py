"""One import: where the rows go, which are refused, and what is remembered."""

from __future__ import annotations

import csv
import gzip
import zipfile
from typing import cast

import pytest

from cts_console.errors import CtsError
from cts_console.paths import user_data_dir
from cts_console.progress import Progress, ProgressSampler
from cts_console.sqlite import open_database
from cts_console.transfer import (
    ImportRequest,
    KnownKeys,
    ReadOptions,
    propose_mapping,
    run_import,
)
from cts_console.transfer.model import Format
from cts_console.transfer.plan import find_table

CANDLES = "id,pair,at,close,note\n1,1,100,1.5,x\n2,1,200,2.5,y\n"


def test_columns_map_by_names_then_by_likeness_then_by_meaning(path) -> None:
    with open_database(path) as connection:
        _, table = find_table(connection, "CANDLES")
    assert propose_mapping(["ID", "Pa_ir", "Close Price", "Timestamp", "zz"], table) == {
        "ID": "id",
        "Pa_ir": "pair",
        "Close Price": "close",
        "Timestamp": "at",
    }


def test_a_mapping_that_is_ordered_and_constants(load, rows) -> None:
    result = load(
        "x,y,z\n1,2.5,w\n", mapping={"x": "a", "Y": "b", "z": ""}, constants={"C": "always"}
    )
    assert rows() == [(1, 2.5, "always", None)]
    assert (result.mapping, result.left_out) == ({"x": "a", "y": "b"}, ("z",))
    assert result.constants == {"c": "always"}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"mapping": {"q": "a"}}, "no column 'q'"),
        ({"mapping": {"a": "q"}}, "no column 'q'"),
        ({"mapping": {"a": "b"}}, "loose.b would be filled twice|no column for"),
        ({"constants": {"q": "1"}}, "no column 'q'"),
        ({"constants": {"d": "1"}, "mapping": {"a": "d"}}, "filled twice"),
        ({"constants": {"a": "x"}, "mapping": {"a": ""}}, "--set a: 'x' is no number"),
        ({"table": "none"}, "no table 'none'"),
        ({"table": "sqlite_schema"}, "no table"),
        ({"on_conflict": "maybe"}, "none of abort"),
        ({"on_conflict": "update"}, "no key"),
        ({"key": ("a",)}, "means nothing"),
        ({"batch_rows": 0}, "batch_rows is 0"),
        ({"read": ReadOptions(format=cast("Format", "docx"))}, "'docx' is none of"),
        ({"read": ReadOptions(format="sqlite")}, "is no sqlite"),
        ({"read": ReadOptions(encoding="klingon")}, "no encoding"),
        ({"read": ReadOptions(delimiter="ab")}, "not one character"),
    ],
    ids=range(16),
)
def test_orders_that_make_no_sense(load, rows, more, told) -> None:
    with pytest.raises(CtsError, match=told) as caught:
        load("a,b\n1,2\n", **more)
    assert caught.value.code == "usage"
    assert rows() == []


def test_a_column_that_must_have_a_value_is_asked_for(load) -> None:
    with pytest.raises(CtsError, match="candles needs pair") as caught:
        load("id,at\n1,100\n", "candles")
    assert "--set pair=" in caught.value.hint


def test_refused_rows_go_into_a_file_with_line_and_reason(load, rows, tmp_path) -> None:
    lines = ("1,1,100,1.5,x", "foo,1,150,1,=cmd", "2,1,200,-1,y", "3,1,100,2,z", "4,1")
    content = "\n".join(("id,pair,at,close,note", *lines, "5,1,300,2.5,w\n"))
    target = tmp_path / "out.csv"
    result = load(content, "candles", rejects=target)
    assert (result.rows_read, result.rows_written, result.rows_rejected) == (6, 2, 4)
    assert rows("SELECT id FROM candles") == [(1,), (5,)]
    with target.open(newline="") as file:
        refused = {int(line): (reason, row) for line, reason, *row in list(csv.reader(file))[1:]}
    assert refused[3] == ("id: 'foo' is no number", ["foo", "1", "150", "1", "=cmd"])
    assert refused[4][0].startswith("CHECK constraint failed")
    assert refused[4][1] == ["2", "1", "200", "-1", "y"]
    assert refused[5][0].startswith("UNIQUE constraint failed")
    assert refused[6] == ("2 fields instead of 5", ["4", "1"])
    assert sorted(row.line for row in result.first_rejects) == [3, 4, 5, 6]
    with pytest.raises(CtsError, match="exists already"):
        load(content, "candles", rejects=target)


def test_without_a_file_the_first_refused_row_ends_it(load, rows) -> None:
    with pytest.raises(CtsError, match="line 3: UNIQUE constraint failed") as caught:
        load("id,pair\n1,1\n1,2\n3,3\n", "candles")
    assert caught.value.code == "constraint"
    assert rows("SELECT * FROM candles") == []


@pytest.mark.parametrize(
    ("on_conflict", "notes"),
    [("ignore", ["x", "y"]), ("replace", ["new", "y"]), ("update", ["new", "y"])],
)
def test_conflicts(load, rows, on_conflict, notes) -> None:
    load(CANDLES, "candles")
    again = "id,pair,at,close,note\n1,1,100,9,new\n"
    key = ("id",) if on_conflict == "update" else ()
    load(again, "candles", on_conflict=on_conflict, key=key)
    assert rows("SELECT note FROM candles ORDER BY id") == [(note,) for note in notes]


def test_a_file_does_not_go_twice_into_a_table_without_a_key(load, rows) -> None:
    load("a,b\n1,2\n")
    with pytest.raises(CtsError, match="was imported at") as caught:
        load("a,b\n1,2\n")
    assert "--again" in caught.value.hint
    load("a,b\n1,3\n")
    load("a,b\n1,2\n", allow_repeat=True)
    assert len(rows()) == 3
    # A key keeps them apart by itself, and says which row it is.
    load(CANDLES, "candles")
    with pytest.raises(CtsError, match="UNIQUE"):
        load(CANDLES, "candles")


def test_what_failed_may_be_tried_again(load, rows) -> None:
    content = "a,b\n1,2\nx,2\n"
    for _ in range(2):
        with pytest.raises(CtsError, match="line 3"):
            load(content)


def test_without_the_console_s_own_records_only_the_guard_is_lost(load, rows) -> None:
    user_data_dir().mkdir(parents=True)
    (user_data_dir() / "console.db").write_bytes(b"no database" * 100)
    for _ in range(2):
        result = load("a,b\n1,2\n")
        assert any("not guarded against a second import" in note for note in result.notes)
    assert len(rows()) == 2


def test_a_dry_run_says_what_would_happen_and_changes_nothing(load, rows, path, tmp_path) -> None:
    load(CANDLES, "candles")
    before = path.read_bytes()
    content = "id,pair,at,close\n1,7,100,1\n8,8,1,-1\n9,9,1,1\n9,10,1,1\nx,1,1,1\n"
    target = tmp_path / "out.csv"
    result = load(content, "candles", dry_run=True, rejects=target)
    assert (result.rows_written, result.rows_rejected) == (2, 3)
    assert result.known_keys == (KnownKeys(("id",), 1),)
    assert any("1 rows have a key (id) that candles holds" in note for note in result.notes)
    assert path.read_bytes() == before
    assert {row.line: row.reason for row in result.first_rejects}[5].startswith("UNIQUE")


@pytest.mark.parametrize("packed", ["plain", "gzip", "zip"])
def test_progress_tells_how_much_of_the_file_is_read(path, write, packed) -> None:
    content = plain_csv(55_000, '99999,1,1,1,"quoted"')
    total: int | None = None
    if packed == "gzip":
        file = write(gzip.compress(content.encode(), 1, mtime=0))
    elif packed == "zip":
        file = path.with_name("rows")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("other", content)
            archive.writestr("rows", content)
            total = archive.getinfo("rows").compress_size
    else:
        file = write(content)
    told: list[Progress] = []
    request = ImportRequest("candles", options=ReadOptions(table="rows"), batch_rows=1_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProgressSampler, "is_due", True)
        run_import(path, file, request, on_progress=told.append)
    read = [(p.bytes_done, p.bytes_total) for p in told if p.unit == "rows"]
    assert len(read) > 50
    assert {part for _, part in read} == {total or file.stat().st_size}
    places = [done for done, _ in read if done is not None]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] == read[-1][1]
    # How many rows there are nobody knew before, and how much is done could be told all the same.
    assert {p.total for p in told if p.unit == "rows"} == {None}
    assert any(p.fraction for p in told if p.unit == "rows")


def plain_csv(count: int, *odd: str) -> str:
    lines = [f"{n},{n % 7},{n * 60},{n / 8:.3f},note {n}" for n in range(1, count + 1)]
    return "id,pair,at,close,note\n" + "\n".join([*lines, *odd]) + "\n"


def stored(path):
    with open_database(path) as connection:
        return connection.read_rows(
            "SELECT id, pair, at, close, note, typeof(close) FROM candles ORDER BY id"
        )


@pytest.mark.parametrize(
    "odd",
    [
        (),
        ("9001,1,1,,",),
        ("9001,1,1,1e3,x",),
        ("9001,1.0,1,1,x",),
        ('9001,1,1,1,"quoted, x"',),
        ("9001,1,1,0.1234567890123456789,x",),
        ("9001,1,1,.5,",),
        ("", "9001,1,1,5.,é"),
    ],
    ids=range(8),
)
def test_sqlite_s_own_reader_gives_what_python_s_gives(load, path, odd, monkeypatch) -> None:
    content = plain_csv(6000, *odd)
    load(content, "candles")
    fast = stored(path)
    with open_database(path, "read_write") as connection:
        connection.execute("DELETE FROM candles")
    monkeypatch.setattr("cts_console.transfer.run.insert_by_sqlite", lambda *_, **__: None)
    load(content, "candles")
    assert stored(path) == fast
    assert len(fast) == 6000 + bool(odd)


def test_sqlite_s_own_reader_is_used_where_all_is_plain(load, write, path) -> None:
    from cts_console.bulk import insert_query

    used = []
    import cts_console.transfer.fast_csv as fast

    def spy(*words, **more):
        result = insert_query(*words, **more)
        used.append(result.rows_written)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "insert_query", spy)
        result = load(plain_csv(6000), "candles")
    assert used == [6000]
    assert (result.rows_read, result.strategy) == (6000, "deferred_indexes")


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ("9001,x,1,1,y", "line 6,002: pair: 'x' is no number"),
        ("9001,1,1,1", "line 6,002: 4 fields instead of 5"),
        ("9001,1,1,1,y,z", "line 6,002: 6 fields instead of 5"),
        ("7,1,1,1,y", "line 6,002: UNIQUE constraint failed"),
        ("9001,1,1,-1,y", "line 6,002: CHECK constraint failed"),
        ("9001,,1,1,y", "line 6,002: NOT NULL constraint failed"),
        ("9001,1,1,1e999,y", "line 6,002: close: .* out of the range"),
        ("9001,007,1,1,y", "line 6,002: pair: '007' would lose"),
        ('9001,1,1,1,"y', "line 6,002 opens a quote"),
        ("9001,1,1,1,\0", "NUL byte in line 6,002"),
    ],
    ids=range(10),
)
def test_after_it_python_names_the_line_of_what_is_wrong(load, path, odd, told) -> None:
    with pytest.raises(CtsError, match=told):
        load(plain_csv(6000, odd), "candles")
    assert stored(path) == []


def test_a_file_that_changes_meanwhile_is_not_imported(path, write, monkeypatch) -> None:
    from cts_console.transfer import once

    file = write(plain_csv(6000))
    begin = once.OnceGuard.begin

    def change_first(*words, **more):
        file.write_text(plain_csv(6001))
        return begin(*words, **more)

    monkeypatch.setattr(once.OnceGuard, "begin", change_first)
    with pytest.raises(CtsError, match="was changed or replaced"):
        run_import(path, file, ImportRequest("candles"))
    assert stored(path) == []


def test_a_script_of_a_dump_runs_as_one_transaction(load, rows) -> None:
    script = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nINSERT INTO loose (a) VALUES (1);\n"
    result = load(f"{script}INSERT INTO loose (a) VALUES (2);\nCOMMIT;\n")
    assert (result.rows_written, result.strategy) == (2, "script")
    assert any("left out" in note for note in result.notes)
    with pytest.raises(CtsError, match="Line 2"):
        load("INSERT INTO loose (a) VALUES (3);\nINSERT INTO loose SELECT * FROM none;\n")
    assert len(rows()) == 2


def test_a_script_makes_the_table_that_it_fills(load, rows) -> None:
    script = '-- a dump\nCREATE TABLE "new one" (a);\nINSERT INTO [new one] VALUES (1), (2);\n'
    assert load(script, "new one").rows_written == 2
    assert rows('SELECT * FROM "new one"') == [(1,), (2,)]
    with pytest.raises(CtsError, match=r"Line 2: .*already exists"):
        load(script, "new one")
    with pytest.raises(CtsError, match=r"Line 3 .* does not fill, change or make other"):
        load(f"CREATE TABLE other (a);\n{script}", "other")


def test_what_the_database_refuses_is_named_by_its_line(load, path, rows) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(
            "CREATE TABLE parents (id INTEGER PRIMARY KEY); INSERT INTO parents VALUES (1);"
            "CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents,"
            "  late INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED, b BLOB) STRICT;"
            "CREATE TRIGGER guard BEFORE INSERT ON children WHEN new.id = 66 BEGIN"
            "  SELECT RAISE(ABORT, 'not this one'); END"
        )
    for content, told in (
        ("id,parent\n1,1\n2,7\n", "line 3: FOREIGN KEY constraint failed"),
        ("id,parent\n1,1\n66,1\n", "line 3: not this one"),
        ("id,b\n1,text\n", "line 2: cannot store TEXT value in BLOB column"),
        ("id,late\n1,1\n2,7\n", "children refers to others by"),
    ):
        with pytest.raises(CtsError, match=told) as caught:
            load(content, "children")
        assert caught.value.code == "constraint"
        assert rows("SELECT * FROM children") == []


def test_a_table_that_is_dropped_meanwhile(load, path, monkeypatch) -> None:
    from cts_console.transfer import once

    begin = once.OnceGuard.begin

    def drop_first(*words, **more):
        with open_database(path, "read_write") as connection:
            connection.execute("DROP TABLE candles")
        return begin(*words, **more)

    monkeypatch.setattr(once.OnceGuard, "begin", drop_first)
    for content in (CANDLES, plain_csv(6000)):
        with pytest.raises(CtsError, match="no table"):
            load(content, "candles")
        with open_database(path, "read_write") as connection:
            connection.execute("CREATE TABLE candles (id, pair, at, close, note)")


@pytest.mark.parametrize("count", [50, 30_000])
def test_a_full_disk_leaves_nothing(load, path, rows, monkeypatch, count) -> None:
    from cts_console.transfer import run

    def open_small(*words, **more):
        connection = open_database(*words, **more)
        connection.execute(f"PRAGMA max_page_count = {connection.read_int('PRAGMA page_count')}")
        return connection

    monkeypatch.setattr(run, "open_database", open_small)
    content = plain_csv(count).replace("note", "note" * 100)
    with pytest.raises(CtsError) as caught:
        load(content.replace("note" * 100, "note", 1), "candles")
    assert caught.value.code == "disk_full"
    assert rows("SELECT * FROM candles") == []
