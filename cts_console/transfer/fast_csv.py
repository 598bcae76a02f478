"""A plain CSV through SQLite's own `csv` table: no row passes through Python.

Measured with a million rows of nine columns and three indexes (`tests/bench/bench_import.py`): the
whole command took 0.58 of the time that it takes with Python's reader and `insert_batch`, and was
2.03 times as fast as the shell's `.import`.

It is taken only where it gives the same: the file is plain (`Look.is_plain`: UTF-8, no quotes, so
that a line is a row), every column is TEXT, INTEGER or REAL, and every value is written as SQLite
converts it exactly. That is checked in the query, for each value; the first that is not, as any
refused row, ends the attempt, and Python's reader starts from the beginning: it converts what can
be converted and names the line of what cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from cts_console.bulk import BulkResult, insert_query
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, CsvPosition, csv_table
from cts_console.transfer.files import Look
from cts_console.transfer.plan import Field, Plan
from cts_console.transfer.source import Source
from cts_console.transfer.times import PER_SECOND
from cts_console.transfer.values import EXACT_CHARACTERS

_FEWEST_ROWS: Final = 5_000
_LOOKS_PER_CLOCK: Final = 16
# abs() of the smallest integer is an error (https://sqlite.org/lang_corefunc.html#abs): the way in
# which a query can refuse a row.
_REFUSE: Final = "abs(-9223372036854775807 - 1)"
# The affinity of what it is compared with makes a number of text that is one; other text is greater
# than every number (https://sqlite.org/datatype3.html, 4.1 and 4.2).
_LARGEST: Final = "CAST(1.7976931348623157e308 AS REAL)"
_SMALLEST: Final = "CAST(-1.7976931348623157e308 AS REAL)"


def insert_by_sqlite(  # noqa: PLR0913 - as `insert_query`
    connection: Connection,
    file: Path,
    source: Source,
    plan: Plan,
    look: Look,
    *,
    check: Callable[[], None],
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
    overrule: bool,
) -> BulkResult | None:
    """Insert the whole file, or return None where it must be read by Python.

    Raises `CtsError`: locked, disk_full, cancelled, and what `check` raises before the COMMIT.
    """
    detected = source.detected
    rows = look.lines - bool(detected.has_header)
    if not (
        detected.format == "csv"
        and look.is_plain
        and (detected.encoding, detected.delimiter) == ("utf-8", ",")
        # A plain file has no double quotes, but may have others.
        and detected.quote in ('"', "")
        and not detected.skip_lines
        and rows >= _FEWEST_ROWS
        and len(source.columns) > 1
    ):
        return None
    query = _query(plan, len(source.columns), has_header=bool(detected.has_header))
    if query is None:
        return None
    constants = [field.constant for field in plan.fields if field.place is None]
    try:
        with csv_table(connection, file, len(source.columns)) as name:
            if name is None:
                return None
            return insert_query(
                connection,
                plan.table.name,
                plan.columns,
                query.format(name=name),
                constants,
                rows=rows,
                check=check,
                on_progress=on_progress,
                on_look=_teller(look, plan, on_progress),
                cancel=cancel,
                overrule=overrule,
            )
    except CtsError as error:
        if error.code not in ("usage", "constraint"):
            raise
        check()
        return None


def _teller(
    look: Look, plan: Plan, on_progress: ProgressCallback | None
) -> Callable[[], None] | None:
    """Return what tells how many bytes SQLite has read, as often as a person can see it."""
    if on_progress is None:
        return None
    progress = ProgressSampler(on_progress)
    device, inode, size_bytes, _changed = look.stamp
    position = CsvPosition(device, inode)
    note = f"writing {plan.table.name}"
    looks = 0

    def tell() -> None:
        nonlocal looks
        looks += 1
        # Asking the clock at each look took 2 % of the import.
        if looks % _LOOKS_PER_CLOCK or not progress.is_due:
            return
        done = position.read()
        if done is not None:
            progress.report(Progress.of_bytes(done, size_bytes, note))

    return tell


def _query(plan: Plan, width: int, *, has_header: bool) -> str | None:
    """Return the query of the fields, or None where one of them needs Python."""
    values: list[str] = []
    tests = [f"c{width} IS NULL AND c{width - 1} IS NOT NULL"]
    for field in plan.fields:
        if field.place is None:
            values.append("?")
            continue
        test = _test(field, f"c{field.place}")
        if test is None:
            return None
        tests.append(test)
        is_text = field.converter.affinity in ("text", "none")
        values.append(f"c{field.place}" if is_text else f"NULLIF(c{field.place}, '')")
    condition = " AND ".join(f"({test})" for test in tests)
    first = 2 if has_header else 1
    return (
        f"SELECT {', '.join(values)} FROM {{name}} "
        f"WHERE rowid >= {first} AND iif({condition}, 1, {_REFUSE})"
    )


def _test(field: Field, cell: str) -> str | None:
    """Return the condition under which SQLite converts `cell` exactly."""
    converter = field.converter
    if converter.look_up or converter.decimal_comma or converter.null_texts is not None:
        return None
    may_be_empty = f"{cell} <> ''" if field.must_have else None
    if converter.affinity in ("text", "none"):
        return may_be_empty or "1"
    if converter.affinity == "integer":
        exact = f"CAST(CAST({cell} AS INTEGER) AS TEXT) = {cell}"
        if converter.unit is not None:
            if converter.source_unit != converter.unit:
                return None
            exact += f" AND octet_length({cell}) = {9 + len(str(PER_SECOND[converter.unit]))}"
    elif converter.affinity == "real" and converter.unit is None:
        # What begins with a digit or a point, which are the first characters from "." on that a
        # number begins with, is not negative: comparing it as text spares a second conversion.
        exact = (
            f"octet_length({cell}) <= {EXACT_CHARACTERS} AND {cell} <= {_LARGEST} "
            f"AND ({cell} >= '.' OR {cell} >= {_SMALLEST})"
        )
    else:
        return None
    return exact if field.must_have else f"{exact} OR {cell} = ''"
