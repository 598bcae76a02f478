"""Content that differs from a seal made earlier.

What it finds: sealed rows that were changed or removed, rows that were put between sealed ones, and
a sealed table or column that is gone. One finding per table, with the block and the keys.

Why a trader cares: an execution or a log entry that was written once must never change. If it does,
somebody rewrote the record, an older backup was restored over it, or the disk lost it.

What to do: compare the named rows with a backup and with the exchange's own record. Where the
change was meant, begin a new seal with `cts-console seal DATABASE TABLE --anew`.

Tolerance and false positives: rows that came after the seal are no difference, nor are columns that
a CTS database fills in later (fee, fee_currency, position_id and realized_pnl of trades), nor row
numbers that VACUUM gave anew. Retention that removes sealed rows is a difference: seal only tables
that keep all of their rows. A file of which no seal is kept has nothing to compare. A file without
an id of its own that was restored as a new file is known again where most of its first sealed rows
are there; the finding then says for which file the seal was kept. A copy is not judged by the seals
of a file that is still there: `cts-console verify-seal` compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.audit.seal import (
    KeptSeals,
    SealDamagedError,
    TableVerdict,
    compare_seals,
    find_kept_seals,
    key_text,
)
from cts_console.audit.trading import counted
from cts_console.errors import CtsError

_COLUMNS: Final = ("block", "key", "what")


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table that differs from its latest seal."""
    kept = _read_seals(context)
    origin, seals = kept.origin, kept.seals
    if not seals:
        raise NotApplicableError("no seal of this file is kept")
    if origin is not None and origin.is_copy:
        raise NotApplicableError(f"no seal of this file is kept. {origin.describe()}")
    try:
        verdicts = compare_seals(context.connection, context.schema, seals, context.on_progress)
    except SealDamagedError as error:
        # Else its code would be taken for damage of the file.
        raise NotCheckedError(error.message) from error
    for verdict in verdicts:
        if not verdict.is_true:
            yield _finding(verdict, "" if origin is None else f" {origin.describe()}")


def _read_seals(context: AuditContext) -> KeptSeals:
    try:
        return find_kept_seals(context.connection, context.schema, context.path)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        raise NotCheckedError(f"the kept seals cannot be read: {error.message}") from error


def _finding(verdict: TableVerdict, whose: str) -> Finding:
    rows = list(_evidence(verdict))
    return RULE.finding(
        object=verdict.table,
        table=verdict.table,
        cause="differs",
        title=f"{verdict.table} is not what was sealed: {_summary(verdict)}",
        detail=(
            f"A seal covers {counted(verdict.sealed_rows, 'row')} of {verdict.table}. What they "
            "hold now is not what they held then: somebody changed or removed them, an older "
            f"backup was restored, or the disk lost them.{whose}"
        ),
        recommendation=(
            "Compare the named rows with a backup and with the exchange's own record. Where the "
            "change was meant, begin a new seal with `cts-console seal --anew`."
        ),
        evidence=Evidence.of(_COLUMNS, rows, len(rows) + verdict.more_blocks),
    )


def _summary(verdict: TableVerdict) -> str:
    if verdict.is_gone:
        return "the table is gone"
    parts = [f"column {name} is gone" for name in verdict.columns_gone[:1]]
    if verdict.differs:
        more = len(verdict.differs) + verdict.more_blocks
        parts.append(f"{counted(more, 'block')}, first block {verdict.differs[0].block}")
    return "; ".join(parts)


def _evidence(verdict: TableVerdict) -> Iterator[tuple[int | None, str, str]]:
    if verdict.is_gone:
        yield None, verdict.table, "the table is gone"
    for name in verdict.columns_gone:
        yield None, name, "the column is gone"
    for difference in verdict.differs:
        for key in difference.keys:
            yield difference.block, key_text(key), "differs"
        for key in difference.missing:
            yield difference.block, key_text(key), "missing"
        if not difference.keys and not difference.missing:
            first, last = key_text(difference.from_key), key_text(difference.to_key)
            yield difference.block, f"{first} to {last}", "differs"


RULE = Rule(
    id="INT-07",
    title="Content that differs from an earlier seal",
    category="integrity",
    severity="critical",
    profile="deep",
    needs=Needs(),
    check=check,
)
