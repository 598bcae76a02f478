"""`export` and `optimize` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.cli.console import Console, digest


@pytest.mark.parametrize("form", ["csv", "jsonl", "json", "xlsx", "sql"])
def test_a_table_in_the_format_of_the_ending(
    console: Console, demo: Path, tmp_path: Path, form: str
) -> None:
    before = digest(demo)
    output = tmp_path / f"out.{form}"
    answer = console.run("export", demo, "--table", "orders", "--output", output, "--json")
    assert (answer.status, answer.err) == (0, "")
    with open_database(demo) as connection:
        rows = connection.read_int("SELECT count(*) FROM orders")
    document = answer.document
    assert (document["rows"], document["format"]) == (rows, form)
    assert (document["output"], document["bytes"]) == (str(output), output.stat().st_size)
    assert digest(demo) == before


def test_a_query_in_a_format_of_choice_for_people(
    console: Console, demo: Path, tmp_path: Path
) -> None:
    output = tmp_path / "answer.txt"
    query = "SELECT count(*) AS trades FROM trades"
    answer = console.run("export", demo, "--query", query, "-o", output, "--format", "jsonl")
    assert answer.status == 0
    assert "rows  1\n" in answer.out
    with open_database(demo) as connection:
        expected = connection.read_int("SELECT count(*) FROM trades")
    assert json.loads(output.read_text()) == {"trades": expected}


def test_columns_where_and_options(console: Console, demo: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    answer = console.run(
        *("export", demo, "--table", "exchange_connections", "--columns", "id, name"),
        *("--columns", "last_error", "--where", "id = 1", "--null", "NULL", "--bom", "-o", output),
    )
    assert answer.status == 0, answer
    lines = output.read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0] == '"id","name","last_error"'
    assert lines[1].startswith("1,")
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "either a table or a query"),
        (("--table", "orders", "--query", "SELECT 1"), "either a table or a query"),
        (("--query", "SELECT 1", "--where", "1"), "belong to --table"),
        (("--table", "orders", "--format", "nonsense"), "is no format"),
        (("--table", "orders", "--format", "parquet"), "Parquet"),
        (("--table", "orders", "--output", "x.dat"), "names no format"),
        (("--table", "orders", "--output", "x.parquet"), "pyarrow"),
        (("--table", "nonsense"), "no table or view"),
        (("--table", "orders", "--timeout", "-1"), "--timeout"),
        (("--query", "DELETE FROM orders"), "another kind of statement"),
    ],
)
def test_what_cannot_be_exported(
    console: Console,
    demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = console.run("export", demo, "--output", "out.csv", *words, "--json")
    answer.assert_refused("usage")
    assert told in answer.err
    names = {entry.name for entry in tmp_path.iterdir() if not entry.name.startswith("demo.db")}
    assert names <= {"console-home"}


def test_the_name_is_never_taken_from_another_file(console: Console, demo: Path) -> None:
    for name in (demo, demo.with_name("demo.db-wal")):
        before = digest(demo)
        console.run(
            "export", demo, "--table", "orders", "--format", "csv", "-o", name, "--json"
        ).assert_refused("usage")
        assert digest(demo) == before


def test_optimize_renews_the_statistics_and_empties_the_log(console: Console, demo: Path) -> None:
    with open_database(demo, "read_write") as connection:
        connection.execute("DELETE FROM sqlite_stat1")
    answer = console.run("optimize", demo, "--json")
    assert answer.status == 0, answer
    document = answer.document
    assert "orders" in document["analyzed"]
    checkpoint = document["checkpoint"]
    assert not checkpoint["busy"]
    assert checkpoint["log_frames"] == checkpoint["checkpointed_frames"]
    with open_database(demo) as connection:
        assert connection.read_int("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'orders'")


def test_optimize_of_a_file_that_cannot_shrink_says_so(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000))")
        connection.execute("DELETE FROM t")
    answer = console.run("optimize", path)
    assert answer.status == 0
    assert "Free pages stay for new rows" in answer.out
    assert "frames of the log" not in answer.out
