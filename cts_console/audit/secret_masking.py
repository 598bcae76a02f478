"""Secrets in free text, masked: for logs and reports that a person may send to somebody.

Masks more than `secret_text` would report: what is masked in vain costs a reader nothing.
"""

from __future__ import annotations

import re
from typing import Final

from cts_console.schema.secret_names import looks_secret

MASK: Final = "(masked)"
_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_PAIR: Final = re.compile(
    r"""
    (?<![A-Za-z0-9_.-]) (?P<name>[A-Za-z][A-Za-z0-9_.-]{2,60})
    (?P<between>\\*["']? \s* (?:=>|[:=]|(?<=["']),(?=\s*["'])) \s* (?:(?:Bearer|Basic|Token)\s+)?)
    (?P<value>\\*"[^"\n]+" | \\*'[^'\n]+' | [^\s"'\\,;&<>(){}\[\]]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ADDRESS_WITH_PASSWORD: Final = re.compile(r"(://[^\s/:@\"']*:)[^\s/@\"']+@")
_SIGNED: Final = re.compile(r"signature|authorization|access.sign$", re.IGNORECASE)
# Keys of exchanges have no less than 32 signs. A path has its slashes, a name its words.
_RUN: Final = re.compile(r"(?<![A-Za-z0-9+_-])(?=[A-Za-z_+-]*[0-9])[A-Za-z0-9+_-]{32,}={0,2}")
_WEB_TOKEN: Final = re.compile(r"\beyJ[A-Za-z0-9_.-]{16,}")


def mask_secrets(text: str) -> str:
    """Return `text` with what may be a secret replaced by `MASK`; everything else as it was."""
    text = _PRIVATE_KEY.sub(MASK, text)
    text = _ADDRESS_WITH_PASSWORD.sub(rf"\1{MASK}@", text)
    text = _PAIR.sub(_mask_pair, text)
    text = _WEB_TOKEN.sub(MASK, text)
    return _RUN.sub(MASK, text)


def _mask_pair(pair: re.Match[str]) -> str:
    if not looks_secret(pair["name"]) and not _SIGNED.search(pair["name"]):
        return pair[0]
    return f"{pair['name']}{pair['between']}{MASK}"
