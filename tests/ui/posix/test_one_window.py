"""One window for one set of settings, with real second processes."""

from __future__ import annotations

import json
import os
import socket
import stat
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.owner_lock import is_held
from cts_console.ui.start import door as door_module
from cts_console.ui.start import place as place_module
from cts_console.ui.start.door import Door
from cts_console.ui.start.place import (
    MOST_BYTES,
    Place,
    Visit,
    knocking,
    lock_file,
    socket_file,
    take_place,
)
from tests.processes import ROOT
from tests.ui.window_process import a_window, read_log


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def place(folder: Path) -> Iterator[Place]:
    taken = take_place(folder, Visit(""))
    assert taken is not None
    yield taken
    taken.close()


@pytest.fixture
def door(place: Place, qapp) -> Iterator[Door]:
    made = Door(place)
    yield made
    made.close()
    made.deleteLater()


def start_again(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cts_console", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def say(folder: Path, message: bytes) -> None:
    with knocking(folder) as connection:
        connection.send_bytes(message)
        connection.poll(1.0)


def test_a_second_start_opens_its_file_in_the_running_window(
    demo_database: Path, plain_database: Path, console_home: Path
):
    folder = console_home / "state"
    with a_window(demo_database) as first:
        # While the first is still starting, too.
        while first.process.poll() is None and not lock_file(folder).exists():
            os.sched_yield()
        second = start_again(os.path.relpath(plain_database, ROOT))
        assert (second.returncode, second.stderr) == (0, "")
        state = first.ask_until(lambda state: state["database"] == str(plain_database))
        assert not state["writable"]
        # For writing only where the start asks for it.
        assert start_again("--write", plain_database).returncode == 0
        first.ask_until(lambda state: state["writable"])
        # With the open one the window comes to the front as it is.
        assert start_again(plain_database).returncode == 0
        state = first.ask_until(lambda state: not state["busy"])
        assert (state["database"], state["writable"]) == (str(plain_database), True)
        assert stat.S_IMODE(socket_file(folder).stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert first.close() == 0
    assert not socket_file(folder).exists()
    assert not is_held(lock_file(folder))
    assert "Traceback" not in read_log(console_home)


def test_safe_mode_uses_nothing_that_is_remembered_and_keeps_nothing(
    demo_database: Path, console_home: Path
):
    settings = console_home / "state" / "window.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[files]\nlast={demo_database}\n[window]\ntab=Audit\n")
    before = settings.read_bytes()
    with a_window("--safe-mode") as window:
        state = window.ask_until(lambda state: state["messages"] and not state["busy"])
        assert (state["database"], state["tab"]) == (None, "Overview")
        assert "Safe mode" in state["messages"][0]["text"]
        assert window.close() == 0
    assert settings.read_bytes() == before
    log = settings.with_name("safe-mode.log")
    assert {file.name for file in settings.parent.iterdir()} == {"window.ini", log.name}
    assert "starts on" in log.read_text()


def test_after_a_kill_the_next_start_is_the_window(demo_database: Path, console_home: Path):
    folder = console_home / "state"
    with a_window(demo_database) as first:
        first.ask_until(lambda state: state["database"] == str(demo_database))
        first.process.kill()
        first.process.wait()
        assert socket_file(folder).exists()
        with a_window(demo_database) as second:
            state = second.ask_until(lambda state: state["database"] == str(demo_database))
            assert "did not end as it should" in state["messages"][0]["text"]
            assert start_again().returncode == 0
            assert second.close() == 0


def test_without_a_folder_of_its_own_the_window_opens_all_the_same(
    demo_database: Path, monkeypatch
):
    monkeypatch.setenv("CTS_CONSOLE_HOME", "/proc/nowhere")
    with a_window(demo_database) as window:
        window.ask_until(lambda state: state["database"] == str(demo_database))
        assert window.close() == 0


def test_a_visit_is_taken(door: Door, folder: Path, qtbot):
    visits: list[Visit] = []

    def take(visit: Visit) -> None:
        visits.append(visit)
        visit.taken.set()

    door.visited.connect(take)
    answers: list[Place | None] = []
    name = "/data/a \udcff\n'\"<b>.db"
    visitor = threading.Thread(target=lambda: answers.append(take_place(folder, Visit(name, True))))
    visitor.start()
    qtbot.waitUntil(lambda: bool(answers))
    visitor.join()
    assert answers == [None]
    assert visits == [Visit(name, True)]


def test_a_window_that_does_not_take_it_is_told(door: Door, folder: Path, monkeypatch):
    for module in (door_module, place_module):
        monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    monkeypatch.setattr(place_module, "LONGEST_S", 0.3)
    with pytest.raises(CtsError, match="does not answer") as caught:
        take_place(folder, Visit(""))
    assert caught.value.code == "locked"
    assert "--safe-mode" in caught.value.hint


def test_a_window_that_ends_meanwhile_leaves_its_place(place: Place, folder: Path):
    timer = threading.Timer(0.2, place.close)
    timer.start()
    taken = take_place(folder, Visit(""))
    timer.join()
    assert taken is not None
    taken.close()


@pytest.mark.parametrize(
    "message",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        json.dumps({"path": 1, "writable": False}).encode(),
        json.dumps({"path": "x", "writable": "yes"}).encode(),
        json.dumps({"path": "a\0b", "writable": False}).encode(),
        b"[" * 50_000,
        b"x" * (MOST_BYTES + 1),
    ],
    ids=lambda message: str(message[:12]),
)
def test_what_is_no_visit_is_passed_over(door: Door, folder: Path, message: bytes, qtbot):
    door.visited.connect(lambda visit: pytest.fail(f"{visit}"))
    try:
        say(folder, message)
    except OSError:
        assert len(message) > MOST_BYTES
    # And the next one is heard all the same.
    door.visited.disconnect()
    heard: list[Visit] = []
    door.visited.connect(heard.append)
    visitor = threading.Thread(target=say, args=(folder, b'{"path": "", "writable": false}'))
    visitor.start()
    qtbot.waitUntil(lambda: bool(heard))
    heard[0].taken.set()
    visitor.join()


