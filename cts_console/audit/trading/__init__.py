"""Trading data under one set of names, whoever's database it is.

A rule is written once, in SQL over the relations of the CTS schema (`orders`, `trades`,
`positions`, `market_data` …). `ask` finds the tables that hold them in this file by their columns,
and puts whatever translation they need in front of the query.
"""

from __future__ import annotations

from cts_console.audit.trading.answer import Answer, Bound, ask, bound, counted
from cts_console.audit.trading.relations import SOURCES, Expression, Shape, Source, shape

__all__ = [
    "SOURCES",
    "Answer",
    "Bound",
    "Expression",
    "Shape",
    "Source",
    "ask",
    "bound",
    "counted",
    "shape",
]
