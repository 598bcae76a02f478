"""What counts as a look in the window: some seconds before the eyes, or "Mark as seen"."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cts_console.audit import audit_document, keep_audit, run_audit
from cts_console.overview import LastLook, LookMark, read_last_look
from cts_console.sqlite import open_database
from cts_console.store import store_path
from cts_console.ui import looks as looks_module
from cts_console.ui.looks import Looks
from cts_console.ui.tabs.audit import AuditTab
from cts_console.ui.tabs.overview import OverviewTab

MARK = LookMark(1_000, 4096, {"item": 3})


@pytest.fixture
def idle(qtbot, context) -> Callable[[], None]:
    """Wait until every question is answered."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not any(c.is_busy for c in context.clients), timeout=20_000)

    return wait


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks_module, "LOOK_MS", 1)


@pytest.fixture
def looks(context, idle, plain_database) -> Looks:
    made: Looks = context.looks
    made.open(plain_database)
    idle()
    return made


def audit(path: Path) -> int:
    result = run_audit(path)
    number = keep_audit(result, audit_document(result))["id"]
    assert isinstance(number, int)
    return number


def base_of(looks: Looks) -> LastLook | None:
    return looks.base


def kept(path: Path) -> LastLook:
    return read_last_look(path)


def test_the_base_is_read_once_for_all_tabs(looks: Looks, idle, plain_database, qtbot) -> None:
    before = base_of(looks)
    assert before is not None
    assert before.at_ms is None
    with qtbot.assertNotEmitted(looks.ready):
        looks.open(plain_database)
        idle()
    assert base_of(looks) is before
    looks.open(None)
    assert base_of(looks) is None
    assert looks.news is None


@pytest.mark.usefixtures("quick")
def test_what_is_shown_for_a_while_is_seen(looks: Looks, qtbot, plain_database) -> None:
    looks.show(MARK)
    qtbot.waitUntil(lambda: kept(plain_database).mark == MARK)
    assert kept(plain_database).seen_audit == 0
    # The base stays as it was at the opening.
    assert looks.base is not None
    assert looks.base.at_ms is None


@pytest.mark.usefixtures("quick")
def test_what_was_seen_last_is_kept_when_the_tab_goes(
    looks: Looks, qtbot, idle, plain_database
) -> None:
    looks.show(MARK)
    qtbot.waitUntil(lambda: kept(plain_database).mark == MARK)
    later = LookMark(2_000, 5000, {})
    looks.show(later)
    looks.hide()
    idle()
    assert kept(plain_database).mark == later
    looks.hide()
    looks.show(MARK)
    assert kept(plain_database).mark == later


@pytest.mark.usefixtures("quick")
def test_a_look_that_goes_on_is_kept_anew(
    looks: Looks, qtbot, plain_database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks_module, "AGAIN_MS", 1)
    looks.show(MARK)
    qtbot.waitUntil(lambda: kept(plain_database).mark == MARK)
    later = LookMark(2_000, 5000, {})
    looks.show(later)
    qtbot.waitUntil(lambda: kept(plain_database).mark == later)


@pytest.mark.usefixtures("quick")
def test_what_was_seen_is_kept_though_another_file_is_opened(
    looks: Looks, qtbot, idle, plain_database, empty_database
) -> None:
    looks.show(MARK)
    qtbot.waitUntil(lambda: kept(plain_database).mark == MARK)
    later = LookMark(2_000, 5000, {})
    looks.show(later)
    looks.open(empty_database)
    idle()
    assert kept(plain_database).mark == later
    assert kept(empty_database).mark is None


def test_marking_as_seen_counts_from_now(looks: Looks, idle, plain_database) -> None:
    number = audit(plain_database)
    looks.read_news()
    idle()
    looks.show(MARK)
    looks.mark_as_seen()
    idle()
    assert looks.base is not None
    assert (looks.base.mark, looks.base.seen_audit) == (MARK, number)
    assert looks.news is not None
    assert looks.news.new == frozenset()
    assert kept(plain_database).seen_audit == number


@pytest.mark.usefixtures("quick")
def test_the_audit_tab_sees_the_audit_that_it_shows(open_tab, qtbot, idle, plain_database) -> None:
    first = audit(plain_database)
    tab = open_tab(AuditTab, plain_database)
    qtbot.waitUntil(lambda: kept(plain_database).seen_audit == first, timeout=20_000)
    # How the file is was not looked at.
    assert kept(plain_database).mark is None
    tab.on_hidden()
    second = audit(plain_database)
    idle()
    assert kept(plain_database).seen_audit == first
    tab.on_shown()
    tab.refresh()
    idle()
    tab.on_hidden()
    idle()
    assert kept(plain_database).seen_audit == second


@pytest.mark.usefixtures("quick")
def test_an_old_audit_is_no_news(open_tab, qtbot, idle, plain_database) -> None:
    first, second = audit(plain_database), audit(plain_database)
    tab = open_tab(AuditTab, plain_database)
    qtbot.waitUntil(lambda: kept(plain_database).seen_audit == second, timeout=20_000)
    tab.commands.history.open_audit(first)
    idle()
    tab.on_hidden()
    idle()
    assert kept(plain_database).seen_audit == second


@pytest.mark.usefixtures("quick")
def test_records_that_break_in_between_are_told_and_block_nothing(
    open_tab, qtbot, idle, plain_database
) -> None:
    tab = open_tab(OverviewTab, plain_database)
    idle()
    for suffix in ("-wal", "-shm"):
        store_path().with_name(store_path().name + suffix).unlink(missing_ok=True)
    store_path().write_bytes(b"no database at all" * 100)
    tab.news.seen_button.clicked.emit()
    qtbot.waitUntil(lambda: not tab.news.problem.isHidden(), timeout=20_000)
    assert "cannot be read or kept" in tab.news.problem.text()


@pytest.mark.usefixtures("quick")
def test_keeping_a_look_leaves_the_file_alone(looks: Looks, qtbot, plain_database) -> None:
    # An exclusive lock keeps everybody out of the file: it need not be opened.
    with open_database(plain_database, "read_write") as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        asked: list[object] = []
        looks.changed.connect(lambda: asked.append(looks.problem))
        looks.show(MARK)
        looks.mark_as_seen()
        qtbot.waitUntil(lambda: looks.news is not None and not looks._browse.is_busy)
        assert set(asked) == {None}
        connection.execute("ROLLBACK")
    assert kept(plain_database).mark == MARK
