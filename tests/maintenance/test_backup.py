from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.maintenance import backup_before, run_backup, run_verify
from cts_console.maintenance.backup import BackupResult
from cts_console.maintenance.disk import rename_without_overwriting
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database, read_header

POSIX = sys.platform != "win32"


def read_all(path: Path) -> tuple[list[object], list[object]]:
    with open_database(path, "archive") as connection:
        return (
            list(connection.read_rows("SELECT * FROM trades")),
            list(connection.read_rows("SELECT * FROM mirror")),
        )


def hash_of(path: Path) -> str:
    """Hash a file that no connection of this process has open."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("wal", [True, False])
def test_a_backup_is_the_source_in_one_file(make_database, tmp_path, list_files, wal):
    path = make_database(rows=2000, wal=wal)
    before = hash_of(path)
    stages: list[Progress] = []
    result = run_backup(path, tmp_path / "copy.db", on_progress=stages.append)
    assert result.verified
    assert result.integrity == ("ok",)
    assert result.foreign_key_violations == 0
    assert result.notes == ()
    assert result.output == tmp_path / "copy.db"
    assert result.sha256 == hash_of(result.output)
    assert result.size_bytes == result.output.stat().st_size == result.pages * 4096
    assert read_all(result.output) == read_all(path)
    assert hash_of(path) == before
    assert "copy.db" in list_files()
    assert not [name for name in list_files() if name.startswith("copy.db") and name != "copy.db"]
    assert stages[-1].done == stages[-1].total == result.pages
    with open_database(result.output, "archive") as copy:
        header = read_header(copy)
        assert header is not None
        assert header.is_wal is wal
    if POSIX:
        assert result.output.stat().st_mode & 0o777 == 0o600


def test_committed_rows_that_are_only_in_the_log_are_in_the_backup(ledger, start_engine, tmp_path):
    engine = start_engine(ledger)
    engine.execute("INSERT INTO mirror (amount) VALUES (42)")
    run_backup(ledger, tmp_path / "copy.db")
    assert read_all(tmp_path / "copy.db")[1] == [(1, 42.0)]


@pytest.mark.parametrize("wal", [True, False])
def test_a_backup_beside_a_busy_writer_is_one_moment(
    make_database, start_busy_engine, tmp_path, wal
):
    path = make_database(rows=5000, wal=wal)
    engine = start_busy_engine(path)
    result = run_backup(path, tmp_path / "copy.db")
    assert engine.process.poll() is None
    trades, mirror = read_all(result.output)
    assert result.verified
    assert len(mirror) >= 20
    assert len(trades) == 5000 + len(mirror)


def test_a_backup_does_not_disturb_an_open_transaction_or_a_long_reader(
    ledger, start_engine, tmp_path
):
    writer, reader = start_engine(ledger), start_engine(ledger)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM mirror")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO mirror (amount) VALUES (1)")
    run_backup(ledger, tmp_path / "copy.db")
    assert writer.execute("COMMIT") == []
    assert reader.execute("SELECT count(*) FROM mirror") == [[0]]
    assert read_all(tmp_path / "copy.db")[1] == []


@pytest.mark.parametrize("name", ["copy.db", "copy.db-wal", "copy.db-journal"])
def test_a_name_that_is_taken_is_refused_and_untouched(ledger, tmp_path, list_files, name):
    (tmp_path / name).write_bytes(b"precious")
    before = list_files()
    with pytest.raises(CtsError) as caught:
        run_backup(ledger, tmp_path / "copy.db")
    assert caught.value.code == "usage"
    assert name in caught.value.message
    assert (tmp_path / name).read_bytes() == b"precious"
    assert list_files() == before


def test_a_dangling_link_and_the_source_itself_are_taken_names(ledger, tmp_path):
    link = tmp_path / "copy.db"
    link.symlink_to(tmp_path / "elsewhere.db")
    for output in (link, ledger):
        with pytest.raises(CtsError) as caught:
            run_backup(ledger, output)
        assert caught.value.code == "usage"
    assert not (tmp_path / "elsewhere.db").exists()


def test_who_takes_the_name_meanwhile_keeps_it(ledger, tmp_path, list_files):
    target = tmp_path / "copy.db"
    before = list_files()

    def take(progress: Progress) -> None:
        if not target.exists():
            target.write_bytes(b"precious")

    with pytest.raises(CtsError) as caught:
        run_backup(ledger, target, on_progress=take)
    assert caught.value.code == "usage"
    assert target.read_bytes() == b"precious"
    assert list_files() == before | {"copy.db"}


@pytest.mark.parametrize("has_links", [True, False])
def test_a_rename_never_overwrites(tmp_path, monkeypatch, has_links):
    def no_links(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    if POSIX and not has_links:
        monkeypatch.setattr(os, "link", no_links)
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_text("new")
    target.write_text("old")
    with pytest.raises(FileExistsError):
        rename_without_overwriting(source, target)
    assert (source.read_text(), target.read_text()) == ("new", "old")
    target.unlink()
    rename_without_overwriting(source, target)
    assert target.read_text() == "new"
    assert not source.exists()


@pytest.mark.parametrize("note", ["copying", "verifying"])
def test_a_stop_leaves_nothing(make_database, tmp_path, list_files, note, monkeypatch):
    monkeypatch.setattr("cts_console.progress.time.monotonic", iter(range(10**6)).__next__)
    path = make_database(rows=30_000)
    before = list_files()
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.note == note:
            cancel.cancel()

    with pytest.raises(CtsError) as caught:
        run_backup(path, tmp_path / "copy.db", on_progress=stop, cancel=cancel)
    assert caught.value.code == "cancelled"
    assert list_files() == before


def test_any_error_leaves_nothing(ledger, tmp_path, list_files):
    before = list_files()

    def fail(progress: Progress) -> None:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        run_backup(ledger, tmp_path / "copy.db", on_progress=fail)
    assert list_files() == before


def test_a_disk_without_room_is_told_before_anything_is_written(
    ledger, tmp_path, list_files, monkeypatch
):
    usage = shutil.disk_usage(tmp_path)._replace(free=8192)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    before = list_files()
    with pytest.raises(CtsError) as caught:
        run_backup(ledger, tmp_path / "copy.db")
    assert caught.value.code == "disk_full"
    assert list_files() == before


@pytest.mark.parametrize(
    "name",
    ["a b.db", "it's.db", 'say "hi".db', "what?.db", "50%41.db", "a#b.db", "größe-数据-🙂.db"],
)
def test_any_name_will_do(make_database, tmp_path, name):
    if not POSIX and set(name) & set('?"'):
        name = name.replace("?", "").replace('"', "")
    path = make_database(f"{name}.folder/{name}")
    result = run_backup(path, path.with_name(f"copy of {name}"))
    assert result.output == path.with_name(f"copy of {name}")
    assert read_all(result.output) == read_all(path)
    copies = [part.name for part in path.parent.iterdir() if part.name.startswith("copy of")]
    assert copies == [f"copy of {name}"]


def test_the_longest_name_will_do(ledger, tmp_path):
    target = tmp_path / ("ü" * 100 + ".db")
    assert run_backup(ledger, target).output == target


def test_through_a_symlinked_directory(make_database, tmp_path):
    path = make_database("real/ledger.db")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    result = run_backup(tmp_path / "link" / "ledger.db", tmp_path / "link" / "copy.db")
    assert result.output == path.with_name("copy.db")
    assert read_all(result.output) == read_all(path)


@pytest.mark.parametrize(
    ("source", "output", "code"),
    [
        ("missing.db", "copy.db", "not_found"),
        ("ledger.db", "nowhere/copy.db", "not_found"),
        ("ledger.db", "x" * 300, "usage"),
        ("ledger.db", "copy\0.db", "usage"),
        ("text.db", "copy.db", "not_a_database"),
    ],
)
def test_bad_paths_are_told(ledger, tmp_path, list_files, source, output, code):
    (tmp_path / "text.db").write_text("no database at all, though long enough to look at" * 9)
    before = list_files()
    with pytest.raises(CtsError) as caught:
        run_backup(tmp_path / source, f"{tmp_path}/{output}")
    assert caught.value.code == code
    assert list_files() == before


def test_a_source_with_broken_references_is_copied_faithfully(ledger, start_engine, tmp_path):
    engine = start_engine(ledger)
    for sql in (
        "CREATE TABLE fills (id INTEGER PRIMARY KEY, trade_id INTEGER REFERENCES trades(id))",
        "INSERT INTO fills (trade_id) VALUES (1), (100001), (100002)",
        # As 3.1 left them: a parent without a unique key, which SQLite refuses to check.
        "CREATE TABLE notes (amount REAL REFERENCES mirror(amount))",
        "INSERT INTO notes VALUES (1)",
    ):
        engine.execute(sql)
    engine.kill()
    result = run_backup(ledger, tmp_path / "copy.db")
    assert result.verified
    assert result.foreign_key_violations == 2
    assert len(result.notes) == 1
    assert "notes" in result.notes[0]
    assert "mismatch" in result.notes[0]


def test_a_table_that_only_its_own_program_can_read_is_copied_and_told(
    ledger, start_engine, tmp_path
):
    code = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.create_function("rate", 1, lambda value: value, deterministic=True)
connection.execute("CREATE TABLE rates (value REAL)")
connection.execute("CREATE INDEX idx_rates ON rates(rate(value))")
connection.execute("INSERT INTO rates VALUES (1.5)")
"""
    start_engine(ledger, code).process.wait()
    result = run_backup(ledger, tmp_path / "copy.db")
    assert not result.verified
    assert "rate()" in result.notes[0]
    assert result.output.exists()


def damage(path: Path) -> None:
    """Overwrite the middle of a page that belongs to an index."""
    with open_database(path) as connection:
        root = connection.read_int(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'idx_trades_amount'"
        )
    with path.open("r+b") as stream:
        stream.seek((root - 1) * 4096 + 2000)
        stream.write(b"\xff" * 2000)


def test_a_damaged_source_is_never_called_verified(make_database, tmp_path):
    path = make_database(rows=3000, wal=False)
    damage(path)
    result = run_backup(path, tmp_path / "copy.db")
    assert not result.verified
    assert result.integrity != ("ok",)
    # The first page differs: the copy counts its own changes there.
    assert result.output.read_bytes()[4096:] == path.read_bytes()[4096:]


def test_backup_before_keeps_every_one_of_them(ledger, list_files):
    before = list_files()
    results: list[BackupResult] = [backup_before(ledger, "102") for _ in range(3)]
    names = {result.output.name for result in results}
    assert len(names) == 3
    assert list_files() == before | names
    for name in names:
        assert name.startswith("ledger.before-102.20")
        assert name.endswith(".db")
    assert all(run_verify(result.output).verified for result in results)
