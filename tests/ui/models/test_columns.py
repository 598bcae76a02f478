"""Columns, indexes and relations as tables of words."""

from __future__ import annotations

from cts_console.schema import read_schema
from cts_console.sqlite import open_memory_database
from cts_console.ui.models.columns import (
    COLUMN_HEADINGS,
    WordsModel,
    column_words,
    index_words,
    relation_words,
)

SQL = """
    CREATE TABLE pairs(base TEXT, quote TEXT, PRIMARY KEY(base, quote)) WITHOUT ROWID;
    CREATE TABLE orders(
        id INTEGER PRIMARY KEY, base TEXT NOT NULL, quote TEXT, price REAL DEFAULT 1.5,
        twice AS (price * 2) STORED,
        FOREIGN KEY(base, quote) REFERENCES pairs ON DELETE CASCADE);
    CREATE UNIQUE INDEX idx_open ON orders(price DESC, lower(base)) WHERE price > 0;
    CREATE TABLE trades(order_id INTEGER REFERENCES ORDERS(id));
"""


def test_every_fact_of_a_table_is_said(qtmodeltester, qtbot):
    with open_memory_database() as connection:
        connection.execute(SQL)
        schema = read_schema(connection)
    orders = schema.tables_by_name()["orders"]
    words = [row.cells for row in column_words(orders)]
    assert words[0] == ("1", "id", "INTEGER", "", "", "primary key", "", "")
    assert words[1] == ("2", "base", "TEXT", "not null", "", "", "→ pairs", "")
    assert words[3] == ("4", "price", "REAL", "", "1.5", "", "", "")
    assert words[4][-1] == "stored"
    keys = [row.cells[5] for row in column_words(schema.tables_by_name()["pairs"])]
    assert keys == ["primary key 1", "primary key 2"]
    index = index_words(orders, {"idx_open": 4096})[0].cells
    assert index == (
        "idx_open",
        "price ↓, lower(base)",
        "unique",
        "price > 0",
        "CREATE INDEX",
        "4.1 KB",
    )
    assert index_words(orders, {})[0].cells[-1] == "–"
    relations = relation_words(schema, orders)
    assert [row.goes_to for row in relations] == ["pairs", "trades"]
    assert relations[0].cells[1:5] == ("base, quote", "pairs", "base, quote", "cascade")
    assert relations[1].cells[1:4] == ("id", "trades", "order_id")
    model = WordsModel(COLUMN_HEADINGS)
    model.set_words(column_words(orders))
    qtmodeltester.check(model)
    assert model.is_link(model.index(1, 6))
    assert not model.is_link(model.index(0, 6))
    model.deleteLater()
