"""Update and delete: rows that a condition chooses, or rows named by their primary key."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cts_console.bulk.choice import Options
from cts_console.bulk.model import BulkError, BulkResult, Operation, RejectSink, usage
from cts_console.bulk.record import record_operation
from cts_console.bulk.removal import delete_rows
from cts_console.bulk.rows import RowSource
from cts_console.bulk.run import BulkRun
from cts_console.bulk.statements import KeyedUpdate, condition_sql
from cts_console.bulk.target import Target, estimate_row_s, read_target, target_transaction
from cts_console.errors import CtsError
from cts_console.maintenance import pass_gate
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import (
    Connection,
    SqliteValue,
    quote_identifier,
)
from cts_console.sqlite.inspection import read_foreign_rows

Parameters = Sequence[SqliteValue] | Mapping[str, SqliteValue]
_RESERVED = "cts_set_"


def update_batch(  # noqa: PLR0913 - the contract of interfaces.md
    connection: Connection,
    table: str,
    changes: Mapping[str, SqliteValue] | Iterable[Any],
    *,
    where: str | None = None,
    parameters: Parameters = (),
    columns: Sequence[str] | None = None,
    chunk_rows: int = 10_000,
    atomic: bool = True,
    rejects: RejectSink | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
    overrule: bool = False,
) -> BulkResult:
    """Set the columns of one mapping `changes` in the rows that `where` chooses.

    Or, with `changes` as rows and without `where`: each row names its primary key and the columns
    that are set, all rows the same ones; a key that is not there changes nothing and is not counted
    as written. `where` is an SQL condition with `parameters` as its bindings; every row needs
    `where="1"`.

    Raises `BulkError` as `insert_batch` does, and `CtsError("usage")` for a condition that does not
    compile, before anything is changed.
    """
    if isinstance(changes, Mapping):
        target = read_target(connection, table, tuple(changes))
        marks, bound = _set_marks(target.columns, parameters)
        values = tuple(zip(bound, changes.values(), strict=True))
        head = f"UPDATE OR ABORT main.{quote_identifier(target.table.name)} SET " + ", ".join(
            f"{quote_identifier(name)} = {mark}"
            for name, mark in zip(target.columns, marks, strict=True)
        )
        step = _Step(connection, "update", target, head, where, parameters, values, overrule)
        return step.run(atomic=atomic, cancel=cancel)
    if where is not None:
        raise usage(
            "A condition for rows with keys",
            "Rows that name their primary key need no condition.",
            "Leave out `where`, or give one mapping of changes.",
        )
    source = RowSource(changes, columns)
    target = read_target(connection, table, source.columns)
    options = Options(
        chunk_rows, atomic, "rows", rejects, overrule, counts_input=False, reason="rows by key"
    )
    run = BulkRun(connection, "update", target, KeyedUpdate.of(target), options, None)
    return run.run(source, on_progress, cancel)


def delete_batch(
    connection: Connection,
    table: str,
    *,
    where: str,
    parameters: Parameters = (),
    atomic: bool = True,
    cancel: CancelToken | None = None,
    overrule: bool = False,
) -> BulkResult:
    """Delete the rows of `table` that `where` chooses; every row needs `where="1"`.

    Raises as `update_batch` does. A trigger that guards an append-only table refuses it.
    """
    target = read_target(connection, table, None)
    step = _Step(connection, "delete", target, "", where, parameters, (), overrule)
    return step.run(atomic=atomic, cancel=cancel)


def count_matching(
    connection: Connection, table: str, *, where: str, parameters: Parameters = ()
) -> int:
    """Return how many rows of `table` a condition chooses; changes nothing.

    Raises `CtsError`: usage for a condition that does not compile, and what SQLite reports.
    """
    sql = f"SELECT count(*) FROM main.{quote_identifier(table)}{condition_sql(where)}"
    ((count,),) = read_foreign_rows(connection, sql, parameters)
    return int(str(count))


@dataclass(frozen=True, slots=True)
class _Step:
    """One UPDATE or DELETE by condition."""

    connection: Connection
    operation: Operation
    target: Target
    head: str
    where: str | None
    parameters: Parameters
    values: tuple[tuple[str, SqliteValue], ...]
    overrule: bool

    def run(self, *, atomic: bool, cancel: CancelToken | None) -> BulkResult:
        if not atomic:
            raise usage(
                "Only whole",
                "A change by condition is one statement: it cannot be committed in parts.",
                "Give rows by their primary key, or a condition for each part.",
            )
        condition = condition_sql(self.where)
        started_s, started_ms = time.perf_counter(), time.time_ns() // 1_000_000
        with self.connection.guard(cancel=cancel):
            matching = count_matching(
                self.connection,
                self.target.table.name,
                where=self.where or "",
                parameters=self.parameters,
            )
            scan_s = time.perf_counter() - started_s
            self._pass_gate(matching, scan_s)
            try:
                with target_transaction(self.connection, self.target):
                    written = self._write(condition, matching)
                    result = self._result(matching, written, started_s)
                    record_operation(self.connection, result, started_ms)
            except CtsError as error:
                raise BulkError(
                    error.code,
                    error.title,
                    error.message,
                    error.hint,
                    self._result(matching, 0, started_s),
                ) from error
        return replace(result, duration_s=time.perf_counter() - started_s)

    def _write(self, condition: str, matching: int) -> int:
        if self.operation == "delete":
            return delete_rows(self.connection, self.target, condition, self.parameters, matching)
        self.connection.execute_foreign(self.head + condition, self._bindings())
        return self.connection.changes

    def _bindings(self) -> Parameters:
        if isinstance(self.parameters, Mapping):
            return {**self.parameters, **dict(self.values)}
        return (*(value for _, value in self.values), *self.parameters)

    def _pass_gate(self, matching: int, scan_s: float) -> None:
        if self.connection.in_transaction:
            return
        # Finding the rows holds the lock as well; it was just measured.
        pass_gate(
            self.connection,
            what=f"To {self.operation} {matching:,} rows of {self.target.table.name}",
            estimated_hold_s=scan_s + matching * 2 * estimate_row_s(self.target),
            overrule=self.overrule,
        )

    def _result(self, matching: int, written: int, started_s: float) -> BulkResult:
        duration_s = time.perf_counter() - started_s
        return BulkResult(
            operation=self.operation,
            table=self.target.table.name,
            rows_requested=matching,
            rows_written=written,
            rows_rejected=0,
            batches=1,
            duration_s=duration_s,
            rows_per_s=written / duration_s if duration_s else 0.0,
            strategy="statement",
            reason="one statement changes what the condition chooses",
            mode="whole",
            indexes_deferred=(),
            committed_through=written,
            batch_seconds=(duration_s,),
        )


def _set_marks(names: Sequence[str], parameters: Parameters) -> tuple[list[str], list[str]]:
    """Return a mark and a binding's name for each new value, in the manner of `parameters`."""
    bound = [f"{_RESERVED}{number}" for number in range(len(names))]
    if isinstance(parameters, Mapping):
        return [f":{name}" for name in bound], bound
    return ["?"] * len(names), bound
