"""The statement room: what a period's trades earned, exact, with all that it takes for granted."""

from __future__ import annotations

from cts_console.statement.document import statement_document
from cts_console.statement.export import check_papers
from cts_console.statement.inventory import Holding, Inventory, Method, Move
from cts_console.statement.ledger import Ledger, Terms
from cts_console.statement.model import Entry, Market, Rate, SealCheck, Statement, TradeRow
from cts_console.statement.numbers import decimal_text, read_amount, rounded_text
from cts_console.statement.period import Period, read_period
from cts_console.statement.run import (
    ENTRIES_ON_PAPER,
    METHODS,
    Order,
    make_statement,
    read_order,
)
from cts_console.statement.words import (
    DECIMALS_SHOWN,
    audit_lines,
    check_text,
    period_text,
    remark_text,
    seal_lines,
)

__all__ = [
    "DECIMALS_SHOWN",
    "ENTRIES_ON_PAPER",
    "METHODS",
    "Entry",
    "Holding",
    "Inventory",
    "Ledger",
    "Market",
    "Method",
    "Move",
    "Order",
    "Period",
    "Rate",
    "SealCheck",
    "Statement",
    "Terms",
    "TradeRow",
    "audit_lines",
    "check_papers",
    "check_text",
    "decimal_text",
    "make_statement",
    "period_text",
    "read_amount",
    "read_order",
    "read_period",
    "remark_text",
    "rounded_text",
    "seal_lines",
    "statement_document",
]
