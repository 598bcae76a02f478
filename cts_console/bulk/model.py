"""What bulk operations are asked for and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, get_args

from cts_console.errors import CtsError, ErrorCode

Operation = Literal["insert", "upsert", "update", "delete"]
OnConflict = Literal["abort", "ignore", "replace"]
StrategyName = Literal["auto", "rows", "many_rows", "deferred_indexes", "sorted"]
Mode = Literal["whole", "chunks", "slices"]

ON_CONFLICT: Final[tuple[OnConflict, ...]] = get_args(OnConflict)
STRATEGIES: Final[tuple[StrategyName, ...]] = get_args(StrategyName)


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that the database refused."""

    row: int
    """Its number in the input, from 1."""
    values: tuple[Any, ...]
    """What it held; values of columns named like secrets are not among them."""
    reason: str
    """The constraint, as SQLite names it."""


class RejectSink(Protocol):
    """Whatever takes refused rows: a list, or a file that writes them down."""

    def append(self, rejection: Rejection, /) -> object:
        """Take one."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What one bulk operation did."""

    operation: Operation
    """What was asked for."""
    table: str
    """The table, as the schema spells it."""
    rows_requested: int
    """Rows that were read from the input, or that the condition chose."""
    rows_written: int
    """Rows that are in the table because of it, changed or gone; what triggers did not counted."""
    rows_rejected: int
    """Rows that a constraint refused and `rejects` took."""
    batches: int
    """Chunks in which they were written."""
    duration_s: float
    """How long it took, COMMIT included."""
    rows_per_s: float
    """Rows written per second of that time."""
    strategy: str
    """How they were written: one of `STRATEGIES`, or `statement`."""
    reason: str
    """Why so, in one sentence."""
    mode: Mode
    """`whole`: one transaction. `chunks`: a transaction per chunk, because `atomic=False`.
    `slices`: beside others, checked first and then brought over in short transactions."""
    indexes_deferred: tuple[str, ...]
    """Indexes that were dropped and built again in the same transaction."""
    committed_through: int
    """The number of the last input row that is safely committed together with all before it."""
    batch_seconds: tuple[float, ...]
    """How long each chunk took; of slices, for how long each held the write lock."""
    batch_id: str | None = None
    """In slices, the batch, by which all of it can be taken back."""


class BulkError(CtsError):
    """A bulk operation that was stopped or failed; `result` says what is committed all the same.

    Without `atomic=False` that is nothing.
    """

    def __init__(
        self, code: ErrorCode, title: str, message: str, hint: str, result: BulkResult
    ) -> None:
        super().__init__(code, title, message, hint)
        self.result = result

    def __reduce__(self) -> tuple[Any, ...]:
        return (BulkError, (self.code, self.title, self.message, self.hint, self.result))


def usage(title: str, message: str, hint: str = "") -> CtsError:
    """Return the error for something that was asked for wrongly."""
    return CtsError("usage", title, message, hint)
