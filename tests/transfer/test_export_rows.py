"""Which rows and columns an export holds, and which values it does not show."""

from __future__ import annotations

import base64
import csv
import json
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.schema import read_schema
from cts_console.schema.browse_source import Condition, plan_rows
from cts_console.schema.secret_names import NOT_SHOWN
from cts_console.sqlite import open_database
from cts_console.transfer.export import ExportRequest, run_export
from cts_console.transfer.selection import ShownRows, TableRows
from tests.transfer.export_case import export, make_table, read_stored

ACCOUNTS = """
CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT, api_key TEXT, api_key_id INTEGER);
INSERT INTO accounts VALUES (1, 'main', 'K-SECRET-1', 7), (2, 'spare', NULL, 8),
    (3, 'old', 'K-SECRET-3', 9);
CREATE INDEX by_name ON accounts(name);
CREATE TABLE kept (api_key TEXT, v AS (lower(api_key)), s AS (upper(api_key)) STORED);
INSERT INTO kept VALUES ('K-SECRET-4');
CREATE VIEW shown AS SELECT id, api_key AS k, upper(api_key) AS big FROM accounts;
CREATE VIEW both AS SELECT name FROM accounts UNION ALL SELECT api_key FROM accounts;
"""


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(ACCOUNTS)
    return path


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    "what",
    [
        "accounts",
        "shown",
        "both",
        "SELECT api_key AS harmless FROM accounts",
        "SELECT * FROM (SELECT api_key AS a FROM accounts)",
        "WITH a AS (SELECT api_key AS b FROM accounts) SELECT b FROM a",
        "SELECT lower(api_key) FROM accounts",
        "SELECT group_concat(api_key) FROM accounts",
        "SELECT (SELECT max(api_key) FROM accounts), name FROM accounts",
        "SELECT name FROM accounts UNION SELECT api_key FROM accounts",
        "SELECT name FROM accounts EXCEPT SELECT 1 UNION ALL SELECT k FROM shown",
        "SELECT CAST(api_key AS BLOB) FROM accounts",
        "SELECT json_group_array(api_key) FROM accounts",
        "WITH r(x) AS (SELECT api_key FROM accounts UNION SELECT x FROM r) SELECT x FROM r",
        "VALUES ((SELECT api_key FROM accounts))",
        "SELECT value FROM accounts, json_each(json_array(api_key))",
        "SELECT s FROM kept",
        "SELECT v AS a, count(*) FROM kept",
        "SELECT b.s FROM accounts, (SELECT s FROM kept) AS b",
    ],
)
@pytest.mark.parametrize("form", ["csv", "json", "sql"])
def test_no_way_to_a_secret_shows_it(accounts, tmp_path, what, form):
    result = export(accounts, tmp_path / f"out.{form}", what)
    data = (tmp_path / f"out.{form}").read_text().upper()
    assert "K-SECRET" not in data
    assert b"K-SECRET".hex().upper() not in data
    assert base64.b64encode(b"K-SECRET").decode()[:10].upper() not in data
    assert NOT_SHOWN.upper() in data
    assert any(note.startswith("Not shown") for note in result.notes)
    export(accounts, tmp_path / f"open.{form}", what, reveal_secrets=True)
    shown = (tmp_path / f"open.{form}").read_text().upper()
    ways = ("K-SECRET", b"K-SECRET".hex(), base64.b64encode(b"K-SECRET").decode()[:10])
    assert any(way.upper() in shown for way in ways)


def test_what_is_no_secret_is_shown_beside_one(accounts, tmp_path):
    result = export(
        accounts,
        tmp_path / "out.csv",
        "SELECT id, name, count(api_key) OVER (), api_key FROM accounts ORDER BY id",
    )
    rows = lines(tmp_path / "out.csv")[1:]
    assert [row[:3] for row in rows] == [["1", "main", "2"], ["2", "spare", "2"], ["3", "old", "2"]]
    assert [row[3] for row in rows] == [NOT_SHOWN, "", NOT_SHOWN]
    assert result.rows == 3


def test_where_and_columns(accounts, tmp_path):
    request = ExportRequest(TableRows("ACCOUNTS", ("NAME", "id"), "id > 1 -- not the first"), "csv")
    assert run_export(accounts, request, tmp_path / "out.csv").rows == 2
    assert lines(tmp_path / "out.csv") == [["name", "id"], ["spare", "2"], ["old", "3"]]


@pytest.mark.parametrize(
    ("columns", "where"),
    [
        (("nope",), ""),
        ((), "nope = 1"),
        ((), "1) UNION SELECT 1, 2, 3, 4 FROM (SELECT 1"),
        ((), "1; DELETE FROM accounts"),
        ((), "1) --"),
        ((), "1 /*"),
        ((), "'"),
        ((), "1\0"),
        ((), "count(*)"),
    ],
)
def test_what_is_no_column_and_no_condition_is_refused(accounts, tmp_path, columns, where):
    with pytest.raises(CtsError) as caught:
        run_export(
            accounts,
            ExportRequest(TableRows("accounts", columns, where), "csv"),
            tmp_path / "o.csv",
        )
    assert caught.value.code == "usage"
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; SELECT 2",
        "SELECT nope",
        "SELECT abs(-9223372036854775808)",
        "SELECT '{' -> 'a'",
        "WITH a AS (SELECT 1) DELETE FROM accounts",
        "SELECT 1 FROM",
        "SELECT load_extension('x')",
        "SELECT writefile('/tmp/x', 'y')",
        "VALUES (1), (2, 3)",
    ],
)
def test_a_query_that_fails_or_writes_is_refused(accounts, tmp_path, sql):
    with pytest.raises(CtsError) as caught:
        export(accounts, tmp_path / "out.csv", sql)
    assert caught.value.code == "usage"
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "sql", ["PRAGMA journal_mode=DELETE", "DELETE FROM accounts", "ATTACH 'x' AS y", "", "-- none"]
)
def test_what_is_no_query_is_refused_before_it_is_compiled(accounts, tmp_path, sql):
    from cts_console.sqlite.results import check_one_query

    with pytest.raises(CtsError, match="A query is one SELECT"):
        check_one_query(sql)


