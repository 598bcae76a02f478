"""The self-test passes on a whole installation, and fails on each that is not."""

from __future__ import annotations

import os
import shutil
import struct
import sys
import zlib
from pathlib import Path

import pytest

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.selftest import own_process as own
from cts_console.selftest import run_self_test, self_test_document, steps
from cts_console.selftest.own_process import OwnProgram, own_command
from tests.processes import ROOT

NAMES = ["resources", "tools", "create", "demo", "import", "audit", "seal", "monitor"]


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let second processes find this code, and temporary files lie in a folder of the test."""
    monkeypatch.chdir(ROOT)
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture
def program(tmp_path: Path) -> OwnProgram:
    return OwnProgram(tmp_path, CancelToken())


def say(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let this program be a Python script."""
    monkeypatch.setattr(own, "own_command", lambda: [sys.executable, "-c", script])


def test_a_whole_installation_passes_and_nothing_is_left(own_places, tmp_path):
    home = Path(os.environ["CTS_CONSOLE_HOME"])
    before = sorted(home.rglob("*")) if home.exists() else []
    told: list[Progress] = []
    test = run_self_test(on_progress=told.append)
    assert [step.name for step in test.steps] == NAMES
    assert [step.detail for step in test.steps if not step.ok] == []
    assert test.ok
    assert [progress.note for progress in told] == NAMES
    assert list(own_places.iterdir()) == []
    assert (sorted(home.rglob("*")) if home.exists() else []) == before
    document = self_test_document(test)
    assert document["ok"]
    assert document["frozen"] is False


def test_without_a_database_the_later_steps_are_not_reached(monkeypatch):
    say(monkeypatch, "import sys; sys.exit('broken')")
    test = run_self_test(with_window=True)
    assert not test.ok
    outcomes = {step.name: step for step in test.steps}
    assert outcomes["resources"].ok
    assert "broken" in outcomes["demo"].detail
    later = ["import", "audit", "seal", "monitor", "window"]
    assert [outcomes[name].detail for name in later] == ["not reached"] * 5


def test_what_is_missing_of_the_resources_is_named(tmp_path, monkeypatch):
    shutil.copytree(paths.resources_dir(), tmp_path / "resources")
    shutil.rmtree(tmp_path / "resources" / "report")
    monkeypatch.setattr(paths, "resources_dir", lambda: tmp_path / "resources")
    with pytest.raises(CtsError, match="report") as caught:
        steps.check_resources()
    assert caught.value.code == "internal"


def test_a_migration_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "001_broken.sql").write_bytes(b"SELECT '\xff'")
    monkeypatch.setattr(paths, "migrations_dir", lambda: tmp_path)
    with pytest.raises(CtsError, match=r"001_broken\.sql"):
        steps.check_resources()


def test_a_tool_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(steps, "TOOLS_USED", ("sqlite3_nothing",))
    monkeypatch.setattr(steps, "EXTENSIONS_USED", ("nowhere",))
    with pytest.raises(CtsError, match="sqlite3_nothing, nowhere"):
        steps.check_tools()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("print('hello')", "no JSON document"),
        ("print([1])", "not an object"),
        ("import os; os.abort()", "exit status"),
        ("import sys; print({}); sys.stderr.write('a mistake in a slot')", "a mistake in a slot"),
    ],
)
def test_what_a_process_must_not_do_is_told(program, monkeypatch, script, told):
    say(monkeypatch, script)
    with pytest.raises(CtsError, match=told) as caught:
        program.run_json("status")
    assert "cts-console status" in caught.value.message


def test_a_stop_ends_the_process_that_runs(program, monkeypatch):
    say(monkeypatch, "import sys; sys.stdin.close(); import threading; threading.Event().wait()")
    program.cancel.cancel()
    with pytest.raises(CtsError) as caught:
        program.run("status")
    assert caught.value.code == "cancelled"


def test_a_process_that_never_ends_is_ended(program, monkeypatch):
    say(monkeypatch, "import threading; threading.Event().wait()")
    monkeypatch.setattr(own, "LONGEST_S", 0.2)
    with pytest.raises(CtsError) as caught:
        program.run("status")
    assert caught.value.code == "timeout"


def test_a_stop_in_the_middle_of_the_test_is_a_stop(own_places):
    token = CancelToken()

    def stop_at_the_demo(progress: Progress) -> None:
        if progress.note == "demo":
            token.cancel()

    with pytest.raises(CtsError) as caught:
        run_self_test(on_progress=stop_at_the_demo, cancel=token)
    assert caught.value.code == "cancelled"
    assert list(own_places.iterdir()) == []


def test_a_frozen_program_starts_itself_alone(monkeypatch):
    assert own_command()[1:] == ["-m", "cts_console"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command() == [sys.executable]


def picture(path: Path, width: int, height: int, size_bytes: int = 9_000) -> Path:
    """Write what looks like a PNG of this size."""
    head = struct.pack(">II", width, height)
    header = b"\0\0\0\rIHDR" + head + b"\x08\x02\0\0\0"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + zlib.compress(b"") + bytes(size_bytes))
    return path


def test_pictures_are_looked_at(tmp_path):
    dark = picture(tmp_path / "a-dark.png", 1320, 840)
    light = picture(tmp_path / "a-light.png", 1320, 840)
    steps.check_pictures([dark, light])
    for broken in ([], [dark], [dark, picture(tmp_path / "b.png", 1, 1)]):
        with pytest.raises(CtsError):
            steps.check_pictures(broken)
    with pytest.raises(CtsError, match="nothing into"):
        steps.check_pictures([dark, picture(tmp_path / "c.png", 900, 900, size_bytes=10)])


def test_the_pictures_are_those_that_the_window_names(program, tmp_path, monkeypatch):
    for name in ("one-dark", "one-light"):
        picture(tmp_path / f"{name}.png", 1320, 840)
    lines = "\\n".join(str(tmp_path / f"one-{theme}.png") for theme in steps.THEMES)
    say(monkeypatch, f"print('{lines}')")
    assert steps.draw_window(program, tmp_path / "any.db") == "1 views drawn in 2 themes"
