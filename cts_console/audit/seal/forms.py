"""The two forms in which seals are kept: records of the side database, and a small file.

The file holds everything but the rows' short hashes: from it alone, blocks that differ and rows
that are missing are named, rows that differ only with the side database at hand.

Measured with numbered rows: 4.3 MB per million rows in the side database, 60 KB in the file. While
a seal is made, as much is held in memory.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from cts_console.audit.seal.encoding import key_from_json, key_to_json
from cts_console.audit.seal.model import ALGORITHM, Block, Seal, SealDamagedError
from cts_console.errors import CtsError, ErrorCode
from cts_console.store import StoredBlock, StoredSeal

_FORMAT: Final = "cts-console seal 1"
_MOST_BYTES: Final = 2**28
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def to_stored(seal: Seal) -> StoredSeal:
    """Return the seal as the side database keeps it."""
    blocks = tuple(
        StoredBlock(b.rows, b.hash, json.dumps(key_to_json(b.to_key)), b.keys, b.marks)
        for b in seal.blocks
    )
    return StoredSeal(seal.table, seal.at_ms, seal.rows, seal.root, _head(seal), blocks)


def from_stored(stored: StoredSeal) -> Seal:
    """Return the seal of a record. Raises `SealDamagedError` where it cannot be one."""
    try:
        blocks = [
            Block(b.rows, b.hash, key_from_json(json.loads(b.to_key)), b.keys, b.marks)
            for b in stored.blocks
        ]
        return _seal(stored.head, blocks, stored.root)
    except (ValueError, KeyError, TypeError) as error:
        raise SealDamagedError(f"{stored.table}: {error}") from error


def write_seal_file(path: Path, seals: Sequence[Seal]) -> None:
    """Write the seals into a new file.

    Raises `CtsError`: usage where there is one already, disk_full, no_permission.
    """
    body = {"format": _FORMAT, "seals": [_to_file(seal) for seal in seals]}
    text = json.dumps({**body, "check": _check(body)}, indent=1)
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise CtsError(
            "usage", "The file exists", f"{path} exists.", "Give a name that is free."
        ) from error
    except OSError as error:
        path.unlink(missing_ok=True)
        code: ErrorCode = "disk_full" if error.errno in _FULL else "no_permission"
        raise CtsError(
            code, "The seal could not be exported", f"{path}: {error.strerror}."
        ) from error


def read_seal_file(path: Path) -> list[Seal]:
    """Return the seals of a file of `write_seal_file`.

    Raises `CtsError`: not_found, no_permission, usage for a file of another kind, damaged.
    """
    text = _read_text(path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _foreign(path) from error
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise _foreign(path)
    try:
        check = document.pop("check", None)
        if check != _check(document):
            raise ValueError("its content does not fit its own hash")
        return [_from_file(each) for each in document["seals"]]
    except (ValueError, KeyError, TypeError) as error:
        raise SealDamagedError(f"{path}: {error}") from error


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _foreign(path)
        return path.read_text("utf-8", "replace")
    except FileNotFoundError as error:
        raise CtsError("not_found", "No such file", f"{path} does not exist.") from error
    except OSError as error:
        raise CtsError(
            "no_permission", "The seal cannot be read", f"{path}: {error.strerror}."
        ) from error


def _foreign(path: Path) -> CtsError:
    return CtsError(
        "usage",
        "Not a seal",
        f"{path} is no seal of this program.",
        "`cts-console seal DATABASE --export FILE` writes one.",
    )


def _head(seal: Seal) -> dict[str, Any]:
    return {
        "table": seal.table,
        "columns": list(seal.columns),
        "left_out": list(seal.left_out),
        "key_columns": list(seal.key_columns),
        "block_rows": seal.block_rows,
        "algorithm": seal.algorithm,
        "schema_hash": seal.schema_hash,
        "at_ms": seal.at_ms,
    }


def _seal(head: dict[str, Any], blocks: list[Block], root: str) -> Seal:
    if head["algorithm"] != ALGORITHM:
        raise ValueError(f"its algorithm {head['algorithm']!r} is not known here")
    seal = Seal(
        table=str(head["table"]),
        columns=tuple(head["columns"]),
        left_out=tuple(head["left_out"]),
        key_columns=tuple(head["key_columns"]),
        block_rows=int(head["block_rows"]),
        algorithm=ALGORITHM,
        schema_hash=str(head["schema_hash"]),
        at_ms=int(head["at_ms"]),
        blocks=tuple(blocks),
    )
    if seal.root != root:
        raise ValueError("its blocks do not give its root")
    return seal


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
    return {**_head(seal), "rows": seal.rows, "root": seal.root, "blocks": blocks}


def _from_file(document: dict[str, Any]) -> Seal:
    blocks = [
        Block(
            int(each["rows"]),
            bytes.fromhex(each["hash"]),
            key_from_json(each["to_key"]),
            base64.b64decode(each["keys"], validate=True),
            b"",
        )
        for each in document["blocks"]
    ]
    return _seal(document, blocks, document["root"])


def _check(body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
