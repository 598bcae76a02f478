from __future__ import annotations

import os
from pathlib import Path

import pytest

from cts_console.maintenance import FileUsers, read_users, users
from cts_console.sqlite import open_database


def how_of(path: Path, pid: int) -> list[str]:
    """Return how the process `pid` holds `path`."""
    return [holder.how for holder in read_users(path).holders if holder.pid == pid]


def test_alone_with_a_file_in_wal_mode(ledger):
    with open_database(ledger) as connection:
        connection.read_int("SELECT count(*) FROM trades")
        found = read_users(ledger)
    assert found == FileUsers(known=True, holders=())
    assert found.alone


@pytest.mark.parametrize(
    ("statements", "how"),
    [
        (("SELECT count(*) FROM trades",), "connected"),
        (("BEGIN", "SELECT count(*) FROM trades"), "reader"),
        (("BEGIN IMMEDIATE",), "writer"),
    ],
)
def test_every_connection_in_wal_mode_is_seen(ledger, start_engine, statements, how):
    engine = start_engine(ledger)
    for sql in statements:
        engine.execute(sql)
    assert how_of(ledger, engine.pid) == [how]
    assert not read_users(ledger).alone


@pytest.mark.parametrize(
    ("statements", "how"),
    [
        (("SELECT count(*) FROM trades",), "open"),
        (("BEGIN", "SELECT count(*) FROM trades"), "shared"),
        (("BEGIN IMMEDIATE",), "reserved"),
        (("BEGIN EXCLUSIVE",), "exclusive"),
    ],
)
def test_every_connection_in_rollback_mode_is_seen(make_database, start_engine, statements, how):
    path = make_database(wal=False)
    engine = start_engine(path)
    for sql in statements:
        engine.execute(sql)
    assert how_of(path, engine.pid) == [how]


def test_a_second_process_of_the_same_program_counts_and_this_one_does_not(ledger, start_engine):
    engine = start_engine(ledger)
    engine.execute("SELECT 1 FROM trades")
    with open_database(ledger) as connection:
        connection.read_value("SELECT 1 FROM trades")
        found = read_users(ledger)
    assert os.getpid() not in {holder.pid for holder in found.holders}
    assert str(engine.pid) in found.describe()


def test_a_user_found_through_another_name_of_the_file(ledger, tmp_path, start_engine):
    link = tmp_path / "engine.db"
    link.symlink_to(ledger)
    engine = start_engine(ledger)
    engine.execute("SELECT 1 FROM trades")
    assert how_of(link, engine.pid) == ["connected"]


def test_an_engine_that_has_ended_is_no_user(ledger, start_engine):
    engine = start_engine(ledger)
    engine.execute("BEGIN IMMEDIATE")
    engine.kill()
    assert how_of(ledger, engine.pid) == []


def test_nothing_is_claimed_where_a_process_cannot_be_looked_into(make_database, monkeypatch):
    path = make_database(wal=False)

    def deny(folder: str, main: os.stat_result) -> bool:
        raise PermissionError(folder)

    monkeypatch.setattr(users, "_has_open", deny)
    monkeypatch.setattr(users, "_may_write", lambda *_: True)
    found = read_users(path)
    assert not found.known
    assert not found.alone
    assert "does not tell" in found.describe()


def test_nothing_is_claimed_where_the_system_has_no_lock_table(ledger, tmp_path):
    found = users._read_linux_users(ledger, tmp_path / "no-proc")
    assert found == FileUsers(known=False, holders=())


def test_the_lock_table_is_read_line_by_line(ledger):
    main = ledger.stat()
    table = "\n".join(
        (
            f"1: POSIX  ADVISORY  READ 11 fe:00:{main.st_ino} 1073741826 1073742335",
            f"1: -> POSIX  ADVISORY  WRITE 12 fe:00:{main.st_ino} 1073741826 1073742335",
            f"2: POSIX  ADVISORY  WRITE 13 fe:00:{main.st_ino} 0 EOF",
            f"3: FLOCK  ADVISORY  WRITE 14 fe:00:{main.st_ino} 0 EOF",
            f"4: OFDLCK ADVISORY  READ -1 fe:00:{main.st_ino} 1073741826 1073741826",
            f"5: POSIX  ADVISORY  WRITE 15 fe:00:{main.st_ino + 1} 0 EOF",
        )
    )
    found = users._read_locks(table, main, None)
    assert (11, "shared") in found
    assert (13, "exclusive") in found
    assert (0, "shared") in found
    assert {pid for pid, _ in found} == {0, 11, 13}


def test_a_file_of_the_same_number_on_another_disk_is_told_apart(ledger, tmp_path, start_engine):
    other = tmp_path / "other.db"
    other.touch()
    engine = start_engine(other)
    engine.execute("CREATE TABLE t (a)")
    engine.execute("BEGIN IMMEDIATE")
    proc = tmp_path / "proc"
    proc.mkdir()
    (proc / str(engine.pid)).symlink_to(f"/proc/{engine.pid}")
    line = (
        f"1: POSIX  ADVISORY  WRITE {engine.pid} 00:99:{ledger.stat().st_ino} 1073741825 1073741825"
    )
    (proc / "locks").write_text(line + "\n")
    assert users._read_linux_users(ledger, proc).holders == ()
    line = line.replace(str(ledger.stat().st_ino), str(other.stat().st_ino))
    (proc / "locks").write_text(line + "\n")
    assert [row.how for row in users._read_linux_users(other, proc).holders] == ["reserved"]
