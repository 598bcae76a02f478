from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.pragmas import (
    PRAGMAS,
    PROFILES,
    PragmaReading,
    apply_profile,
    read_pragmas,
    set_pragma,
)
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, open_database, read_header, transaction


def by_name(readings: tuple[PragmaReading, ...]) -> dict[str, PragmaReading]:
    return {reading.name: reading for reading in readings}


def test_a_new_file_gets_the_ten_settings_of_the_trading_profile(connection: Connection, path):
    readings = by_name(apply_profile(connection, "trading", new_file=True))
    assert {name: row.value for name, row in readings.items()} == PROFILES["trading"]
    assert all(row.ok for row in readings.values())
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    connection.close()
    with open_database(path) as again:
        header = read_header(again)
        assert header is not None
        assert header.is_wal
        assert header.incremental_vacuum


def test_durable_differs_by_synchronous_alone(connection: Connection):
    readings = by_name(apply_profile(connection, "durable", new_file=True))
    assert readings["synchronous"].value == "FULL"
    differing = {
        name for name, value in PROFILES["durable"].items() if PROFILES["trading"][name] != value
    }
    assert differing == {"synchronous"}


def test_untouched_changes_and_expects_nothing(connection: Connection, path: Path):
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    before = read_pragmas(connection, "untouched")
    assert apply_profile(connection, "untouched", new_file=False) == ()
    assert read_pragmas(connection, "untouched") == before
    assert len(before) == len(PRAGMAS)
    assert all(row.ok and row.expected is None for row in before)


def test_looking_changes_no_byte(connection: Connection, path: Path):
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    connection.close()
    before = hashlib.sha256(path.read_bytes()).digest()
    with open_database(path) as look:
        read_pragmas(look)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    assert [part.name for part in path.parent.glob("ledger*")] == ["ledger.db"]


def test_an_existing_file_keeps_the_auto_vacuum_that_only_a_vacuum_would_change(
    connection: Connection,
):
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    reading = by_name(apply_profile(connection, "trading", new_file=False))["auto_vacuum"]
    assert (reading.value, reading.expected, reading.ok) == ("NONE", "INCREMENTAL", False)
    assert reading.needs_vacuum


def test_an_empty_file_in_wal_mode_still_gets_its_auto_vacuum(connection: Connection):
    connection.read_value("PRAGMA journal_mode = WAL")
    readings = by_name(apply_profile(connection, "trading", new_file=False))
    assert readings["auto_vacuum"].value == "INCREMENTAL"
    assert readings["journal_mode"].value == "wal"


