"""Colours for SQL that is only read: keywords, strings, numbers, comments."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from cts_console.ui.theme import Theme

_WORDS: Final = """
ABORT ACTION AFTER ALL ALTER ALWAYS AND AS ASC AUTOINCREMENT BEFORE BEGIN BETWEEN BY CASCADE CASE
CAST CHECK COLLATE CONFLICT CONSTRAINT CREATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP
DEFAULT DEFERRABLE DEFERRED DELETE DESC DISTINCT DO EACH ELSE END ESCAPE EXCEPT EXISTS FAIL FILTER
FOR FOREIGN FROM FULL GENERATED GLOB GROUP HAVING IF IGNORE IMMEDIATE IN INDEX INITIALLY INNER
INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LEFT LIKE LIMIT MATCH NATURAL NO NOT NOTNULL NULL
OF OFFSET ON OR ORDER OUTER OVER PARTITION PRIMARY RAISE RECURSIVE REFERENCES REPLACE RESTRICT
RETURNING RIGHT ROLLBACK ROW ROWID ROWS SELECT SET STORED STRICT TABLE TEMP THEN TO TRIGGER UNION
UNIQUE UPDATE USING VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHOUT
"""
_KEYWORDS: Final = frozenset(_WORDS.split())
_TOKEN: Final = re.compile(
    r"(?P<comment>--.*|/\*.*?\*/)|(?P<string>'(?:[^']|'')*')|(?P<name>\"(?:[^\"]|\"\")*\")"
    r"|(?P<number>\b\d+(?:\.\d+)?\b)|(?P<word>[A-Za-z_]+)"
)
# A line beyond this is left plain: nobody reads it, and it would cost.
_LONGEST_LINE: Final = 5_000


class SqlColors(QSyntaxHighlighter):
    """Colours the SQL of a document, line by line."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[str, QTextCharFormat] = {}
        theme.changed.connect(self._dress)
        self._dress()

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        for match in _TOKEN.finditer(text[:_LONGEST_LINE]):
            kind = match.lastgroup or ""
            if kind == "word":
                kind = "keyword" if match[0].upper() in _KEYWORDS else ""
            if kind in self._formats:
                self.setFormat(match.start(), len(match[0]), self._formats[kind])

    def _dress(self) -> None:
        series = self._theme.colors.series
        colors = {
            "keyword": series[0],
            "string": series[1],
            "number": series[2],
            "comment": self._theme.colors.muted,
        }
        self._formats = {}
        for kind, color in colors.items():
            made = QTextCharFormat()
            made.setForeground(QColor(color))
            self._formats[kind] = made
        self.rehighlight()
