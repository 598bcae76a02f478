"""The small tables of the Bulk tab: their contract with views, and what they tell."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cts_console.audit import Evidence, Finding
from cts_console.bulk import BatchInfo
from cts_console.bulk.batches import BatchOrder
from cts_console.progress import Progress
from cts_console.reconcile import NewFinding
from cts_console.transfer.trades import ComparedTrade
from cts_console.ui.bulk.compare_jobs import GROUPS, CompareRow
from cts_console.ui.bulk.compare_models import NewFindingsModel, SidesModel, TradesModel
from cts_console.ui.bulk.compare_words import CompareWords
from cts_console.ui.bulk.history_jobs import PastRun
from cts_console.ui.bulk.history_models import BatchesModel, RunsModel
from cts_console.ui.bulk.parts import SmallTable
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
    assert model.index(0, model.VALUE).data(Qt.ItemDataRole.EditRole) == ""
    with qtbot.waitSignal(model.value_typed) as told:
        model.setData(model.index(1, model.VALUE), "")
    assert told.args == ["b", ""]
    with qtbot.waitSignal(model.null_chosen) as ticked:
        model.setData(
            model.index(0, model.NULL),
            Qt.CheckState.Checked.value,
            Qt.ItemDataRole.CheckStateRole,
        )
    assert ticked.args == ["a", True]


def test_without_null_an_empty_text_is_no_value(theme, qtmodeltester, qtbot):
    model = ValuesModel(theme, "Value")
    model.show_lines([ValueLine("a", "TEXT", "needed", None), ValueLine("b", "", "", "5")])
    qtmodeltester.check(model)
    assert model.index(0, model.VALUE).data() == "needed"
    assert model.index(0, 0).data(Qt.ItemDataRole.CheckStateRole) is None
    with qtbot.waitSignal(model.value_typed) as told:
        model.setData(model.index(1, model.VALUE), "")
    assert told.args == ["b", None]


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


def a_trade(where: int, price: str = "1.5", fee: str | None = "0.1") -> ComparedTrade:
    at_ms = 1_700_000_000_000 + where
    return ComparedTrade(where, "BTC\n<b>", "buy", price, "2", fee, "USDT", at_ms, None, "O-1")


COMPARED = [
    CompareRow(0, "only_in_file", a_trade(9), line=9, pair="BTC/USDT", reason="its order is odd"),
    CompareRow(1, "only_in_database", None, a_trade(7, "12"), pair="BTC/USDT"),
    CompareRow(2, "different", a_trade(3), a_trade(4, "9", None), ("price", "fee"), 3, "BTC/USDT"),
    CompareRow(3, "same", a_trade(4), a_trade(5, "1.50"), (), 4, "BTC/USDT"),
    CompareRow(4, "not_compared", line=2, reason="the price is 'x', which is no number"),
    CompareRow(5, "not_compared", pair="FOO", lines=3),
]


def test_compared_trades(theme, qtmodeltester):
    clock = Clock("utc")
    words = CompareWords(clock)
    model = TradesModel(theme, clock, words)
    qtmodeltester.check(model)
    model.set_rows(COMPARED, None)
    qtmodeltester.check(model)
    for column in range(model.columnCount()):
        model.sort(column, Qt.SortOrder.DescendingOrder)
        assert model.rowCount() == len(COMPARED)
    qtmodeltester.check(model)
    # By their value, not by their letters.
    model.sort(6, Qt.SortOrder.DescendingOrder)
    assert model.index(0, 6).data() == "12"
    model.sort(0)
    assert [model.index(2, column).data() for column in (6, 8, 10)] == [
        "1.5 ≠ 9",
        "0.1 USDT ≠ –",
        "another price, fee",
    ]
    # What is the same is told once, however each side writes it.
    assert model.index(3, 6).data() == "1.5"
    for group in GROUPS:
        model.set_group(group)
        qtmodeltester.check(model)
        rows = range(model.rowCount())
        assert {model.index(row, 0).data() for row in rows} == {words.group(group)}
        hidden = model.hidden_columns()
        assert all(
            not model.index(row, column).data() or column == 0 for row in rows for column in hidden
        )
    clock.set_zone("local")


@pytest.mark.parametrize(
    ("progress", "told"),
    [
        (Progress(2, 5_000, "trades", "writing trades"), "writing trades: 2 of 5,000 trades"),
        (Progress(7, None, "lines", "reading", bytes_done=10, bytes_total=40), "reading: 10 of 40"),
        (Progress(0, None, "", "another process is writing"), "another process is writing"),
        (Progress(0, None, ""), "at work"),
    ],
)
def test_how_far_a_comparison_is(progress, told):
    assert CompareWords(Clock("utc")).progress(progress).startswith(told)


def test_a_trade_on_both_sides(theme, qtmodeltester):
    clock = Clock("utc")
    model = SidesModel(theme, clock, CompareWords(clock))
    qtmodeltester.check(model)
    for row in COMPARED:
        model.show_row(row)
        qtmodeltester.check(model)
        assert bool(model.rowCount()) == (row.group in ("different", "same"))
    model.show_row(COMPARED[2])
    red = theme.color("bad")
    different = [
        model.index(row, 0).data()
        for row in range(model.rowCount())
        if model.index(row, 1).data(Qt.ItemDataRole.ForegroundRole) == red
    ]
    assert different == ["Price", "Fee"]
    assert model.index(2, 1).data() == "BTC\\n<b>"


def test_new_findings(theme, qtmodeltester):
    found = Finding(
        rule="ORD-01",
        severity="error",
        category="ledger",
        object="orders",
        table="orders",
        title="Two orders <b>",
        detail="They hold too much.",
        recommendation="Look.",
        evidence=Evidence(("id",), ((1,), (2,)), 2),
        sql=None,
        fix_sql=None,
        confidence="certain",
        fingerprint="f",
    )
    model = NewFindingsModel(theme)
    qtmodeltester.check(model)
    model.show_findings((NewFinding(found, 1),))
    qtmodeltester.check(model)
    assert [model.index(0, column).data() for column in range(6)] == [
        "error",
        "ORD-01",
        "Two orders <b>",
        "1",
        "2",
        "Look.",
    ]


def test_columns_are_fitted_to_the_rows_that_are_seen(theme, qtbot):
    asked = []

    class Counting(RowsModel):
        def data(self, index, role=Qt.ItemDataRole.DisplayRole):
            asked.append(index.row())
            return super().data(index, role)

    model = Counting(theme)
    view = SmallTable(theme, model, "rows", is_wide=True)
    qtbot.addWidget(view)
    view.show()
    model.show_rows(("a", "b"), [(n, "x") for n in range(5_000)])
    view.fit_columns()
    assert 0 < max(asked) < 100