def test_full_becomes_incremental_without_a_vacuum(connection: Connection):
    connection.execute("PRAGMA auto_vacuum = FULL; CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    assert not by_name(read_pragmas(connection))["auto_vacuum"].ok
    assert set_pragma(connection, "auto_vacuum", "incremental").value == "INCREMENTAL"


@pytest.mark.parametrize(
    ("name", "value", "ok"),
    [
        ("synchronous", "FULL", True),
        ("synchronous", "EXTRA", True),
        ("synchronous", "OFF", False),
        ("busy_timeout", "60000", True),
        ("busy_timeout", "10", False),
        ("mmap_size", "0", True),
        ("mmap_size", "1000000000", False),
        ("foreign_keys", "OFF", False),
        ("wal_autocheckpoint", "0", False),
    ],
)
def test_a_safer_value_is_no_deviation(connection: Connection, name, value, ok):
    apply_profile(connection, "trading", new_file=True)
    set_pragma(connection, name, value)
    assert by_name(read_pragmas(connection))[name].ok is ok


@pytest.mark.parametrize(("alone", "value"), [(False, "0"), (True, "30000000")])
def test_a_file_that_others_may_write_is_not_mapped(connection: Connection, alone, value):
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    reading = by_name(apply_profile(connection, "trading", new_file=False, alone=alone))[
        "mmap_size"
    ]
    assert (reading.value, reading.ok) == (value, True)


def test_the_busy_timeout_is_read_truly_inside_a_guard(connection: Connection):
    with connection.guard(cancel=CancelToken()):
        apply_profile(connection, "trading", new_file=True)
        assert by_name(read_pragmas(connection))["busy_timeout"].value == "30000"


def test_settings_are_refused_inside_a_transaction(connection: Connection):
    with transaction(connection):
        with pytest.raises(ValueError, match="outside a transaction"):
            apply_profile(connection, "trading", new_file=True)
        with pytest.raises(ValueError, match="outside a transaction"):
            set_pragma(connection, "foreign_keys", "ON")


def test_wal_mode_is_tried_again_until_the_writer_next_door_has_finished(
    connection: Connection, engine
):
    engine("CREATE TABLE candles (ts INTEGER)")
    engine("BEGIN IMMEDIATE")
    waits: list[float] = []

    def on_wait(waited_s: float) -> None:
        if len(waits) == 2:
            engine("COMMIT")
        waits.append(waited_s)

    readings = by_name(apply_profile(connection, "trading", new_file=False, on_wait=on_wait))
    assert readings["journal_mode"].value == "wal"
    assert len(waits) >= 3


def test_the_wait_for_wal_mode_can_be_stopped(connection: Connection, engine):
    engine("CREATE TABLE candles (ts INTEGER)")
    engine("BEGIN IMMEDIATE")
    cancel = CancelToken()
    with pytest.raises(CtsError) as caught:
        apply_profile(
            connection,
            "trading",
            new_file=False,
            cancel=cancel,
            on_wait=lambda _: cancel.cancel(),
        )
    assert caught.value.code == "cancelled"


def test_the_wait_for_wal_mode_ends_with_the_busy_timeout(connection: Connection, engine):
    engine("CREATE TABLE candles (ts INTEGER)")
    engine("BEGIN IMMEDIATE")
    connection.set_busy_timeout(60)
    with pytest.raises(CtsError) as caught:
        set_pragma(connection, "journal_mode", "wal")
    assert caught.value.code == "locked"


def test_wal_mode_is_left_alone_where_it_is_on(connection: Connection, engine):
    engine("PRAGMA journal_mode = WAL")
    engine("CREATE TABLE candles (ts INTEGER)")
    engine("BEGIN IMMEDIATE")
    connection.set_busy_timeout(0)
    readings = by_name(apply_profile(connection, "trading", new_file=False))
    assert readings["journal_mode"].ok


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_size", "8192"),
        ("auto_vacuum", "INCREMENTAL"),
    ],
)
def test_what_needs_a_vacuum_is_refused_with_what_it_would_take(
    connection: Connection, name, value
):
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    with pytest.raises(CtsError) as caught:
        set_pragma(connection, name, value)
    assert caught.value.code == "usage"
    assert "16,384 bytes" in caught.value.message
    assert "are free" in caught.value.message
    assert "write lock" in caught.value.message


def test_on_an_empty_file_it_is_simply_set(connection: Connection):
    assert set_pragma(connection, "page_size", "8192").value == "8192"
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    header = read_header(connection)
    assert header is not None
    assert header.page_size == 8192


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("application_id", "1"),
        ("user_version", "1"),
        ("encoding", "UTF-16le"),
        ("trusted_schema", "ON"),
        ("cell_size_check", "OFF"),
        ("table_info", "orders"),
        ("foreign_keys; DROP TABLE orders", "1"),
        ("synchronous", "1; DROP TABLE orders"),
        ("cache_size", "many"),
        ("journal_mode", "off"),
    ],
)
def test_what_cannot_be_set_is_refused(connection: Connection, name, value):
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    before = read_pragmas(connection)
    with pytest.raises(CtsError) as caught:
        set_pragma(connection, name, value)
    assert caught.value.code == "usage"
    assert read_pragmas(connection) == before
    assert connection.read_int("SELECT count(*) FROM sqlite_schema") == 1


def test_a_setting_of_the_file_cannot_be_set_through_a_look(connection: Connection, path):
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    with open_database(path) as look, pytest.raises(CtsError) as caught:
        set_pragma(look, "journal_mode", "wal")
    assert caught.value.code == "read_only"
