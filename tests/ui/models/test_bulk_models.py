"""The small tables of the Bulk tab: their contract with views, and what they tell."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cts_console.bulk import BatchInfo
from cts_console.bulk.batches import BatchOrder
from cts_console.progress import Progress
from cts_console.ui.bulk.history_jobs import PastRun
from cts_console.ui.bulk.history_models import BatchesModel, RunsModel
from cts_console.ui.bulk.rate_graph import RateGraph
from cts_console.ui.bulk.small_models import RowsModel, ValueLine, ValuesModel, WayLine, WaysModel
from cts_console.ui.clock import Clock

RUNS = [
    PastRun(0, "insert", "item", 10, 9, 1, 1_700_000_000_000, 100, "partial"),
    PastRun(1, "optimize", "", None, None, None, None, None, "ok"),
]


def test_rows(theme, qtmodeltester):
    model = RowsModel(theme)
    qtmodeltester.check(model)
    model.show_rows(("a", "b\n<b>"), [(1, None), ("x" * 500, b"\0\1")], (1,))
    qtmodeltester.check(model)
    assert model.index(0, 1).data() == "NULL"
    assert model.index(1, 1).data() == "2 bytes"
    assert len(model.index(1, 0).data()) <= 120
    assert model.headerData(1, Qt.Orientation.Horizontal) == "b\\n<b>"


def test_ways(theme, qtmodeltester, qtbot):
    model = WaysModel(theme)
    qtmodeltester.check(model)
    model.show_lines([WayLine("a", "text", "x", "name"), WayLine("b", "text", "", "")], ["name"])
    qtmodeltester.check(model)
    with qtbot.waitSignal(model.target_chosen) as told:
        assert model.setData(model.index(1, WaysModel.TARGET), "name")
    assert told.args == ["b", "name"]
    with qtbot.assertNotEmitted(model.target_chosen):
        model.setData(model.index(0, WaysModel.TARGET), "name")
        model.setData(model.index(0, WaysModel.TARGET), "no such column")
        assert not model.setData(model.index(0, 0), "x")


def test_values(theme, qtmodeltester, qtbot):
    model = ValuesModel(theme, "Value", takes_null=True)
    qtmodeltester.check(model)
    model.show_lines([ValueLine("a", "TEXT", "needed", None), ValueLine("b", "", "", "5")])
    qtmodeltester.check(model)
    assert model.index(0, model.VALUE).data() == "needed"
    assert model.index(0, model.VALUE).data(Qt.ItemDataRole.EditRole) == ""
    with qtbot.waitSignal(model.value_typed) as told:
        model.setData(model.index(1, model.VALUE), "")
    assert told.args == ["b", None]
    with qtbot.waitSignal(model.null_chosen) as ticked:
        model.setData(
            model.index(0, model.NULL),
            Qt.CheckState.Checked.value,
            Qt.ItemDataRole.CheckStateRole,
        )
    assert ticked.args == ["a", True]


def test_runs(theme, qtmodeltester):
    model = RunsModel(theme, Clock("utc"))
    qtmodeltester.check(model)
    model.set_runs(RUNS)
    qtmodeltester.check(model)
    for column in range(model.columnCount()):
        model.sort(column, Qt.SortOrder.AscendingOrder)
        qtmodeltester.check(model)
    model.sort(6, Qt.SortOrder.DescendingOrder)
    assert [model.index(row, 6).data() for row in range(2)] == ["90", "–"]


@pytest.mark.parametrize("state", ["staging", "coming", "done", "undone"])
def test_batches(qapp, qtmodeltester, state):
    model = BatchesModel(Clock("utc"))
    order = BatchOrder("/x.db", "insert", "item", ("a",))
    model.set_batches([BatchInfo("abc", order, 10, 5, state, 1_700_000_000_000, False)])
    qtmodeltester.check(model)
    assert model.index(0, 4).data() == "5 of 10"
    assert model.index(0, 5).data()


def test_the_graph_holds_a_run_of_any_length(theme, qtbot, monkeypatch):
    graph = RateGraph(theme)
    qtbot.addWidget(graph)
    now_s = 0.0
    monkeypatch.setattr("cts_console.ui.bulk.rate_graph.time.monotonic", lambda: now_s)
    graph.begin()
    for second in range(1, 5_000):
        now_s = float(second)
        graph.add(Progress(second * 1_000, None, "rows", "", 1_000.0))
        graph.add(Progress(second, None, "bytes", "", None))
    assert len(graph.points) < 240
    assert {round(rate) for _at_s, rate in graph.points} == {1_000}
    assert graph.points[-1][0] > 4_900
    graph.show()
    graph.grab()
    assert "at most 1,000" in graph.accessibleDescription()
