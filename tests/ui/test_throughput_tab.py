from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from cts_console.sqlite import open_database
from cts_console.ui.charts.picture import greatest
from cts_console.ui.charts.registry import CHARTS
from cts_console.ui.tabs.throughput import ThroughputTab
from cts_console.ui.throughput_history import UNWATCHED_INTERVAL_MS, WATCHED_INTERVAL_MS
from tests.monitor.engines import ENGINE, Engine

INSERT = "INSERT INTO item (name) VALUES ('x')"


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect what pyqtgraph leaves in this thread: a collection in another one would crash."""
    yield
    gc.collect()


@pytest.fixture
def engine(plain_database) -> Iterator[Engine]:
    engine = Engine(ENGINE, plain_database)
    with engine.process:
        yield engine
        engine.end()


@pytest.fixture
def tab(qtbot, open_tab, plain_database):
    tab = open_tab(ThroughputTab, plain_database)
    qtbot.waitUntil(lambda: is_showing_charts(tab))
    return tab


@pytest.fixture
def written(qtbot, tab, engine, context):
    """Return a tab on a file into which another process has just written."""
    qtbot.waitUntil(lambda: context.history.last.commits is not None)
    engine.execute(*[INSERT] * 7)
    qtbot.waitUntil(lambda: context.history.tables == ("item",))
    redraw(tab)
    return tab


def is_showing_charts(tab: ThroughputTab) -> bool:
    return bool(tab.charts) and tab._states.currentWidget() is tab._content


def redraw(tab: ThroughputTab) -> None:
    for chart in tab.charts:
        chart.clear()
    tab.redraw()


def line_charts(tab: ThroughputTab) -> list:
    from cts_console.ui.charts.time_chart import TimeChart

    return [chart for chart in tab.charts if isinstance(chart, TimeChart)]


def chart_of(tab: ThroughputTab, key: str):
    return next(chart for chart in tab.charts if chart.chart.key == key)


def test_without_a_file_it_says_so(open_tab):
    tab = open_tab(ThroughputTab)
    assert "No file" in tab._states._page.accessibleName()
    assert not tab.context.history.is_watching


def test_the_charts_are_those_of_the_registry(tab):
    assert [chart.chart for chart in tab.charts] == list(CHARTS)
    assert all(chart.isVisible() for chart in tab.charts)
    assert len({chart.key for chart in CHARTS}) == len(CHARTS)


def test_nobody_has_written_yet(tab, context):
    assert "nobody has written since" in tab._status_text()
    assert "UTC" in tab._status_text()
    assert "when watching began" in tab._status_text()


def test_what_another_process_writes_is_shown(written, qtbot):
    assert chart_of(written, "rows").legend.text().startswith("item")
    figures = written._figures
    qtbot.waitUntil(lambda: figures._commits.value.text() not in ("–", ""))
    assert "all processes" in figures._commits.detail.text()
    assert "all processes" in figures._bytes.detail.text()
    assert "of 1,000 frames" in figures._wal.detail.text()
    assert figures._missed.value.text() == "0"
    assert figures._own.detail.text() == "reading · wrote nothing"
    assert figures._own.value.text().endswith(" ms")
    assert greatest(chart_of(written, "commits")._picture) > 0


def test_what_was_missed_is_said(tab, qtbot, engine, context):
    qtbot.waitUntil(lambda: context.history.last.commits is not None)
    context.history.hold()
    engine.execute(INSERT, "PRAGMA wal_checkpoint(RESTART)", *[INSERT] * 9)
    context.history.resume()
    qtbot.waitUntil(lambda: tab._figures._missed.value.text() == "1")
    assert "at least" in tab._figures._bytes.detail.text()
    redraw(tab)
    assert "at least" in chart_of(tab, "wal_bytes").legend.text()


def test_the_time_since_the_last_commit(written, monkeypatch):
    assert "being written now" in written._status_text()
    now_s = time.time()
    monkeypatch.setattr(time, "time", lambda: now_s + 120)
    assert "nobody has written since" in written._status_text()
    assert "2 min" in written._status_text()


def test_in_rollback_mode_only_commits_are_shown(qtbot, open_tab, tmp_path):
    path = tmp_path / "rollback.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE item (name TEXT)")
    tab = open_tab(ThroughputTab, path)
    qtbot.waitUntil(lambda: is_showing_charts(tab))
    assert [chart.chart.key for chart in tab.charts if chart.isVisible()] == ["commits", "latency"]
    assert "rollback journal" in tab._status_text()
    assert tab._figures._bytes.value.text() == "–"
    engine = Engine(ENGINE, path)
    with engine.process:
        qtbot.waitUntil(lambda: tab.context.history.last.commits is not None)
        engine.execute(INSERT)
        qtbot.waitUntil(lambda: tab.context.history.last_commit_ms is not None)
        engine.end()


def test_a_file_that_goes_and_comes_back(qtbot, tab, plain_database):
    moved = plain_database.rename(plain_database.with_name("moved.db"))
    qtbot.waitUntil(lambda: "No such file" in tab._states._page.accessibleName())
    moved.rename(plain_database)
    qtbot.waitUntil(lambda: is_showing_charts(tab))


def test_another_file_starts_with_an_empty_picture(qtbot, written, demo_database, context):
    from tests.ui.conftest import opened

    written.set_database(opened(demo_database))
    assert context.history.tables == ()
    qtbot.waitUntil(lambda: is_showing_charts(written) and context.history.last is not None)
    assert "when watching began" in written._status_text()


def test_hovering_one_chart_reads_all_at_that_moment(written):
    commits, rows = chart_of(written, "commits"), chart_of(written, "rows")
    viewport = rows._plot.viewport()
    position = QPointF(viewport.width() / 2, viewport.height() / 2)
    global_position = QPointF(viewport.mapToGlobal(position.toPoint()))
    no = Qt.MouseButton.NoButton
    move = QMouseEvent(
        QEvent.Type.MouseMove, position, global_position, no, no, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, move)
    assert commits._cursor.isVisible()
    assert written._status_text().startswith("at ")
    # Two and a half minutes ago nothing was known yet.
    assert commits.legend.text() == "others –, this console –"
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert not commits._cursor.isVisible()
    assert "–" not in commits.legend.text()


def test_the_arrow_keys_read_a_moment_too(qtbot, written):
    commits = chart_of(written, "commits")
    commits.setFocus()
    qtbot.keyClick(commits, Qt.Key.Key_Left)
    assert written._moment_s == pytest.approx(commits.to_s - 300 / 120)
    assert all(chart._cursor.isVisible() for chart in line_charts(written))


def test_pause_freezes_the_picture_and_not_the_sampling(qtbot, written, engine, context):
    written.header.pause.click()
    assert "sampling goes on" in written._status_text()
    commits = chart_of(written, "commits")
    picture, samples = commits._picture, context.history.last.at_ms
    engine.execute(*[INSERT] * 5)
    qtbot.waitUntil(lambda: context.history.last.at_ms > samples + 600)
    written.redraw()
    to_s = commits.to_s
    assert to_s <= written.view.to_s(0.0) + 5
    assert commits._picture is picture
    written.header.pause.click()

    def is_drawn_anew() -> bool:
        written.redraw()
        return commits._picture is not picture

    # Only what would change a pixel is drawn.
    qtbot.waitUntil(is_drawn_anew)
    assert commits.to_s >= to_s


def test_a_redraw_in_which_no_pixel_changes_is_left_out(tab):
    chart = chart_of(tab, "commits")
    now_s = time.time()
    chart.clear()
    chart.draw(now_s, 300.0)
    drawn = chart.redraws
    for part in range(10):
        chart.draw(now_s + part / 1e6, 300.0)
    assert chart.redraws <= drawn + 1
    chart.draw(now_s + 5, 300.0)
    assert chart.redraws > drawn


@pytest.mark.parametrize("minutes", [1, 5, 15])
def test_the_window_is_remembered(qtbot, tab, context, minutes):
    tab.header.windows.setCurrentIndex(tab.header.windows.findData(minutes))
    tab.redraw()
    chart = chart_of(tab, "commits")
    assert chart.to_s - chart.from_s == pytest.approx(60 * minutes)
    other = ThroughputTab(context)
    qtbot.addWidget(other)
    if minutes != 5:
        assert other.header.windows.currentData() == minutes


def test_times_are_in_the_chosen_zone(written, context):
    chart = chart_of(written, "commits")
    assert chart._time_text(0.0, with_seconds=True) == "00:00:00"
    assert "UTC" in written._status_text()
    drawn = chart.redraws
    context.clock.set_zone("local")
    written.redraw()
    assert chart.redraws == drawn + 1


def test_the_theme_is_switched_live(written, context):
    def grounds() -> set[str]:
        chart = chart_of(written, "commits")
        image = chart._plot.grab().toImage()
        return {image.pixelColor(QPoint(x, 2)).name() for x in range(image.width())}

    assert context.theme.colors.panel in grounds()
    context.theme.set_mode("light")
    written.redraw()
    assert context.theme.colors.panel in grounds()
    pen = chart_of(written, "commits")._curves[0].opts["pen"]
    assert pen.color().name() == context.theme.colors.series[0]
    assert pen.width() == 1


def test_it_samples_faster_while_it_is_seen_and_draws_only_then(tab, context):
    assert context.history.interval_ms == WATCHED_INTERVAL_MS
    tab.on_hidden()
    tab.hide()
    assert context.history.interval_ms == UNWATCHED_INTERVAL_MS
    assert not tab._timer.isActive()
    drawn = [chart.redraws for chart in tab.charts]
    tab.redraw()
    assert [chart.redraws for chart in tab.charts] == drawn


@pytest.mark.parametrize(("size", "zoom"), [((1024, 500), 1.0), ((1320, 740), 2.0)])
def test_it_holds_at_the_smallest_size_and_at_the_largest_zoom(qtbot, written, size, zoom):
    written.context.theme.set_zoom(zoom)
    written.resize(*size)
    written.redraw()
    assert all(chart.isVisible() for chart in written.charts)


def test_everything_has_a_name_and_is_reached_by_the_keyboard(tab):
    for chart in line_charts(tab):
        assert chart._plot.accessibleName()
        assert chart.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert tab.header.windows.accessibleName()
    assert tab.header.pause.text()
