"""Opening: everything that is no database is refused by name, and looking changes nothing."""

from __future__ import annotations

import gzip
import os
import random
import zipfile
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, Profile, classify, open_database, read_header, side_file
from tests.sqlite.children import Engine, hash_file
from tests.sqlite.databases import make_database, names_in


def code_of(path: str | os.PathLike[str], profile: Profile = "read_only") -> str:
    """Return the code with which opening or the first reads of the file fail."""
    with pytest.raises(CtsError) as caught:
        look(path, profile)
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


def look(path: str | os.PathLike[str], profile: Profile = "read_only") -> int:
    with open_database(path, profile) as connection:
        connection.set_busy_timeout(0)
        connection.read_rows("PRAGMA integrity_check")
        return connection.read_int("SELECT count(*) FROM t")


# What is no database


@pytest.mark.parametrize("profile", ["read_only", "read_write", "archive"])
class TestNoDatabase:
    def test_no_such_file(self, tmp_path: Path, profile: Profile) -> None:
        assert code_of(tmp_path / "none.db", profile) == "not_found"
        assert list(tmp_path.iterdir()) == []

    def test_no_such_folder(self, tmp_path: Path, profile: Profile) -> None:
        assert code_of(tmp_path / "none" / "data.db", profile) == "not_found"

    def test_a_file_in_place_of_a_folder(self, database: Path, profile: Profile) -> None:
        assert code_of(database / "data.db", profile) == "not_found"

    def test_a_folder(self, tmp_path: Path, profile: Profile) -> None:
        assert code_of(tmp_path, profile) == "not_a_file"

    @pytest.mark.parametrize("name", ["", "a\0b.db"])
    def test_no_path(self, name: str, profile: Profile) -> None:
        assert code_of(name, profile) == "usage"

    def test_an_empty_file(self, tmp_path: Path, profile: Profile) -> None:
        path = tmp_path / "empty.db"
        path.touch()
        assert code_of(path, profile) == "not_a_database"
        assert path.stat().st_size == 0

    def test_text(self, tmp_path: Path, profile: Profile) -> None:
        path = tmp_path / "notes.db"
        path.write_text("just some notes\n" * 64)
        assert path.stat().st_size % 512 == 0
        assert code_of(path, profile) == "not_a_database"

    @pytest.mark.parametrize("size", [1, 15, 16, 99])
    def test_one_byte_and_more(self, tmp_path: Path, profile: Profile, size: int) -> None:
        path = tmp_path / "short.db"
        path.write_bytes(b"\0" * size)
        assert code_of(path, profile) == "not_a_database"

    def test_random_whole_pages_look_encrypted(self, tmp_path: Path, profile: Profile) -> None:
        path = tmp_path / "secret.db"
        path.write_bytes(random.Random(1).randbytes(8 * 4096))
        before = path.read_bytes()
        assert code_of(path, profile) == "encrypted"
        assert path.read_bytes() == before

    def test_random_bytes_that_are_no_pages(self, tmp_path: Path, profile: Profile) -> None:
        path = tmp_path / "noise.db"
        path.write_bytes(random.Random(1).randbytes(8 * 4096 + 7))
        assert code_of(path, profile) == "not_a_database"

    @pytest.mark.parametrize("kind", ["zip", "gzip", "png"])
    def test_compressed_files_are_not_encrypted(
        self, tmp_path: Path, profile: Profile, kind: str
    ) -> None:
        path = tmp_path / "packed.db"
        noise = random.Random(1).randbytes(20_000)
        if kind == "zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("x", noise)
        elif kind == "gzip":
            path.write_bytes(gzip.compress(noise))
        else:
            path.write_bytes(b"\x89PNG\r\n\x1a\n" + noise)
        data = path.read_bytes()
        path.write_bytes(data + b"\0" * (-len(data) % 4096))
        assert code_of(path, profile) == "not_a_database"


# What was a database


@pytest.mark.parametrize("size", [16, 50, 99, 100, 2_000, 4_096, 4_097])
def test_a_truncated_database(tmp_path: Path, size: int) -> None:
    path = make_database(tmp_path / "cut.db", rows=500)
    path.write_bytes(path.read_bytes()[:size])
    assert code_of(path) == "damaged"
    assert path.stat().st_size == size


def test_half_the_pages_are_gone(tmp_path: Path) -> None:
    path = make_database(tmp_path / "cut.db", rows=50_000)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 4096 // 2 * 4096])
    assert code_of(path) == "damaged"


