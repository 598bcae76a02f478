"""What stands behind the trades: the last kept audit, and whether the kept seal is still true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from cts_console.audit.seal import (
    Seal,
    TableVerdict,
    compare_seals,
    find_kept_seals,
    key_text,
)
from cts_console.errors import CtsError
from cts_console.progress import ProgressCallback
from cts_console.sqlite import Connection, Row
from cts_console.statement.model import AuditSummary, NotChecked, Remark, SealCheck
from cts_console.statement.period import Period
from cts_console.statement.reading import TradeReader
from cts_console.store import identify, open_store

_MOST_KEYS: Final = 20


def read_last_audit(
    connection: Connection, original: Path, newest_ms: int | None
) -> tuple[AuditSummary | None, str]:
    """Return the last audit that was kept, and why it is not known where it is not.

    `newest_ms` is the time of the newest trade of the period: an audit of before saw not all.
    """
    try:
        identity = identify(connection, original=original)
        with open_store() as store:
            last = store.read_last_audit(identity)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        return None, error.message
    if last is None:
        return None, ""
    return _summary(last.document, newest_ms), ""


def check_seals(
    connection: Connection,
    original: Path,
    reader: TradeReader,
    period: Period,
    on_progress: ProgressCallback,
) -> tuple[SealCheck, ...]:
    """Compare the table of the trades with its kept seal, on the commit that is read anyway.

    Empty where no seal of it is kept. What cannot be measured is unknown, with the reason; only
    `CtsError("cancelled")` is raised.
    """
    known = SealCheck(reader.table, "unknown")
    try:
        kept = find_kept_seals(connection, reader.schema, original)
        seal = next((s for s in kept.seals if s.table.lower() == reader.table.lower()), None)
        origin = kept.origin
        if seal is None or (origin is not None and origin.is_copy):
            return ()
        known = _unmeasured(seal)
        (verdict,) = compare_seals(connection, reader.schema, [seal], on_progress)
        after = None if seal.key_columns else reader.count_after(seal.to_key, period)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        return (replace(known, reason=error.message),)
    check = _measured(known, verdict, after)
    if origin is not None:
        told = f"it was kept for {origin.path}, and is matched by {origin.matched_by}"
        check = replace(check, what=f"{check.what}; {told}" if check.what else told)
    return (check,)


def seal_remarks(checks: Iterable[SealCheck]) -> tuple[Remark, ...]:
    """Return what makes a statement incomplete because rows are not those that were sealed."""
    return tuple(
        Remark(
            kind="differs_from_seal",
            text=(
                f"Table {check.table} differs from its seal: rows were changed or taken away after "
                "they were sealed. What is added up here is the file as it is now."
            ),
            is_incomplete=True,
            trades=None,
            of_period=None,
            ids=(),
        )
        for check in checks
        if check.state == "differs"
    )


def _summary(document: dict[str, Any], newest_ms: int | None) -> AuditSummary:
    # With the reports come their templates: only where there is an audit to tell of.
    from cts_console.audit.report.content import read_unchecked
    from cts_console.audit.report.texts import milliseconds_of

    started_at = document["started_at"]
    return AuditSummary(
        started_at=started_at,
        profile=document["profile"],
        summary=document["summary"],
        not_checked=tuple(
            NotChecked(each.what, each.reason, each.rules) for each in read_unchecked(document)
        ),
        is_older=newest_ms is not None and milliseconds_of(started_at) < newest_ms,
    )


def _unmeasured(seal: Seal) -> SealCheck:
    return SealCheck(
        table=seal.table,
        state="unknown",
        root=seal.root,
        made_at_ms=seal.at_ms,
        rows=seal.rows,
        blocks=len(seal.blocks),
        columns_left_out=seal.left_out,
    )


def _measured(known: SealCheck, verdict: TableVerdict, after: int | None) -> SealCheck:
    return replace(
        known,
        state="as_sealed" if verdict.is_true else "differs",
        blocks_differing=len(verdict.differs) + verdict.more_blocks,
        differing=_first(key for block in verdict.differs for key in block.keys),
        missing=_first(key for block in verdict.differs for key in block.missing),
        what=_what(verdict),
        rows_after=verdict.rows_after_seal,
        of_period_after=after,
    )


def _what(verdict: TableVerdict) -> str:
    if verdict.is_gone:
        return "the table is gone"
    if verdict.columns_gone:
        names = ", ".join(verdict.columns_gone)
        return f"sealed columns are gone ({names}); only the presence of the rows was compared"
    return "the table's CREATE statement was changed" if verdict.schema_changed else ""


def _first(keys: Iterable[Row]) -> tuple[str, ...]:
    return tuple(key_text(key) for key in islice(keys, _MOST_KEYS))
