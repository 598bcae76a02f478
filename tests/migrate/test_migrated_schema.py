"""The migrated schema: every index is used and none is idle, and what the tables refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import permutations
from typing import NamedTuple

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from tests.migrate.plain_loop import FILES, QUERIES, SETTINGS, apply_files, open_new

# An account with an order, its fill, an open position twice over, and a record of a login.
LEDGER = """
INSERT INTO users (id, username, password_hash) VALUES (1, 'anna', '$scrypt$x');
INSERT INTO portfolios (id, user_id, name) VALUES (1, 1, 'book');
INSERT INTO exchange_connections (id, user_id, exchange_id, name) VALUES (7, 1, 1, 'main');
INSERT INTO positions (id, portfolio_id, connection_id, trading_pair_id, side, quantity,
    entry_price, opened_at)
  VALUES
    (1, 1, 7, 1, 'long', 1, 50, 1700000000000),
    (2, 1, 7, 1, 'long', 1, 60, 1700000000000);
INSERT INTO orders (id, connection_id, trading_pair_id, client_order_id, side, order_type, amount)
  VALUES (1, 7, 1, 'first', 'buy', 'market', 1);
INSERT INTO trades (id, connection_id, order_id, trading_pair_id, side, price, amount, executed_at)
  VALUES (1, 7, 1, 1, 'buy', 50, 1, 1700000000000);
INSERT INTO audit_logs (id, user_id, action) VALUES (1, 1, 'login');
"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """The migrated schema without rows other than the seeds, and without statistics.

    101 would gather some; with them SQLite rightly scans a table of seven settings.
    """
    with closing(open_new(tmp_path_factory.mktemp("schema") / "cts.db")) as connection:
        apply_files(connection, [name for name in FILES if name != SETTINGS])
        yield connection


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A migrated database with one row in every table of the ledger."""
    with closing(open_new(tmp_path_factory.mktemp("ledger") / "cts.db")) as connection:
        apply_files(connection, FILES)
        connection.execute(LEDGER)
        yield connection


# Indexes


class Index(NamedTuple):
    """An index; `where` is the text of its condition, "" where it holds every row."""

    table: str
    name: str
    columns: tuple[str, ...]
    is_unique: bool
    where: str


def read_indexes(connection: Connection) -> list[Index]:
    rows = connection.read_rows(
        r"""
        SELECT t.name, i.name, group_concat(c.name ORDER BY c.seqno), i."unique", s.sql
        FROM pragma_table_list t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
        JOIN sqlite_schema s ON s.name = i.name
        WHERE t.type = 'table' AND t.schema = 'main'
        GROUP BY t.name, i.name
        """
    )
    return [
        Index(
            str(table),
            str(name),
            tuple(str(columns).split(",")),
            bool(unique),
            str(sql or "").partition("WHERE ")[2],
        )
        for table, name, columns, unique, sql in rows
    ]


def test_the_catalogue_has_one_query_for_every_index(schema: Connection) -> None:
    named = {i.name: i.table for i in read_indexes(schema) if not i.name.startswith("sqlite_")}
    assert {query["index"]: query["table"] for query in QUERIES} == named
    assert len(QUERIES) == len({query["id"] for query in QUERIES}) == 103
    assert all(list(query) == ["id", "sql", "index", "table"] for query in QUERIES)


