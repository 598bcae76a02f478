"""Zoom, pan, series on and off, marks, and saving what is shown."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from cts_console.errors import CtsError
from cts_console.ui.tabs.throughput import ThroughputTab
from cts_console.ui.throughput.columns import Column
from cts_console.ui.throughput.view import LONGEST_S, SHORTEST_S, TimeView
from cts_console.worker import Job
from tests.ui.conftest import opened
from tests.ui.test_throughput_tab import (
    chart_of,
    collected,
    engine,
    is_showing_charts,
    redraw,
    tab,
    written,
)

__all__ = ["collected", "engine", "tab", "written"]

NOW_S = 1_700_000_000.0


def test_a_view_follows_the_present_until_it_is_held():
    view = TimeView(60.0)
    assert view.to_s(5.0) == 5.0
    view.hold(7.0)
    assert (view.to_s(9.0), view.is_following) == (7.0, False)
    view.follow()
    assert view.to_s(9.0) == 9.0


def test_zooming_keeps_the_moment_under_the_pointer_in_its_place():
    view = TimeView(100.0)
    view.hold(NOW_S - 1000)
    moment_s = NOW_S - 1000 - 25
    view.zoom(2.0, moment_s, NOW_S)
    assert view.window_s == 200.0
    assert (view.to_s(0) - moment_s) / view.window_s == pytest.approx(0.25)


def test_zooming_has_its_ends_and_stays_with_the_present():
    view = TimeView(60.0)
    for factor, window_s in ((1e-9, SHORTEST_S), (1e12, LONGEST_S)):
        view.zoom(factor, NOW_S, NOW_S)
        assert view.window_s == window_s
        assert view.is_following


def test_who_pans_to_the_present_follows_it():
    view = TimeView(60.0)
    view.pan(-100.0, NOW_S)
    assert view.to_s(0) == NOW_S - 100
    view.pan(90.0, NOW_S)
    assert view.to_s(0) == NOW_S - 10
    view.pan(9.0, NOW_S)
    assert view.is_following
    view.pan(-1e12, NOW_S)
    assert view.to_s(0) == NOW_S - LONGEST_S


def wheel(chart, notches: int) -> None:
    viewport = chart._plot.viewport()
    position = QPointF(viewport.width() / 2, viewport.height() / 2)
    event = QWheelEvent(
        position,
        QPointF(viewport.mapToGlobal(position.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def mouse(chart, kind, x: float, *, held: bool) -> None:
    viewport = chart._plot.viewport()
    position = QPointF(x, viewport.height() / 2)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    event = QMouseEvent(
        kind, position, QPointF(viewport.mapToGlobal(position.toPoint())), button,
        left if held else none, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def test_the_wheel_zooms_all_charts_and_the_window_says_how_much(tab):
    redraw(tab)
    commits = chart_of(tab, "commits")
    wheel(commits, -1)
    assert tab.view.window_s == pytest.approx(375.0)
    assert tab.header.windows.currentIndex() == -1
    assert "6.2" in tab.header.windows.placeholderText()
    for key in ("rows", "wal_frames"):
        chart = chart_of(tab, key)
        assert chart.to_s - chart.from_s == pytest.approx(375.0)
    wheel(commits, 1)
    assert tab.header.windows.currentData() == 5


def test_dragging_goes_back_in_time_and_a_double_click_returns(tab):
    redraw(tab)
    commits = chart_of(tab, "commits")
    x = commits._plot.viewport().width() / 2
    mouse(commits, QEvent.Type.MouseButtonPress, x, held=True)
    mouse(commits, QEvent.Type.MouseMove, x + 2, held=True)
    assert tab.view.is_following  # a click that trembles
    mouse(commits, QEvent.Type.MouseMove, x + 40, held=True)
    mouse(commits, QEvent.Type.MouseButtonRelease, x + 40, held=False)
    assert not tab.view.is_following
    assert tab.header.pause.isChecked()
    mouse(commits, QEvent.Type.MouseButtonDblClick, x, held=True)
    assert tab.view.is_following


def test_the_keyboard_does_the_same(qtbot, tab):
    redraw(tab)
    commits = chart_of(tab, "commits")
    commits.setFocus()
    qtbot.keyClick(commits, Qt.Key.Key_Up)
    assert tab.view.window_s == pytest.approx(240.0)
    qtbot.keyClick(commits, Qt.Key.Key_Down)
    qtbot.keyClick(commits, Qt.Key.Key_PageUp)
    assert not tab.view.is_following
    qtbot.keyClick(commits, Qt.Key.Key_PageDown)
    qtbot.keyClick(commits, Qt.Key.Key_End)
    assert tab.view.is_following


def test_a_series_is_turned_off_and_on(qtbot, tab):
    redraw(tab)
    commits = chart_of(tab, "commits")
    others, own = commits._curves[:2]
    assert others.isVisible()
    entry = commits.legend._entries[0]
    qtbot.mouseClick(entry, Qt.MouseButton.LeftButton)
    assert not others.isVisible()
    assert own.isVisible()
    assert commits.legend.text().startswith("others,")
    tab.redraw()
    assert not others.isVisible()
    qtbot.keyClick(entry, Qt.Key.Key_Space)
    assert others.isVisible()


def test_jobs_of_this_console_are_marked_and_named(qtbot, tab, context):
    redraw(tab)
    done: list[object] = []
    job = Job("Standard audit\n<b>x</b>", lambda _connection, _errand: None)
    context.operations.submit(job, tab, done.append)
    qtbot.waitUntil(lambda: bool(done))
    tab.redraw()
    rows = chart_of(tab, "rows")
    assert len(rows._marks._moments) == 2
    moment_s = float(rows._marks._moments[0])
    tab._on_hovered(moment_s)
    assert "Standard audit\\n<b>x</b>" in tab._status_text()
    tab._on_hovered(None)


def test_the_start_of_a_new_log_is_marked_where_the_log_is_shown(qtbot, written, engine, context):
    engine.execute("PRAGMA wal_checkpoint(RESTART)", "INSERT INTO item (name) VALUES ('y')")
    qtbot.waitUntil(lambda: context.history.last.checkpoints > 0)
    written.redraw()
    assert len(chart_of(written, "wal_frames")._marks._moments) == 1
    assert len(chart_of(written, "rows")._marks._moments) == 0


def test_the_console_s_own_commits_stand_apart(qtbot, written, context, plain_database):
    database = opened(plain_database, writable=True)
    written.set_database(database)

    def write(connection, _errand) -> None:
        for _ in range(9):
            connection.execute("INSERT INTO item (name) VALUES ('own')")

    target = database.target("read_write")
    context.operations.submit(Job("Writing", write, target), written)
    qtbot.waitUntil(lambda: context.history.last.own is not None)
    qtbot.waitUntil(lambda: _has_own_commits(context.history))
    redraw(written)
    latency = chart_of(written, "latency")
    assert latency.legend.text() != ""
    assert "–" not in latency.legend.text()
    assert "ms each" in written._figures._own.detail.text()
    assert "this console 0" not in chart_of(written, "commits").legend.text()


def _has_own_commits(history) -> bool:
    window = history.window(0, 1e12)
    return bool((window[Column.OWN_COMMITS_PER_S] > 0).any())


def database_of(tab: ThroughputTab) -> Path:
    assert tab.database is not None
    return tab.database.path


def save(tab: ThroughputTab, path) -> None:
    to_s = tab.view.to_s(chart_of(tab, "rows").to_s + 5)
    tab.saver.save(tab._grid.picture, to_s - 300, to_s, str(path))


def test_it_is_saved_as_a_picture_a_drawing_and_numbers(qtbot, written, context, tmp_path):
    saved: list[object] = []
    context.navigator.file_saved.connect(saved.append)
    for kind in ("png", "svg", "csv"):
        save(written, tmp_path / f"charts.{kind}")
    qtbot.waitUntil(lambda: len(saved) == 3)
    image = QImage(str(tmp_path / "charts.png"))
    assert image.width() == written._grid.picture.width()
    assert ET.parse(tmp_path / "charts.svg").getroot().tag.endswith("svg")
    with (tmp_path / "charts.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines[0]["at_utc"].endswith("+00:00")
    assert "item" in list(lines[0])[-1]
    seconds = [float(line["interval_s"]) for line in lines]
    rates = [float(line["commits_per_s"] or 0) for line in lines]
    assert sum(map(float.__mul__, seconds, rates)) == pytest.approx(7, rel=1e-3)
    assert lines[0]["commits_per_s"] == ""  # of the first sample nothing is known
    assert sum(float(line["rows_per_s item"] or 0) for line in lines) == pytest.approx(7, rel=0.2)


def test_nothing_is_written_over_and_no_part_of_the_database(qtbot, written, context, tmp_path):
    told: list[CtsError] = []
    context.navigator.error_raised.connect(told.append)
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    save(written, taken)
    save(written, tmp_path / "no" / "such" / "folder.csv")
    save(written, f"{database_of(written)}-journal")
    qtbot.waitUntil(lambda: len(told) == 3)
    assert taken.read_text() == "mine"
    assert {error.code for error in told} == {"usage", "not_found"}


def test_the_name_that_is_offered_ends_as_was_chosen(qtbot, tab):
    redraw(tab)
    tab.header.export.click()
    dialog = tab.saver.dialog
    assert dialog.selectedFiles()[0].endswith("Z.png")
    dialog.filterSelected.emit("Numbers (*.csv)")
    assert dialog.selectedFiles()[0].endswith("Z.csv")
    dialog.reject()
    qtbot.waitUntil(lambda: tab.saver.dialog is None)


def test_a_chart_of_bars_is_read_by_who_cannot_see_it(qtbot, written):
    heat = chart_of(written, "heat")
    qtbot.waitUntil(partial(_has_bars, written, heat))
    assert heat._lines.accessibleDescription().startswith("item ")


def _has_bars(tab: ThroughputTab, heat) -> bool:
    heat.clear()
    tab.redraw()
    return bool(heat._lines.bars.bars) and is_showing_charts(tab)
