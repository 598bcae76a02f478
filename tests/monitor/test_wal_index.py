from __future__ import annotations

import ctypes

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import open_database, side_file, transaction, wal_index
from cts_console.sqlite.wal_index import open_wal_index

INSERT = "INSERT INTO trades (amount) VALUES (1)"


def test_the_index_tells_what_sqlite_tells(make_database, start_engine):
    path = make_database()
    engine = start_engine(path)
    with open_database(path) as connection:
        reader = open_wal_index(connection)
        assert reader is not None
        before = reader.read()
        engine.execute(INSERT, INSERT, "PRAGMA wal_checkpoint", INSERT)
        index = reader.read()
        assert before is not None
        assert index is not None
        (_, frames, checkpointed), *_ = connection.read_rows("PRAGMA wal_checkpoint(NOOP)")
        assert (index.frames, index.checkpointed_frames) == (frames, checkpointed)
        assert index.page_size == connection.read_int("PRAGMA page_size")
        assert index.page_count == connection.read_int("PRAGMA page_count")
        assert index.change_count - before.change_count == 3
        header = side_file(path, "-wal").read_bytes()[16:24]
        assert b"".join(salt.to_bytes(4, "big") for salt in index.salts) == header


@pytest.mark.parametrize("page_size", [512, 65_536])
def test_every_page_size(tmp_path, page_size):
    path = tmp_path / "pages.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(f"PRAGMA page_size = {page_size}; PRAGMA journal_mode = wal")
        connection.execute("CREATE TABLE trades (amount)")
        reader = open_wal_index(connection)
        assert reader is not None
        index = reader.read()
    assert index is not None
    assert index.page_size == page_size


def test_in_rollback_mode_there_is_none_and_asking_makes_no_file(make_database):
    path = make_database(wal=False)
    with open_database(path) as connection:
        assert open_wal_index(connection) is None
    assert not side_file(path, "-shm").exists()


def test_an_immutable_file_has_none(make_database):
    path = make_database()
    with open_database(path, "archive") as connection:
        assert open_wal_index(connection) is None
    assert not side_file(path, "-shm").exists()


def test_inside_a_transaction_it_is_refused(make_database):
    with (
        open_database(make_database(), "read_write") as connection,
        transaction(connection),
        pytest.raises(CtsError) as caught,
    ):
        open_wal_index(connection)
    assert caught.value.code == "locked"


def test_a_half_written_header_is_no_answer(make_database, monkeypatch):
    with open_database(make_database()) as connection:
        reader = open_wal_index(connection)
        assert reader is not None
        address = wal_index._map_index(connection)
        assert address is not None
        data = bytearray(ctypes.string_at(address, 100))
        assert wal_index._is_whole(bytes(data))
        for place in (8, 12, 16, 40, 56):  # either copy, or the checksum of both
            torn = bytearray(data)
            torn[place] ^= 1
            assert not wal_index._is_whole(bytes(torn))
        both = bytearray(data)
        both[16] ^= 1
        both[48 + 16] ^= 1
        assert not wal_index._is_whole(bytes(both))
        monkeypatch.setattr(wal_index, "_is_whole", lambda _: False)
        assert reader.read() is None
