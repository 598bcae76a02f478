"""Opening as somebody else, without permission, on a full disk: what only POSIX can set up."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import open_database, side_file
from tests.sqlite.children import Engine, hash_file, run_as_stranger, run_python
from tests.sqlite.databases import make_database, names_in

LOOK = """
with open_database(sys.argv[1], sys.argv[2]) as connection:
    connection.set_busy_timeout(0)
    count = connection.read_int("SELECT count(*) FROM t")
    answer = [count, connection.immutable, bool(connection.note)]
"""
WRITE = """
with open_database(sys.argv[1], "read_write", create=True) as connection:
    answer = connection.execute("INSERT INTO t (a) VALUES (1)")
"""


@pytest.mark.parametrize("profile", ["read_only", "read_write", "archive"])
def test_a_pipe_is_refused_without_waiting_for_its_other_end(tmp_path: Path, profile: str) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    with pytest.raises(CtsError) as caught:
        open_database(tmp_path / "pipe.db", profile)  # type: ignore[arg-type]  # a profile
    assert caught.value.code == "not_a_file"


def test_devices_and_sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.db")
        for path in ("/dev/null", "/dev/zero", "s.db"):
            with pytest.raises(CtsError) as caught:
                open_database(path)
            assert caught.value.code == "not_a_file"


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = make_database(tmp_path / "data.db")
    for name in (b"\xff.db", b"\xff/data.db"):
        other = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        if other.name == path.name:
            try:
                other.parent.mkdir()
            except OSError:  # a system that knows no such names (macOS) needs no answer
                return
        with pytest.raises(CtsError) as caught:
            open_database(other)
        assert caught.value.code == "usage"
        str(caught.value).encode()


@pytest.mark.parametrize("profile", ["read_only", "read_write", "archive"])
def test_a_file_that_may_not_be_read(shared_folder: Path, profile: str) -> None:
    path = make_database(shared_folder / "data.db")
    path.chmod(0o000)
    code, hint = run_as_stranger(LOOK, path, profile)
    assert code == "no_permission"
    assert hint


def test_a_folder_that_may_not_be_entered(shared_folder: Path) -> None:
    folder = shared_folder / "closed"
    folder.mkdir()
    path = make_database(folder / "data.db")
    folder.chmod(0o000)
    code, hint = run_as_stranger(LOOK, path, "read_only")
    assert code == "no_permission"
    assert hint


def test_a_file_that_may_not_be_written(shared_folder: Path) -> None:
    path = make_database(shared_folder / "data.db")
    path.chmod(0o444)
    assert run_as_stranger(LOOK, path, "read_only") == [10, False, False]
    code, hint = run_as_stranger(WRITE, path)
    assert code == "read_only"
    assert hint


@pytest.mark.parametrize("wal", [False, True], ids=["rollback", "wal"])
def test_a_folder_that_may_not_be_written(shared_folder: Path, wal: bool) -> None:
    path = make_database(shared_folder / "data.db", wal=wal)
    before = path.read_bytes()
    path.chmod(0o666)
    shared_folder.chmod(0o555)
    # In WAL mode even a reader would make side files here: so it is opened as immutable.
    assert run_as_stranger(LOOK, path, "read_only") == [10, wal, wal]
    code, hint = run_as_stranger(WRITE, path)
    assert code in ("read_only", "no_permission")
    assert "folder" in hint
    assert path.read_bytes() == before
    assert names_in(shared_folder) == ["data.db"]


def test_nothing_is_made_in_a_folder_that_may_not_be_written(shared_folder: Path) -> None:
    shared_folder.chmod(0o555)
    code, hint = run_as_stranger(WRITE, shared_folder / "new.db")
    assert code == "read_only"
    assert hint


def test_looking_at_another_users_wal_file_leaves_nothing_behind(shared_folder: Path) -> None:
    path = make_database(shared_folder / "data.db", wal=True)
    shared_folder.chmod(0o777)
    before = path.read_bytes()
    assert run_as_stranger(LOOK, path, "read_only") == [10, True, True]
    assert names_in(shared_folder) == ["data.db"]
    assert path.read_bytes() == before
    with Engine(path) as engine:
        engine.execute("INSERT INTO t (a) VALUES (1)")


def test_another_users_wal_file_with_a_log_that_nobody_holds(shared_folder: Path) -> None:
    path = make_database(shared_folder / "data.db", wal=True)
    shared_folder.chmod(0o777)
    with Engine(path) as engine:
        engine.execute("INSERT INTO t (a) VALUES (1)")
    side_file(path, "-shm").unlink()
    before = names_in(shared_folder)
    code, hint = run_as_stranger(LOOK, path, "read_only")
    assert code == "no_permission"
    assert "copy" in hint
    assert names_in(shared_folder) == before == ["data.db", "data.db-wal"]


def test_another_users_wal_file_while_its_owner_writes(shared_folder: Path) -> None:
    path = make_database(shared_folder / "data.db", wal=True)
    shared_folder.chmod(0o777)
    with Engine(path) as engine:
        engine.execute("INSERT INTO t (a) VALUES (1)")
        before = hash_file(path), hash_file(side_file(path, "-wal"))
        assert run_as_stranger(LOOK, path, "read_only") == [11, False, False]
        assert before == (hash_file(path), hash_file(side_file(path, "-wal")))
        engine.execute("INSERT INTO t (a) VALUES (1)")
        assert engine.execute("SELECT count(*) FROM t") == [[12]]


def test_the_owner_may_look_as_usual(wal_database: Path) -> None:
    with open_database(wal_database) as connection:
        assert not connection.immutable
        assert connection.note == ""


FULL = """
import json, resource, sys
from cts_console.errors import CtsError
from cts_console.sqlite import open_database, transaction
with open_database(sys.argv[1], "read_write") as connection:
    if sys.argv[2] == "wal":
        connection.read_value("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA cache_size = 5")
    limit = 200_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with transaction(connection):
            for _ in range(1000):
                connection.execute("INSERT INTO t (a) VALUES (randomblob(3000))")
        answer = "committed"
    except CtsError as error:
        answer = error.code
    print(json.dumps([answer, connection.in_transaction,
                      connection.read_int("SELECT count(*) FROM t")]))
"""


@pytest.mark.parametrize("mode", ["rollback", "wal"])
def test_a_full_disk_loses_nothing(database: Path, mode: str) -> None:
    assert json.loads(run_python(FULL, database, mode)) == ["disk_full", False, 10]
    with open_database(database) as connection:
        assert connection.read_value("PRAGMA integrity_check") == "ok"
        assert connection.read_int("SELECT count(*) FROM t") == 10
