"""Price or amount of zero or less.

What it finds: in the tables of orders, trades, positions and market data, prices and traded
amounts that are not above zero, and volumes, filled and remaining amounts that are below zero.

Why a trader cares: a price of zero makes a position look worthless and a loss total; an amount of
zero divides by zero; a negative amount turns a buy into a sell in every sum.

What to do: compare the rows with the exchange. A zero usually stands for an answer that did not
come, and belongs in the column as NULL.

Tolerance and false positives: profits, fees, funding, spreads and stops may be negative and are not
asked, nor is any table that is not known as trading data: an invoice may be free. A market order
may have a price of 0, and so may an average before the first fill. Files that keep numbers times
10^6 cut smaller ones to 0: there only less than 0 is reported. Amounts kept as text are not
checked. Tables of over a million rows are read by a deep audit alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.census import (
    CENSUS,
    ColumnCensus,
    asked,
    count_where,
    raise_for,
    sample,
)
from cts_console.audit.census.amounts import AMOUNTS, FILLED, NEGATIVE, not_positive
from cts_console.audit.census.inquiry import LEAST
from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import counted


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per column."""
    columns, left_out = asked(context, AMOUNTS)
    for column in columns:
        if column.count(FILLED):
            left_out.append(f"{column.name}: kept as text")
        least = column.number(LEAST)
        condition = not_positive(column.subject, column.column)
        if condition is None or least is None or least > 0:
            continue
        if condition == NEGATIVE and least == 0:
            continue
        total = count_where(context, column, condition)
        if total:
            yield _finding(context, column, condition, total, least)
    raise_for(left_out)


def _finding(
    context: AuditContext, column: ColumnCensus, condition: str, total: int, least: float
) -> Finding:
    evidence, sql = sample(context, column, condition, total)
    words = "less than zero" if condition == NEGATIVE else "zero or less"
    return RULE.finding(
        object=column.name,
        table=column.subject.table.name,
        cause="too small a value",
        title=f"{counted(total, 'row')} with {words} in {column.name}",
        detail=(
            f"The least is {least:g}. No price, amount or volume of a market can be so: values, "
            "profits and sizes computed from these rows are wrong."
        ),
        recommendation=(
            "Compare the rows with the exchange, and correct them with the program that owns the "
            "file. Where nothing was known, it should write NULL."
        ),
        evidence=evidence,
        sql=sql,
    )


RULE = Rule(
    id="GEN-04",
    title="Price or amount of zero or less",
    category="generic",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CENSUS,),
)
