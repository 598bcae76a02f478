"""What the window does for a later start; real second processes are in posix/test_one_window.py."""

from __future__ import annotations

from cts_console.ui.dialogs.file_label import FileLabelDialog
from cts_console.ui.start.place import Visit
from cts_console.ui.start.reception import Reception


def test_a_visit_opens_its_file_in_front(open_in, demo_database, plain_database, qtbot):
    window = open_in(demo_database)
    window.showMinimized()
    visit = Visit(str(plain_database))
    Reception(window).take(visit)
    assert visit.taken.is_set()
    qtbot.waitUntil(lambda: window.session.database.path == plain_database)
    assert not window.isMinimized()


def test_a_visit_takes_no_file_away_from_an_open_dialog(
    open_in, demo_database, plain_database, qtbot
):
    window = open_in(demo_database)
    window.edit_label()
    Reception(window).take(Visit(str(plain_database)))
    (message,) = window.messages.messages
    assert "while a dialog was open" in message.text
    assert window.session.database.path == demo_database
    window.findChild(FileLabelDialog).reject()
    window.messages._action.click()
    qtbot.waitUntil(lambda: window.session.database.path == plain_database)


def test_a_visit_comes_too_late_for_a_window_that_ends(window):
    window.close()
    visit = Visit("")
    Reception(window).take(visit)
    assert not visit.taken.is_set()
