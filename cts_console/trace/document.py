"""A trace as the document of the command line: amounts are text, with all of their digits."""

from __future__ import annotations

import math
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.numbers import decimal_text
from cts_console.trace.model import Compared, OrderHead, PositionHead, Trace, TraceEvent

Document = dict[str, Any]

_TEXT: Final = ("kind", "table", "key_column", "text", "fee_currency")
_AMOUNTS: Final = ("price", "amount", "fee", "quantity", "average", "gross", "pnl")


def trace_document(trace: Trace) -> Document:
    """Return the document of `trace`."""
    first = trace.first_difference
    return {
        "database": str(trace.database),
        "subject": {"kind": trace.subject.kind, "id": plain_key(trace.subject.id)},
        "position": _head(trace.position),
        "order": _head(trace.order),
        "symbol": trace.symbol,
        "quote": trace.quote,
        "agrees": first is None,
        "compared": trace.compared,
        "first_difference": first,
        "is_cut": trace.is_cut,
        "remarks": list(trace.remarks),
        "events": [_event(event) for event in trace.events],
    }


def compared_text(compared: Compared) -> str:
    """Return a comparison as a person reads it: "filled: stored 1.5, computed 1.4"."""
    stored, computed = value_text(compared.stored), value_text(compared.computed)
    return f"{compared.name}: stored {stored}, computed {computed}"


def value_text(value: Decimal | str | None) -> str:
    """Return a stored or computed value with all of its digits; "nothing" for None."""
    if value is None:
        return "nothing"
    return decimal_text(value) if isinstance(value, Decimal) else value


def instant_text(at_ms: int | None) -> str | None:
    """Return milliseconds since the epoch as ISO 8601 in UTC; None stays None."""
    if at_ms is None:
        return None
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain_key(value: SqliteValue) -> str | int | float | None:
    """Return the key of a row as JSON can hold it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _event(event: TraceEvent) -> Document:
    return {
        "at": instant_text(event.at_ms),
        **{name: getattr(event, name) for name in _TEXT},
        "key": plain_key(event.key),
        **{name: _amount(getattr(event, name)) for name in _AMOUNTS},
        "compared": [
            {
                "name": each.name,
                "stored": _value(each.stored),
                "computed": _value(each.computed),
                "differs": each.differs,
            }
            for each in event.compared
        ],
    }


def _head(head: PositionHead | OrderHead | None) -> Document | None:
    if head is None:
        return None
    found: Document = {}
    for each in fields(head):
        value = getattr(head, each.name)
        if each.name.endswith("_at_ms"):
            found[each.name.removesuffix("_ms")] = instant_text(value)
        elif each.name == "id":
            found["id"] = plain_key(value)
        else:
            found[each.name] = _value(value)
    return found


def _value(value: Decimal | str | None) -> str | None:
    return _amount(value) if isinstance(value, Decimal) else value


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)