@pytest.mark.parametrize(
    ("offset", "garbage"),
    [(16, b"\0\0"), (20, b"\xff"), (21, b"\0\0\0"), (44, b"\0\0\0\x09"), (100, b"\x99" * 8)],
    ids=["page size", "reserved space", "fractions", "schema format", "schema page"],
)
def test_a_damaged_first_page(database: Path, offset: int, garbage: bytes) -> None:
    data = bytearray(database.read_bytes())
    data[offset : offset + len(garbage)] = garbage
    database.write_bytes(data)
    assert code_of(database) == "damaged"
    assert database.read_bytes() == data


def test_damaged_sql_in_the_schema(database: Path) -> None:
    data = database.read_bytes()
    assert data.count(b"CREATE TABLE t") == 1
    database.write_bytes(data.replace(b"CREATE TABLE t", b"CREATE T#BLE t"))
    assert code_of(database) == "damaged"


def test_a_damaged_page_in_the_middle(tmp_path: Path) -> None:
    path = make_database(tmp_path / "hurt.db", rows=50_000)
    data = bytearray(path.read_bytes())
    middle = len(data) // 4096 // 2 * 4096
    data[middle : middle + 4096] = b"\xa5" * 4096
    path.write_bytes(data)
    with open_database(path) as connection:
        assert classify(connection) == "other"
        with pytest.raises(CtsError) as caught:
            connection.read_rows("SELECT * FROM t")
    assert caught.value.code == "damaged"
    assert str(path) in caught.value.message


# Paths

