"""Text that a spreadsheet would take for a formula.

Excel, LibreOffice and Google Sheets calculate a cell of a CSV that begins with one of these
characters, and such a formula can start programs or send the sheet away
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import re
from typing import Final

_FIRST: Final = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would calculate `text`; a plain number may have a sign."""
    return text.startswith(_FIRST) and not _PLAIN_NUMBER.fullmatch(text)


def protected(text: str) -> str:
    """Return `text` with a quote before it where a spreadsheet would calculate it."""
    return f"'{text}" if is_formula(text) else text