@pytest.mark.parametrize("begun", [b"", b"\0", Visit("/a.db").message()], ids=len)
def test_a_visitor_that_stops_in_the_middle_stops_nobody(
    door: Door, folder: Path, begun: bytes, qtbot
):
    """Nothing said, half a length, and a length with half of its message."""
    door.visited.connect(lambda visit: visit.taken.set())
    stuck = socket.socket(socket.AF_UNIX)
    with stuck:
        with place_module.address_of(folder) as address:
            stuck.connect(address)
        stuck.sendall(begun if len(begun) < 4 else struct.pack("!i", 2 * len(begun)) + begun)
        answers: list[Place | None] = []
        began_s = time.monotonic()
        visitor = threading.Thread(target=lambda: answers.append(take_place(folder, Visit(""))))
        visitor.start()
        qtbot.waitUntil(lambda: bool(answers))
        took_s = time.monotonic() - began_s
        visitor.join()
    assert answers == [None]
    assert took_s < 1.0


def test_a_folder_of_a_long_name(tmp_path: Path, qtbot):
    folder = tmp_path / ("a folder with a long name " * 5) / "state"
    place = take_place(folder, Visit(""))
    assert place is not None
    door = Door(place)
    door.visited.connect(lambda visit: visit.taken.set())
    answers: list[Place | None] = []
    visitor = threading.Thread(target=lambda: answers.append(take_place(folder, Visit(""))))
    visitor.start()
    qtbot.waitUntil(lambda: bool(answers))
    visitor.join()
    assert answers == [None]
    door.close()
    place.close()
    door.deleteLater()


def test_where_no_folder_can_be_made_the_window_opens_alone(tmp_path: Path, qapp):
    (tmp_path / "file").write_text("")
    place = take_place(tmp_path / "file" / "state", Visit(""))
    assert place is not None
    assert place.descriptor is None
    door = Door(place)
    door.close()
    door.deleteLater()
    place.close()
