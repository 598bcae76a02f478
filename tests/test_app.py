"""Where the program starts: which face it shows, and the window as a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cts_console.__main__ import wants_window
from cts_console.cli.program import build_program
from cts_console.sqlite import open_database

ROOT = Path(__file__).resolve().parent.parent
_NO_CACHES = shutil.ignore_patterns("__pycache__")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE item (id INTEGER)")
    return path


def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "cts_console", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: object, **environment: str) -> tuple[int, str, str]:
    with start(*arguments, **environment) as process:
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--write", "x"],
        ["--read-only"],
        ["--screenshots", "d"],
        ["--safe-mode"],
        ["--portable"],
        ["--portable", "--safe-mode"],
    ],
)
def test_the_window_is_wanted(words):
    assert wants_window(words)


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["status", "x.db"],
        ["no-such-thing"],
        ["--log-level", "x"],
        ["--portable", "status", "x.db"],
    ],
)
def test_the_command_line_is_wanted(words):
    assert not wants_window(words)


def test_a_file_opens_in_the_window(database):
    assert wants_window([str(database)])
    assert not wants_window([str(database.parent)])
    assert not wants_window([f"{database}\0"])


def test_a_command_wins_over_a_file_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for group in build_program().registered_commands:
        assert group.callback is not None
        name = group.name or group.callback.__name__
        (tmp_path / name).touch()
        assert not wants_window([name])
        assert wants_window([f"./{name}"])


def test_without_a_display_one_sentence_says_so(database):
    without = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"), "")
    status, _output, errors = run(database, **without)
    assert status == 2
    assert errors.startswith("error: There is no display")
    assert "Traceback" not in errors


def test_a_start_that_hands_over_loads_no_qt_and_no_sqlite():
    code = (
        "import sys\n"
        "import cts_console.__main__, cts_console.ui.start.arrival\n"
        "print(*(set(sys.modules) & {'PySide6', 'apsw', 'cts_console.app', 'typer', 'numpy'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.split() == []


def test_a_window_that_cannot_be_made_says_why(database):
    """An installation without its font, say: threads run already, and end before the process."""
    code = (
        "import sys\n"
        "from cts_console import app\n"
        "from cts_console.errors import CtsError\n"
        "def fail(_context):\n"
        "    raise CtsError('not_found', 'No font', 'The font is gone.', 'Install.')\n"
        "app.MainWindow = fail\n"
        "from cts_console.__main__ import run_window\n"
        "sys.exit(run_window([sys.argv[1]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(database)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "error: The font is gone. Install.\n")


def test_a_polite_kill_closes_the_window(database, tmp_path):
    """The log of the run is empty: nothing was reported by the window while it ended."""
    with start(database, QT_QPA_PLATFORM="offscreen") as process:
        settings = tmp_path / "console-home" / "state" / "window.ini"
        while process.poll() is None and not settings.exists():
            os.sched_yield()
        process.send_signal(signal.SIGTERM)
        _output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in errors
    log = settings.with_name("window.log")
    assert not log.exists() or "ERROR" not in log.read_text()


def test_screenshots_of_every_tab_in_both_themes(database, tmp_path):
    from cts_console.ui.tabs.registry import TABS

    folder = tmp_path / "pictures"
    before = database.read_bytes()
    status, output, errors = run("--screenshots", folder, database)
    assert status == 0, errors
    saved = {Path(line) for line in output.splitlines()}
    names = {"first-run", *(tab.name.lower() for tab in TABS)}
    assert saved == {
        folder / f"{name}-{theme}.png" for name in names for theme in ("dark", "light")
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in saved)
    assert database.read_bytes() == before


def test_screenshots_of_what_is_no_database(tmp_path):
    path = tmp_path / "text.db"
    path.write_text("no database\n" * 100)
    status, _output, errors = run("--screenshots", tmp_path / "pictures", path)
    assert status == 2
    assert "does not begin as an SQLite database" in errors


def test_screenshots_need_a_database(tmp_path):
    status, _output, errors = run("--screenshots", tmp_path)
    assert status == 2
    assert "needs a database" in errors


def test_a_bug_in_any_thread_is_logged_and_told(qtbot, caplog):
    import threading

    from cts_console.app import _BugReporter
    from cts_console.errors import CtsError

    reporter = _BugReporter("/somewhere/window.log")
    told: list[CtsError] = []
    reporter.reported.connect(told.append)

    def fail() -> None:
        raise ZeroDivisionError("the very mistake")

    before = threading.excepthook
    threading.excepthook = reporter.on_thread_exception
    try:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].code == "internal"
    assert "the very mistake" in told[0].message
    assert told[0].hint == "The log has the details: /somewhere/window.log."
    assert "Traceback" in caplog.text


def test_an_expected_failure_that_got_lost_is_told_in_its_own_words():
    from cts_console.app import _BugReporter
    from cts_console.errors import CtsError

    reporter = _BugReporter("/somewhere/window.log")
    told: list[CtsError] = []
    reporter.reported.connect(told.append)
    error = CtsError("locked", "Locked", "It is locked.")
    reporter.on_exception(type(error), error, None)
    assert told == [error]


def test_portable_keeps_everything_of_a_command_beside_the_program(database, tmp_path):
    """A copy of the package stands for an installed program; its home is not the user's."""
    program = tmp_path / "program"
    shutil.copytree(ROOT / "cts_console", program / "cts_console", ignore=_NO_CACHES)
    for name in ("migrations", "pyproject.toml"):
        (program / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "cts_console", "--portable", "audit", str(database)]
    subprocess.run([*command, "--fail-on", "never"], cwd=program, check=True, capture_output=True)
    assert list((program / "cts-console-home" / "data").iterdir())
    assert not (tmp_path / "console-home").exists()


def test_what_another_version_remembers_survives(tmp_path, qapp):
    """An update, and the way back from it: keys that this version does not know stay."""
    from cts_console.ui.settings import WindowSettings

    file = tmp_path / "window.ini"
    file.write_text("[window]\ntheme=dark\nof_a_later_version=7\n[later]\nlist=a, b\n")
    settings = WindowSettings(file)
    assert settings.text("window/theme") == "dark"
    settings.remember("window/zoom", 1.5)
    settings.sync()
    text = file.read_text()
    for line in ("theme=dark", "of_a_later_version=7", "[later]", "list=a, b", "zoom=1.5"):
        assert line in text
