"""Damage a database in every way that the format allows, and audit what is left.

`python -m tests.faults.mutated_files BASE FOLDER FIRST COUNT` damages a copy of BASE for each
number from FIRST on, in a way that the number decides, audits it, and prints a line of JSON: what
was done, what SQLite's own check says, and what the audit said. The process that runs it is the
one that may crash or hang; `test_mutated_files.py` looks after that.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cts_console.audit import audit_document, run_audit
from cts_console.errors import CtsError
from cts_console.sqlite import open_database

_RULE_TIMEOUT_S: Final = 5.0
_HEADER_BYTES: Final = 100


def flip_bits(data: bytearray, chance: random.Random) -> str:
    """Flip some bits anywhere."""
    for _ in range(chance.choice((1, 1, 4, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return "bits anywhere"


def flip_header(data: bytearray, chance: random.Random) -> str:
    """Flip some bits of the database header, its magic left alone."""
    place = chance.randrange(16, _HEADER_BYTES)
    data[place] ^= 1 << chance.randrange(8)
    return f"header byte {place}"


def flip_page_head(data: bytearray, chance: random.Random) -> str:
    """Overwrite the head of a page: its kind, its cells, its right-most child."""
    page, size = _page(data, chance)
    place = (page - 1) * size + (_HEADER_BYTES if page == 1 else 0) + chance.randrange(12)
    data[place] = chance.randrange(256)
    return f"head of page {page}"


def fill_page(data: bytearray, chance: random.Random) -> str:
    """Fill a page with zeroes, ones or noise."""
    page, size = _page(data, chance)
    fill = chance.choice((b"\0" * size, b"\xff" * size, chance.randbytes(size)))
    start = (page - 1) * size
    keep = _HEADER_BYTES if page == 1 else 0
    data[start + keep : start + size] = fill[keep:]
    return f"all of page {page}"


def swap_pages(data: bytearray, chance: random.Random) -> str:
    """Put one page in the place of another."""
    size = _page_size(data)
    one, other = (chance.randrange(2, len(data) // size + 1) for _ in range(2))
    a, b = (one - 1) * size, (other - 1) * size
    data[a : a + size], data[b : b + size] = data[b : b + size], data[a : a + size]
    return f"pages {one} and {other} swapped"


def cut_off(data: bytearray, chance: random.Random) -> str:
    """End the file early."""
    length = chance.randrange(_HEADER_BYTES, len(data))
    del data[length:]
    return f"cut off after {length} bytes"


def miscount(data: bytearray, chance: random.Random) -> str:
    """Let the header count other pages, or another list of free ones."""
    place = chance.choice((28, 32, 36))
    data[place : place + 4] = chance.choice((0, 1, 2**31, chance.randrange(2**32))).to_bytes(
        4, "big"
    )
    return f"count at byte {place}"


def flip_schema(data: bytearray, chance: random.Random) -> str:
    """Change letters of a CREATE statement, or a root page."""
    place = data.find(b"CREATE ", chance.randrange(_page_size(data)))
    place = max(place, _HEADER_BYTES)
    for _ in range(chance.choice((1, 5))):
        data[place + chance.randrange(-20, 60)] = chance.randrange(256)
    return f"schema text at byte {place}"


MUTATIONS: Final[tuple[Callable[[bytearray, random.Random], str], ...]] = (
    flip_bits,
    flip_header,
    flip_page_head,
    fill_page,
    swap_pages,
    cut_off,
    miscount,
    flip_schema,
)


def audit_mutated(base: Path, folder: Path, number: int) -> dict[str, Any]:
    """Damage a copy of `base` as `number` decides, audit it, and return what came of it."""
    chance = random.Random(number)
    data = bytearray(base.read_bytes())
    what = MUTATIONS[number % len(MUTATIONS)](data, chance)
    path = folder / "mutated.db"
    path.write_bytes(data)
    wal = path.with_name("mutated.db-wal")
    wal.unlink(missing_ok=True)
    if chance.random() < 0.1:
        wal.write_bytes((folder / "other.db-wal").read_bytes())
        what += ", with the -wal of another database"
    started_s = time.monotonic()
    try:
        result = run_audit(path, profile="deep", rule_timeout_s=_RULE_TIMEOUT_S)
        said: dict[str, Any] = {
            "checks": {check.rule: [check.status, check.note] for check in result.checks},
            "findings": [[f.rule, f.object, f.title] for f in result.findings],
        }
        json.dumps(audit_document(result), allow_nan=False)
    except CtsError as error:
        said = {"error": error.code, "message": error.message}
    return {
        "number": number,
        "what": what,
        "elapsed_s": time.monotonic() - started_s,
        "truth": ask_sqlite(path),
        **said,
    }


def ask_sqlite(path: Path) -> str:
    """Return the first line of SQLite's own integrity check, or why it cannot be run."""
    try:
        with open_database(path) as connection, connection.guard(timeout_s=_RULE_TIMEOUT_S):
            return str(connection.read_value("PRAGMA integrity_check(1)"))
    except CtsError as error:
        return error.code


def _page_size(data: bytearray) -> int:
    size = int.from_bytes(data[16:18], "big")
    return 65_536 if size == 1 else max(size, 512)


def _page(data: bytearray, chance: random.Random) -> tuple[int, int]:
    size = _page_size(data)
    return chance.randrange(1, len(data) // size + 1), size


if __name__ == "__main__":
    base, folder, first, count = sys.argv[1:]
    for number in range(int(first), int(first) + int(count)):
        print(json.dumps(audit_mutated(Path(base), Path(folder), number)), flush=True)
