"""Reading a schema: what is told, whatever the names, and without running any of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.schema import read_schema
from cts_console.sqlite import Connection, open_database, open_memory_database, quote_identifier
from tests.audit.case import make


def read(path: Path, sql: str):
    make(path, sql)
    with open_database(path) as connection:
        return read_schema(connection)


def test_tables_columns_and_keys(tmp_path: Path):
    schema = read(
        tmp_path / "a.db",
        """
        CREATE TABLE p (x INTEGER, y TEXT, PRIMARY KEY (y, x)) WITHOUT ROWID, STRICT;
        CREATE TABLE c (
            id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'it''s', b,
            v AS (a || 'x'), s GENERATED ALWAYS AS (id + 1) STORED,
            FOREIGN KEY (a, b) REFERENCES p (y, x) ON DELETE CASCADE ON UPDATE SET NULL,
            FOREIGN KEY (b) REFERENCES gone
        );
        """,
    )
    parent, child = schema.tables
    assert (parent.strict, parent.without_rowid, parent.primary_key) == (True, True, ("y", "x"))
    assert parent.rowid_alias is None
    assert (child.strict, child.without_rowid) == (False, False)
    assert child.rowid_alias is child.columns[0]
    assert [column.generated for column in child.columns] == ["", "", "", "virtual", "stored"]
    assert child.columns[1].not_null
    assert child.columns[1].default == "'it''s'"
    by_parent = {key.parent: key for key in child.foreign_keys}
    assert by_parent["p"].columns == ("a", "b")
    assert by_parent["p"].parent_columns == ("y", "x")
    assert (by_parent["p"].on_delete, by_parent["p"].on_update) == ("CASCADE", "SET NULL")
    assert by_parent["gone"].parent_columns == ()


def test_indexes_with_everything_an_index_can_have(tmp_path: Path):
    schema = read(
        tmp_path / "a.db",
        """
        CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE, b UNIQUE, "c d");
        CREATE INDEX i ON t (a DESC, "c d" COLLATE rtrim, substr(a, 1, (2)) COLLATE binary ASC)
            WHERE b > 0 AND a <> ')';
        CREATE UNIQUE INDEX j ON t (id);
        """,
    )
    unique, i, j = schema.tables[0].indexes
    assert (unique.origin, unique.unique, unique.sql) == ("u", True, None)
    assert [key.column for key in i.keys] == ["a", "c d", None]
    assert [key.expression for key in i.keys] == [None, None, "substr(a, 1, (2))"]
    assert [key.descending for key in i.keys] == [True, False, False]
    assert [key.collation.lower() for key in i.keys] == ["nocase", "rtrim", "binary"]
    assert (i.partial, i.where) == (True, "b > 0 AND a <> ')'")
    assert [key.cid for key in i.tail] == [-1]
    assert (j.unique, j.partial, j.where) == (True, False, None)
    assert {index.root_page for index in schema.indexes}.isdisjoint({0, schema.tables[0].root_page})


def test_what_does_not_compile_is_a_note_on_that_object_alone(tmp_path: Path):
    schema = read(
        tmp_path / "a.db",
        """
        CREATE TABLE t (a);
        CREATE VIEW broken AS SELECT * FROM gone;
        CREATE VIEW fine (x) AS SELECT a FROM t;
        CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM gone; END;
        PRAGMA writable_schema = ON;
        INSERT INTO sqlite_schema VALUES
            ('table', 'strange', 'strange', 0, 'CREATE VIRTUAL TABLE strange USING nobody(a)');
        """,
    )
    by_name = {view.name: view for view in schema.views}
    assert "gone" in by_name["broken"].problem
    assert by_name["broken"].columns == ()
    assert by_name["fine"].problem == ""
    assert [column.name for column in by_name["fine"].columns] == ["x"]
    t, strange = schema.tables
    assert t.problem == ""
    assert strange.virtual
    assert "nobody" in strange.problem
    assert [trigger.table for trigger in schema.triggers] == ["t"]


def test_a_view_that_would_never_end_is_not_run(tmp_path: Path):
    schema = read(
        tmp_path / "a.db",
        "CREATE VIEW v AS WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
        " SELECT x FROM c ORDER BY x;",
    )
    assert [column.name for column in schema.views[0].columns] == ["x"]


def test_views_that_take_exponential_time_to_compile_are_given_up(tmp_path: Path):
    nest = "CREATE TABLE t (a); CREATE VIEW v0 AS SELECT a FROM t;" + "".join(
        f"CREATE VIEW v{n} AS SELECT x.a FROM v{n - 1} AS x, v{n - 1} AS y ORDER BY 1 LIMIT 9;"
        for n in range(1, 40)
    )
    schema = read(tmp_path / "a.db", nest)
    assert len(schema.views) == 40
    assert schema.views[0].problem == ""
    assert schema.views[-1].problem != ""
    assert schema.tables[0].columns


def test_the_number_of_statements_does_not_grow_with_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    calls: list[str] = []
    original = Connection.read_rows

    def counting(self: Connection, sql: str, bindings=()):
        calls.append(sql)
        return original(self, sql, bindings)

    monkeypatch.setattr(Connection, "read_rows", counting)
    counts = []
    for number in (1, 300):
        tables = "".join(f"CREATE TABLE t{n} (a UNIQUE REFERENCES t0);" for n in range(number))
        calls.clear()
        assert len(read(tmp_path / f"{number}.db", f"BEGIN; {tables} COMMIT;").tables) == number
        counts.append(len(calls))
    assert counts[0] == counts[1]


NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
).filter(lambda name: not name.lower().startswith("sqlite_"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table=NAMES, column=NAMES, index=NAMES)
def test_any_name_comes_back_as_it_was_given(table: str, column: str, index: str):
    if table.lower() == index.lower():
        return
    with open_memory_database() as connection:
        quoted = [quote_identifier(name) for name in (table, column, index)]
        connection.execute("CREATE TABLE {} ({} CHECK (1 > 0))".format(*quoted[:2]))
        connection.execute(f"CREATE INDEX {quoted[2]} ON {quoted[0]} ({quoted[1]}) WHERE 1 = 1")
        schema = read_schema(connection)
    assert schema.tables[0].name == table
    assert schema.tables[0].columns[0].name == column
    read_index = schema.tables[0].indexes[0]
    assert read_index.name == index
    assert read_index.keys[0].column == column
    assert read_index.where == "1 = 1"


def test_a_schema_that_is_no_text_is_damage(tmp_path: Path):
    path = tmp_path / "a.db"
    make(path, "CREATE TABLE tttttttt (aaaaaaaa);")
    path.write_bytes(path.read_bytes().replace(b"aaaaaaaa", b"aaa\xff\xfeaaa"))
    with open_database(path) as connection, pytest.raises(CtsError) as caught:
        read_schema(connection)
    assert caught.value.code == "damaged"


def test_an_unknown_schema_format_is_damage(tmp_path: Path):
    path = tmp_path / "a.db"
    make(path, "CREATE TABLE t (a);")
    data = bytearray(path.read_bytes())
    data[44:48] = b"\0\0\0\x09"
    path.write_bytes(data)
    with open_database(path) as connection, pytest.raises(CtsError) as caught:
        read_schema(connection)
    assert caught.value.code == "damaged"


def test_a_stop_ends_it(tmp_path: Path):
    path = tmp_path / "a.db"
    make(path, "CREATE TABLE t (a);")
    cancel = CancelToken()
    cancel.cancel()
    with open_database(path) as connection, pytest.raises(CtsError) as caught:
        read_schema(connection, cancel=cancel)
    assert caught.value.code == "cancelled"
