"""Files and folders of other users, and disks that are full."""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.cli.console import COMMANDS, Answer, Console, run_process, snapshot
from tests.processes import a_process

# Everything is imported before the user changes: a stranger may not read our folders.
STRANGER = """
import codecs, contextlib, io, logging.handlers, os, sys
import rich.box, rich.console, rich.table, rich.text
import cts_console.cli, cts_console.demo, cts_console.documents, cts_console.status
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    cts_console.cli.main(["demo", "/nonexistent/none.db", "--rows", "1"])
    cts_console.cli.main(["status", "/nonexistent/none.db"])
codecs.lookup("ascii")
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
else:
    own = os.geteuid()
    os.geteuid = lambda: own + 1
sys.exit(cts_console.cli.main(sys.argv[1:]))
"""

LOOKS = [c for c in COMMANDS if c[0] in ("status", "stats", "audit", "verify")]
WRITES = [("init",), ("demo",), ("checkpoint",)]


def run_as_stranger(folder: Path, *words: object) -> Answer:
    """Run one command as a user who owns nothing here but a home in `folder`."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        os.chown(home, 65534, 65534)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTS_CONSOLE_HOME", str(home))
        with a_process(STRANGER, *words) as process:
            out, err = process.communicate()
    return Answer(process.returncode, out, err)


def make_theirs(folder: Path, mode: str) -> Path:
    """Make a database that is not a CTS one: it needs no file of the checkout to be looked at."""
    path = folder / "data.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.read_value(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a)")
        connection.execute("INSERT INTO t (a) VALUES (1)")
    return path


@pytest.mark.parametrize("command", [("status",), ("init",)], ids=" ".join)
def test_no_permission_to_read(shared_folder: Path, command: tuple[str, ...]) -> None:
    path = make_theirs(shared_folder, "DELETE")
    path.chmod(0o000)
    name, *options = command
    answer = run_as_stranger(shared_folder, name, path, *options, "--json")
    answer.assert_refused("no_permission")


def test_a_folder_that_may_not_be_entered(shared_folder: Path) -> None:
    closed = shared_folder / "closed"
    closed.mkdir()
    path = make_theirs(closed, "DELETE")
    closed.chmod(0o000)
    run_as_stranger(shared_folder, "status", path, "--json").assert_refused("no_permission")
    closed.chmod(0o755)


@pytest.mark.parametrize(
    ("mode", "command"),
    [("DELETE", ("status",)), *(("WAL", command) for command in LOOKS)],
)
def test_looking_at_another_users_file_leaves_nothing_there(
    shared_folder: Path, command: tuple[str, ...], mode: str
) -> None:
    data = shared_folder / "data"
    data.mkdir()
    path = make_theirs(data, mode)
    data.chmod(0o777)
    before = snapshot(data)
    name, *options = command
    answer = run_as_stranger(shared_folder, name, path, *options, "--json")
    assert (answer.status, answer.err) == (0, "")
    assert snapshot(data) == before


@pytest.mark.parametrize("command", WRITES, ids=" ".join)
def test_another_users_file_is_not_written(
    shared_folder: Path, made: Path, command: tuple[str, ...]
) -> None:
    path = Path(shutil.copy(made / "demo.db", shared_folder / "cts.db"))
    path.chmod(0o444)
    before = path.read_bytes()
    name, *options = command
    answer = run_as_stranger(shared_folder, name, path, *options, "--json")
    answer.assert_refused("read_only")
    assert path.read_bytes() == before
    assert list(shared_folder.glob("cts.db-*")) == []


@pytest.mark.parametrize("command", ["init", "demo"])
def test_a_new_database_in_a_folder_that_cannot_be_written(
    shared_folder: Path, command: str
) -> None:
    closed = shared_folder / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    answer = run_as_stranger(shared_folder, command, closed / "new.db", "--json")
    answer.assert_refused("read_only")
    assert list(closed.iterdir()) == []


def test_a_backup_out_of_and_into_a_folder_that_cannot_be_written(shared_folder: Path) -> None:
    closed = shared_folder / "closed"
    closed.mkdir()
    path = make_theirs(closed, "WAL")
    closed.chmod(0o555)
    open_folder = shared_folder / "open"
    open_folder.mkdir()
    open_folder.chmod(0o777)
    words = ("backup", path, "--output")
    answer = run_as_stranger(shared_folder, *words, open_folder / "copy.db", "--json")
    assert (answer.status, answer.err) == (0, "")
    assert answer.document["verified"] is True
    assert answer.document["notes"]
    answer = run_as_stranger(shared_folder, *words, closed / "copy.db", "--json")
    assert answer.status == 2
    assert answer.document["error"]["code"] in ("no_permission", "read_only")
    assert [entry.name for entry in closed.iterdir()] == ["data.db"]


# A full disk, as the process sees it: no file may grow beyond so many bytes.
LIMITS = [40_000, 300_000, 790_000]


def run_on_a_full_disk(limit_bytes: int, *words: object) -> Answer:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    return run_process(*words, preexec_fn=limit)


def read_state(path: Path) -> tuple[list[str], int]:
    """Check that the database is whole and return its migrations and its trades."""
    with open_database(path) as connection:
        assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
        assert connection.read_rows("PRAGMA foreign_key_check") == []
        names = [str(name) for (name,) in connection.read_rows("SELECT name FROM migrations")]
        trades = 0
        if connection.read_row("SELECT 1 FROM sqlite_schema WHERE name = 'trades'"):
            trades = connection.read_int("SELECT count(*) FROM trades")
    return names, trades


@pytest.mark.parametrize("limit_bytes", LIMITS)
def test_a_disk_that_fills_during_init(console: Console, tmp_path: Path, limit_bytes: int) -> None:
    path = tmp_path / "new.db"
    answer = run_on_a_full_disk(limit_bytes, "init", path, "--json")
    answer.assert_refused("disk_full")
    assert console.run("init", path).status == 0
    names, _ = read_state(path)
    assert len(names) == 79


@pytest.mark.parametrize("limit_bytes", LIMITS[1:])
def test_a_disk_that_fills_during_migrate(console: Console, old: Path, limit_bytes: int) -> None:
    before, _ = read_state(old)
    answer = run_on_a_full_disk(limit_bytes, "migrate", old, "--json")
    answer.assert_refused("disk_full")
    during, _ = read_state(old)
    assert during[: len(before)] == before
    assert console.run("migrate", old).status == 0
    assert len(read_state(old)[0]) == 79


def test_a_disk_that_fills_while_the_demo_is_filled(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    answer = run_on_a_full_disk(6_000_000, "demo", path, "--json")
    answer.assert_refused("disk_full")
    if path.exists():
        assert read_state(path)[1] == 0
    assert list(tmp_path.glob(".*")) == []
    assert console.run("demo", path).status == 0
    assert read_state(path)[1] == 12_477


def test_a_disk_that_fills_during_a_backup(tmp_path: Path, demo: Path) -> None:
    target = tmp_path / "copy.db"
    answer = run_on_a_full_disk(2_000_000, "backup", demo, "--output", target, "--json")
    answer.assert_refused("disk_full")
    assert [entry.name for entry in tmp_path.iterdir() if "copy" in entry.name] == []


def test_an_output_that_does_not_fit(cts: Path) -> None:
    if not Path("/dev/full").exists():  # a device of Linux alone
        return
    for options in ((), ("--json",)):
        with Path("/dev/full").open("w") as full:
            answer = run_process("status", cts, *options, stdout=full)
        assert answer.status == 2
        assert answer.err.startswith("error: The output could not be written")
        assert len(answer.err.splitlines()) == 1
