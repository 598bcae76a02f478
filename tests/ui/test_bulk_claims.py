"""The claims of the old documents in the window, each beside what was measured."""

from __future__ import annotations

import pytest

from cts_console.bench import run as bench
from cts_console.bench.model import measured, unknown
from cts_console.errors import CtsError
from cts_console.ui.bulk.claims_page import ClaimsPage, Verdict
from cts_console.ui.tabs.bulk import BulkTab
from cts_console.ui.widgets.basics import WrappedLabel


@pytest.fixture
def tab(open_tab, demo_database, monkeypatch) -> BulkTab:
    """Everything is real but the measurements, which take seconds."""

    def measure(path, subject, cancel):
        assert path.exists()
        assert path != demo_database
        return [
            measured("look-up <b>", "100x faster", 250.0, "times faster", "a note", at_least=100),
            measured("cache", "2x faster", 1.1, "times faster", "b", at_least=2),
            unknown("hit rate", "", "%", "nobody said."),
        ]

    monkeypatch.setattr(bench, "_MEASURES", ((measure, ("three",)),))
    made: BulkTab = open_tab(BulkTab, demo_database)
    made.show_page(3)
    return made


def measure(page: ClaimsPage, qtbot) -> None:
    page.measure_button.click()
    assert page.is_running
    qtbot.waitUntil(lambda: not page.is_running, timeout=20_000)


def test_each_claim_stands_beside_its_measure(tab, qtbot):
    page = tab.claims
    assert page.verdicts() == []
    assert page.card.state.text() == "not measured"
    measure(page, qtbot)
    assert page.verdicts() == ["holds", "does not hold", "unknown"]
    texts = [label.text() for label in page.findChildren(WrappedLabel)]
    for expected in ("look-up <b>", "100x faster", "250 times faster", "not measured"):
        assert expected in texts
    assert page.card.state.text().startswith("1 hold, 1 do not, 1 unknown")
    assert "market_data" in page.notes.text()
    measure(page, qtbot)
    # In a word and a picture, not in colour alone.
    for verdict in page.findChildren(Verdict):
        assert not verdict._icon.pixmap().isNull()


def test_a_stop_and_an_error_are_told(tab, qtbot, monkeypatch):
    page = tab.claims

    def fail(path, subject, cancel):
        raise CtsError("disk_full", "No room", "The disk is full.", "Make room.")

    def stopped(path, subject, cancel):
        tab.context.operations.running.errand.cancel.cancel()
        cancel.raise_if_cancelled()

    monkeypatch.setattr(bench, "_MEASURES", ((fail, ("one",)),))
    measure(page, qtbot)
    assert "The disk is full." in page.problem.text()
    assert page.verdicts() == []
    monkeypatch.setattr(bench, "_MEASURES", ((stopped, ("one",)),))
    measure(page, qtbot)
    assert page.card.state.text() == "stopped"
    assert page.problem.isHidden()


def test_another_file_forgets_what_was_measured(tab, qtbot):
    measure(tab.claims, qtbot)
    tab.set_database(None)
    assert tab.claims.verdicts() == []
    assert not tab.claims.measure_button.isEnabled()
