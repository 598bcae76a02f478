"""The statement room: what a period's trades earned, exact, with all that it takes for granted."""

from __future__ import annotations

from cts_console.statement.document import statement_document
from cts_console.statement.inventory import Holding, Inventory, Method, Move
from cts_console.statement.ledger import Ledger, Terms
from cts_console.statement.model import Entry, Market, Rate, Statement, TradeRow
from cts_console.statement.numbers import decimal_text, read_amount, rounded_text
from cts_console.statement.period import Period, read_period
from cts_console.statement.run import Order, make_statement, read_order

__all__ = [
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
    "Statement",
    "Terms",
    "TradeRow",
    "decimal_text",
    "make_statement",
    "read_amount",
    "read_order",
    "read_period",
    "rounded_text",
    "statement_document",
]
