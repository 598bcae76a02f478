"""Which database a file is: its own id, or its inode with what it holds; copies are copies."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import open_database
from cts_console.store import DatabaseIdentity, SizeSample, Store, identify, open_store
from tests.sqlite.children import hash_file, run_python

ID = "0d5ba9a5-6f5c-4a0c-8a35-2d9f2b6a4f10"
SETTINGS = "CREATE TABLE system_settings (id INTEGER PRIMARY KEY, key TEXT UNIQUE, value TEXT)"


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


def make(path: Path, database_id: str | None = None) -> Path:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(SETTINGS)
        if database_id is not None:
            connection.execute(
                "INSERT INTO system_settings (key, value) VALUES ('database.id', ?)", (database_id,)
            )
    return path


def identity_of(path: Path) -> DatabaseIdentity:
    with open_database(path) as connection:
        return identify(connection)


def remember(store: Store, path: Path, mark: int) -> None:
    store.record_size_sample(identity_of(path), SizeSample(mark, 0, 0, 0, at_ms=mark))


def memory_of(store: Store, path: Path) -> list[int]:
    return [sample.size_bytes for sample in store.read_size_samples(identity_of(path))]


# Identifying


def test_the_applications_own_id(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db", ID.upper())
    before = hash_file(path)
    identity = identity_of(path)
    assert identity.database_id == ID
    assert identity.path == str(path)
    assert (identity.device, identity.inode) == (
        str(path.stat().st_dev),
        str(path.stat().st_ino),
    )
    assert hash_file(path) == before


@pytest.mark.parametrize("value", ["", "main", "x" * 36, "0" * 35, ID + "\n", f"{{{ID}}}"])
def test_what_is_no_uuid_is_no_id(tmp_path: Path, value: str) -> None:
    assert identity_of(make(tmp_path / "a.db", value)).database_id is None


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TABLE t (a)",
        "CREATE TABLE system_settings (name, setting)",
        "CREATE VIEW system_settings AS SELECT 'database.id' AS key, missing() AS value",
        "CREATE TABLE x (key, value); CREATE VIEW system_settings AS SELECT * FROM gone",
    ],
)
def test_other_schemas_have_no_id(tmp_path: Path, schema: str) -> None:
    with open_database(tmp_path / "a.db", "read_write", create=True) as connection:
        connection.execute(schema)
    identity = identity_of(tmp_path / "a.db")
    assert identity.database_id is None
    assert identity.content_hash is not None


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TABLE system_settings (key TEXT COLLATE martian UNIQUE, value)",
        "CREATE TABLE system_settings (key, value AS (alien(key)))",
        "CREATE TABLE system_settings (key, value, CHECK (alien(key)))",
    ],
)
def test_a_schema_that_needs_another_program(tmp_path: Path, schema: str) -> None:
    run_python(
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1])\n"
        "connection.create_collation('martian', lambda a, b: 0)\n"
        "connection.create_function('alien', 1, lambda a: a, deterministic=True)\n"
        "connection.execute(sys.argv[2])\n",
        tmp_path / "a.db",
        schema,
    )
    assert identity_of(tmp_path / "a.db").content_hash is not None


def test_the_schema_is_a_part_of_who_a_file_without_id_is(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    before = identity_of(path)
    with open_database(path, "read_write") as connection:
        connection.execute("INSERT INTO system_settings (key, value) VALUES ('k', 'v')")
        connection.execute("ANALYZE")
    assert identity_of(path) == before
    with open_database(path, "read_write") as connection:
        connection.execute("CREATE TABLE other (a)")
    assert identity_of(path).content_hash != before.content_hash


def test_a_damaged_file_has_an_identity_too(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db", ID)
    data = bytearray(path.read_bytes())
    data[100:108] = b"\x99" * 8
    path.write_bytes(data)
    identity = identity_of(path)
    assert identity.database_id is None
    assert identity.content_hash is None
    assert identity.inode == str(path.stat().st_ino)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    with open_database(path) as connection:
        path.rename(tmp_path / "b.db")
        with pytest.raises(CtsError) as caught:
            identify(connection)
    assert caught.value.code == "not_found"


# Recognising


@pytest.mark.parametrize("database_id", [ID, None])
def test_a_file_that_moved_keeps_its_history(
    store: Store, tmp_path: Path, database_id: str | None
) -> None:
    path = make(tmp_path / "a.db", database_id)
    remember(store, path, 1)
    path = path.rename(tmp_path / "b.db")
    assert memory_of(store, path) == [1]
    remember(store, path, 2)
    assert memory_of(store, path) == [1, 2]
    known = store.read_database(identity_of(path))
    assert known is not None
    assert known.last_path == str(path)
    assert known.first_seen_at_ms <= known.last_seen_at_ms


def test_a_file_that_moved_to_another_disk_keeps_its_history(store: Store, tmp_path: Path) -> None:
    path = make(tmp_path / "a.db", ID)
    remember(store, path, 1)
    shutil.copy(path, tmp_path / "b.db")
    path.unlink()
    assert memory_of(store, tmp_path / "b.db") == [1]


def test_a_restored_backup_keeps_the_history(store: Store, tmp_path: Path) -> None:
    path = make(tmp_path / "a.db", ID)
    remember(store, path, 1)
    shutil.copy(path, tmp_path / "staged.db")
    os.replace(tmp_path / "staged.db", path)  # noqa: PTH105  # the call that restores
    assert memory_of(store, path) == [1]


def test_a_copy_is_a_copy(store: Store, tmp_path: Path) -> None:
    path, copy = make(tmp_path / "a.db", ID), tmp_path / "copy.db"
    remember(store, path, 1)
    shutil.copy(path, copy)
    assert memory_of(store, copy) == []
    remember(store, copy, 2)
    assert memory_of(store, path) == [1]
    assert memory_of(store, copy) == [2]
    original, other = (store.read_database(identity_of(p)) for p in (path, copy))
    assert original is not None
    assert other is not None
    assert original.copy_of is None
    assert other.copy_of == original.id
    assert other.database_id == ID
    # Either may go on living alone.
    path.unlink()
    assert memory_of(store, copy) == [2]


def test_files_without_an_id_are_told_apart(store: Store, tmp_path: Path) -> None:
    first, second = make(tmp_path / "a.db"), make(tmp_path / "b.db")
    remember(store, first, 1)
    assert memory_of(store, second) == []


def test_another_database_in_the_same_inode_is_another(store: Store, tmp_path: Path) -> None:
    path, other = make(tmp_path / "a.db"), tmp_path / "b.db"
    remember(store, path, 1)
    with open_database(other, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE something_else (a)")
    path.write_bytes(other.read_bytes())
    assert memory_of(store, path) == []


def test_a_file_that_is_given_an_id_keeps_its_history(store: Store, tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    remember(store, path, 1)
    with open_database(path, "read_write") as connection:
        connection.execute(
            "INSERT INTO system_settings (key, value) VALUES ('database.id', ?)", (ID,)
        )
    assert memory_of(store, path) == [1]
    remember(store, path, 2)
    path = path.rename(tmp_path / "b.db")
    assert memory_of(store, path) == [1, 2]


@pytest.mark.parametrize("database_id", [ID, None])
def test_a_file_that_was_damaged_keeps_its_history(
    store: Store, tmp_path: Path, database_id: str | None
) -> None:
    path = make(tmp_path / "a.db", database_id)
    remember(store, path, 1)
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\x99" * 8 + whole[108:])
    assert memory_of(store, path) == [1]
    remember(store, path, 2)
    path.write_bytes(whole)
    assert memory_of(store, path) == [1, 2]


def test_an_unknown_database_is_not_made_known_by_asking(store: Store, tmp_path: Path) -> None:
    identity = identity_of(make(tmp_path / "a.db", str(uuid.uuid4())))
    assert store.read_last_audit(identity) is None
    assert store.read_failures(identity) == []
    assert store.read_database(identity) is None
