"""Hints in free text that a secret was written into it: a log line, a stack trace, a JSON setting.

Only the kind of hint is returned, in words of our own; never the text nor a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cts_console.audit.secrets import entropy, is_secret_name, is_strong_name, value_kind

LONGEST_TEXT: Final = 200_000
"""Characters of a text that are looked at."""

LEAST_RUN: Final = 32
LEAST_ENTROPY: Final = 3.5
LEAST_CHANGES: Final = 0.3
LEAST_DIGITS: Final = 2
LEAST_SEGMENT: Final = 20

# `name = value` in a query string, a header, JSON (also JSON within JSON) or a program's dump.
_PAIR: Final = re.compile(
    r"""
    (?<![A-Za-z0-9_.-]) (?P<name>[A-Za-z][A-Za-z0-9_.-]{2,60})
    (?P<closing>\\*["'])? \s* (?:=>|[:=]) \s* (?P<opening>\\*["'])?
    (?:(?:Bearer|Basic|Token)\s+)?
    (?P<value>[^\s"'\\,;&<>(){}\[\]]{8,})
    """,
    re.VERBOSE,
)
# `=` stands at the end of base64; in front it assigns.
_RUN: Final = re.compile(r"[A-Za-z0-9+/]{30,}={0,2}")
_HEX: Final = re.compile(r"(?:0x)?[0-9a-fA-F]+")
_WEB_TOKEN: Final = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_ADDRESS_WITH_PASSWORD: Final = re.compile(r"[a-z0-9+]://[^\s/:@\"']+:([^\s/@\"']+)@")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SIGNED: Final = re.compile(r"signature|authorization|access.sign$", re.IGNORECASE)
# What stands before a run that names a thing and opens nothing.
_NAMES_A_THING: Final = re.compile(
    r"(?:id|ids|hash|checksum|digest|sha\d*|md5|etag|uuid|guid|trace|span|order|tx|txn|transaction"
    r"|address|cursor|commit|build|version|fingerprint|sha256|sha512|integrity)"
    r"\\*[\"']?\s*[:=#]?\s*\\*[\"']?(?:sha\d+-)?$",
    re.IGNORECASE,
)
_BEFORE_RUN: Final = 60
_LABELS: Final = (
    ("pass_?phrase", "passphrase"),
    ("passw|pwd", "password"),
    ("private", "private key"),
    ("mnemonic|seed", "mnemonic"),
    ("secret", "secret"),
    ("api|access.?key", "API key"),
    ("signature|sign$", "signature"),
    ("authorization", "authorization"),
    ("", "token"),
)


def read_hints(text: str) -> tuple[str, ...]:
    """Return the kinds of hints in `text`, each once."""
    return tuple(dict.fromkeys(_hints(text)))


def name_label(name: str) -> str:
    """Return what a secret of this name is, in words of our own."""
    return next(label for pattern, label in _LABELS if re.search(pattern, name, re.IGNORECASE))


def _hints(text: str) -> Iterator[str]:
    if _PRIVATE_KEY.search(text):
        yield "the block of a private key"
    if _WEB_TOKEN.search(text):
        yield "a JSON web token"
    for address in _ADDRESS_WITH_PASSWORD.finditer(text):
        if value_kind("password", address[1]) == "secret":
            yield "an address with a password in it"
    for pair in _PAIR.finditer(text):
        if _is_secret_pair(pair):
            yield f"{name_label(pair['name'])} with a value behind it"
    for run in _RUN.finditer(text):
        if (
            len(run[0]) >= LEAST_RUN
            and is_random(run[0])
            and not _NAMES_A_THING.search(text, max(0, run.start() - _BEFORE_RUN), run.start())
        ):
            yield "a long random text"


def is_random(run: str) -> bool:
    """Return whether a run of letters, digits, `+`, `/` and `=` looks like a key.

    Hashes and numbers (hexadecimal), paths and the long names of programs do not.
    """
    if _HEX.fullmatch(run) or entropy(run) <= LEAST_ENTROPY:
        return False
    longest = max(run.split("/"), key=len)
    kinds = [_character_kind(character) for character in longest]
    changes = sum(one != other for one, other in pairwise(kinds))
    return (
        len(longest) >= LEAST_SEGMENT
        and kinds.count("digit") >= LEAST_DIGITS
        and changes >= LEAST_CHANGES * len(longest)
    )


def _is_secret_pair(pair: re.Match[str]) -> bool:
    name, value = pair["name"], pair["value"]
    if "://" in value or _DATE.match(value) or not any(map(str.isalpha, value)):
        return False
    if _SIGNED.search(name):
        return len(value) >= LEAST_RUN
    if not is_secret_name(name) or value_kind(name, value) != "secret":
        return False
    if not is_strong_name(name):
        return _is_token(value)
    if any(map(str.isdigit, value)):
        return True
    # Without a digit it may be a word of a message: a secret only where it is quoted and mixed.
    is_quoted = pair["closing"] is not None and pair["opening"] is not None
    return is_quoted and any(map(str.isupper, value[1:]))


def _is_token(value: str) -> bool:
    """Return whether a value called a token, as a coin may be, looks like a key to something."""
    letters = re.sub(r"[^A-Za-z0-9+/=]", "", value)
    return is_random(letters) or (len(letters) >= LEAST_RUN and bool(_HEX.fullmatch(letters)))


def _character_kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "upper" if character.isupper() else "lower"
