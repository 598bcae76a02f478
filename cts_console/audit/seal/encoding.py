"""The bytes over which a seal is made: every value with its type, so that no two rows share them.

A row is "(", its number of values, and each value: "N" for NULL; "i" and 4 bytes for a small whole
number, "l" and digits of 15 bits for another; "g" and the 8 bytes of a real; "u" or "s", a length
and the bytes for a text or a blob. All numbers are little-endian. This is what version 2 of
Python's marshal writes, which is many times faster than anything written in Python. Its format is
not promised for ever, so it is used only where it gives what `encode_slowly` gives; a seal can be
verified in ten years either way.

Measured side by side (tests/bench/bench_seal.py, a million rows of 12 columns, 2 cores), as
multiples of the time in which the rows alone are fetched, a block at a time: 1.2 to verify, in an
aggregate function; 1.4 to hash fetched slices; 1.3 with the hashing in a second thread; 2.8 in two
threads with a connection each, which wait for the interpreter's lock at every row; 1.2 for SHA-3
inside SQLite, which is an extension that only some builds of APSW bring along; 1.7 over text built
with `quote()`, which ends at the first NUL. Fetched in slices, the rows alone take 0.9. A seal is
made in 2.2: each row is encoded and hashed by itself as well, to be named later.
"""

from __future__ import annotations

import base64
import binascii
import json
import marshal
import struct
from collections.abc import Callable, Sequence
from itertools import repeat
from operator import sub
from typing import Any, Final

from cts_console.sqlite import Row, SqliteValue

ENCODING: Final = "tagged-1"
"""Name of the encoding, kept in every seal."""
_LIST_HEAD_BYTES: Final = 5


def encode_slowly(rows: Sequence[Row]) -> bytes:
    """Return the bytes of `rows`, one row after the other: the definition."""
    parts = []
    for row in rows:
        parts.append(struct.pack("<ci", b"(", len(row)))
        parts.extend(_encode_value(value) for value in row)
    return b"".join(parts)


def _encode_value(value: SqliteValue) -> bytes:
    if value is None:
        return b"N"
    if isinstance(value, int):
        return _encode_int(value)
    if isinstance(value, float):
        return struct.pack("<cd", b"g", value)
    tag = b"u" if isinstance(value, str) else b"s"
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return struct.pack("<ci", tag, len(data)) + data


def _encode_int(value: int) -> bytes:
    if -(2**31) <= value < 2**31:
        return struct.pack("<ci", b"i", value)
    digits = []
    rest = abs(value)
    while rest:
        digits.append(rest & 0x7FFF)
        rest >>= 15
    count = len(digits) if value > 0 else -len(digits)
    return struct.pack(f"<ci{len(digits)}H", b"l", count, *digits)


def _encode_fast(rows: Sequence[Row]) -> bytes:
    return marshal.dumps(list(rows), 2)[_LIST_HEAD_BYTES:]


def _encode_each_fast(rows: Sequence[Row]) -> list[bytes]:
    return list(map(marshal.dumps, rows, repeat(2)))


def _encode_each_slowly(rows: Sequence[Row]) -> list[bytes]:
    return [encode_slowly([row]) for row in rows]


_PROBE: Final[list[Row]] = [
    (None, 0, -1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63 - 1, -(2**63)),
    (0.0, -0.0, 1.5, 1e308, float("inf"), "", "side", "é\0\udc80", b"", b"\xff\0"),
    (),
]


_IS_FAST_RIGHT: Final = _encode_fast(_PROBE) == encode_slowly(_PROBE)

encode_rows: Final[Callable[[Sequence[Row]], bytes]] = (
    _encode_fast if _IS_FAST_RIGHT else encode_slowly
)
"""Returns the bytes of rows, one row after the other."""

encode_each: Final[Callable[[Sequence[Row]], list[bytes]]] = (
    _encode_each_fast if _IS_FAST_RIGHT else _encode_each_slowly
)
"""Returns the bytes of each row."""


def key_to_json(key: Row) -> list[Any]:
    """Return a key as JSON values; a blob is an object with its bytes in base64."""
    return [
        {"blob": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for value in key
    ]


def key_from_json(values: Any) -> Row:
    """Return the key of `key_to_json`. Raises `ValueError` for anything else."""
    if not isinstance(values, list) or not values:
        raise ValueError("a key is no list")
    return tuple(_value_from_json(value) for value in values)


def pack_keys(keys: Sequence[Row]) -> str:
    """Return keys as JSON text; whole numbers alone as steps, which compress to almost nothing."""
    if set(map(len, keys)) == {1} and set(map(type, numbers := [key[0] for key in keys])) == {int}:
        steps = list(map(sub, numbers, [0, *numbers]))
        return json.dumps({"steps": steps}, separators=(",", ":"))
    return json.dumps({"keys": [key_to_json(key) for key in keys]}, separators=(",", ":"))


def unpack_keys(text: str | bytes) -> list[Row]:
    """Return the keys of `pack_keys`. Raises `ValueError` for anything else."""
    packed = json.loads(text)
    if not isinstance(packed, dict) or not packed.keys() & {"keys", "steps"}:
        raise ValueError("no keys")
    if "keys" in packed:
        return [key_from_json(values) for values in packed["keys"]]
    number = 0
    keys: list[Row] = []
    for step in packed["steps"]:
        if not isinstance(step, int):
            raise ValueError("a step is no whole number")
        number += step
        keys.append((number,))
    return keys


def _value_from_json(value: Any) -> SqliteValue:
    if isinstance(value, dict):
        try:
            return base64.b64decode(value["blob"], validate=True)
        except (KeyError, TypeError, binascii.Error) as error:
            raise ValueError("a blob of a key is damaged") from error
    if value is None or isinstance(value, (int, float, str)):
        return value
    raise ValueError("a key holds what no column holds")
