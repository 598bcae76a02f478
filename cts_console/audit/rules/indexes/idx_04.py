"""A query that is known to be asked finds no index and reads or sorts a whole table.

What it finds: a known query whose plan scans a table, sorts in a temporary b-tree or builds an
index for itself each time, although an index that SQLite would use can be created. Known are, of a
CTS database, the queries of its catalogue, and of any file the queries that you add with
`cts-console audit DATABASE --query SQL`.

Why a trader cares: such a query takes the longer the more rows there are. What was quick in the
first week makes an engine late in the third month, and keeps the log from being reset meanwhile.

What to do: weigh what the finding names, the bytes and the microseconds that each insert gets
longer, against how often the query is asked; then create the index, at best while the engine
rests: it holds the write lock until the index is built.

Tolerance and false positives: a table of under 1,000 rows is read as a whole as fast as an index
is, and is never reported. Proposals come from SQLite's own advisor; each was tried on a private
copy of schema and statistics, and only one that SQLite really uses there, and that ends the scan,
the sort or the automatic index, is told. How values are distributed is taken from a sample of 3,000
rows. Another version of SQLite may plan otherwise, and so may a query whose parameters have values
that a partial index is made for. The figures are measured on the sample in memory: in a large file
on a slow disk an insert costs more. A catalogue query whose own index exists is not reported. An
index that runs expressions of the file is never proposed.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.advice import (
    KNOWN_PLANS,
    Advice,
    Advisor,
    Proposal,
    known_plans,
    named_plan,
    shown_sql,
    told,
)
from cts_console.audit.describe import free_index_name, index_terms
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule

_COLUMNS = ("query", "sql", "plan now", "plan with the index", "bytes", "µs per insert")
_MOST_NAMED = 3


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per missing index."""
    plans = known_plans(context)
    advisor = Advisor(context, plans)
    schema = context.schema
    taken = {index.name.lower() for index in schema.indexes} | set(schema.tables_by_name())
    advised = list(advisor.advise())
    names = {
        advice.proposal: free_index_name(advice.proposal.table.name, advice.proposal.columns, taken)
        for advice in advised
    }
    for advice in advised:
        yield _finding(advice, names)
    problems = plans.problems + advisor.problems
    if problems:
        raise NotCheckedError(told(problems))


def _finding(advice: Advice, names: dict[Proposal, str]) -> Finding:
    proposal = advice.proposal
    table, columns = proposal.table.name, ", ".join(proposal.columns)
    first = advice.served[0]
    return RULE.finding(
        object=f"{table}.{columns}",
        table=table,
        cause="no index",
        title=f"No index of {table} on ({columns}) for {_named(advice)}",
        detail=(
            f"Without it SQLite does for {first.planned.query.id}: {'; '.join(first.ended)}. That "
            f"takes the longer the more rows there are. {_price(advice)}"
        ),
        recommendation=_recommendation(advice, names),
        evidence=Evidence.of(_COLUMNS, [_row(advice, number, names) for number in _each(advice)]),
        sql=f"EXPLAIN QUERY PLAN {shown_sql(first.planned.query.sql)}",
        fix_sql=proposal.create_sql(names[proposal]),
        confidence="likely",
    )


def _named(advice: Advice) -> str:
    ids = [served.planned.query.id for served in advice.served]
    more = len(ids) - _MOST_NAMED
    return ", ".join(ids[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _price(advice: Advice) -> str:
    if advice.price is None:
        return f"What the index would cost was not measured: {advice.unpriced}."
    return (
        f"The index would take about {advice.price.size_bytes:,} bytes and make an insert about "
        f"{advice.price.insert_us:.1f} µs longer, measured on {advice.price.sampled_rows:,} rows."
    )


def _recommendation(advice: Advice, names: dict[Proposal, str]) -> str:
    text = "Create the index if the query is asked often, while no engine waits for the write lock."
    together = {p for served in advice.served for p in served.by} - {advice.proposal}
    if together:
        others = ", ".join(sorted(names[proposal] for proposal in together))
        text += f" Only together with {others} does it help every query named here."
    for index in advice.replaces:
        text += (
            f" It begins with the terms of {index.name} ({index_terms(index)}), which can be "
            "dropped afterwards."
        )
    return text


def _each(advice: Advice) -> range:
    return range(len(advice.served))


def _row(
    advice: Advice, number: int, names: dict[Proposal, str]
) -> tuple[str | int | float | None, ...]:
    served, price = advice.served[number], advice.price
    return (
        served.planned.query.id,
        shown_sql(served.planned.query.sql),
        "; ".join(served.planned.today),
        named_plan(served, names),
        None if price is None else price.size_bytes,
        None if price is None else round(price.insert_us, 2),
    )


RULE = Rule(
    id="IDX-04",
    title="Index missing for a known query",
    category="indexes",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(KNOWN_PLANS,),
)
