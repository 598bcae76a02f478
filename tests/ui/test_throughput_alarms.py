"""Alarms in the window: off until asked for, told once, remembered for each database."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from cts_console.monitor.alarms import AlarmRules
from cts_console.ui.tabs.throughput import ThroughputTab
from cts_console.ui.throughput.alarm_bell import claims_work
from cts_console.ui.throughput.alarm_settings import (
    AlarmSettings,
    read_alarms,
    remember_alarms,
)
from cts_console.worker import Errand
from tests.monitor.engines import ENGINE, Engine
from tests.ui.conftest import opened
from tests.ui.test_throughput_history import make_sample
from tests.ui.test_throughput_tab import collected, is_showing_charts

__all__ = ["collected"]


@pytest.fixture
def tab(qtbot, open_tab, plain_database):
    tab = open_tab(ThroughputTab, plain_database)
    qtbot.waitUntil(lambda: is_showing_charts(tab))
    return tab


@pytest.fixture
def told(context):
    messages: list[tuple[str, str]] = []
    context.navigator.warning_raised.connect(lambda text: messages.append(("warn", text)))
    context.navigator.notice_raised.connect(lambda text: messages.append(("notice", text)))
    return messages


def feed(tab, at_s: float, wal_mb: float) -> None:
    sample = replace(make_sample(at_s), wal_bytes=int(wal_mb * 1e6))
    tab.context.history._on_sample(sample)


def test_everything_is_off_at_first(tab, told):
    assert not tab.bell.settings.rules.is_on
    feed(tab, 1e9, 1e6)
    assert told == []


def test_it_is_told_once_and_again_when_it_is_over(tab, told):
    tab.bell.settings = AlarmSettings(AlarmRules(wal_mb=100))
    for second, size in enumerate((99, 101, 150, 95, 20)):
        feed(tab, 1e9 + second, size)
    assert told == [
        ("warn", "The WAL has 101.0 MB, more than 100.0 MB"),
        ("notice", "The WAL has 20.0 MB again"),
    ]


def test_the_dialog_keeps_rules_for_this_database_alone(qtbot, tab, context, demo_database):
    tab.header.alarms.trigger()
    dialog = tab.bell.dialog
    assert dialog.isVisible()
    dialog.wal.tick.click()
    dialog.wal.value.setValue(64)
    dialog.command.setText("/bin/echo 'two words' \"x")
    assert not dialog.ok_button.isEnabled()
    assert "quotation mark" in dialog.problem.text()
    dialog.accept()
    assert dialog.isVisible()
    dialog.command.setText("/bin/echo 'two words'")
    dialog.ok_button.click()
    qtbot.waitUntil(lambda: tab.bell.dialog is None)
    path = tab.database.path
    wanted = AlarmSettings(AlarmRules(wal_mb=64.0), ("/bin/echo", "two words"))
    assert tab.bell.settings == read_alarms(context.settings, path) == wanted
    tab.set_database(opened(demo_database))
    assert tab.bell.settings == AlarmSettings()
    tab.set_database(opened(path))
    assert tab.bell.settings == wanted


def test_a_cancelled_dialog_changes_nothing(qtbot, tab):
    tab.bell.choose()
    tab.bell.dialog.silence.tick.click()
    tab.bell.dialog.reject()
    qtbot.waitUntil(lambda: tab.bell.dialog is None)
    assert tab.bell.settings == AlarmSettings()


@pytest.mark.parametrize(
    "kept", ["", "[1]", "{", '{"silence_s": "x", "wal_mb": -1, "rows_per_s": true}', '"a"', "null"]
)
def test_settings_that_cannot_be_read_are_off(context, tmp_path, kept):
    path = tmp_path / "a.db"
    remember_alarms(context.settings, path, AlarmSettings())
    (key,) = (key for key in context.settings._settings.allKeys() if key.startswith("alarms/"))
    context.settings.remember(key, kept)
    assert read_alarms(context.settings, path) == AlarmSettings()


def test_the_person_s_command_is_run_with_the_facts(tab, told, tmp_path):
    out = tmp_path / "out"
    code = (
        "import os, sys\nnames = ('CTS_ALARM', 'CTS_MESSAGE', 'CTS_DATABASE')\n"
        "open(sys.argv[1], 'w').write('|'.join(os.environ[name] for name in names))"
    )
    tab.bell.settings = AlarmSettings(
        AlarmRules(rows_per_s=5, table="$(touch x)\n"), (sys.executable, "-c", code, str(out))
    )
    from cts_console.monitor import RowGrowth

    for second in range(40):
        growth = RowGrowth(1.0, (), 0)
        tab.context.history._on_sample(make_sample(1e9 + second, growth=growth))
    tab.bell.command.wait(30)
    alarm, message, database = out.read_text().split("|")
    assert alarm == "few_rows"
    assert message == told[0][1] == "0.0 rows/s in $(touch x)\\n, fewer than 5.0"
    assert database == str(tab.database.path)


def test_silence_asks_the_file_whether_an_engine_says_that_it_runs(qtbot, tab, told):
    engine = Engine(ENGINE, tab.database.path)
    with engine.process:
        engine.execute("SELECT count(*) FROM item")
        tab.bell.settings = AlarmSettings(AlarmRules(silence_s=0.3))
        tab.bell._begin()
        qtbot.waitUntil(lambda: len(told) == 1)
        assert "nobody has written" in told[0][1]
        engine.execute("INSERT INTO item (name) VALUES ('x')")
        qtbot.waitUntil(lambda: ("notice", "Nobody writing: over") in told)
        engine.end()


def test_what_a_cts_database_says_of_its_engine(writable_demo):
    from cts_console.progress import CancelToken
    from cts_console.sqlite import open_database

    with open_database(writable_demo, "read_write") as connection:
        errand = Errand(CancelToken())
        connection.execute("UPDATE trade_engine_state SET status = 'stopped'")
        connection.execute("UPDATE bot_instances SET status = 'stopped'")
        connection.execute(
            "UPDATE connection_coordination SET owner = NULL, last_heartbeat_at = NULL"
        )
        connection.execute("UPDATE bot_instances SET heartbeat_at = NULL")
        connection.execute("UPDATE trade_engine_state SET last_realtime_run_at = NULL")
        assert claims_work(connection, errand, kind="cts") is False
        connection.execute("UPDATE trade_engine_state SET status = 'running'")
        assert claims_work(connection, errand, kind="cts") is True


def test_the_lock_is_probed_only_when_asked_and_only_where_writing_is_allowed(
    qtbot, tab, context, plain_database
):
    assert not tab.header.probe.isEnabled()
    tab.prober.set_on(on=True)
    assert not tab.prober.is_on
    tab.set_database(opened(plain_database, writable=True))
    assert tab.header.probe.isEnabled()
    assert not tab.prober.is_on
    tab.header.probe.trigger()
    assert tab.prober.is_on
    qtbot.waitUntil(lambda: tab.prober.found is not None)
    qtbot.waitUntil(lambda: "lock had after" in tab._figures._own.detail.text())
    engine = Engine(ENGINE, plain_database)
    with engine.process:
        engine.execute("BEGIN IMMEDIATE")
        tab.prober.probe()
        qtbot.waitUntil(lambda: not tab.prober.found.was_had)
        qtbot.waitUntil(lambda: "lock not had" in tab._figures._own.detail.text())
        engine.end()
    tab.set_database(opened(plain_database))
    assert not tab.prober.is_on
    assert not tab.header.probe.isChecked()
    QApplication.processEvents()
