from __future__ import annotations

import pytest

from cts_console.bulk import (
    BulkError,
    count_matching,
    delete_batch,
    insert_batch,
    removal,
    update_batch,
)
from cts_console.errors import CtsError
from tests.bulk.conftest import candles


@pytest.fixture(autouse=True)
def filled(connection):
    insert_batch(connection, "candles", candles(1_000))


def notes(connection, where="1"):
    return connection.read_int(f"SELECT count(*) FROM candles WHERE note = 'new' AND {where}")


def test_a_condition_with_marks(connection):
    result = update_batch(
        connection,
        "candles",
        {"note": "new", "close": 2.0},
        where="id > ? AND pair = ?",
        parameters=(500, 3),
    )
    assert result.rows_written == result.rows_requested == notes(connection, "close = 2.0") == 71
    assert (result.operation, result.mode, result.strategy) == ("update", "whole", "statement")


def test_a_condition_with_names(connection):
    result = update_batch(
        connection, "candles", {"note": "new"}, where="id <= :last", parameters={"last": 10}
    )
    assert result.rows_written == notes(connection) == 10


def test_rows_by_their_key(connection):
    changes = [{"id": n, "note": "new"} for n in (1, 2, 3, 5_000)]
    result = update_batch(connection, "candles", changes)
    assert (result.rows_requested, result.rows_written) == (4, 3)
    assert notes(connection, "id <= 3") == 3
    rows = [("new", 7)]
    assert update_batch(connection, "candles", rows, columns=["note", "id"]).rows_written == 1


def test_rows_by_key_need_the_whole_key_and_a_change(connection):
    with pytest.raises(CtsError, match="do not name id"):
        update_batch(connection, "candles", [{"note": "x"}])
    with pytest.raises(CtsError, match="the key of candles alone"):
        update_batch(connection, "candles", [{"id": 1}])


@pytest.mark.parametrize("where", ["", "  ", "-- nothing", None])
def test_no_condition_is_never_every_row(connection, where):
    with pytest.raises(CtsError, match="Without a condition"):
        update_batch(connection, "candles", {"note": "new"}, where=where)
    with pytest.raises(CtsError, match="Without a condition"):
        delete_batch(connection, "candles", where=where)
    assert notes(connection) == 0


@pytest.mark.parametrize(
    "where",
    ["1; DROP TABLE candles", "1) OR (1", "1))--", "nothing = 1", "id = ?", "'open", "(1"],
)
def test_what_is_no_condition_changes_nothing(connection, where):
    with pytest.raises(CtsError) as caught:
        delete_batch(connection, "candles", where=where)
    assert caught.value.code == "usage"
    assert connection.read_int("SELECT count(*) FROM candles") == 1_000
    assert not connection.in_transaction


def test_delete(connection):
    assert count_matching(connection, "candles", where="pair = 3") == 143
    result = delete_batch(connection, "candles", where="pair = :p", parameters={"p": 3})
    assert result.rows_written == 143
    assert delete_batch(connection, "candles", where="1").rows_written == 857


@pytest.mark.parametrize("part_rows", [1, 100, 10_000])
def test_a_delete_in_parts_is_one_delete(connection, monkeypatch, part_rows):
    monkeypatch.setattr(removal, "PART_ROWS", part_rows)
    connection.execute(
        "CREATE TABLE gone (id INT);"
        "CREATE TRIGGER t AFTER DELETE ON candles BEGIN INSERT INTO gone VALUES (old.id); END"
    )
    result = delete_batch(connection, "candles", where="id > :least", parameters={"least": 500})
    assert result.rows_written == connection.read_int("SELECT count(*) FROM gone") == 500
    assert connection.read_int("SELECT max(id) FROM candles") == 500
    connection.execute(
        "CREATE TRIGGER u BEFORE DELETE ON candles WHEN old.id = 499 BEGIN "
        "SELECT RAISE(ABORT, 'stays'); END"
    )
    with pytest.raises(BulkError, match="stays"):
        delete_batch(connection, "candles", where="1")
    assert connection.read_int("SELECT count(*) FROM candles") == 500
    assert connection.read_rows("SELECT name FROM temp.sqlite_schema") == []


def test_rows_that_refer_to_each_other_go_in_one_statement(connection, monkeypatch):
    monkeypatch.setattr(removal, "PART_ROWS", 1)
    connection.execute(
        "CREATE TABLE tree (id INTEGER PRIMARY KEY, parent REFERENCES tree (id));"
        "INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2)"
    )
    assert delete_batch(connection, "tree", where="1").rows_written == 3


def test_a_constraint_in_the_middle_leaves_all_as_it_was(connection):
    with pytest.raises(BulkError, match="CHECK constraint failed"):
        update_batch(connection, "candles", {"close": -1.0}, where="id > 900")
    with pytest.raises(BulkError, match="row 2 was refused"):
        update_batch(connection, "candles", [{"id": 1, "close": 5.5}, {"id": 2, "close": -1.0}])
    assert connection.read_int("SELECT count(*) FROM candles WHERE close IN (-1.0, 5.5)") == 0


def test_an_append_only_table_stays_so(cts_connection):
    insert_batch(cts_connection, "audit_logs", [{"action": "login"}])
    with pytest.raises(BulkError) as caught:
        delete_batch(cts_connection, "audit_logs", where="1")
    assert caught.value.code == "constraint"
    assert cts_connection.read_int("SELECT count(*) FROM audit_logs") == 1
