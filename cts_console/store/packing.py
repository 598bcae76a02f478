"""Documents as compressed JSON, written and read piece by piece.

The interpreter belongs to one thread at a time, and the parser of the standard library keeps it for
a whole text: 40 MB held up the window for 0.7 s. So the lists of a document, which is all that can
be long, are taken element by element, and others have their turn in between.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

_DECODER: Final = json.JSONDecoder()
_BLANKS: Final = re.compile(r"[ \t\n\r]+")
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def pack_document(document: Mapping[str, Any]) -> bytes:
    """Return a document (names and JSON values) as bytes to be stored."""
    packer = zlib.compressobj()
    parts = [packer.compress(text.encode("utf-8", "surrogatepass")) for text in _texts(document)]
    return b"".join((*parts, packer.flush()))


def unpack_document(packed: bytes) -> dict[str, Any]:
    """Return the document of `pack_document`. Raises `zlib.error` or `ValueError` for other bytes.

    Of a name that stands there twice the last one counts.
    """
    text = zlib.decompress(packed).decode("utf-8", "surrogatepass")
    document: dict[str, Any] = {}
    at = _expect(text, 0, "{")
    if text[at : at + 1] == "}":
        at = _skip(text, at + 1)
    else:
        while True:
            name, at = _DECODER.raw_decode(text, at)
            if not isinstance(name, str):
                raise ValueError("a name is no text")
            at = _expect(text, _skip(text, at), ":")
            document[name], at = (
                _read_list(text, at)
                if text[at : at + 1] == "["
                else (_DECODER.raw_decode(text, at))
            )
            at = _skip(text, at)
            if text[at : at + 1] != ",":
                break
            at = _skip(text, at + 1)
        at = _expect(text, at, "}")
    if at != len(text):
        raise ValueError("something follows the document")
    return document


def _texts(document: Mapping[str, Any]) -> Iterator[str]:
    before = "{"
    for name, value in document.items():
        yield f"{before}{_ENCODER.encode(name)}:"
        if isinstance(value, list):
            yield "["
            for place, element in enumerate(value):
                yield f",{_ENCODER.encode(element)}" if place else _ENCODER.encode(element)
            yield "]"
        else:
            yield _ENCODER.encode(value)
        before = ","
    yield "}" if document else "{}"


def _read_list(text: str, at: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    at = _expect(text, at, "[")
    if text[at : at + 1] == "]":
        return found, at + 1
    while True:
        element, at = _DECODER.raw_decode(text, at)
        found.append(element)
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            return found, _expect(text, at, "]")
        at = _skip(text, at + 1)


def _expect(text: str, at: int, sign: str) -> int:
    """Return where the text goes on behind `sign` and blanks."""
    if text[at : at + 1] != sign:
        raise ValueError(f"{sign!r} is missing at {at:,}")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return at if match is None else match.end()
