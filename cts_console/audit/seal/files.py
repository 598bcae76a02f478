"""Seals as a small file, to keep elsewhere or to carry to another machine.

The file holds everything but the rows' short hashes: from it alone, blocks that differ and rows
that are missing are named, rows that differ only with the side database at hand.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from cts_console.audit.seal.encoding import key_from_json, key_to_json
from cts_console.audit.seal.forms import build_seal, head_of, whole_number
from cts_console.audit.seal.model import Block, Seal, SealDamagedError
from cts_console.errors import CtsError
from cts_console.maintenance.disk import told_as
from cts_console.sqlite import Row
from cts_console.transfer.new_file import check_is_free, new_file

_FORMAT: Final = "cts-console seal 1"
_ANY_FORMAT: Final = "cts-console seal "
_MOST_BYTES: Final = 2**28


def write_seal_file(target: Path, seals: Sequence[Seal]) -> None:
    """Write the seals into a new file, which has its name once it is whole.

    Raises `CtsError`: usage where the name is taken or the file would be too large to be read
    again, not_found, no_permission and read_only for its folder, disk_full.
    """
    check_is_free(target)
    body = {"format": _FORMAT, "seals": [_to_file(seal) for seal in seals]}
    data = (json.dumps({**body, "check": _check(body)}, indent=1) + "\n").encode("ascii")
    if len(data) > _MOST_BYTES:
        raise CtsError(
            "usage",
            "The seals are too large for one file",
            f"The seals take {len(data):,} bytes; a file may take {_MOST_BYTES:,}.",
            "Export them table by table.",
        )
    with new_file(target, "The seal could not be exported") as file:
        file.write(data)


def read_seal_file(path: Path) -> list[Seal]:
    """Return the seals of a file of `write_seal_file`.

    Raises `CtsError`: not_found, not_a_file, no_permission, usage for a file of another kind,
    too_new for one of a newer console, damaged.
    """
    try:
        document = json.loads(_read_text(path))
    except (ValueError, RecursionError) as error:
        raise _foreign(path) from error
    _check_format(path, document)
    try:
        check = document.pop("check", None)
        if check != _check(document):
            raise ValueError("its content does not fit its own hash")
        return [_from_file(each) for each in document["seals"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SealDamagedError(f"{path}: {error}") from error


def check_whole(seal: Seal) -> None:
    """Look at every key of a seal that came from elsewhere. Raises `SealDamagedError`."""
    for block in seal.blocks:
        keys = block.read_keys()
        width = len(seal.key_columns) or 1
        if keys[-1] != block.to_key or len(set(keys)) != len(keys):
            raise SealDamagedError(f"{seal.table}: the keys of a block are not its own")
        if not all(len(key) == width and _is_bindable(key) for key in keys):
            raise SealDamagedError(f"{seal.table}: a key is none that a table could hold")


def _read_text(path: Path) -> str:
    with told_as("The seal cannot be read", path):
        try:
            if not path.is_file() and path.exists():
                raise CtsError("not_a_file", "Not a file", f"{path} is no file.", "Name one.")
            with path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except FileNotFoundError as error:
            raise CtsError("not_found", "No such file", f"{path} does not exist.") from error
    if len(data) > _MOST_BYTES:
        raise _foreign(path)
    return data.decode("utf-8", "replace")


def _check_format(path: Path, document: object) -> None:
    named = document.get("format") if isinstance(document, dict) else None
    if named == _FORMAT:
        return
    if isinstance(named, str) and named.startswith(_ANY_FORMAT):
        raise CtsError(
            "too_new",
            "The seal is of a newer console",
            f"{path} was written by a newer version of this program.",
            "Read it with that version.",
        )
    raise _foreign(path)


def _foreign(path: Path) -> CtsError:
    return CtsError(
        "usage",
        "Not a seal",
        f"{path} is no seal of this program.",
        "`cts-console seal DATABASE --export FILE` writes one.",
    )


def _to_file(seal: Seal) -> dict[str, Any]:
    blocks = [
        {
            "rows": block.rows,
            "hash": block.hash.hex(),
            "to_key": key_to_json(block.to_key),
            "keys": base64.b64encode(block.keys).decode(),
        }
        for block in seal.blocks
    ]
    return {**head_of(seal), "rows": seal.rows, "root": seal.root, "blocks": blocks}


def _from_file(document: dict[str, Any]) -> Seal:
    blocks = [
        Block(
            whole_number(each["rows"]),
            bytes.fromhex(each["hash"]),
            key_from_json(each["to_key"]),
            base64.b64decode(each["keys"], validate=True),
            b"",
        )
        for each in document["blocks"]
    ]
    seal = build_seal(document, blocks, document["root"])
    if not all(map(_is_bindable, (block.to_key for block in blocks))):
        raise ValueError("a key is none that a table could hold")
    return seal


def _is_bindable(key: Row) -> bool:
    """Whether SQLite takes every value of a key as what it is."""
    for value in key:
        if isinstance(value, bool) or (isinstance(value, float) and math.isnan(value)):
            return False
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            return False
        if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
            return False
    return True


def _check(body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
