"""Columns whose names say that they may hold a secret: their values are shown nowhere."""

from __future__ import annotations

import re
from typing import Final

NOT_SHOWN: Final = "(not shown: the column may hold a secret)"
_SECRET_NAME: Final = re.compile(
    r"secret|passphrase|passw|pwd|private.?key|api.?key|access.?key|token|mnemonic|seed.?phrase"
    r"|credential",
    re.IGNORECASE,
)


def looks_secret(column: str) -> bool:
    """Return whether a column of this name may hold a secret, so that its values are not shown."""
    return bool(_SECRET_NAME.search(column))
