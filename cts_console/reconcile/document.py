"""A comparison, an import and the kept batches as documents: numbers of trades are exact text."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from cts_console.bulk import BatchInfo
from cts_console.reconcile.model import ImportResult, NewFinding
from cts_console.transfer.trades import ComparedTrade, Comparison, Difference

Document = dict[str, Any]


def reconcile_document(comparison: Comparison, result: ImportResult | None = None) -> Document:
    """Return the document of `reconcile`; `result` is that of an import."""
    return {
        "database": str(comparison.database),
        "file": str(comparison.file),
        "format": comparison.format,
        "connection": asdict(comparison.account),
        "lines": comparison.lines,
        "from_at": _instant(comparison.since_ms),
        "to_at": _instant(comparison.until_ms),
        "equal": comparison.is_equal,
        "shift_ms": comparison.shift_ms,
        "same": comparison.same,
        "repeated": comparison.repeated,
        "only_in_file": {
            "total": comparison.only_in_file.total,
            "trades": [_trade("line", each) for each in comparison.only_in_file.shown],
        },
        "only_in_database": {
            "total": comparison.only_in_database.total,
            "trades": [_trade("id", each) for each in comparison.only_in_database.shown],
        },
        "different": {
            "total": comparison.different.total,
            "trades": [_difference(each) for each in comparison.different.shown],
        },
        "unreadable": {
            "total": comparison.unreadable.total,
            "lines": [asdict(each) for each in comparison.unreadable.shown],
        },
        "unknown_pairs": [
            {"pair": pair, "lines": lines} for pair, lines in comparison.unknown_pairs
        ],
        "notes": [*comparison.notes, *(result.notes if result else ())],
        "import": None if result is None else _import(result),
    }


def batch_document(info: BatchInfo) -> Document:
    """Return one kept batch."""
    return {
        "id": info.id,
        "database": info.order.path,
        "operation": info.order.operation,
        "table": info.order.table,
        "state": info.state,
        "rows": info.rows,
        "rows_written": info.rows_written,
        "started_at": _instant(info.started_at_ms),
        "is_running": info.is_running,
    }


def _import(result: ImportResult) -> Document:
    written = result.written
    return {
        "state": result.state,
        "batch": result.batch_id,
        "trades": written.trades,
        "orders_made": written.orders_made,
        "orders_used": written.orders_used,
        "already_there": written.already_there,
        "refused": [asdict(each) for each in written.refusals],
        "rules_asked": result.rules_asked,
        "new_findings": [_finding(each) for each in result.findings],
        "not_checked": list(result.unchecked),
        "transactions": len(result.slice_seconds),
        "longest_lock_ms": round(max(result.slice_seconds, default=0.0) * 1000, 1),
    }


def _finding(new: NewFinding) -> Document:
    finding = new.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "title": finding.title,
        "detail": finding.detail,
        "recommendation": finding.recommendation,
        "rows": finding.evidence.total,
        "rows_before": new.before,
        "stops": new.stops,
    }


def _trade(where: str, trade: ComparedTrade) -> Document:
    return {
        where: trade.where,
        "pair": trade.pair,
        "side": trade.side,
        "price": trade.price,
        "amount": trade.amount,
        "fee": trade.fee,
        "fee_currency": trade.fee_currency,
        "executed_at": _instant(trade.at_ms),
        "exchange_trade_id": trade.exchange_trade_id,
        "exchange_order_id": trade.exchange_order_id,
    }


def _difference(difference: Difference) -> Document:
    return {
        "fields": list(difference.fields),
        "file": _trade("line", difference.file),
        "database": _trade("id", difference.database),
    }


def _instant(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
