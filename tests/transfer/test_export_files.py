"""The new file: there whole or not at all, never over another, never a part of a database."""

from __future__ import annotations

import os
import time

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database
from cts_console.transfer import new_file as new_file_module
from cts_console.transfer.export import ExportRequest, run_export
from cts_console.transfer.new_file import new_file
from cts_console.transfer.selection import QueryRows, TableRows
from tests.transfer.export_case import ENDLESS, FORMATS, export, make_table, names


@pytest.fixture(params=["unnamed", "named"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways in which a new file comes to be: without a name first, or under another."""
    if request.param == "named":
        monkeypatch.setattr(new_file_module, "_open_unnamed", lambda _folder: None)
    return str(request.param)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_written_over(database, kind, form):
    output = database.with_name(f"mine.{form}")
    output.write_text("mine")
    with pytest.raises(CtsError) as caught:
        export(database, output)
    assert caught.value.code == "usage"
    assert output.read_text() == "mine"


def test_nor_what_appears_meanwhile(database, kind):
    output = database.with_name("out.csv")
    request = ExportRequest(TableRows("t"), "csv")
    with pytest.raises(CtsError) as caught:
        run_export(database, request, output, on_progress=lambda _: output.write_text("mine"))
    assert caught.value.code == "usage"
    assert output.read_text() == "mine"
    assert names(database) == {"a.db", "out.csv"}


@pytest.mark.parametrize("form", FORMATS)
def test_a_stop_leaves_nothing(database, kind, form):
    stop = CancelToken()
    with pytest.raises(CtsError) as caught:
        run_export(
            database,
            ExportRequest(QueryRows(ENDLESS), form),
            database.with_name(f"out.{form}"),
            on_progress=lambda progress: stop.cancel() if progress.done > 5_000 else None,
            cancel=stop,
        )
    assert caught.value.code == "cancelled"
    assert names(database) == {"a.db"}


def test_the_reserve_of_the_disk_stays(database, monkeypatch):
    from cts_console.transfer import export as export_module

    def check(folder, needed_bytes, what):
        raise CtsError("disk_full", "Not enough", f"{what} needs {needed_bytes} in {folder}")

    monkeypatch.setattr(export_module, "_BYTES_PER_LOOK", 10_000)
    monkeypatch.setattr(export_module, "check_free_space", check)
    with pytest.raises(CtsError) as caught:
        export(database, database.with_name("out.csv"), ENDLESS)
    assert caught.value.code == "disk_full"
    assert names(database) == {"a.db"}


@pytest.mark.parametrize("side", ["-wal", "-shm", "-journal"])
def test_no_name_of_a_side_file_is_taken(database, side):
    with pytest.raises(CtsError, match="side file"):
        run_export(
            database, ExportRequest(TableRows("t"), "csv"), database.with_name(f"a.db{side}")
        )
    assert names(database) == {"a.db"}


def test_places_that_are_none(database):
    for output, code in (
        (database.parent / "none" / "out.csv", "not_found"),
        (database.parent / "x\0.csv", "usage"),
        (database.parent, "usage"),
        (database.parent / ("x" * 300 + ".csv"), "usage"),
    ):
        with pytest.raises(CtsError) as caught:
            run_export(database, ExportRequest(TableRows("t"), "csv"), output)
        assert caught.value.code == code
    assert names(database) == {"a.db"}


def test_only_its_owner_may_read_it_and_the_database_is_as_it_was(database, kind):
    before = database.read_bytes()
    result = export(database, database.with_name("out.csv"))
    assert result.output == database.with_name("out.csv")
    assert result.bytes == result.output.stat().st_size
    if os.name == "posix":
        assert result.output.stat().st_mode & 0o777 == 0o600
    assert database.read_bytes() == before
    assert names(database) == {"a.db", "out.csv"}


def test_an_error_of_the_block_is_the_one_that_is_told(tmp_path, kind):
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "a.csv", "It failed") as file:
        file.write(b"x" * (1 // 0))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("json", {"null_text": "NULL"}),
        ("xlsx", {"bom": True}),
        ("sql", {"protect_formulas": True}),
        ("csv", {"null_text": "a,b"}),
        ("csv", {"null_text": "\n"}),
        ("csv", {"null_text": '"'}),
    ],
)
def test_options_that_do_not_fit_are_refused(database, form, options):
    with pytest.raises(CtsError) as caught:
        export(database, database.with_name(f"out.{form}"), **options)
    assert caught.value.code == "usage"
    assert names(database) == {"a.db"}


def test_the_options_of_csv(tmp_path):
    path = make_table(
        tmp_path / "a.db", [("=1+1",), (None,), ("NULL",), ("-5",), (-5,), ("",)], ("@a",)
    )
    export(path, tmp_path / "out.csv", protect_formulas=True, null_text="NULL", bom=True)
    lines = (tmp_path / "out.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines == ['"\'@a"', '"\'=1+1"', "NULL", '"NULL"', '"-5"', "-5", '""', ""]
    plain = export(path, tmp_path / "plain.csv")
    assert (tmp_path / "plain.csv").read_bytes().startswith(b'"@a"\r\n"=1+1"\r\n\r\n')
    assert any("many programs pass over it" in note for note in plain.notes)


def test_memory_does_not_grow_with_the_rows(database):
    import tracemalloc

    def peak(rows: int, form: str) -> int:
        tracemalloc.start()
        query = f"{ENDLESS} LIMIT {rows}"
        export(database, database.with_name(f"out{rows}.{form}"), query)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    for form in ("csv", "xlsx"):
        assert peak(20_000, form) < 2 * peak(2_000, form) + 1_000_000


def test_a_table_that_is_dropped_meanwhile_is_exported_whole(database):
    with open_database(database, "read_write") as connection:
        connection.read_value("PRAGMA journal_mode = WAL")
    output = database.with_name("out.csv")
    with open_database(database, "read_write") as engine:
        dropped: list[float] = []

        def on_progress(_progress: object) -> None:
            if not dropped:
                engine.execute("DROP TABLE t")
                dropped.append(time.monotonic())

        run_export(database, ExportRequest(TableRows("t"), "csv"), output, on_progress=on_progress)
    assert dropped
    assert len(output.read_text().splitlines()) == 3_001
