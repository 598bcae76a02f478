"""How fast a database grows, by the sizes that the console kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.audit.rule import AuditContext, NotCheckedError
from cts_console.errors import CtsError
from cts_console.store import SizeSample, identify, open_store, store_path

DAY_MS: Final = 86_400_000
_SINCE_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of the main file between two kept sizes."""

    first: SizeSample
    """The earlier one."""
    last: SizeSample
    """The later one, at least a day after it."""

    @property
    def days(self) -> float:
        """Days between the two."""
        return (self.last.at_ms - self.first.at_ms) / DAY_MS

    @property
    def bytes_a_day(self) -> float:
        """Bytes that the file grew per day; never less than 0."""
        return (self.last.size_bytes - self.first.size_bytes) / self.days


def read_growth(context: AuditContext) -> Growth:
    """Return how the audited file grew since it last shrank, over at most two months.

    Raises `NotCheckedError` where too few sizes were kept, or they cannot be read.
    """
    try:
        samples = _read_samples(context)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        raise NotCheckedError(f"the sizes kept of this file cannot be read: {error.message}") from (
            error
        )
    growth = measure_growth(samples)
    if growth is None:
        raise NotCheckedError("no sizes of this file were kept over at least a day yet")
    return growth


def measure_growth(samples: Sequence[SizeSample]) -> Growth | None:
    """Return the growth since the file last shrank; None where that spans less than a day.

    `samples` come the oldest first.
    """
    if not samples:
        return None
    first = last = samples[-1]
    for sample in reversed(samples):
        if sample.size_bytes > first.size_bytes:
            break
        first = sample
    return Growth(first, last) if last.at_ms - first.at_ms >= DAY_MS else None


def _read_samples(context: AuditContext) -> list[SizeSample]:
    if not store_path().exists():
        return []
    with open_store() as store:
        since_ms = context.now_ms - _SINCE_DAYS * DAY_MS
        return store.read_size_samples(
            identify(context.connection, original=context.path), since_ms
        )
