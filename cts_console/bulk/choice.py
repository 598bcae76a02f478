"""How rows are written: chosen from the table and the batch, and again while they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cts_console.bulk.deferral import Deferral
from cts_console.bulk.model import Operation, RejectSink, StrategyName, usage
from cts_console.bulk.sorting import FEWEST_ROWS, SortKey, has_room
from cts_console.bulk.target import Target
from cts_console.bulk.writing import MANY_VALUES

# So many rows are read before the choice where nobody knows how many there are.
AHEAD_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Options:
    """How the caller wants it."""

    chunk_rows: int
    """Rows between two looks at progress; with `atomic=False`, of a transaction."""
    atomic: bool
    """Whether everything is one transaction."""
    strategy: StrategyName
    """How rows are written; `auto` leaves the choice to the run."""
    rejects: RejectSink | None
    """Takes refused rows."""
    overrule: bool
    """Whether a person ordered it in spite of the gate."""
    counts_input: bool
    """Whether each row of the input that is not refused counts as written."""
    reason: str = "as ordered"
    """Why, where the strategy is not left to the run."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How rows are written from now on."""

    strategy: StrategyName
    """One of `STRATEGIES`, not `auto`."""
    reason: str
    """Why so, in one sentence."""
    defers: bool = False
    """Whether the indexes that can be are dropped first."""


class Chooser:
    """Makes the choice for one operation on one table."""

    def __init__(
        self,
        operation: Operation,
        target: Target,
        options: Options,
        deferral: Deferral,
        sort_key: SortKey | str,
    ) -> None:
        self._operation = operation
        self._target = target
        self._options = options
        self._deferral = deferral
        self._sort_key = sort_key
        self._next_look = 2 * AHEAD_ROWS

    def first(self, ahead: int, *, is_all: bool) -> Choice:
        """Return the choice for `ahead` rows, or more unless that `is_all`.

        Raises `CtsError("usage")` where rows are to be sorted that must come as they are.
        """
        wanted = self._options.strategy
        if wanted == "auto":
            return self._freely(ahead, is_all=is_all)
        defers = wanted == "deferred_indexes"
        if wanted == "sorted":
            self._check_sortable()
            defers = self._deferral.is_worth_it(ahead)
        return Choice(wanted, self._options.reason, defers)

    def _freely(self, ahead: int, *, is_all: bool) -> Choice:
        table = self._target.table
        if self._target.has_triggers:
            return Choice("rows", f"triggers of {table.name} run row by row")
        if not any(index.origin != "pk" for index in table.indexes):
            return Choice("many_rows", f"{table.name} has no secondary index")
        if self._options.atomic and self._deferral.is_worth_it(ahead):
            rows = f"{ahead:,}" if is_all else f"at least {ahead:,}"
            reason = f"{rows} rows are many beside those that {table.name} holds"
            return Choice("deferred_indexes", reason, defers=True)
        return Choice("rows", f"{ahead:,} rows are few beside those that {table.name} holds")

    def _check_sortable(self) -> None:
        why = self._sort_key if isinstance(self._sort_key, str) else ""
        if not self._options.atomic:
            why = "rows are sorted within one transaction, and atomic=False makes many"
        if why:
            raise usage(
                "The rows must come as they are",
                f"{why[0].upper()}{why[1:]}.",
                "Leave the choice of strategy to the console.",
            )

    def group(self, choice: Choice) -> int:
        """Return how many rows go into a statement.

        Many where no index is kept up beside them and rows follow each other: of one statement
        SQLite keeps every page that it changes until it ends.
        """
        if self._target.has_triggers or choice.strategy in ("rows", "sorted"):
            return 1
        return max(1, MANY_VALUES // len(self._target.columns))

    def in_no_order(self, choice: Choice) -> Choice:
        """Return the choice after the first rows came in no order of their key."""
        if self._options.strategy == "auto" and choice.strategy == "many_rows":
            return Choice("rows", "the rows come in no order of their key")
        return choice

    def outgrown(self, choice: Choice, read: int, total: int | None) -> Choice:
        """Return the choice after rows in no order have filled the cache with their pages."""
        if (
            self._options.strategy != "auto"
            or isinstance(self._sort_key, str)
            or self._operation == "update"
            or (total is not None and total - read < FEWEST_ROWS)
            or not has_room()
        ):
            return choice
        return Choice(
            "sorted",
            f"the first {read:,} rows, in no order of their key, met more pages of "
            f"{self._target.table.name} than the cache holds",
        )

    def later(self, choice: Choice, read: int, written: int) -> Choice:
        """Return the choice where a stream turns out to be long: the indexes go after all."""
        if (
            self._options.strategy != "auto"
            or choice.strategy != "rows"
            or self._operation == "update"
            or read < self._next_look
        ):
            return choice
        # At each doubling: the question costs as much as reading so many rows.
        self._next_look = 2 * read
        if not self._deferral.is_worth_it(read, written=written):
            return choice
        reason = f"{read:,} rows have come, many beside those that were there"
        return Choice("deferred_indexes", reason, defers=True)
