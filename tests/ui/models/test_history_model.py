"""The list of kept audits: its contract with views, its order, what is known of changes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cts_console.store import AuditLine
from cts_console.ui.clock import Clock
from cts_console.ui.models.history_model import HistoryModel

DAY_MS = 86_400_000
CHANGE = {"new": 1_234, "worse": 1, "same": 4, "fixed": 0, "unknown": 0}


def lines(count: int) -> list[AuditLine]:
    """Return audits, the last one first; every third is a quick one."""
    return [
        AuditLine(
            id=number,
            started_at_ms=1_700_000_000_000 + number * DAY_MS,
            duration_ms=12.0 * number,
            profile="standard" if number % 3 else "quick",
            critical=number % 2,
            error=number,
            warning=1_000 * number,
            info=0,
            accepted=2,
        )
        for number in range(count, 0, -1)
    ]


@pytest.fixture
def model(qapp) -> HistoryModel:
    return HistoryModel(Clock("utc"))


def column(model: HistoryModel, number: int) -> list[str]:
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_its_contract(model: HistoryModel, qtmodeltester) -> None:
    qtmodeltester.check(model)
    model.set_lines(lines(9))
    model.set_changes({9: CHANGE, 8: None})
    qtmodeltester.check(model)


def test_the_newest_come_first_whatever_the_clock_said(model: HistoryModel) -> None:
    model.set_lines([*lines(3), AuditLine(4, 5, 1.0, "deep", 0, 0, 0, 0, 0)])
    assert column(model, 1) == ["deep", "quick", "standard", "standard"]
    assert column(model, 0)[0] == "1970-01-01 00:00:00 UTC"
    model.sort(5, Qt.SortOrder.DescendingOrder)
    assert column(model, 5) == ["3,000", "2,000", "1,000", "0"]


def test_a_change_is_unknown_until_it_was_read(model: HistoryModel) -> None:
    model.set_lines(lines(3))
    assert column(model, 8) == ["–", "–", "–"]
    model.set_changes({3: CHANGE, 2: None, 99: CHANGE})
    assert column(model, 8) == ["1,234", "–", "–"]
    assert column(model, 10) == ["0", "–", "–"]
    model.sort(8, Qt.SortOrder.AscendingOrder)
    assert column(model, 8)[-1] == "1,234"


def test_instants_follow_the_clock(qapp) -> None:
    clock = Clock("utc")
    model = HistoryModel(clock)
    model.set_lines(lines(1))
    assert column(model, 0)[0].endswith("UTC")
    told: list[object] = []
    model.dataChanged.connect(lambda *_cells: told.append(1))
    clock.set_zone("local")
    assert told
