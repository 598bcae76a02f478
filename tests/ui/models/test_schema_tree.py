"""The tree: Qt's rules for models, lazy children, the filter, what it says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt

from cts_console.schema import RowCount, Schema, read_schema
from cts_console.sqlite import open_memory_database
from cts_console.ui.models.schema_tree import SchemaTreeModel

SQL = """
    CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE orders(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, price REAL);
    CREATE INDEX idx_orders_user ON orders(user_id);
    CREATE VIEW open_orders AS SELECT id FROM orders;
    CREATE VIEW broken AS SELECT * FROM nowhere;
    CREATE TRIGGER guard BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'no'); END;
    CREATE TABLE "evil
<b>" ("a
b");
    ANALYZE;
"""


def read(sql: str) -> Schema:
    with open_memory_database() as connection:
        connection.execute(sql)
        return read_schema(connection)


@pytest.fixture
def model(theme, qtbot):
    made = SchemaTreeModel(theme)
    made.set_schema(read(SQL))
    yield made
    made.deleteLater()


def names(model: SchemaTreeModel, parent: QModelIndex | None = None) -> list[str]:
    above = parent if parent is not None else QModelIndex()
    return [model.index(row, 0, above).data() for row in range(model.rowCount(above))]


def texts(model: SchemaTreeModel, *path: str) -> tuple[str, ...]:
    index = model.index_of(path)
    assert index.isValid()
    return tuple(index.siblingAtColumn(column).data() for column in range(3))


def test_it_keeps_qts_rules(qtmodeltester, model):
    qtmodeltester.check(model)
    model.set_filter("price")
    qtmodeltester.check(model)
    model.set_schema(None)
    qtmodeltester.check(model)


def test_tables_come_first_then_folders(model):
    assert names(model) == [
        "evil\\n<b>",
        "orders",
        "users",
        "Views",
        "Indexes",
        "Triggers",
        "Kept by SQLite",
    ]
    assert names(model, model.index_of(("table:orders",))) == [
        "id",
        "user_id",
        "price",
        "idx_orders_user",
    ]


def test_columns_say_type_key_and_parent(model):
    assert texts(model, "table:orders", "column:id") == ("id", "INTEGER", "key")
    assert texts(model, "table:orders", "column:user_id") == ("user_id", "INTEGER", "→ users")
    assert texts(model, "table:orders", "column:price") == ("price", "REAL", "")


def test_unknown_estimated_and_counted_rows_differ(model):
    assert texts(model, "table:orders") == ("orders", "–", "–")
    model.set_rows({"orders": RowCount(57_546, True), "users": RowCount(3, False)})
    model.set_bytes({"orders": 21_400_000, "idx_orders_user": 4096})
    assert texts(model, "table:orders") == ("orders", "≈ 57,546", "21.4 MB")
    assert texts(model, "table:users") == ("users", "3", "–")
    assert texts(model, "table:orders", "index:idx_orders_user")[2] == "4.1 KB"
    tip = model.index_of(("table:orders",)).data(Qt.ItemDataRole.ToolTipRole)
    assert "estimate" in tip


def test_a_view_that_does_not_compile_says_why(model):
    tip = model.index_of(("folder:Views", "view:broken")).data(Qt.ItemDataRole.ToolTipRole)
    assert "nowhere" in tip


def test_the_filter_keeps_what_matches_and_what_it_belongs_to(model):
    model.set_filter("PRICE")
    assert names(model) == ["orders"]
    assert names(model, model.index_of(("table:orders",))) == ["price"]
    model.set_filter("order")
    assert names(model) == ["orders", "Views", "Indexes"]
    assert len(names(model, model.index_of(("table:orders",)))) == 4
    model.set_filter("stat1")
    assert names(model) == ["sqlite_stat1"]
    model.set_filter("")
    assert len(names(model)) == 7


def test_two_thousand_tables_make_no_lines_before_they_are_seen(theme):
    schema = read("".join(f"CREATE TABLE t{i}(a, b, c);" for i in range(2000)))
    model = SchemaTreeModel(theme)
    model.set_schema(schema)
    assert model.rowCount() == 2000
    index = model.index(7, 0)
    assert model.hasChildren(index)
    node = model.node(index)
    assert node is not None
    assert node._children is None
    assert model.rowCount(index) == 3
    assert model.parent(model.index(1, 0, index)) == index
    model.deleteLater()