NAMES = (
    "two words.db",
    "it's.db",
    'say "hi".db',
    "what?.db",
    "a#b.db",
    "100%.db",
    "%20%00.db",
    "a?mode=memory&immutable=1",
    "Börse—日本.db",
    "file:data.db",
    ":memory:",
    "-wal",
    "x" * 247,
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("profile", ["read_only", "read_write", "archive"])
def test_names_mean_the_file_alone(tmp_path: Path, name: str, profile: Profile) -> None:
    folder = tmp_path / "a folder?#%"
    folder.mkdir()
    make_database(folder / name, rows=3)
    assert look(folder / name, profile) == 3
    assert [path.name for path in folder.iterdir()] == [name]


def test_a_relative_name_that_looks_like_a_uri(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_database(Path("file:a.db?mode=memory"), rows=3)
    assert look("file:a.db?mode=memory") == 3
    assert code_of(":memory:") == "not_found"


def test_a_name_that_leaves_no_room_for_side_files(tmp_path: Path) -> None:
    path = make_database(tmp_path / "data.db").rename(tmp_path / ("x" * 252))
    assert code_of(path) == "usage"
    assert code_of(tmp_path / ("x" * 300)) == "usage"
    assert code_of(tmp_path / "/".join(["x" * 200] * 30)) == "usage"


def test_through_a_symlinked_folder(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    make_database(folder / "data.db", rows=3)
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    for profile in ("read_only", "read_write", "archive"):
        assert look(tmp_path / "link" / "data.db", profile) == 3


def test_a_symlinked_file_shares_the_log_of_its_target(tmp_path: Path) -> None:
    path = make_database(tmp_path / "data.db", wal=True)
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    with open_database(link, "read_write") as writer, Engine(path) as engine:
        writer.execute("INSERT INTO t (a) VALUES ('through the link')")
        assert engine.execute("SELECT count(*) FROM t") == [[11]]
        assert writer.path == path
        assert side_file(path, "-wal").stat().st_size > 0
        assert list(link.parent.iterdir()) == [link]


def test_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert code_of(tmp_path / "a") == "usage"
    assert code_of(tmp_path / "a" / "data.db") == "usage"


def test_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone.db")
    assert code_of(tmp_path / "link") == "not_found"


# Creating


def test_create(tmp_path: Path) -> None:
    with open_database(tmp_path / "new.db", "read_write", create=True) as connection:
        assert read_header(connection) is None
        assert classify(connection) == "empty"
        connection.execute("CREATE TABLE t (a)")
    assert look(tmp_path / "new.db") == 0


def test_create_takes_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "new.db").touch()
    with open_database(tmp_path / "new.db", "read_write", create=True) as connection:
        assert connection.execute("CREATE TABLE t (a)") == 0


def test_create_refuses_what_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir")
    with pytest.raises(CtsError, match="does not begin"):
        open_database(path, "read_write", create=True)
    assert path.read_text() == "Dear Sir"


def test_create_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CtsError) as caught:
        open_database(tmp_path / "none" / "new.db", "read_write", create=True)
    assert caught.value.code == "not_found"
    assert list(tmp_path.iterdir()) == []


def test_a_stop_before_the_opening(database: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CtsError) as caught:
        open_database(database, cancel=token)
    assert caught.value.code == "cancelled"


# Looking changes nothing


@pytest.mark.parametrize("wal", [False, True], ids=["rollback", "wal"])
def test_looking_changes_no_byte(tmp_path: Path, wal: bool) -> None:
    path = make_database(tmp_path / "data.db", wal=wal)
    before, changed_ns = hash_file(path), path.stat().st_mtime_ns
    with open_database(path) as connection:
        classify(connection)
        connection.read_rows("SELECT * FROM t")
        for sql in (
            "INSERT INTO t (a) VALUES (1)",
            "DROP TABLE t",
            "PRAGMA user_version = 7",
            "CREATE TABLE other (a)",
        ):
            with pytest.raises(CtsError) as caught:
                connection.execute(sql)
            assert caught.value.code == "read_only"
        connection.read_value("PRAGMA wal_checkpoint(TRUNCATE)")
    assert hash_file(path) == before
    assert path.stat().st_mtime_ns == changed_ns


def test_opening_alone_makes_no_side_files(wal_database: Path) -> None:
    with open_database(wal_database) as connection:
        assert read_header(connection) is not None
        assert names_in(wal_database.parent) == [wal_database.name]


def test_looking_beside_a_writer_sees_its_log_and_leaves_it(wal_database: Path) -> None:
    with Engine(wal_database) as engine:
        engine.execute("INSERT INTO t (a) VALUES (1)")
        before = hash_file(side_file(wal_database, "-wal"))
        assert look(wal_database) == 11
        assert hash_file(side_file(wal_database, "-wal")) == before
        engine.execute("INSERT INTO t (a) VALUES (1)")
        assert engine.execute("SELECT count(*) FROM t") == [[12]]


def test_the_code_of_an_unknown_file_does_not_run(database: Path) -> None:
    with open_database(database, "read_write") as connection:
        connection.execute("CREATE VIEW huge AS SELECT zeroblob(900000000) AS b")
        connection.execute("CREATE VIEW quoted AS SELECT a FROM t")
    with open_database(database) as connection:
        with pytest.raises(CtsError) as caught:
            connection.read_rows("SELECT length(b || b) FROM huge")
        assert caught.value.code == "constraint"
        assert connection.read_rows("SELECT count(*) FROM quoted") == [(10,)]


def test_writing_keeps_triggers_and_foreign_keys_on(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE child (t INTEGER REFERENCES t (id));"
        "CREATE TRIGGER keep BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'append only'); END"
    )
    for sql in ("DELETE FROM t", "INSERT INTO child VALUES (99)"):
        with pytest.raises(CtsError) as caught:
            connection.execute(sql)
        assert caught.value.code == "constraint"


# Locks


def test_a_locked_database_opens_and_says_so_when_read(database: Path) -> None:
    with Engine(database) as engine:
        engine.execute("BEGIN EXCLUSIVE")
        assert code_of(database) == "locked"
        engine.execute("COMMIT")
        assert look(database) == 10


# Archives


def test_an_archive_leaves_no_trace(wal_database: Path) -> None:
    before = wal_database.read_bytes()
    with open_database(wal_database, "archive") as connection:
        assert connection.immutable
        assert connection.read_int("SELECT count(*) FROM t") == 10
        assert names_in(wal_database.parent) == [wal_database.name]
    assert wal_database.read_bytes() == before


def test_an_archive_leaves_nothing_out(wal_database: Path) -> None:
    with Engine(wal_database) as engine:
        engine.execute("INSERT INTO t (a) VALUES (1)")
        assert code_of(wal_database, "archive") == "usage"


def test_a_finished_journal_that_is_kept_does_no_harm(database: Path) -> None:
    with Engine(database) as engine:
        engine.execute("PRAGMA journal_mode = PERSIST")
        engine.execute("INSERT INTO t (a) VALUES (1)")
    assert side_file(database, "-journal").stat().st_size > 0
    assert look(database, "archive") == 11
    assert look(database) == 11


def test_an_interrupted_write_is_shown_neither_half_nor_as_a_mystery(tmp_path: Path) -> None:
    path = make_database(tmp_path / "data.db", rows=5_000)
    with Engine(path) as engine:
        engine.execute("PRAGMA cache_size = 1")
        engine.execute("BEGIN")
        engine.execute("UPDATE t SET a = -1")
        engine.kill()
    assert code_of(path, "archive") == "usage"
    with open_database(path) as connection, pytest.raises(CtsError) as caught:
        connection.read_rows("SELECT * FROM t")
    assert caught.value.code == "read_only"
    assert "killed" in caught.value.hint
    with open_database(path, "read_write") as connection:
        assert connection.read_int("SELECT count(*) FROM t WHERE a = -1") == 0
    assert look(path) == 5_000
