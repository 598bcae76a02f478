"""The Overview tab in each of its states, on real files."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from cts_console.audit import (
    audit_document,
    check_profile,
    identify_file,
    keep_audit,
    run_audit,
)
from cts_console.overview import LookMark, read_last_look, record_look
from cts_console.progress import cancelled_error
from cts_console.sqlite import open_database
from cts_console.store import store_path
from cts_console.ui import looks
from cts_console.ui.context import OpenDatabase
from cts_console.ui.tabs.overview import OverviewTab
from tests.audit.case import grown


@pytest.fixture
def idle(qtbot, context):
    """Wait until every question is answered."""

    def wait() -> None:
        busy = (context.operations, context.browse)
        qtbot.waitUntil(lambda: not any(client.is_busy for client in busy), timeout=20_000)

    return wait


def news(tab: OverviewTab) -> dict[str, str]:
    figures = (part for part in tab.news.figures if not part.isHidden())
    return {part.label.text(): part.value.text() for part in figures}


def key_of(path: Path) -> str:
    """Return where older versions kept their marks."""
    return f"looks/{str(path).encode().hex()}"


def remember(path: Path, mark: LookMark) -> None:
    record_look(identify_file(path), mark, now_ms=mark.at_ms)


def test_without_a_file(open_tab) -> None:
    tab = open_tab(OverviewTab)
    page = tab.states.currentWidget()
    assert page is not None
    assert page.accessibleName().startswith("No file is open")


def test_a_trading_database_since_the_last_look(open_tab, idle, context, demo_database) -> None:
    remember(demo_database, LookMark(1_570_900_000_000, 1, {}))
    tab = open_tab(OverviewTab, demo_database)
    idle()
    found = news(tab)
    assert int(found["Trades"].replace(",", "")) > 100
    assert int(found["Positions closed"]) > 1
    assert found["Realized PnL"].endswith("ETH")
    assert int(found["Open positions now"]) >= 1
    assert found["Errors in logs"].isdecimal()
    assert found["Engine stops"].isdecimal()
    assert "2019-10-12" in tab.news.since.text()


def test_a_first_look_says_so(open_tab, idle, demo_database, plain_database) -> None:
    tab = open_tab(OverviewTab, demo_database)
    idle()
    assert "first look" in tab.news.since.text()
    assert news(tab)["Trades"] == "0"
    tab = open_tab(OverviewTab, plain_database)
    idle()
    assert news(tab) == {}
    assert "first look" in tab.news.nothing.text()


def test_rows_appended_to_any_file_since_the_last_look(
    open_tab, idle, qtbot, plain_database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "LOOK_MS", 1)
    first = open_tab(OverviewTab, plain_database)
    idle()
    qtbot.waitUntil(lambda: read_last_look(plain_database).mark is not None)
    first.set_database(None)
    with open_database(plain_database, "read_write") as connection:
        connection.execute("INSERT INTO item (name) VALUES ('new'), ('newer')")
    second = open_tab(OverviewTab, plain_database)
    idle()
    assert news(second)["item"] == "+2"
    assert news(second)["Rows appended"] == "2"
    second.news.seen_button.click()
    idle()
    assert news(second)["Rows appended"] == "0"


def test_news_are_counted_from_the_opening_while_the_file_stays_open(
    open_tab, idle, context, plain_database
) -> None:
    remember(plain_database, LookMark(1, 1, {"item": 1}))
    tab = open_tab(OverviewTab, plain_database)
    idle()
    tab.refresh()
    idle()
    assert news(tab)["item"] == "+2"


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"at_ms": 1}', json.dumps({"largest": 3})])
def test_a_mark_that_cannot_be_read_is_a_first_look(
    open_tab, idle, context, plain_database, text
) -> None:
    context.settings.remember(key_of(plain_database), text)
    tab = open_tab(OverviewTab, plain_database)
    idle()
    assert news(tab) == {}


def test_a_mark_of_an_older_version_is_taken_over(open_tab, idle, context, plain_database) -> None:
    context.settings.remember(key_of(plain_database), LookMark(1, 1, {"item": 1}).as_text())
    tab = open_tab(OverviewTab, plain_database)
    idle()
    assert news(tab)["item"] == "+2"
    assert context.settings.text(key_of(plain_database)) == ""
    assert read_last_look(plain_database).mark == LookMark(1, 1, {"item": 1})


def test_new_findings_are_counted_and_one_click_away(
    open_tab, idle, context, plain_database
) -> None:
    went: list[object] = []
    context.navigator.tab_wanted.connect(went.append)
    context.navigator.new_findings_wanted.connect(partial(went.append, "new"))
    record_look(identify_file(plain_database), LookMark(1, 1, {}), 0)
    tab = open_tab(OverviewTab, plain_database)
    idle()
    assert tab.news._line.isHidden()
    result = run_audit(plain_database)
    document = audit_document(result)
    keep_audit(result, document)
    context.navigator.audit_finished.emit(document)
    idle()
    assert tab.news.findings.text() == f"{len(document['findings'])} new findings"
    tab.news.findings_button.click()
    assert went == ["Audit", "new"]
    tab.news.seen_button.click()
    idle()
    assert tab.news._line.isHidden()
    assert read_last_look(plain_database).seen_audit == 1


def test_what_was_glanced_at_is_no_look(open_tab, idle, plain_database) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    tab.on_hidden()
    idle()
    assert read_last_look(plain_database).at_ms is None


def test_records_that_cannot_be_used_make_a_first_look(open_tab, idle, demo_database) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().write_bytes(b"no database at all" * 100)
    tab = open_tab(OverviewTab, demo_database)
    idle()
    assert "first look" in tab.news.since.text()
    assert "cannot be read or kept" in tab.news.problem.text()
    assert not tab.news.problem.isHidden()
    tab.news.seen_button.click()
    idle()
    assert news(tab)["Trades"] == "0"


def test_a_look_in_the_future_is_told(open_tab, idle, demo_database) -> None:
    remember(demo_database, LookMark(9_000_000_000_000, 1, {}))
    tab = open_tab(OverviewTab, demo_database)
    idle()
    assert "set back" in tab.news.since.text()
    assert not tab.news.seen_button.isHidden()


def test_an_engine_that_is_silent_is_not_called_alive(open_tab, idle, demo_database) -> None:
    tab = open_tab(OverviewTab, demo_database)
    idle()
    assert tab.engine.value.text() == "stopped"
    assert tab.engine.value.property("state") == ""
    ages = f"{tab.engine.detail.text()} {tab.engine.more.text()}"
    for sign in ("heartbeat", "candle", "order", "trade"):
        assert sign in ages


def test_the_engine_of_another_program_is_unknown(open_tab, idle, plain_database) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    assert tab.engine.value.text() == "unknown"
    assert tab.engine.value.property("state") == ""
    assert tab.migrations.isHidden()


def test_sizes_migrations_and_bytes(open_tab, idle, demo_database) -> None:
    tab = open_tab(OverviewTab, demo_database)
    idle()
    assert tab.sizes.value.text().endswith("MB")
    assert tab.sizes.detail.text().startswith("WAL")
    assert tab.migrations.value.text() == "79 / 79"
    assert tab.migrations.detail.text() == "schema as expected"
    names = [name.text() for name, bar, size in tab.bytes.rows if not name.isHidden()]
    assert names[0] == "market_data"
    assert names[-1].endswith("other tables")


def test_a_pending_change_of_the_schema_is_told(open_tab, idle, writable_demo) -> None:
    with open_database(writable_demo, "read_write") as connection:
        connection.execute("DROP INDEX idx_trades_executed")
    tab = open_tab(OverviewTab, writable_demo)
    idle()
    assert tab.migrations.detail.text() == "1 differences in the schema"
    assert "idx_trades_executed" in tab.migrations.more.text()
    assert news(tab)["Trades"].isdecimal()


def test_an_unaudited_file_is_not_called_healthy(open_tab, idle, context, plain_database) -> None:
    asked: list[str] = []
    context.navigator.audit_wanted.connect(asked.append)
    tab = open_tab(OverviewTab, plain_database)
    idle()
    assert tab.health.value.text() == "not audited"
    assert tab.health.value.property("state") == ""
    last = tab.attention.rows[-1]
    assert "not been audited" in last.title.text()
    last.button.click()
    assert asked == ["standard"]


def test_what_needs_attention_is_one_click_away(open_tab, idle, context, plain_database) -> None:
    went: list[str] = []
    context.navigator.tab_wanted.connect(went.append)
    context.navigator.finding_wanted.connect(went.append)
    tab = open_tab(OverviewTab, plain_database)
    idle()
    row = next(row for row in tab.attention.rows if "auto_vacuum" in row.title.text())
    row.button.click()
    assert went[0] == "Audit"
    assert len(went[1]) == 16


def test_a_finished_audit_is_shown_at_once(open_tab, idle, context, plain_database) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    document = audit_document(run_audit(plain_database, profile="standard"))
    context.navigator.audit_finished.emit(document | {"database": "/another/file"})
    assert tab.health.value.text() == "not audited"
    context.navigator.audit_finished.emit(document)
    assert tab.health.value.text() == f"{document['summary']['warning']} warnings"
    assert tab.health.detail.text().startswith("standard audit")


def test_green_is_said_of_a_whole_fresh_measurement_alone(
    open_tab, idle, context, empty_database
) -> None:
    # A file of which no sizes were kept leaves questions open, and is not green.
    grown(0)(empty_database)
    tab = open_tab(OverviewTab, empty_database)
    idle()
    for profile, state in (("quick", ""), ("standard", "ok")):
        document = audit_document(run_audit(empty_database, profile=check_profile(profile)))
        context.navigator.audit_finished.emit(document)
        assert (tab.health.value.text(), tab.health.value.property("state")) == (
            "no findings",
            state,
        )
    old = document | {"started_at": "2020-01-01T00:00:00.000Z"}
    context.navigator.audit_finished.emit(old)
    assert tab.health.value.property("state") == ""


def test_a_damaged_file_offers_the_audit(open_tab, idle, context, plain_database) -> None:
    asked: list[str] = []
    context.navigator.audit_wanted.connect(asked.append)
    with open_database(plain_database, "read_write") as connection:
        connection.read_rows("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.read_rows("PRAGMA journal_mode = DELETE")
    tab = open_tab(OverviewTab)
    data = bytearray(plain_database.read_bytes())
    data[100:4000] = b"\xff" * 3900
    plain_database.write_bytes(data)
    tab.set_database(OpenDatabase(plain_database, "other", None, ""))
    idle()
    page = tab.states.currentWidget()
    assert page is not None
    assert "damaged" in page.accessibleName()
    tab.states._button.click()
    assert asked == ["deep"]


def test_a_file_that_is_gone_fails_with_a_way_on(open_tab, idle, plain_database) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    plain_database.unlink()
    tab.refresh()
    idle()
    page = tab.states.currentWidget()
    assert page is not None
    assert str(plain_database) in page.accessibleName()
    assert not tab.states._button.isHidden()


def test_a_stopped_measurement_can_be_asked_for_again(open_tab, idle, plain_database) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    tab._on_no_weights(cancelled_error())
    assert not tab.bytes.measure_button.isHidden()
    tab.bytes.measure_button.click()
    idle()
    assert tab.bytes.measure_button.isHidden()
    assert not tab.bytes.rows[0][0].isHidden()


def test_writes_of_ours_are_read_again(open_tab, idle, context, plain_database) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    with open_database(plain_database, "read_write") as connection:
        connection.execute("CREATE TABLE large AS SELECT zeroblob(500000) AS x")
    context.navigator.file_changed.emit()
    idle()
    assert tab.bytes.rows[0][0].text() == "large"


@pytest.mark.parametrize("zoom", [1.0, 2.0])
@pytest.mark.parametrize("mode", ["dark", "light"])
def test_it_holds_at_1024_pixels_in_both_themes(
    open_tab, idle, theme, demo_database, mode, zoom
) -> None:
    tab = open_tab(OverviewTab, demo_database)
    idle()
    theme.set_mode(mode)
    theme.set_zoom(zoom)
    tab.resize(1024, 500)
    assert tab.minimumSizeHint().width() <= 1024
    assert not tab.grab().isNull()


def test_chosen_rules_that_passed_do_not_make_a_file_healthy(
    open_tab, idle, context, plain_database
) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    document = audit_document(run_audit(plain_database, rules=["IDX-01"]))
    context.navigator.audit_finished.emit(document)
    idle()
    assert tab.health.value.text() == "not audited"


def test_accepted_findings_need_no_attention(open_tab, idle, context, plain_database) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    document = audit_document(run_audit(plain_database, profile="standard"))
    for found in document["findings"]:
        found["accepted"] = {"reason": "known"}
    context.navigator.audit_finished.emit(document)
    assert tab.health.value.text() == "no findings"
    assert tab.attention.rows == []