def test_a_query_without_rows_still_has_its_names(accounts, tmp_path):
    query = "SELECT id, name FROM accounts WHERE 0"
    for form, text in {
        "csv": '"id","name"\r\n',
        "json": "[]\n",
        "jsonl": "",
    }.items():
        assert export(accounts, tmp_path / f"out.{form}", query).rows == 0
        assert (tmp_path / f"out.{form}").read_bytes().decode() == text


def test_an_endless_query_ends_at_its_time_limit(accounts, tmp_path):
    query = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"
    with pytest.raises(CtsError) as caught:
        export(accounts, tmp_path / "out.csv", query, timeout_s=0.2)
    assert caught.value.code == "timeout"
    assert sorted(path.name for path in tmp_path.glob("out*")) == []


def test_the_shown_rows_keep_their_filter_and_order(accounts, tmp_path):
    with open_database(accounts) as connection:
        table = read_schema(connection).tables_by_name()["accounts"]
    source = plan_rows(table, sort="name", descending=True)
    source = source.filtered((Condition("id", (1, 2)),))
    request = ExportRequest(ShownRows(source), "jsonl")
    assert run_export(accounts, request, tmp_path / "out.jsonl").rows == 2
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["name"] for row in rows] == ["spare", "main"]
    assert rows[1]["api_key"] == NOT_SHOWN


def test_text_that_is_no_text_is_written_and_counted(tmp_path):
    path = make_table(tmp_path / "a.db", [(number,) for number in range(2_000)])
    with open_database(path, "read_write") as connection:
        connection.execute("INSERT INTO t VALUES (CAST(x'41ff42' AS TEXT)), (x'00ff'), ('é')")
    result = export(path, tmp_path / "out.csv")
    assert [row[0] for row in lines(tmp_path / "out.csv")[-3:]] == ["A\ufffdB", "00ff", "é"]
    assert result.rows == 2_003
    assert any(note.startswith("1 text holds bytes") for note in result.notes)
    export(path, tmp_path / "out.xlsx")
    # A script keeps even these bytes.
    export(path, tmp_path / "out.sql")
    with open_database(tmp_path / "b.db", "read_write", create=True) as connection:
        connection.execute((tmp_path / "out.sql").read_bytes().decode())
    assert read_stored(tmp_path / "b.db") == read_stored(path)


def test_text_that_is_no_text_in_utf_16(tmp_path):
    path = tmp_path / "a.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES ('é\U0001f600'), (CAST(x'00d841' AS TEXT))")
    result = export(path, tmp_path / "out.csv")
    assert lines(tmp_path / "out.csv")[1] == ["é\U0001f600"]
    assert result.rows == 2


HOSTILE = ['a"b', "a;--", "a\nb", "=1+1", "a[b]", "'", "select", "ünï", "a, b"]


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "xlsx", "sql"])
def test_hostile_names(tmp_path, form):
    path = tmp_path / "a.db"
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in HOSTILE)
    table = HOSTILE[0] + HOSTILE[1]
    quoted = '"' + table.replace('"', '""') + '"'
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(f"CREATE TABLE {quoted} ({columns}) -- the end")
        connection.execute(f"INSERT INTO {quoted} VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9)")
    assert export(path, tmp_path / f"out.{form}", table).rows == 1
    if form == "sql":
        with open_database(tmp_path / "b.db", "read_write", create=True) as connection:
            connection.execute((tmp_path / "out.sql").read_bytes().decode())
            assert connection.read_rows(f"SELECT * FROM {quoted}") == [tuple(range(1, 10))]


def test_a_schema_that_holds_a_second_statement_is_refused(tmp_path):
    import apsw  # the file of somebody who writes into the schema

    path = make_table(tmp_path / "a.db", [(1,)])
    raw = apsw.Connection(str(path))
    raw.execute("PRAGMA writable_schema = ON")
    raw.execute("UPDATE sqlite_schema SET sql = sql || '; DROP TABLE victim' WHERE name = 't'")
    raw.close()
    with pytest.raises(CtsError) as caught:
        export(path, tmp_path / "out.sql")
    assert caught.value.code == "damaged"


def test_a_script_of_computed_columns_and_of_a_query(tmp_path):
    path = tmp_path / "a.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "CREATE TABLE t (a INTEGER, b AS (a * 2), c INT AS (a + 1) STORED) STRICT;"
            "INSERT INTO t VALUES (1), (2)".replace("b AS", "b INT AS")
        )
    export(path, tmp_path / "out.sql")
    export(path, tmp_path / "query.sql", "SELECT a, a, b FROM t")
    with open_database(tmp_path / "b.db", "read_write", create=True) as connection:
        for name in ("out.sql", "query.sql"):
            connection.execute((tmp_path / name).read_text())
        assert connection.read_rows("SELECT * FROM t") == [(1, 2, 2), (2, 4, 3)]
        assert connection.read_rows("SELECT * FROM query") == [(1, 1, 2), (2, 2, 4)]
