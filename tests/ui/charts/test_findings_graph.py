"""Findings over time: steps from zero, read by pointer and keys, of none and of thousands."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt

from cts_console.store import AuditLine
from cts_console.ui.charts.findings_graph import FindingsGraph
from cts_console.ui.charts.ticks import time_ticks
from cts_console.ui.clock import Clock
from tests.ui.models.test_history_model import DAY_MS, lines

Show = Callable[[list[AuditLine]], FindingsGraph]


@pytest.fixture
def show(theme, qtbot) -> Show:
    def made(audits: list[AuditLine]) -> FindingsGraph:
        graph = FindingsGraph(theme, Clock("utc"))
        qtbot.addWidget(graph)
        graph.resize(900, 180)
        graph.show_lines(audits)
        graph.show()
        return graph

    return made


def color_rows(graph: FindingsGraph, place: int, x: int) -> list[int]:
    """Return the rows of the plot in which the line of a series is at `x`."""
    image = graph.plot.grab().toImage()
    wanted = graph.plot._theme.colors.series[place]
    return [y for y in range(image.height()) if image.pixelColor(x, y).name() == wanted]


@pytest.mark.parametrize("count", [0, 1, 30, 3_000])
@pytest.mark.parametrize("mode", ["dark", "light"])
def test_any_number_of_audits(show: Show, theme, mode: str, count: int) -> None:
    theme.set_mode(mode)
    graph = show(lines(count))
    began_s = time.perf_counter()
    assert not graph.grab().isNull()
    assert time.perf_counter() - began_s < 0.5


def test_without_an_audit_there_is_nothing_to_read(show: Show, qtbot) -> None:
    graph = show([])
    assert graph.moment.text() == ""
    assert graph.legend.text() == "critical –, error –, warning –, info –"
    qtbot.keyClick(graph.plot, Qt.Key.Key_Left)
    qtbot.mouseMove(graph.plot, QPoint(300, 60))
    assert graph.moment.text() == ""


def test_the_last_audit_is_read_and_keys_go_back(show: Show, qtbot) -> None:
    graph = show(lines(4))
    assert graph.legend.text() == "critical 0, error 4, warning 4,000, info 0"
    qtbot.keyClick(graph.plot, Qt.Key.Key_Left)
    assert graph.legend.text() == "critical 1, error 3, warning 3,000, info 0"
    for _ in range(9):
        qtbot.keyClick(graph.plot, Qt.Key.Key_Left)
    assert graph.legend.text().startswith("critical 1, error 1,")
    assert "critical 1, error 1" in graph.plot.accessibleDescription()


def test_the_pointer_reads_the_audit_before_it(show: Show, qtbot) -> None:
    graph = show(lines(4))
    area = graph.plot._area()
    for share, error in ((0.0, 1), (0.3, 1), (0.4, 2), (0.99, 3), (1.0, 4)):
        x = round(area.left() + share * area.width())
        qtbot.mouseMove(graph.plot, QPoint(x, 60))
        assert f"error {error}," in graph.legend.text(), share


def test_a_line_keeps_its_height_until_the_next_audit(show: Show) -> None:
    first, last = lines(2)[::-1]
    graph = show([last, first])
    area = graph.plot._area()
    third, near_the_end = (round(area.left() + share * area.width()) for share in (0.3, 0.9))
    assert color_rows(graph, 2, third) == color_rows(graph, 2, near_the_end) != []
    # From zero: nothing found is the bottom.
    (bottom,) = color_rows(graph, 0, near_the_end)
    assert abs(bottom - area.bottom()) <= 1


def test_a_clock_that_was_set_back_is_drawn_by_what_it_said(show: Show) -> None:
    early = AuditLine(9, 1_600_000_000_000, 1.0, "standard", 0, 77, 0, 0, 0)
    graph = show([early, *lines(3)])
    assert [line.id for line in graph.plot.lines] == [9, 1, 2, 3]


def test_marks_of_days_and_years() -> None:
    day_s = DAY_MS // 1000
    assert time_ticks(0, 10 * day_s, 6) == [float(day * day_s) for day in range(0, 11, 2)]
    assert len(time_ticks(0, 3_000 * day_s, 5)) <= 6
    assert time_ticks(0, 36 * 3600, 6)[1] == 6 * 3600
