"""What the message bar says at the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from cts_console.ui.frame.message_bar import Message
from cts_console.ui.text import one_line

_CONTEXT = "Start"


def _text(words: str) -> str:
    return QCoreApplication.translate(_CONTEXT, words)


def crash_message(report: str) -> Message:
    """Return the line that offers the report of a run that did not end as it should."""
    return Message(
        _text("The last run did not end as it should."),
        "warn",
        _text("CTS Console was ended in the middle"),
        _text(
            "Send the report to who looks after the program. What looks like a secret is masked."
        ),
        report,
        _text("Copy the report"),
        partial(_copy, report),
    )


def last_file_message(path: str, wish: Callable[[], object]) -> Message:
    """Return the line that offers the last file, which a crash may have come from."""
    text = _text(
        "The last run did not end as it should, so {0}, which was opened last, is not opened by "
        "itself."
    ).format(one_line(path))
    return Message(text, "warn", action_text=_text("Open"), action=wish)


def safe_mode_message() -> Message:
    """Return the line that says what safe mode is."""
    return Message(
        _text("Safe mode: nothing that is remembered is used, and nothing but a log is kept.")
    )


def visit_message(path: str, wish: Callable[[], object]) -> Message:
    """Return the line that offers a file which was asked for while a dialog was open."""
    text = _text("{0} was asked for while a dialog was open.").format(one_line(path))
    return Message(text, action_text=_text("Open"), action=wish)


def _copy(report: str) -> None:
    QGuiApplication.clipboard().setText(report)
