"""How many rows and bytes each table holds: estimated at once, counted while the slow rules run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cts_console.audit.reading import Part, PartResult, Reading
from cts_console.audit.rule import AuditContext, AuditProfile
from cts_console.audit.weights import Weights
from cts_console.schema import RowCount, read_row_counts

# Counts are beside the point of an audit: what is slow stays estimated.
_TIMEOUT_S: Final[dict[AuditProfile, float]] = {"quick": 0.0, "standard": 5.0, "deep": 60.0}
_COUNT_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is known of the sizes."""

    counts: dict[str, RowCount] = field(default_factory=dict)
    """Rows by table."""
    bytes: dict[str, int] = field(default_factory=dict)
    """Bytes by table and index."""

    def count(self, table: str) -> RowCount:
        """Return the rows of a table."""
        return self.counts.get(table, RowCount(None, estimated=False))


def estimate_sizes(context: AuditContext) -> Sizes:
    """Return estimates that read no table. Raises `CtsError`: cancelled, locked, damaged."""
    counts = read_row_counts(context.connection, context.schema, exact=False, cancel=context.cancel)
    return Sizes(counts)


def merge_sizes(
    known: Sizes, counts: Iterable[PartResult[dict[str, RowCount]]], weights: Weights | None
) -> Sizes:
    """Return `known` with what was counted and weighed put over it."""
    counted = dict(known.counts)
    for result in counts:
        counted |= result.value or {}
    return Sizes(counted, {name: weight.bytes for name, weight in (weights or {}).items()})


def _plan(context: AuditContext) -> Sequence[Part[dict[str, RowCount]]]:
    return (Part("rows of every table", context.header.page_count * _COUNT_SHARE, _read_counts),)


def _read_counts(context: AuditContext) -> dict[str, RowCount]:
    return read_row_counts(
        context.connection,
        context.schema,
        exact=True,
        cancel=context.cancel,
        timeout_s=_TIMEOUT_S[context.profile],
    )


COUNTS: Final = Reading("row counts", _plan)
