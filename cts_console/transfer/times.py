"""Instants: which unit a column counts in, and how one is told in another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from cts_console.schema import Column, Table
from cts_console.sqlite import Connection, quote_identifier
from cts_console.transfer.model import TimeUnit

ISO: Final = re.compile(
    r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?:\s?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?\s*",
    re.IGNORECASE,
)
CountedUnit = Literal["s", "ms", "us"]
PER_SECOND: Final[dict[CountedUnit, int]] = {"s": 1, "ms": 1_000, "us": 1_000_000}
# 2001-09-09 to 2100: the three units have no number in common.
_FROM_S: Final = 1_000_000_000
_TO_S: Final = 4_102_444_800
_NAME: Final = re.compile(r"(?:^|_)(?:at|time|timestamp|date|datetime|ts|start|end|since|until)$")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SAMPLE_ROWS: Final = 100


def unit_of_number(value: int | float | Decimal) -> CountedUnit | None:
    """Return the unit in which a number of this size is an instant of 2001 to 2100, or None."""
    for unit, factor in PER_SECOND.items():
        if _FROM_S * factor <= value < _TO_S * factor:
            return unit
    return None


def unit_of_values(values: Iterable[Any]) -> TimeUnit | None:
    """Return the unit that all values (None and empty text left out) have in common, or None."""
    units = {_unit_of_value(value) for value in values if value is not None and value != ""}
    return units.pop() if len(units) == 1 else None


def _unit_of_value(value: Any) -> TimeUnit | None:
    if isinstance(value, str):
        if ISO.fullmatch(value):
            return "iso"
        try:
            value = Decimal(value)
        except InvalidOperation:
            return None
        if not value.is_finite():
            return None
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return unit_of_number(value)
    return None


def read_column_unit(
    connection: Connection, table: Table, column: Column, *, is_cts: bool
) -> CountedUnit | None:
    """Return in which unit the existing table keeps the instants of `column`; None for no instants.

    A CTS database keeps milliseconds (schema.md, rule 2); of another one the rows that are there
    tell, where the column is named like a time.
    """
    name = column.name.lower()
    if is_cts and (_NAME.search(name) or name == "period_start") and "INT" in column.type.upper():
        return "ms"
    if not _NAME.search(name) and not name.endswith(("_ms", "_us")):
        return None
    quoted = quote_identifier(column.name)
    rows = connection.read_rows(
        f"SELECT {quoted} FROM main.{quote_identifier(table.name)} "
        f"WHERE typeof({quoted}) IN ('integer', 'real') LIMIT {_SAMPLE_ROWS}"
    )
    unit = unit_of_values(value for (value,) in rows) if rows else None
    return None if unit == "iso" else unit


def iso_to_us(text: str) -> tuple[int, bool]:
    """Return microseconds since the epoch, and whether the text named no zone (then it is UTC).

    Raises `ValueError` for text that is no date.
    """
    plain = text.strip().upper().replace(",", ".")
    if plain.endswith("UTC"):
        plain = f"{plain[:-3].rstrip()}Z"
    moment = datetime.fromisoformat(plain)
    is_naive = moment.tzinfo is None
    if is_naive:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1), is_naive
