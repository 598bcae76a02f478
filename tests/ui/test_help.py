"""The help: what it names exists, every tab has a page, links lead somewhere, F1 opens it."""

from __future__ import annotations

import ast
import re
import shlex
from functools import cache
from pathlib import Path

import pytest
import typer
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication

import cts_console
from cts_console import paths
from cts_console.__main__ import WINDOW_OPTIONS
from cts_console.cli.program import build_program
from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.ui.dialogs.about import AboutDialog
from cts_console.ui.help.licences import read_licences
from cts_console.ui.help.pages import HelpPage, page_of, read_pages
from cts_console.ui.help.window import HelpWindow
from cts_console.ui.main_window import MainWindow
from cts_console.ui.tabs.registry import TABS
from cts_console.worker import Errand
from tests.ui.window_process import a_window, read_log

TAB_NAMES = [tab.name for tab in TABS]
PAGES = read_pages(None, Errand(CancelToken()), tab_names=TAB_NAMES)
BY_NAME = {page.name: page for page in PAGES}
KEY = re.compile(r"\b(?:(?:Ctrl|Alt|Shift)\+)+(?:\w+|[+-])|\bF\d+\b")
# Emphasis of a sentence, no words of the window.
SENTENCES = ("Never delete the files",)


@cache
def words_of_the_window() -> frozenset[str]:
    """Return every text in the code of the window, as it is read on the screen."""
    folder = Path(cts_console.__file__).parent / "ui"
    return frozenset(
        node.value.replace("&", "").strip()
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def unwrapped(page: HelpPage) -> str:
    return " ".join(page.text.split())


def test_every_tab_has_a_page():
    assert [page.name for page in PAGES] == [
        "start",
        *map(page_of, TAB_NAMES),
        "troubleshooting",
    ]
    for tab in TAB_NAMES:
        assert BY_NAME[page_of(tab)].title == tab


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_button_that_is_named_exists(page):
    named = set(re.findall(r"\*\*(.+?)\*\*", unwrapped(page)))
    named = {words for words in named if not words.startswith(SENTENCES)}
    assert named, "a page that names nothing of the window explains nothing"
    assert named <= words_of_the_window()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_key_that_is_named_exists(page):
    known = " ".join(words_of_the_window())
    # Actions of `Go` get their number from the order of the tabs.
    keys = set(KEY.findall(page.text)) - {f"Ctrl+{number}" for number in range(1, len(TABS) + 1)}
    assert {key for key in keys if key not in known} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page):
    group = typer.main.get_command(build_program())
    for code in re.findall(r"`(cts-console[^`]*)`", unwrapped(page)):
        _program, *words = shlex.split(code)
        if words[0] in ("--help", *WINDOW_OPTIONS):
            continue
        command = vars(group)["commands"][words[0]]
        known = {name for option in command.params for name in (*option.opts, "--help")}
        assert {word for word in words if word.startswith("--")} <= known, code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_page_of_the_help(page):
    for words, target in re.findall(r"\[([^]]*)\]\(([^)]*)\)", page.text):
        assert BY_NAME[target.removesuffix(".md")].title == words
    assert "://" not in page.text


def test_rules_that_are_named_exist():
    from cts_console.audit import RULES

    known = {rule.id for rule in RULES}
    for page in PAGES:
        assert set(re.findall(r"\b[A-Z]{2,4}-\d\d\b", page.text)) <= known


def test_the_dangerous_advice_of_the_old_documents_is_not_given():
    """`legacy-cts.md`, section 3: what must never be done is only told as such."""
    text = unwrapped(BY_NAME["troubleshooting"])
    assert "Never delete the files that end in -wal and -shm." in text
    assert "Never restart the engine as a cure" in text
    assert "BEGIN IMMEDIATE" in text
    assert not re.search(r"\brm\b|PRAGMA writable_schema|kill -9", text)


@pytest.fixture
def help_window(window: MainWindow, qtbot) -> HelpWindow:
    window.show_troubles()
    qtbot.waitUntil(lambda: window.help.window is not None)
    shown = window.help.window
    assert shown is not None
    return shown


def test_f1_explains_the_tab_in_front(open_in, demo_database, qtbot):
    window = open_in(demo_database)
    window.tabs.go_to("Schema")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: window.help.window is not None)
    first = window.help.window
    assert first.shown == "schema"
    assert "What is in the file" in first.view.toPlainText()
    window.tabs.go_to("Audit")
    window.actions_of.help.trigger()
    assert window.help.window is first
    assert first.shown == "audit"


