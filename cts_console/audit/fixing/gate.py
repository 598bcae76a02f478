"""How a fix reaches the file, how long that holds up others, and whether the write gate lets it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.audit.fixing.model import FixStep, Passage
from cts_console.errors import CtsError
from cts_console.maintenance import (
    SLICE_S,
    GatePass,
    estimate_analyze_s,
    estimate_incremental_vacuum_s,
    estimate_index_build_s,
    estimate_index_drop_s,
    estimate_vacuum_s,
    pass_gate,
    read_users,
)
from cts_console.maintenance.optimize import PAGES_PER_STEP
from cts_console.schema import Table, read_schema
from cts_console.sqlite import Connection

_ANALYSIS: Final = frozenset({"limit_analysis", "analyze"})
_VACUUM_STEPS: Final = frozenset({"incremental_vacuum"})


@dataclass(frozen=True, slots=True)
class Analysis:
    """One ANALYZE that stands for itself."""

    name: str
    """A table, or an index."""
    hold_s: float
    """For about how many seconds it would hold the lock."""


def choose_passage(steps: Sequence[FixStep], *, alone: bool) -> Passage:
    """Return how the steps reach the file, alone with it or beside others."""
    if any(step.is_outside for step in steps):
        return "no_transaction"
    kinds = {step.kind for step in steps}
    if not alone and (kinds <= _ANALYSIS or kinds <= _VACUUM_STEPS):
        return "slices"
    return "whole"


def estimate_hold_s(connection: Connection, steps: Sequence[FixStep], passage: Passage) -> float:
    """Return for about how many seconds the longest hold of the write lock would last."""
    if passage != "slices":
        limit = analysis_limit(steps)
        return sum(_estimate_step_s(connection, step, limit) for step in steps)
    if {step.kind for step in steps} <= _VACUUM_STEPS:
        free = connection.read_int("PRAGMA freelist_count")
        return estimate_incremental_vacuum_s(min(free, PAGES_PER_STEP))
    return max((one.hold_s for one in list_analyses(connection, analysis_limit(steps))), default=0)


def list_analyses(connection: Connection, limit: int) -> list[Analysis]:
    """Return what ANALYZE does, table by table; of a table that takes long, index by index."""
    found: list[Analysis] = []
    for table in _analyzed(connection):
        hold_s = estimate_analyze_s(connection, table.name, limit)
        parts = [index.name for index in table.indexes] if hold_s > SLICE_S else []
        share_s = hold_s / (1 + len(table.indexes))
        found += [Analysis(name, share_s) for name in parts] or [Analysis(table.name, hold_s)]
    return found


def analysis_limit(steps: Iterable[FixStep]) -> int:
    """Return the limit that the steps set for ANALYZE; 0 for none."""
    return max((int(step.value) for step in steps if step.kind == "limit_analysis"), default=0)


def pass_fix_gate(
    connection: Connection, steps: Sequence[FixStep], *, rule: str, overrule: bool = False
) -> tuple[GatePass, Passage]:
    """Return leave for the steps, and how they are to reach the file now.

    Raises `CtsError("locked")` as `pass_gate` does, and beside others for what needs the file to
    itself, however short it is.
    """
    alone = read_users(connection.path).alone
    passage = choose_passage(steps, alone=alone)
    leave = pass_gate(
        connection,
        what=f"The fix of {rule}",
        estimated_hold_s=estimate_hold_s(connection, steps, passage),
        overrule=overrule,
    )
    if passage == "no_transaction" and not leave.alone and not overrule:
        told = leave.users.describe()
        raise CtsError(
            "locked",
            "The file is not ours alone",
            f"{'; '.join(step.sql for step in steps)} needs {connection.path} to itself. "
            f"{told[0].upper()}{told[1:]}. Nothing was changed.",
            "Try again when nobody else has it open, or overrule this.",
        )
    return leave, passage


def _estimate_step_s(connection: Connection, step: FixStep, limit: int) -> float:
    match step.kind:
        case "create_index":
            return estimate_index_build_s(connection, step.table)
        case "drop_index":
            table = _table_of(connection, step.name)
            return 0.0 if table is None else estimate_index_drop_s(connection, table)
        case "delete_statistics":
            # A pass over all of its rows, as the build of an index is.
            return estimate_index_build_s(connection, step.name)
        case "analyze":
            names = [table.name for table in _analyzed(connection)]
            return sum(estimate_analyze_s(connection, name, limit) for name in names)
        case "incremental_vacuum":
            return estimate_incremental_vacuum_s(connection.read_int("PRAGMA freelist_count"))
        case "vacuum":
            return estimate_vacuum_s(connection)
    return 0.0


def _table_of(connection: Connection, index: str) -> str | None:
    value = connection.read_value(
        "SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = ? COLLATE NOCASE",
        (index,),
    )
    return None if value is None else str(value)


def _analyzed(connection: Connection) -> list[Table]:
    """Return the tables that ANALYZE looks at and that have an index."""
    return [table for table in read_schema(connection).ordinary_tables() if table.indexes]
