"""The side database's own migrations: each whole or not at all, in order, once."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, open_database
from cts_console.store import migrations, open_store, store_path
from cts_console.store.migrations import MIGRATIONS, STORE_APPLICATION_ID, apply_migrations
from tests.store.test_identity import identity_of, make


def schema(connection: Connection) -> list[str]:
    return [str(name) for (name,) in connection.read_rows("SELECT name FROM sqlite_schema")]


def test_from_nothing(tmp_path: Path) -> None:
    with open_database(tmp_path / "s.db", "read_write", create=True) as connection:
        apply_migrations(connection)
        assert connection.read_int("PRAGMA user_version") == len(MIGRATIONS)
        assert connection.read_int("PRAGMA application_id") == STORE_APPLICATION_ID
        before = connection.read_int("PRAGMA schema_version")
        apply_migrations(connection)
        assert connection.read_int("PRAGMA schema_version") == before
        strict = connection.read_rows(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
    assert strict
    assert all(is_strict for _, is_strict in strict)


def test_every_foreign_key_is_indexed(tmp_path: Path) -> None:
    with open_database(tmp_path / "s.db", "read_write", create=True) as connection:
        apply_migrations(connection)
        for table, column in connection.read_rows(
            'SELECT t.name, f."from" FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f'
        ):
            plan = connection.read_rows(
                f"EXPLAIN QUERY PLAN SELECT 1 FROM {table!s} WHERE {column!s} = 1"
            )
            assert "SEARCH" in str(plan), (table, column)


def test_later_ones_follow_and_a_failing_one_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_database(tmp_path / "s.db", "read_write", create=True) as connection:
        apply_migrations(connection)
        monkeypatch.setattr(
            migrations,
            "MIGRATIONS",
            (
                *MIGRATIONS,
                "CREATE TABLE second (a); INSERT INTO second VALUES (1)",
                "CREATE TABLE third (a PRIMARY KEY); INSERT INTO third VALUES (1), (1)",
            ),
        )
        with pytest.raises(CtsError):
            apply_migrations(connection)
        assert connection.read_int("PRAGMA user_version") == len(MIGRATIONS) + 1
        assert "second" in schema(connection)
        assert "third" not in schema(connection)
        assert not connection.in_transaction


def test_a_failing_first_one_leaves_the_file_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = MIGRATIONS[0] + "INSERT INTO audits (id) VALUES (1)"
    with open_database(tmp_path / "s.db", "read_write", create=True) as connection:
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "MIGRATIONS", (broken,))
            with pytest.raises(CtsError):
                apply_migrations(connection)
        assert schema(connection) == []
        assert connection.read_int("PRAGMA application_id") == 0
        apply_migrations(connection)
        assert "audits" in schema(connection)


def test_what_an_earlier_console_kept_is_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = identity_of(make(tmp_path / "a.db"))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:2])
        store_path().parent.mkdir(parents=True, mode=0o700)
        with open_database(store_path(), "read_write", create=True) as connection:
            apply_migrations(connection)
            connection.execute(
                "INSERT INTO databases (device, inode, content_hash, last_path, first_seen_at, "
                "last_seen_at) VALUES (?,?,?,?,1,1)",
                (before.device, before.inode, before.content_hash, before.path),
            )
            connection.execute(
                "INSERT INTO audits VALUES (7, 1, 1, 1.0, 'deep', 0, 0, 0, 0, 0, ?)",
                (zlib.compress(b'{"findings":[]}'),),
            )
    with open_store() as store:
        last = store.read_last_audit(before)
        assert last is not None
        assert last.id == 7
        assert not store.read_sightings(before)
        assert not store.read_accepted(before)
