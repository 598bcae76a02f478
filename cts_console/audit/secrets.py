"""What is a secret: by the name of its place, and by how the value looks.

Nothing here returns a value or a part of one: only what kind of value it is, and a class of length.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from typing import Final, Literal

from cts_console.schema.secret_names import looks_secret
from cts_console.sqlite import SqliteValue

ValueKind = Literal[
    "empty",
    "number",
    "reference",
    "hash",
    "encrypted",
    "placeholder",
    "words",
    "short",
    "secret",
]

LONGEST_LOOKED_AT: Final = 4_096
"""Characters of a value that are enough to tell its kind."""
_LEAST_LENGTH: Final = 8
_LEAST_PASSWORD: Final = 4
_LEAST_TOKEN: Final = 16
_LEAST_TOKEN_ENTROPY: Final = 3.0
_LEAST_CHARACTERS: Final = 4
_MNEMONIC_WORDS: Final = 12

_PASSWORD_NAME: Final = re.compile(r"passw|passphrase|pwd")
_STRONG_NAME: Final = re.compile(
    r"secret|passphrase|passw|pwd|private_?key|api_?key|access_?key|mnemonic|seed_?phrase"
)
# What such words stand in without being a secret: facts about one, counts, flags, coins.
_BESIDE_A_SECRET: Final = re.compile(
    r"""
    ^(?:is|has|num|max|min|total|needs?|requires?|allows?|enable|uses?)_
  | _(?:at|on|date|time|ts|count|counts|id|ids|name|label|type|kind|status|state|version|length
      |len|size|hint|masked?|fingerprint|expires?|expiry|expiration|ttl|enabled|required|valid
      |verified|policy|provider|issuer|url|uri|path|file|attempts|limits?|usage|used|changed
      |updated|created|rotated|hash|hashed|digest|salt|iv|nonce|algorithm|symbol|address|decimals
      |amount|price|balance|supply|standard|pair|ratio|cost|budget|scopes?|permissions|index
      |enc)$
  | encrypted | cipher | hashed | (?:^|_)tokens(?:_|$) | ^token_?(?:\d+|in|out|a|b)$
  | ^(?:base|quote|in|out|input|output|from|to|sell|buy|fee|stake|staked|reward|native|gas|lp|pool
      |underlying|collateral|asset|trading)_token(?:_?\d+)?$
    """,
    re.VERBOSE,
)
_REFERENCE: Final = re.compile(
    r"""
    (?:keyring|keychain|secret-service|secretsmanager|vault|env|file|ssm|kms|sops|op|gcp|azure):
  | arn:aws: | \$\{?\w+\}?$ | \{\{.*\}\}$ | %\w+%$
  | (?:~|\.{1,2}|/(?:run|etc|var|home|root|usr|opt|srv|mnt|secrets))/ | [A-Za-z]:\\
    """,
    re.VERBOSE,
)
_HASH: Final = re.compile(
    r"\$[A-Za-z0-9-]{1,32}\$ | (?:pbkdf2|scrypt|argon2|bcrypt)[\w.:-]*\$ | \{[A-Z0-9-]{3,16}\}\S",
    re.VERBOSE,
)
_DIGEST: Final = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56,128})$", re.IGNORECASE)
_ENCRYPTED: Final = re.compile(
    r"gAAAAA|enc(?:rypted)?:|ENC\[|EJ\[1:|\$ANSIBLE_VAULT|-----BEGIN (?:PGP|AGE) "
    r'|\{.*"(?:ciphertext|iv)"',
    re.DOTALL,
)
_PLACEHOLDER: Final = re.compile(
    r"""
    placeholder | change[ _-]?me | your[ _-]?(?:api|secret|key|pass|token) | redacted | \*{3} | •{3}
  | \.{3}$ | …$ | ^<.*>$ | not[ _-]?set | ^insert[ _-] | dummy | example
  | ^(?:none|null|nil|undefined|unset|todo|n/?a|test|demo|secret|password|passphrase|api_?key|token
      |yes|no|true|false|disabled|enabled|required|configured|inherited|default|missing|invalid
      |incorrect|encrypted|external|keyring|environment|unknown|optional|removed|rotated|revoked
      |expired|rejected|hidden|unchanged|unauthorized|forbidden)$
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}$")
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")


def is_secret_name(name: str) -> bool:
    """Return whether what is kept under this name is a secret.

    Never true where `looks_secret` is not, so that evidence never shows what is judged here.
    """
    return looks_secret(name) and not _BESIDE_A_SECRET.search(_snake_case(name))


def is_strong_name(name: str) -> bool:
    """Return whether the name alone says that it is a secret, which `token` does not."""
    return bool(_STRONG_NAME.search(_snake_case(name)))


def value_kind(name: str, value: SqliteValue) -> ValueKind:
    """Return what kind of value is kept under a name that `is_secret_name` takes for a secret's."""
    if value is None:
        return "empty"
    if isinstance(value, bytes):
        # Bytes that are no text are a ciphertext or a hash: no key is kept so.
        text = value.decode("ascii", "replace")
        if "\ufffd" in text or not text.isprintable():
            return "encrypted"
        value = text
    return _text_kind(name, value.strip()) if isinstance(value, str) else "number"


def length_class(text: str | bytes) -> str:
    """Return about how long a value is."""
    for least, name in ((64, "64 or more"), (32, "32-63"), (16, "16-31")):
        if len(text) >= least:
            return f"{name} characters"
    return "under 16 characters"


def entropy(text: str) -> float:
    """Return Shannon's entropy of `text` in bits per character."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def _text_kind(name: str, text: str) -> ValueKind:
    if not text:
        return "empty"
    if _PRIVATE_KEY.search(text):
        return "secret"
    for kind, pattern in _KINDS:
        if pattern.match(text):
            return kind
    if _PLACEHOLDER.search(text) or len(set(text)) < _LEAST_CHARACTERS:
        return "placeholder"
    words = len(text.split())
    if words > 1:
        return "secret" if words >= _MNEMONIC_WORDS else "words"
    return _word_kind(name, text)


def _word_kind(name: str, word: str) -> ValueKind:
    """Return the kind of a value of one word, which may be a secret."""
    if _PASSWORD_NAME.search(_snake_case(name)):
        if _DIGEST.match(word):
            return "hash"
        return "secret" if len(word) >= _LEAST_PASSWORD else "short"
    if is_strong_name(name):
        return "secret" if len(word) >= _LEAST_LENGTH else "short"
    if len(word) < _LEAST_TOKEN:
        return "short"
    is_random = entropy(word) >= _LEAST_TOKEN_ENTROPY and not _ADDRESS.match(word)
    return "secret" if is_random else "words"


@lru_cache(maxsize=1_024)
def _snake_case(name: str) -> str:
    """Return `apiKey`, `API Key` and `api-key` as `api_key`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^0-9a-z]+", "_", parted.lower()).strip("_")


_KINDS: Final[tuple[tuple[ValueKind, re.Pattern[str]], ...]] = (
    ("reference", _REFERENCE),
    ("hash", _HASH),
    ("encrypted", _ENCRYPTED),
)
