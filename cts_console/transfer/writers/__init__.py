"""The formats of an export, one file each."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from cts_console.errors import CtsError
from cts_console.transfer.writers import csv, json, jsonl, sql, xlsx
from cts_console.transfer.writing import FileFormat

WRITERS: Final[tuple[FileFormat, ...]] = (
    csv.FORMAT,
    jsonl.FORMAT,
    json.FORMAT,
    xlsx.FORMAT,
    sql.FORMAT,
)
"""In the order in which they are offered."""


def find_format(name: str) -> FileFormat:
    """Return the format called `name`. Raises `CtsError("usage")` where there is none."""
    for known in WRITERS:
        if known.name == name.lower():
            return known
    names = ", ".join(known.name for known in WRITERS)
    if name.lower() == "parquet":
        raise CtsError(
            "usage",
            "Parquet is not written",
            "This console writes no Parquet: that needs the library pyarrow, which it does not "
            "bring along.",
            f"Use one of {names}.",
        )
    raise CtsError("usage", "No such format", f"{name!r} is no format.", f"Use one of {names}.")


def format_of(output: PurePath) -> FileFormat:
    """Return the format that the ending of `output` names. Raises `CtsError("usage")`."""
    ending = output.suffix.lower()
    for known in WRITERS:
        if ending in known.endings:
            return known
    if ending == ".parquet":
        return find_format("parquet")
    raise CtsError(
        "usage",
        "Which format?",
        f"The ending of {output.name!r} names no format.",
        f"Say it with --format: {', '.join(known.name for known in WRITERS)}.",
    )
