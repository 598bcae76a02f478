"""The header's fields against what SQLite says of the same file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.sqlite import MAGIC, open_database, read_header, sqlite_version
from tests.sqlite.databases import make_database

PRAGMAS = ("page_size", "page_count", "freelist_count", "user_version", "application_id")


@pytest.mark.parametrize("page_size", [512, 4096, 65536])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_fields(tmp_path: Path, page_size: int, encoding: str) -> None:
    with open_database(tmp_path / "data.db", "read_write", create=True) as connection:
        connection.execute(
            f"PRAGMA page_size = {page_size}; PRAGMA encoding = '{encoding}';"
            "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA user_version = -7;"
            "PRAGMA application_id = 1129534275; CREATE TABLE t (a);"
            "INSERT INTO t VALUES (zeroblob(300000)); DELETE FROM t"
        )
        header = read_header(connection)
        assert header is not None
        for pragma in PRAGMAS:
            assert getattr(header, pragma) == connection.read_int(f"PRAGMA {pragma}"), pragma
    assert header.freelist_count > 0
    assert header.magic == MAGIC
    assert header.text_encoding == {"UTF-8": 1, "UTF-16le": 2, "UTF-16be": 3}[encoding]
    assert header.incremental_vacuum == 1
    assert header.largest_root_page > 0
    assert header.schema_format == 4
    assert header.version_valid_for == header.change_counter
    assert header.sqlite_version == sqlite_version()
    assert not header.is_wal


def test_a_wal_file_is_told_by_its_header(wal_database: Path) -> None:
    with open_database(wal_database) as connection:
        header = read_header(connection)
    assert header is not None
    assert header.is_wal


def test_an_empty_file_has_none(tmp_path: Path) -> None:
    with open_database(tmp_path / "new.db", "read_write", create=True) as connection:
        assert read_header(connection) is None


def test_each_commit_counts(tmp_path: Path) -> None:
    with open_database(make_database(tmp_path / "data.db"), "read_write") as connection:
        before = read_header(connection)
        connection.execute("DELETE FROM t")
        after = read_header(connection)
    assert before is not None
    assert after is not None
    assert after.change_counter == before.change_counter + 1
