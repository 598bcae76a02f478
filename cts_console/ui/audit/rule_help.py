"""What a rule is about, for a person to read: its help, with the lead words in bold."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from cts_console.audit import RULES

_HELP: Final = {rule.id: rule.help for rule in RULES}
_LEADS: Final = (
    "What it finds",
    "Why a trader cares",
    "What to do",
    "Tolerance and false positives",
)
_CODE: Final = re.compile(r"`([^`]+)`")


class RuleHelp(QLabel):
    """The help of one rule. It is text of this program, and escaped all the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setMinimumWidth(1)
        self.setOpenExternalLinks(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def show_rule(self, rule: str, title: str = "") -> None:
        """Show the help of another rule; nothing where this console has none.

        A first line that says what `title`, which stands above it, has said already is left out.
        """
        text = _HELP.get(rule, "")
        head, _, rest = text.partition("\n\n")
        shown = rest if head.rstrip(".") == title else text
        self.setText(help_html(shown))
        self.setAccessibleName(text)


def has_help(rule: str) -> bool:
    """Return whether there is a text about a rule."""
    return rule in _HELP


def help_html(text: str) -> str:
    """Return the help as paragraphs: lines joined, lead words bold, code in its own face."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "".join(_paragraph(part) for part in paragraphs if part)


def _paragraph(text: str) -> str:
    lead, colon, rest = text.partition(":")
    if colon and lead in _LEADS:
        return f"<p><b>{escape(lead)}</b><br>{_marked(_as_sentence(rest.strip()))}</p>"
    return f"<p>{_marked(text)}</p>"


def _as_sentence(text: str) -> str:
    """Return text that followed a colon as a sentence of its own; identifiers stay as they are."""
    first = text.split(" ", 1)[0].rstrip(",;:.")
    return text[:1].upper() + text[1:] if first.replace("'", "").isalpha() else text


def _marked(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
