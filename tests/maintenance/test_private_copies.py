from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.maintenance import open_private_copy, private_folders, sweep_copies
from cts_console.maintenance.disk import read_file_system
from cts_console.maintenance.private_folders import (
    candidate_folders,
    choose_parent,
    private_folder,
)
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database

POSIX = sys.platform != "win32"

HOLDER = """
import sys
from cts_console.maintenance import open_private_copy
with open_private_copy(sys.argv[1], "audit") as copy:
    print(copy.path, flush=True)
    sys.stdin.read()
"""


def test_a_copy_is_private_and_gone_afterwards(ledger):
    with open_private_copy(ledger, "audit") as copy:
        assert copy.read_int("SELECT count(*) FROM trades") == 100
        folder = copy.path.parent
        if POSIX:
            assert folder.stat().st_mode & 0o777 == 0o700
            assert {part.stat().st_mode & 0o077 for part in folder.iterdir()} == {0}
    assert not folder.exists()


def test_work_on_the_copy_leaves_the_original_alone(ledger, list_files):
    before = (ledger.read_bytes(), list_files())
    with open_private_copy(ledger, "preflight") as copy:
        copy.execute("DROP TABLE trades")
    with open_database(ledger) as connection:
        assert connection.read_int("SELECT count(*) FROM trades") == 100
    assert ledger.read_bytes() == before[0]


def test_a_copy_of_an_open_connection_with_a_second_reader(ledger):
    with (
        open_database(ledger) as source,
        open_private_copy(source, "audit", profile="read_only") as copy,
        open_database(copy.path) as second,
    ):
        assert second.read_int("SELECT count(*) FROM trades") == 100
        assert copy.profile == "read_only"


def test_a_copy_made_beside_a_busy_writer_is_one_moment(make_database, start_busy_engine):
    path = make_database(rows=5000)
    start_busy_engine(path)
    with open_private_copy(path, "audit") as copy:
        trades = copy.read_int("SELECT count(*) FROM trades")
        assert trades == 5000 + copy.read_int("SELECT count(*) FROM mirror")
        assert copy.read_value("PRAGMA integrity_check") == "ok"


def test_a_stop_leaves_no_copy(make_database):
    path = make_database(rows=20_000)
    folder = choose_parent(candidate_folders())
    before = {part.name for part in folder.iterdir()} | {"door.lock"}
    cancel = CancelToken()
    with (
        pytest.raises(CtsError) as caught,
        open_private_copy(path, "audit", on_progress=lambda _: cancel.cancel(), cancel=cancel),
    ):
        pass
    assert caught.value.code == "cancelled"
    assert {part.name for part in folder.iterdir()} == before


def test_a_sweep_removes_what_a_killed_process_left_and_nothing_of_the_living(ledger):
    def start() -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(ledger)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        return process, Path(process.stdout.readline().strip())

    sweep_copies()
    killed, orphan = start()
    living, kept = start()
    with killed, living, private_folder("mine", 0) as mine:
        killed.kill()
        killed.wait()
        assert orphan.exists()
        assert sweep_copies() == 1
        assert not orphan.parent.exists()
        assert kept.exists()
        assert mine.exists()
        living.communicate()
        assert living.returncode == 0
    assert sweep_copies() == 0


def test_a_copy_that_would_eat_the_reserve_is_refused():
    with pytest.raises(CtsError) as caught, private_folder("audit", 2**60):
        pass
    assert caught.value.code == "disk_full"
    assert "stay reserved" in caught.value.message


def test_a_copy_never_lies_in_memory(tmp_path, monkeypatch):
    in_memory, disk = tmp_path / "a" / "b", tmp_path / "disk"
    monkeypatch.setattr(private_folders, "is_in_memory", lambda path: path == in_memory.parent)
    in_memory.parent.mkdir()
    assert choose_parent((in_memory, disk)) == disk
    with pytest.raises(CtsError, match="in memory"):
        choose_parent((in_memory,))


MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:21 / /proc rw - proc proc rw
25 22 0:23 / /tmp rw - tmpfs tmpfs rw
26 25 8:1 / /tmp/with\040blank rw - xfs /dev/sda1 rw
27 22 0:30 / /srv rw - ext4 /dev/vdb rw
28 22 0:31 / /srv rw - tmpfs tmpfs rw
""".strip()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/a", "ext4"),
        ("/tmp", "tmpfs"),
        ("/tmp/x/y", "tmpfs"),
        ("/tmpx", "ext4"),
        ("/tmp/with blank/x", "xfs"),
        ("/srv/data", "tmpfs"),
    ],
)
def test_the_file_system_is_that_of_the_innermost_and_last_mount(folder, kind):
    assert read_file_system(MOUNTS, Path(folder)) == kind
