"""The bar over the tabs."""

from __future__ import annotations

import pytest

from cts_console.errors import CtsError
from cts_console.ui.frame.message_bar import Message, MessageBar


@pytest.fixture
def bar(theme, qtbot) -> MessageBar:
    made = MessageBar(theme)
    qtbot.addWidget(made)
    return made


def error(number=1):
    return CtsError("locked", f"Title {number}", f"Message {number}", f"Hint {number}")


def test_it_is_hidden_while_there_is_nothing_to_say(bar):
    assert bar.isHidden()
    bar.show_notice("Done.")
    assert not bar.isHidden()
    bar.close_message()
    assert bar.isHidden()


def test_errors_queue_and_are_closed_one_by_one(bar):
    for number in (1, 2, 3):
        bar.show_error(error(number))
    assert bar._title.text() == "Title 1"
    assert bar._count.text() == "2 more"
    bar.close_message()
    assert bar._title.text() == "Title 2"
    bar.clear()
    assert bar.isHidden()


def test_the_same_error_is_counted_not_repeated(bar):
    for _ in range(3):
        bar.show_error(error())
    assert len(bar.messages) == 1
    assert bar._count.text() == "3 times"


def test_a_notice_gives_way_and_an_error_does_not(bar):
    bar.show_notice("First.")
    bar.show_notice("Second.")
    assert [message.text for message in bar.messages] == ["Second."]
    bar.show_error(error())
    bar.show_notice("Third.")
    assert [message.text for message in bar.messages] == ["Message 1", "Third."]


def test_a_stop_is_not_an_error(bar):
    bar.show_error(CtsError("cancelled", "Stopped", "Stopped on request."))
    assert bar.isHidden()


def test_details_are_folded_until_asked_for(bar):
    problem = error()
    problem.__cause__ = ValueError("the cause")
    bar.show_error(problem)
    assert bar._details.isHidden()
    bar._fold.click()
    assert not bar._details.isHidden()
    assert "ValueError: the cause" in bar._details.toPlainText()
    assert "code: locked" in bar._details.toPlainText()


def test_markup_is_plain_text(bar):
    bar.show_error(CtsError("locked", "<h1>x</h1>", "<a href='x'>y</a>", "<b>z</b>"))
    assert bar._text.text() == "<a href='x'>y</a>"
    assert bar._text.textFormat().name == "PlainText"


def test_the_action_closes_its_message_and_is_done_once(bar):
    done = []
    bar.show_message(
        Message("Gone.", "bad", action_text="Open again", action=lambda: done.append(1))
    )
    assert bar._action.text() == "Open again"
    bar._action.click()
    assert done == [1]
    assert bar.isHidden()


def test_a_flood_is_bounded(bar):
    for number in range(500):
        bar.show_error(error(number))
    assert len(bar.messages) <= 50


def test_a_long_error_does_not_widen_the_window(bar, qtbot):
    bar.show_error(CtsError("locked", "T", "word " * 500, "hint " * 300))
    assert bar.minimumSizeHint().width() < 700
