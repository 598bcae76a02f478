"""The events of a trace as CSV (RFC 4180, UTF-8), one line an event."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

from cts_console.statement.numbers import decimal_text
from cts_console.trace.document import compared_text, instant_text
from cts_console.trace.model import Trace
from cts_console.transfer.csv_file import csv_cell, new_csv_file

COLUMNS: Final = (
    "time",
    "time_utc_ms",
    "what",
    "table",
    "key",
    "text",
    "price",
    "amount",
    "fee",
    "fee_currency",
    "quantity",
    "average",
    "gross",
    "pnl",
    "differs",
)
_AMOUNTS: Final = ("quantity", "average", "gross", "pnl")


def write_trace_csv(trace: Trace, target: Path) -> Path:
    """Write the events of `trace` into a new file and return its path.

    Raises `CtsError`: usage where the name is taken or is SQLite's own, not_found, no_permission
    and read_only for its folder, disk_full.
    """
    with new_csv_file(target, COLUMNS) as writer:
        for event in trace.events:
            row = (
                instant_text(event.at_ms),
                event.at_ms,
                event.kind,
                event.table,
                event.key,
                event.text,
                *(_text(value) for value in (event.price, event.amount, event.fee)),
                event.fee_currency,
                *(_text(getattr(event, name)) for name in _AMOUNTS),
                "; ".join(compared_text(each) for each in event.differs),
            )
            writer.writerow([csv_cell(value) for value in row])
    return target.absolute()


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else decimal_text(amount)
