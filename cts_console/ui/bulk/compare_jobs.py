"""What Compare asks the threads to do: compare, rehearse on a private copy, import, tell the rows.

Plain functions for jobs; nothing here knows a widget.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final, Literal, get_args

from cts_console.maintenance import backup_before
from cts_console.reconcile import ImportResult, import_missing
from cts_console.sqlite import Connection
from cts_console.transfer.trades import ComparedTrade, Comparison, Difference, compare_trades
from cts_console.ui.bulk.compare_look import FoundHistory
from cts_console.ui.bulk.import_jobs import check_same
from cts_console.worker import Errand

Group = Literal["only_in_file", "only_in_database", "different", "same", "not_compared"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One trade of the file, of the database, or of both; or a line that is none."""

    number: int
    """Its place: the file's order within its group, and the groups one after the other."""
    group: Group
    """What the comparison says of it."""
    file: ComparedTrade | None = None
    """What the file says; None where it does not have it."""
    database: ComparedTrade | None = None
    """What the database says."""
    fields: tuple[str, ...] = ()
    """What differs."""
    line: int | None = None
    """Where it stands in the file."""
    pair: str = ""
    """Of which pair it is."""
    lines: int = 0
    """Of a pair that cannot be compared: how many lines it has."""
    reason: str = ""
    """Why it is not compared, or would not be imported."""

    @property
    def trade(self) -> ComparedTrade | None:
        """The trade, as the file tells it where it does."""
        return self.file or self.database


@dataclass(frozen=True, slots=True)
class Compared:
    """A history beside the database."""

    history: FoundHistory
    """The file."""
    comparison: Comparison
    """What the core says."""
    rows: tuple[CompareRow, ...]
    """The first trades of each group."""
    counts: Mapping[Group, int]
    """How many trades each group has in all; of what is not compared, how many lines."""
    row_totals: Mapping[Group, int]
    """How many rows each group would have; a pair that is not compared is one for all its lines."""
    at_ms: float
    """When, milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class MissingRun:
    """A rehearsal, or an import of what is missing."""

    compared: Compared
    """The comparison that it made anew."""
    result: ImportResult
    """What the core says."""
    backup: Path | None = None
    """The backup that was made before."""


def compare_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    history: FoundHistory,
    account: int,
) -> Compared:
    """Compare a history with the trades of a connection; the database is only read."""
    check_same(history.file, history.stamp)
    comparison = compare_trades(
        path,
        history.file,
        connection_id=account,
        part=history.part,
        on_progress=errand.on_progress,
        cancel=errand.cancel,
    )
    check_same(history.file, history.stamp)
    return _compared(history, comparison)


def rehearse_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    history: FoundHistory,
    account: int,
) -> MissingRun:
    """Import what is missing into a private copy, and audit that; the database is only read."""
    check_same(history.file, history.stamp)
    result = import_missing(
        path,
        history.file,
        connection_id=account,
        part=history.part,
        dry_run=True,
        on_progress=errand.on_progress,
        cancel=errand.cancel,
    )
    check_same(history.file, history.stamp)
    return MissingRun(_compared(history, result.comparison, result), result)


def import_missing_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    history: FoundHistory,
    account: int,
    backup: bool,
    overrule: bool,
) -> MissingRun:
    """Import what only the file has, as one batch: the very file that was compared."""
    check_same(history.file, history.stamp)
    made = None
    if backup:
        made = backup_before(
            path, "import", on_progress=errand.on_progress, cancel=errand.cancel
        ).output
        errand.cancel.raise_if_cancelled()
    result = import_missing(
        path,
        history.file,
        connection_id=account,
        part=history.part,
        overrule=overrule,
        on_progress=errand.on_progress,
        cancel=errand.cancel,
    )
    return MissingRun(_compared(history, result.comparison, result), result, made)


def _compared(
    history: FoundHistory, comparison: Comparison, result: ImportResult | None = None
) -> Compared:
    refused = {} if result is None else {r.line: r.reason for r in result.written.refusals}
    unreadable, pairs = comparison.unreadable.total, comparison.unknown_pairs
    trades: dict[Group, int] = {
        "only_in_file": comparison.only_in_file.total,
        "only_in_database": comparison.only_in_database.total,
        "different": comparison.different.total,
        "same": comparison.same,
    }
    return Compared(
        history=history,
        comparison=comparison,
        rows=tuple(_rows(comparison, refused)),
        counts={**trades, "not_compared": unreadable + sum(lines for _pair, lines in pairs)},
        row_totals={**trades, "not_compared": unreadable + len(pairs)},
        at_ms=datetime.now(UTC).timestamp() * 1000,
    )


def _rows(comparison: Comparison, refused: Mapping[int, str]) -> Iterator[CompareRow]:
    numbers = count()
    for trade in comparison.only_in_file.shown:
        reason = refused.get(trade.where, "")
        yield CompareRow(
            next(numbers), "only_in_file", trade, None, (), trade.where, trade.pair, reason=reason
        )
    for trade in comparison.only_in_database.shown:
        yield CompareRow(next(numbers), "only_in_database", None, trade, pair=trade.pair)
    pairs: tuple[tuple[Group, tuple[Difference, ...]], ...] = (
        ("different", comparison.different.shown),
        ("same", comparison.same_shown),
    )
    for group, shown in pairs:
        for each in shown:
            yield CompareRow(
                next(numbers),
                group,
                each.file,
                each.database,
                each.fields,
                each.file.where,
                each.file.pair,
            )
    for line in comparison.unreadable.shown:
        yield CompareRow(next(numbers), "not_compared", line=line.line, reason=line.reason)
    for pair, lines in comparison.unknown_pairs:
        yield CompareRow(next(numbers), "not_compared", pair=pair, lines=lines)
