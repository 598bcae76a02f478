"""Which values of a finding's evidence are instants: milliseconds under a name that says so.

The documents keep the numbers as the file has them; what people read shows them as times.
"""

from __future__ import annotations

import re
from typing import Final, TypeGuard

# 2001 to 2100. No duration is as long, and no id or amount is under such a name.
_FROM_MS: Final = 1_000_000_000_000
_TO_MS: Final = 4_102_444_800_000
_NAME: Final = re.compile(
    r"(?:^|_)(?:at|time|timestamp|date|ts|ms|before|after|since|until|from|to|first|last|newest"
    r"|oldest|start|end)$",
    re.IGNORECASE,
)


def is_instant(value: object, column: str) -> TypeGuard[int]:
    """Return whether `value`, in a column of this name, is an instant in milliseconds."""
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and _FROM_MS <= value < _TO_MS
        and bool(_NAME.search(column))
    )
