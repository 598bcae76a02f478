"""The log and the report of the last run, with processes that really die."""

from __future__ import annotations

import logging
import os
import signal
import stat
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from cts_console.ui.frame.message_bar import MessageBar
from cts_console.ui.start import run_record
from cts_console.ui.start.messages import crash_message
from cts_console.ui.start.run_record import PrivateLog, RunRecord
from tests.ui.window_process import a_window, read_log

SECRET = "hV7PdqYk3Zx9LmT2rWb8NcQ4sJf6GaE1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "state"
    made.mkdir(0o700)
    return made


@pytest.fixture
def log(folder: Path):
    handler = PrivateLog(folder / "window.log")
    logger = logging.getLogger(run_record.__name__)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)
    handler.close()


def test_a_run_that_ends_as_it_should_has_no_report(folder: Path):
    record = RunRecord(folder)
    assert record.read_report() == ""
    with record.running("today"):
        assert "began today" in RunRecord(folder).read_report()
    assert record.read_report() == ""


def test_a_run_that_fails_is_reported_with_its_trace(folder: Path, log):
    record = RunRecord(folder)
    with record.running("yesterday"):
        log.info("of an earlier run")

    def fail() -> None:
        with record.running("today"):
            log.info("api_secret=%s", SECRET)
            raise ZeroDivisionError(f"password='{SECRET}'")

    with pytest.raises(ZeroDivisionError):
        fail()
    report = record.read_report()
    assert "began today" in report
    assert "ZeroDivisionError" in report
    assert "Traceback" in report
    assert "of an earlier run" not in report
    assert SECRET not in report
    assert SECRET not in (folder / "window.log").read_text()


def test_a_report_is_masked_whatever_an_older_console_logged(folder: Path):
    (folder / "window.running").write_text("today")
    (folder / "window.log").write_text(f"api_key: {SECRET}\n")
    assert SECRET not in RunRecord(folder).read_report()


def test_a_report_is_short_whatever_lies_there(folder: Path):
    (folder / "window.running").write_bytes(b"\xff\x00" * 20)
    (folder / "window.log").write_bytes(b"\xff\x00 line\n" * 1_000_000)
    (folder / "window.faults").mkdir()
    report = RunRecord(folder).read_report()
    assert 0 < len(report) < 2 * run_record.REPORT_BYTES


def test_everything_is_for_its_owner_alone(folder: Path):
    (folder / "window.log").write_text("open to all\n")
    (folder / "window.log").chmod(0o644)
    PrivateLog(folder / "window.log").close()
    with RunRecord(folder).running("today"):
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == dict.fromkeys(("window.log", "window.faults", "window.running"), 0o600)


def test_the_log_rotates(folder: Path, log, monkeypatch):
    log.handlers[-1].maxBytes = 2_000
    for number in range(200):
        log.info("line %d, long enough to fill a log of two thousand bytes soon", number)
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["window.log", "window.log.1", "window.log.2"]
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_a_folder_that_takes_nothing_costs_the_report_alone(folder: Path):
    gone = RunRecord(folder / "gone")
    with gone.running("today"):
        pass
    assert gone.read_report() == ""


def test_the_next_start_offers_the_report_and_the_last_file(
    demo_database: Path, console_home: Path
):
    """It does not open the file by itself: that may be what ended the last run."""
    with a_window(demo_database) as first:
        first.ask_until(lambda state: state["database"] and not state["busy"])
        first.process.send_signal(signal.SIGSEGV)
        assert first.process.wait(60) == -signal.SIGSEGV
    assert "Current thread" in RunRecord(console_home / "state").read_report()
    with a_window() as second:
        state = second.ask_until(lambda state: state["messages"] and not state["busy"])
        assert state["database"] is None
        offer, report = state["messages"]
        assert str(demo_database) in offer["text"]
        assert "not opened by itself" in offer["text"]
        assert report["text"] == "The last run did not end as it should."
        # The button opens it, and leaves the report.
        second.ask("take message")
        state = second.ask_until(lambda state: state["database"] == str(demo_database))
        assert state["messages"] == [report]
        assert second.close() == 0
    with a_window() as third:
        state = third.ask_until(lambda state: state["database"] and not state["busy"])
        assert (state["database"], state["messages"]) == (str(demo_database), [])
        assert third.close() == 0
    assert "Traceback" not in read_log(console_home)


def test_a_signal_that_kills_leaves_its_stacks(folder: Path):
    from tests.processes import a_process, wait_for_line

    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from cts_console.ui.start.run_record import RunRecord\n"
        "def the_very_function():\n    os.kill(os.getpid(), 11)\n"
        "with RunRecord(Path(sys.argv[1])).running('today'):\n"
        "    print('running', flush=True)\n    the_very_function()\n"
    )
    with a_process(script, folder) as process:
        wait_for_line(process, "running")
        assert process.wait(60) == -11
    assert "the_very_function" in RunRecord(folder).read_report()


@pytest.mark.parametrize(("safe_mode", "name"), [(False, "window.log"), (True, "safe-mode.log")])
def test_the_log_is_where_the_window_says(monkeypatch, console_home: Path, safe_mode, name):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    where = run_record.start_log("info", safe_mode=safe_mode)
    logging.getLogger("any").warning("password='%s'", SECRET)
    (handler,) = logging.getLogger().handlers
    handler.close()
    assert where == str(console_home / "state" / name)
    assert "password" in Path(where).read_text()
    assert SECRET not in Path(where).read_text()


def test_without_a_folder_the_log_is_standard_error(monkeypatch, capsys):
    monkeypatch.setenv("CTS_CONSOLE_HOME", "/proc/nowhere")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    assert run_record.start_log("info", safe_mode=True) == "standard error"
    logging.getLogger("any").warning("the very line")
    errors = capsys.readouterr().err
    assert errors.startswith("error: /proc/nowhere")
    assert "the very line" in errors


def test_the_button_copies_the_report(context, qtbot):
    bar = MessageBar(context.theme)
    qtbot.addWidget(bar)
    bar.show_message(crash_message("what happened\n<b>as it was</b>"))
    assert bar.messages[0].action_text == "Copy the report"
    bar._action.click()
    assert QGuiApplication.clipboard().text() == "what happened\n<b>as it was</b>"
    assert os.linesep not in bar.accessibleDescription()
