"""Redundant indexes: on any set of indexes, dropping what is reported loses no search."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cts_console.audit.redundancy import find_redundant
from cts_console.schema import Index, Table, normal_form, read_schema
from cts_console.sqlite import open_memory_database, quote_identifier

TABLES = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c TEXT COLLATE NOCASE, UNIQUE (a, b))",
    "CREATE TABLE t (id, a, b, c, PRIMARY KEY (a, id)) WITHOUT ROWID",
    "CREATE TABLE t (id, a UNIQUE, b, c)",
)
TERMS = ("id", "a", "A DESC", "b", "c", "c COLLATE BINARY", "a + 1", "a  +  1", "a + 2")
WHERES = ("", " WHERE a > 0", " WHERE A>0", " WHERE a > 1")
INDEXES = st.tuples(
    st.sampled_from(("", "UNIQUE ")),
    st.lists(st.sampled_from(TERMS), min_size=1, max_size=3),
    st.sampled_from(WHERES),
)


def read_table(ddl: list[str]) -> Table:
    with open_memory_database() as connection:
        for statement in ddl:
            connection.execute(statement)
        return read_schema(connection).tables[0]


def terms(table: Table, index: Index) -> list[tuple[object, ...]]:
    """Return what the index sorts by, told apart by SQLite's own numbers and the text's form."""
    alias = table.rowid_alias
    return [
        ("rowid",)
        if key.column is not None
        and alias is not None
        and key.column == alias.name
        and not key.descending
        else (key.cid, normal_form(key.expression or ""), key.descending, key.collation.lower())
        for key in index.keys
    ]


@settings(max_examples=300, deadline=None)
@given(table_sql=st.sampled_from(TABLES), indexes=st.lists(INDEXES, max_size=7))
def test_whatever_is_dropped_something_that_stays_stands_in(table_sql, indexes):
    ddl = [table_sql] + [
        f"CREATE {unique}INDEX i{n} ON t ({', '.join(columns)}){where}"
        for n, (unique, columns, where) in enumerate(indexes)
    ]
    table = read_table(ddl)
    found = find_redundant(table)
    dropped = {each.index.name for each in found}
    assert len(dropped) == len(found)
    staying = [index for index in table.indexes if index.name not in dropped]
    for each in found:
        assert each.index.origin == "c"
        mine = terms(table, each.index)
        if each.by is None:
            assert mine == [("rowid",)]
            continue
        assert any(
            terms(table, other)[: len(mine)] == mine
            and normal_form(other.where or "") == normal_form(each.index.where or "")
            and (other.unique or not each.index.unique)
            for other in staying
        )
    left = read_table(ddl + [f"DROP INDEX {quote_identifier(name)}" for name in dropped])
    assert find_redundant(left) == ()
