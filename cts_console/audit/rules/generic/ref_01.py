"""References to strategies, presets and bots that lead nowhere.

What it finds: an active preset without a strategy; and values of `presets.strategy_id`,
`orders.bot_id` and `indications.preset_id` for which no row exists, where no foreign key watches
over them (INT-02 reports the others).

Why a trader cares: a preset without a strategy does nothing, or falls back to some default. An
order whose bot is gone cannot be credited to anybody's result.

What to do: give the preset a strategy or switch it off. Bring missing rows back, or empty the
references with the program that owns the file.

Tolerance and false positives: an inactive preset may be without a strategy, and an empty reference
leads nowhere on purpose. Where the table that is referred to is not in the file, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.references import is_guarded
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import ask, bound, counted


@dataclass(frozen=True, slots=True)
class _Reference:
    """A column that names a row of another relation."""

    child: str
    """The relation that has it."""
    column: str
    """Its name."""
    parent: str
    """The relation whose `id` it holds."""


_REFERENCES: Final = (
    _Reference("presets", "strategy_id", "strategies"),
    _Reference("orders", "bot_id", "bot_instances"),
    _Reference("indications", "preset_id", "presets"),
)
_NO_STRATEGY: Final = (
    "SELECT id, strategy_id FROM presets WHERE is_active = 1 AND strategy_id IS NULL"
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for presets without a strategy, one per reference that leads nowhere."""
    open_references = [reference for reference in _REFERENCES if _is_open(context, reference)]
    presets = bound(context, "presets")
    if presets is not None and {"id", "strategy_id", "is_active"} <= presets.columns:
        yield from _without_strategy(context)
    elif not open_references:
        raise NotApplicableError("the file has no presets, and no other reference is unguarded")
    for reference in open_references:
        yield from _leading_nowhere(context, reference)


def _is_open(context: AuditContext, reference: _Reference) -> bool:
    """Return whether the file has the reference and no foreign key watches over it."""
    child, parent = bound(context, reference.child), bound(context, reference.parent)
    return (
        child is not None
        and parent is not None
        and {"id", reference.column} <= child.columns
        and "id" in parent.columns
        and not is_guarded(child.table, reference.column, parent.table)
    )


def _without_strategy(context: AuditContext) -> Iterable[Finding]:
    answer = ask(context, _NO_STRATEGY, {"presets": "id strategy_id is_active"}, key="presets")
    if answer.total:
        table = answer.table("presets")
        yield RULE.finding(
            object=f"{table}.strategy_id",
            table=table,
            cause="no strategy",
            title=f"{counted(answer.total, 'active preset')} without a strategy",
            detail=(
                "These presets are active and name no strategy, most probably because it was "
                "deleted. An engine that runs one does nothing, or something by default."
            ),
            recommendation="Give each preset a strategy, or switch it off.",
            evidence=answer.evidence,
            sql=answer.sql,
        )


def _leading_nowhere(context: AuditContext, reference: _Reference) -> Iterable[Finding]:
    column = reference.column
    answer = ask(
        context,
        f"""
        SELECT c.id, c.{column}
        FROM {reference.child} AS c
        LEFT JOIN {reference.parent} AS p ON p.id = c.{column}
        WHERE c.{column} IS NOT NULL AND p.id IS NULL
        """,
        {reference.child: f"id {column}", reference.parent: "id"},
        key=reference.child,
    )
    if answer.total:
        table, parent = answer.table(reference.child), answer.table(reference.parent)
        yield RULE.finding(
            object=f"{table}.{column}",
            table=table,
            cause=f"points to no row of {parent}",
            title=f"{counted(answer.total, 'row')} of {table} whose {column} leads nowhere",
            detail=(
                f"{table}.{column} names rows that {parent} does not have, and no foreign key "
                "prevents it. Queries that join the two leave these rows out without an error."
            ),
            recommendation=(
                f"Bring the rows of {parent} back, or empty {column} with the program that owns "
                "the file."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="REF-01",
    title="Reference to a strategy, preset or bot that is not there",
    category="generic",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
