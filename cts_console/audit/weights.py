"""What every table and index takes of the file, measured once for all rules that ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cts_console.audit.reading import Part, PartResult, Reading
from cts_console.audit.rule import AuditContext, NotCheckedError
from cts_console.schema import Weight, read_weights

Weights = dict[str, Weight]
"""Weight of each table and index by its name."""


def _plan(context: AuditContext) -> Sequence[Part[Weights]]:
    return (
        Part(
            "sizes of tables and indexes",
            context.header.page_count,
            lambda context: read_weights(context.connection),
        ),
    )


WEIGHTS: Final = Reading("storage", _plan)
"""Visits every page (`dbstat`): 0.1 s for 286 MB in the system's cache, much more from a disk."""


def weights_of(context: AuditContext) -> Weights:
    """Return the weights, for a rule that names `WEIGHTS` among its readings.

    Raises `NotCheckedError` where they could not be measured.
    """
    (result,) = context.results(WEIGHTS)
    if result.value is None:
        raise NotCheckedError(f"sizes were not measured: {result.failure}")
    return result.value


def known_weights(readings: Mapping[str, tuple[PartResult[Any], ...]]) -> Weights | None:
    """Return the weights where an audit has measured them, else None."""
    for result in readings.get(WEIGHTS.name, ()):
        value: Weights | None = result.value
        return value
    return None