@pytest.mark.parametrize("query", QUERIES, ids=[query["id"] for query in QUERIES])
def test_a_query_uses_its_index(schema: Connection, query: dict[str, str]) -> None:
    unbound = [None] * query["sql"].count("?")
    rows = schema.read_rows(f"EXPLAIN QUERY PLAN {query['sql']}", unbound)
    plan = [str(row[3]) for row in rows]
    assert any(re.search(rf"INDEX {query['index']}\b", step) for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


def test_no_index_repeats_or_begins_another(schema: Connection) -> None:
    indexes = read_indexes(schema)
    assert len(indexes) == 103 + 24, "24 belong to UNIQUE constraints"
    for one, other in permutations(indexes, 2):
        if one.table != other.table or one.name.startswith("sqlite_"):
            continue
        begins = other.columns[: len(one.columns)] == one.columns
        assert not (begins and other.where in ("", one.where)), (one.name, other.name)
        # The columns of a UNIQUE constraint find one row at most: what comes after them is idle.
        extends = other.is_unique and one.columns[: len(other.columns)] == other.columns
        assert not extends, (one.name, other.name)


def test_every_foreign_key_leads_an_index_that_holds_all_rows(schema: Connection) -> None:
    keys = schema.read_rows(
        """
        SELECT t.name, f."from", f.on_delete
        FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
        WHERE t.type = 'table' AND t.schema = 'main'
        """
    )
    leading = {(i.table, i.columns[0]) for i in read_indexes(schema) if not i.where}
    assert len(keys) > 50
    assert {(table, column) for table, column, _ in keys} <= leading
    assert {action for *_, action in keys} == {"CASCADE", "RESTRICT", "SET NULL"}


# What they refuse

CANDLE = "INSERT INTO market_data (trading_pair_id, timeframe, open_time, open, high, low, close, "
USER = "INSERT INTO users (username, password_hash) VALUES "
REFUSED = (
    ("UPDATE trades SET price = 1 WHERE id = 1", "trades is append-only"),
    ("DELETE FROM trades WHERE id = 1", "trades is append-only"),
    ("DELETE FROM audit_logs WHERE id = 1", "audit_logs is append-only"),
    ("UPDATE audit_logs SET action = 'x' WHERE id = 1", "audit_logs is append-only"),
    (CANDLE + "volume) VALUES (1, '1m', 1700000000, 1, 1, 1, 1, 1)", "open_time BETWEEN"),
    (CANDLE + "volume) VALUES (1, '1m', 1700000000000, 9e999, 9e999, 1, 1, 1)", "< 1e15"),
    (USER + "('bob', 'secret')", "password_hash LIKE"),
    (USER + "('ANNA', '$scrypt$x')", "UNIQUE constraint failed: users.username"),
    ("DELETE FROM users WHERE id = 1", "FOREIGN KEY constraint failed"),
)


@pytest.mark.parametrize(("sql", "words"), REFUSED, ids=[sql[:30] for sql, _ in REFUSED])
def test_a_forbidden_write_is_refused(ledger: Connection, sql: str, words: str) -> None:
    with pytest.raises(CtsError, match=re.escape(words)) as caught:
        ledger.execute(sql)
    assert caught.value.code == "constraint"


def test_a_fill_gets_its_fee_and_its_position_once(ledger: Connection) -> None:
    ledger.execute("UPDATE trades SET fee = -0.1, fee_currency = 'USDT' WHERE id = 1")
    with pytest.raises(CtsError, match="a recorded fee cannot be changed"):
        ledger.execute("UPDATE trades SET fee = 0 WHERE id = 1")
    ledger.execute("UPDATE trades SET position_id = 1 WHERE id = 1")
    with pytest.raises(CtsError, match="a linked trade cannot be relinked"):
        ledger.execute("UPDATE trades SET position_id = 2 WHERE id = 1")


def test_what_really_happened_is_accepted(ledger: Connection) -> None:
    # A stop order without a limit price; fills that the exchange has not named; a full slot.
    order = (
        "INSERT INTO orders (connection_id, trading_pair_id, client_order_id, side, order_type, "
        "amount, stop_price) VALUES (7, 1, 'stop', 'sell', 'stop_market', 1, 40)"
    )
    fill = (
        "INSERT INTO trades (connection_id, order_id, trading_pair_id, side, price, amount, "
        "executed_at) VALUES (7, 1, 1, 'buy', 50, 1, 1700000000000)"
    )
    assert ledger.execute(order) == 1
    assert ledger.execute(fill) == 1
    in_slot = "connection_id = 7 AND trading_pair_id = 1 AND side = 'long' AND status = 'open'"
    assert ledger.read_value(f"SELECT count(*) FROM positions WHERE {in_slot}") == 2


def test_updated_at_follows_the_row_and_never_goes_back(ledger: Connection) -> None:
    read = "SELECT updated_at FROM exchanges WHERE id = 1"
    ledger.execute("UPDATE exchanges SET updated_at = 1700000000000 WHERE id = 1")
    assert ledger.read_value(read) == 1700000000000
    ledger.execute("UPDATE exchanges SET is_active = 0 WHERE id = 1")
    assert ledger.read_int(read) > 1700000000000
    ledger.execute("UPDATE exchanges SET updated_at = 4102444800000 WHERE id = 1")
    ledger.execute("UPDATE exchanges SET is_active = 1 WHERE id = 1")
    assert ledger.read_value(read) == 4102444800000
