"""A statement as the document of the command line: amounts are text, with all of their digits."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.inventory import Holding
from cts_console.statement.model import (
    AuditSummary,
    FeeLine,
    PositionCheck,
    PositionLine,
    QuoteTotal,
    Remark,
    SealCheck,
    Statement,
    SymbolLine,
)
from cts_console.statement.numbers import EXACT, ZERO, decimal_text, share

Document = dict[str, Any]

_ONE: Final = Decimal(1)


def statement_document(statement: Statement) -> Document:
    """Return the document of `statement`."""
    period = statement.period
    return {
        "database": str(statement.database),
        "made_at": _instant(statement.made_at_ms),
        "period": {
            "from": period.told(period.start_ms),
            "to": period.told(period.end_ms),
            "from_at": _instant(period.start_ms),
            "to_at": _instant(period.end_ms),
            "time_zone": period.zone,
        },
        "method": statement.method,
        "complete": statement.is_complete,
        "assumptions": list(statement.assumptions),
        "exceptions": [_remark(remark) for remark in statement.remarks],
        "audit": None if statement.audit is None else _audit(statement.audit),
        "audit_error": statement.audit_error or None,
        "seal": [_seal(check) for check in statement.seals] or None,
        "notes": list(statement.notes),
        "trades": statement.trades,
        "totals": [_fields(total) for total in statement.totals],
        "symbols": [_fields(line) for line in statement.symbols],
        "fees": [_fee(line) for line in statement.fees],
        "positions": [_position(line) for line in statement.positions],
        "position_check": _fields(statement.check),
    }


def _fields(line: SymbolLine | QuoteTotal | PositionCheck) -> Document:
    return {field.name: _value(getattr(line, field.name)) for field in fields(line)}


def _value(value: Decimal | SqliteValue) -> Any:
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value.hex() if isinstance(value, bytes) else value


def _fee(line: FeeLine) -> Document:
    return {
        "currency": line.currency,
        "treatment": line.treatment.replace(" ", "_"),
        "trades": line.trades,
        "amount": decimal_text(line.amount),
        "counted": {quote: decimal_text(amount) for quote, amount in line.in_quote},
    }


def _position(line: PositionLine) -> Document:
    return {
        "connection": line.connection,
        "symbol": line.symbol,
        "book": line.book,
        "opening": _holding(line.opening),
        "closing": _holding(line.closing),
    }


def _holding(holding: Holding) -> Document:
    held = EXACT.abs(holding.quantity)
    return {
        "quantity": decimal_text(holding.quantity),
        "cost": decimal_text(holding.value),
        "average": None if held == ZERO else decimal_text(share(holding.value, _ONE, held)),
    }


def _audit(audit: AuditSummary) -> Document:
    return {
        "started_at": audit.started_at,
        "profile": audit.profile,
        "summary": audit.summary,
        "not_checked": [
            {"outcome": each.outcome, "reason": each.reason, "rules": list(each.rules)}
            for each in audit.not_checked
        ],
        "is_older_than_trades": audit.is_older,
    }


def _seal(check: SealCheck) -> Document:
    return {
        "table": check.table,
        "state": check.state,
        "reason": check.reason,
        "root": check.root,
        "made_at": None if check.made_at_ms is None else _instant(check.made_at_ms),
        "rows": check.rows,
        "blocks": check.blocks,
        "blocks_differing": check.blocks_differing,
        "differing": list(check.differing),
        "missing": list(check.missing),
        "what": check.what,
        "rows_after_seal": check.rows_after,
        "of_period_after_seal": check.of_period_after,
        "columns_left_out": list(check.columns_left_out),
    }


def _remark(remark: Remark) -> Document:
    return {
        "kind": remark.kind,
        "text": remark.text,
        "makes_incomplete": remark.is_incomplete,
        "trades": remark.trades,
        "of_period": remark.of_period,
        "ids": [_value(trade) for trade in remark.ids],
    }


def _instant(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
