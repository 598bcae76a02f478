"""Trading data under one set of names, whoever's database it is.

A rule is written once, in SQL over the relations of the CTS schema (`orders`, `trades`,
`positions`, `market_data` …). `ask` finds the tables that hold them in this file by their columns,
and puts whatever translation they need in front of the query. `ask_about_filled` is for questions
about how much of an order was filled.
"""

from __future__ import annotations

from cts_console.audit.trading.answer import (
    Answer,
    Bound,
    Pile,
    ask,
    ask_sorted,
    bound,
    counted,
    prepare,
    raise_left_out,
)
from cts_console.audit.trading.filled import (
    AMOUNT_SLACK,
    ask_about_filled,
    filled_confidence,
    is_filled_kept,
    number,
)
from cts_console.audit.trading.limits import LIMITED_ORDERS, check_limits_known
from cts_console.audit.trading.relations import SOURCES, Shape, shape
from cts_console.audit.trading.source import Expression, Source

__all__ = [
    "AMOUNT_SLACK",
    "LIMITED_ORDERS",
    "SOURCES",
    "Answer",
    "Bound",
    "Expression",
    "Pile",
    "Shape",
    "Source",
    "ask",
    "ask_about_filled",
    "ask_sorted",
    "bound",
    "check_limits_known",
    "counted",
    "filled_confidence",
    "is_filled_kept",
    "number",
    "prepare",
    "raise_left_out",
    "shape",
]
