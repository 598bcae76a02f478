"""`cts_console.paths`: user folders, private folders, and the shipped ones in three homes.

The built wheel is in tests/packaging/test_wheel.py.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cts_console import paths
from cts_console.errors import CtsError

ROOT = Path(__file__).resolve().parent.parent

FROZEN_PROGRAM = """
import json, sys
sys.frozen = True
sys._MEIPASS = sys.argv[1]
from cts_console import paths
from cts_console.errors import CtsError
try:
    print(json.dumps([str(paths.migrations_dir()), str(paths.resources_dir())]))
except CtsError as error:
    print(json.dumps([error.code, error.message]))
"""


def run_frozen(unpacked: Path) -> list[str]:
    """Return what a child process that believes to be a frozen build finds."""
    child = subprocess.run(
        [sys.executable, "-c", FROZEN_PROGRAM, str(unpacked)],
        cwd=unpacked,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: list[str] = json.loads(child.stdout)
    return answer


def test_a_checkout_has_them_at_its_top():
    assert paths.migrations_dir() == ROOT / "migrations"
    assert paths.resources_dir() == ROOT / "resources"


def test_a_frozen_build_has_them_where_it_unpacks(tmp_path):
    shipped = tmp_path / "cts_console" / "_shipped"
    (shipped / "migrations").mkdir(parents=True)
    (shipped / "resources").mkdir()
    assert run_frozen(tmp_path) == [str(shipped / "migrations"), str(shipped / "resources")]


def test_a_frozen_build_never_falls_back_on_a_checkout(tmp_path):
    code, message = run_frozen(tmp_path)
    assert code == "internal"
    assert str(tmp_path) in message


def test_a_strangers_folder_beside_the_package_is_not_ours(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "cts_console"
    package.mkdir(parents=True)
    (tmp_path / "site-packages" / "migrations").mkdir()
    copy = shutil.copy(paths.__file__, package)
    monkeypatch.setattr(paths, "__file__", copy)
    with pytest.raises(CtsError, match="migrations") as caught:
        paths.migrations_dir()
    assert caught.value.code == "internal"
    assert caught.value.hint


def test_one_variable_moves_all_user_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("CTS_CONSOLE_HOME", str(tmp_path / "home"))
    assert paths.user_data_dir() == tmp_path / "home" / "data"
    assert paths.user_cache_dir() == tmp_path / "home" / "cache"
    assert paths.user_state_dir() == tmp_path / "home" / "state"
    assert not (tmp_path / "home").exists()


def test_a_relative_home_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTS_CONSOLE_HOME", "here")
    assert paths.user_data_dir() == Path.cwd() / "here" / "data"


@pytest.mark.parametrize("home", [None, ""])
def test_without_the_variable_the_system_says_where(monkeypatch, home):
    if home is None:
        monkeypatch.delenv("CTS_CONSOLE_HOME")
    else:
        monkeypatch.setenv("CTS_CONSOLE_HOME", home)
    folders = [paths.user_data_dir(), paths.user_cache_dir(), paths.user_state_dir()]
    assert all(folder.is_absolute() and "cts-console" in folder.parts for folder in folders)


def test_a_private_folder_is_closed_to_others(tmp_path):
    folder = paths.ensure_private_dir(tmp_path / "a" / "b")
    assert folder.is_dir()
    assert shows_nothing_to_others(folder)


def test_a_folder_that_was_open_is_closed(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    paths.ensure_private_dir(folder)
    assert shows_nothing_to_others(folder)


def test_a_file_in_the_way_is_told(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    for path in (in_the_way, in_the_way / "below"):
        with pytest.raises(CtsError, match="file") as caught:
            paths.ensure_private_dir(path)
        assert caught.value.code == "usage"


def shows_nothing_to_others(folder: Path) -> bool:
    """Whether the mode is 0700; on Windows, which has none, whether the folder can be listed."""
    if os.name != "posix":
        return list(folder.iterdir()) == []
    return stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_portable_home_lies_beside_the_program(monkeypatch):
    monkeypatch.setenv("CTS_CONSOLE_HOME", "/elsewhere")
    paths.use_portable_home()
    home = ROOT / paths.PORTABLE_NAME
    assert paths.user_data_dir() == home / "data"
    assert paths.user_state_dir() == home / "state"
    assert not home.exists()


def test_a_portable_home_of_a_frozen_build_lies_beside_its_program(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "_internal"), raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "cts-console"))
    assert paths.portable_home() == tmp_path / paths.PORTABLE_NAME