def test_without_a_file_the_first_steps_are_shown(window, qtbot):
    window.show_help()
    qtbot.waitUntil(lambda: window.help.window is not None)
    assert window.help.window.shown == "start"


def test_a_closed_help_opens_again(help_window, window, qtbot):
    help_window.close()
    qtbot.waitUntil(lambda: window.help.window is None)
    window.show_help()
    qtbot.waitUntil(lambda: window.help.window is not None)


def test_links_lead_within_the_help_and_back(help_window):
    help_window.view.anchorClicked.emit(QUrl("audit.md"))
    assert help_window.shown == "audit"
    assert help_window.list.currentItem().text() == "Audit"
    help_window.go_back()
    assert help_window.shown == "troubleshooting"
    assert not help_window.back.isEnabled()


@pytest.mark.parametrize("link", ["https://example.com/", "file:///etc/passwd", "gone"])
def test_other_links_lead_nowhere(help_window, link):
    before = help_window.view.toPlainText()
    help_window.view.anchorClicked.emit(QUrl(link))
    assert help_window.view.toPlainText() == before


def test_a_page_loads_nothing(help_window):
    assert help_window.view.loadResource(0, QUrl("file:///etc/passwd")) is None


def test_words_are_found_on_all_pages(help_window, qtbot):
    qtbot.keyClicks(help_window.field, "mmap_size")
    rows = range(help_window.list.count())
    items = [help_window.list.item(row) for row in rows]
    assert [item.text() for item in items if not item.isHidden()] == ["PRAGMA", "Troubleshooting"]
    assert help_window.view.textCursor().selectedText() == "mmap_size"
    assert help_window.view.extraSelections()
    qtbot.keyClick(help_window.field, Qt.Key.Key_Return)
    assert help_window.view.textCursor().selectedText() == "mmap_size"
    help_window.field.setText("no such words")
    assert not help_window.nothing.isHidden()
    help_window.field.clear()
    assert help_window.nothing.isHidden()
    assert not any(item.isHidden() for item in items)
    assert not help_window.view.extraSelections()


def test_the_next_place_comes_after_the_last_one_comes_the_first(help_window):
    help_window.field.setText("lease")
    places = []
    for _time in range(20):
        places.append(help_window.view.textCursor().selectionStart())
        help_window.view.go_to_next()
    assert places[0] in places[1:]
    assert len(set(places)) == help_window.view.toPlainText().lower().count("lease")


def test_the_page_stays_where_it_is_in_another_theme(help_window, context, qapp: QApplication):
    help_window.field.setText("reconcile")
    before = help_window.view.document().defaultFont().pixelSize()
    context.theme.set_zoom(2.0)
    assert help_window.view.document().defaultFont().pixelSize() == 2 * before
    context.theme.set_mode("light")
    assert help_window.view.extraSelections()
    assert "reconcile" in help_window.view.toPlainText()


def test_a_page_fits_a_small_window_at_twice_the_size(help_window, context):
    context.theme.set_zoom(2.0)
    help_window.resize(1024, 640)
    assert help_window.view.horizontalScrollBar().maximum() == 0
    assert help_window.minimumSizeHint().width() <= 1024


def test_a_missing_help_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "resources_dir", lambda: tmp_path)
    with pytest.raises(CtsError, match="There is no page") as caught:
        read_pages(None, Errand(CancelToken()), tab_names=TAB_NAMES)
    assert caught.value.code == "internal"


def test_an_open_help_does_not_outlive_the_window(demo_database, console_home):
    with a_window(demo_database) as window:
        window.ask_until(lambda state: state["database"])
        window.ask("help")
        window.ask_until(lambda state: state["help"] == "overview")
        assert window.close() == 0
    assert "Traceback" not in read_log(console_home)


def test_about_leads_to_the_licences(window, qtbot):
    window.show_about()
    window.findChild(AboutDialog).licences_asked.emit()
    qtbot.waitUntil(lambda: window.help.licences is not None)
    dialog = window.help.licences
    assert "numpy" in dialog.text.toPlainText()
    assert dialog.text.isReadOnly()
    dialog.reject()
    qtbot.waitUntil(lambda: window.help.licences is None)


def test_missing_licences_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "resources_dir", lambda: tmp_path)
    with pytest.raises(CtsError, match=r"licences\.txt") as caught:
        read_licences(None, Errand(CancelToken()))
    assert caught.value.code == "internal"
