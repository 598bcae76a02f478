"""How many rows and bytes each table holds: estimated at once, counted while the slow rules run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cts_console.audit.reading import Part, PartResult, Reading
from cts_console.audit.rule import AuditContext, AuditProfile
from cts_console.schema import RowCount, read_row_counts, read_storage

# Sizes are beside the point of an audit: what is slow stays estimated, or unknown.
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


def merge_sizes(known: Sizes, results: Iterable[PartResult[Sizes]]) -> Sizes:
    """Return `known` with what was measured put over it."""
    counts, weights = dict(known.counts), dict(known.bytes)
    for result in results:
        if result.value is not None:
            counts |= result.value.counts
            weights |= result.value.bytes
    return Sizes(counts, weights)


def _plan(context: AuditContext) -> Sequence[Part[Sizes]]:
    pages = context.header.page_count
    return (
        Part("rows of every table", pages * _COUNT_SHARE, _read_counts),
        Part("bytes of every table and index", pages * _COUNT_SHARE, _read_bytes),
    )


def _read_counts(context: AuditContext) -> Sizes:
    counts = read_row_counts(
        context.connection,
        context.schema,
        exact=True,
        cancel=context.cancel,
        timeout_s=_TIMEOUT_S[context.profile],
    )
    return Sizes(counts)


def _read_bytes(context: AuditContext) -> Sizes:
    weights = read_storage(
        context.connection, cancel=context.cancel, timeout_s=_TIMEOUT_S[context.profile]
    )
    return Sizes(bytes=weights)


SIZES: Final = Reading("sizes", _plan)
