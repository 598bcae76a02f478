"""Split an SQL script into statements, each with the line on which it starts.

The rule is that of `sqlite3_complete` (https://sqlite.org/c3ref/complete.html): a semicolon ends a
statement, and in a trigger only the semicolon behind an `END` that itself follows a semicolon.
One pass over the tokens that can hide a semicolon, so the time grows with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# What SQLite skips between tokens, the byte order mark included. Python's own idea of white space
# also has characters that SQLite takes for letters.
_BLANKS: Final = " \t\n\f\r\ufeff"
# A doubled quote inside a string reads here as two strings side by side: the same characters.
_TOKEN = re.compile(
    r"""
    --[^\n]*               # comment to the end of the line
  | /\*.*?(?:\*/|\Z)       # comment; an open one runs to the end of the text
  | '[^']*(?:'|\Z)         # string
  | "[^"]*(?:"|\Z)         # quoted name
  | `[^`]*(?:`|\Z)         # quoted name, MySQL's way
  | \[[^\]]*(?:\]|\Z)      # quoted name, Microsoft's way
  | ;
    """,
    re.VERBOSE | re.DOTALL,
)
_TRIGGER = re.compile(
    r"(?:EXPLAIN\s+(?:QUERY\s+PLAN\s+)?)?CREATE\s+(?:TEMP\s+|TEMPORARY\s+)?TRIGGER\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script."""

    sql: str
    """The text with its comments, without the white space around it."""
    line: int
    """The line of the script on which its first word stands, from 1."""


def split_statements(text: str) -> list[Statement]:
    """Return the statements of `text` in order; comments and empty statements are none.

    A last statement without a semicolon counts. Text that does not parse is split as well as it
    can be: running the statement reports the error.
    """
    statements: list[Statement] = []
    start = counted = 0
    line = 1
    for end in _ends(text):
        word = _first_word(text, start, end)
        if word is not None:
            line += text.count("\n", counted, word)
            counted = word
            statements.append(Statement(sql=text[start:end].strip(_BLANKS), line=line))
        start = end
    return statements


def without_comments(sql: str) -> str:
    """Return `sql` with every comment replaced by a blank, strings and names kept."""
    return _TOKEN.sub(
        lambda match: " " if match[0].startswith(("--", "/*")) else match[0],
        sql,
    )


def _ends(text: str) -> Iterator[int]:
    """Yield the offsets just behind each statement, the end of the text last."""
    start = piece = 0
    in_trigger = False
    for match in _TOKEN.finditer(text):
        if match[0] != ";":
            continue
        words = without_comments(text[piece : match.start()]).strip(_BLANKS)
        if piece == start:
            in_trigger = _TRIGGER.match(words) is not None
        piece = match.end()
        if not in_trigger or words.upper() == "END":
            yield piece
            start = piece
    yield len(text)


def _first_word(text: str, start: int, end: int) -> int | None:
    """Return the offset of the first thing that is no blank, comment or semicolon."""
    offset = start
    while offset < end:
        if text[offset] in _BLANKS or text[offset] == ";":
            offset += 1
            continue
        match = _TOKEN.match(text, offset, end)
        if match is None or not match[0].startswith(("--", "/*")):
            return offset
        offset = match.end()
    return None
