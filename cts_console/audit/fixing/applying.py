"""The steps of a fix on the open file: all of them or none, wherever SQLite allows that.

Beside others ANALYZE looks at one table at a time under a short lock and leaves nothing; what it
found is written in one transaction at the end. Free pages are given back some at a time: each step
stays, and there is nothing in them that could be wanted back.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from cts_console.audit.fixing.analysing import analyze_in_slices
from cts_console.audit.fixing.gate import analysis_limit
from cts_console.audit.fixing.model import FixPlan, FixStep, Passage, StepKind
from cts_console.audit.fixing.planning import read_mark
from cts_console.errors import CtsError
from cts_console.maintenance import give_way
from cts_console.maintenance.disk import check_free_space
from cts_console.maintenance.optimize import PAGES_PER_STEP
from cts_console.pragmas import find_pragma, set_pragma
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.sqlite import Connection, classify, transaction

WaitCallback = Callable[[float], None]


class PartlyDoneError(CtsError):
    """A fix ended early, and a part of it stays: `told` says which."""

    def __init__(self, error: CtsError, told: str) -> None:
        super().__init__(
            error.code, error.title, f"{error.message} {told[0].upper()}{told[1:]}.", error.hint
        )
        self.told = told


def apply_steps(
    connection: Connection,
    plan: FixPlan,
    passage: Passage,
    *,
    on_progress: ProgressCallback,
    on_wait: WaitCallback,
    cancel: CancelToken | None,
) -> None:
    """Run the steps of `plan` on its file, outside any transaction of the caller.

    Raises `CtsError`: usage where the file is not the one any more for which the plan was made, and
    what the statements raise. Nothing is then left behind, unless it is a `PartlyDoneError`.
    """
    if passage == "no_transaction":
        _apply_one_by_one(connection, plan, on_progress, on_wait, cancel)
    elif passage == "slices":
        _apply_in_slices(connection, plan, on_progress, cancel)
    else:
        _apply_whole(connection, plan, on_progress)


def check_unchanged(connection: Connection, plan: FixPlan) -> None:
    """Raise `CtsError("usage")` where the schema is not the one for which `plan` was made."""
    if classify(connection) == plan.kind and read_mark(connection) == plan.mark:
        return
    raise CtsError(
        "usage",
        "The database has changed meanwhile",
        f"The schema of {connection.path} is not the one any more for which this fix was planned. "
        "Nothing was changed.",
        "Look at the finding again: it may be gone, or need another fix.",
    )


def _apply_whole(connection: Connection, plan: FixPlan, on_progress: ProgressCallback) -> None:
    for step in plan.steps:
        if step.kind == "limit_analysis":
            connection.execute_foreign(step.sql)
    steps = [step for step in plan.steps if step.kind != "limit_analysis"]
    with transaction(connection):
        check_unchanged(connection, plan)
        for done, step in enumerate(steps):
            on_progress(Progress(done, len(steps), "steps", step.sql))
            connection.execute_foreign(step.sql)
            if step.kind == "set_pragma":
                _check_took(connection, step)


def _apply_in_slices(
    connection: Connection,
    plan: FixPlan,
    on_progress: ProgressCallback,
    cancel: CancelToken | None,
) -> None:
    with transaction(connection):
        check_unchanged(connection, plan)
    if any(step.kind == "incremental_vacuum" for step in plan.steps):
        _give_pages_back(connection, on_progress, cancel)
        return
    limit = analysis_limit(plan.steps)
    found = analyze_in_slices(connection, limit, on_progress=on_progress, cancel=cancel)
    with transaction(connection):
        check_unchanged(connection, plan)
        found.write(connection)


def _give_pages_back(
    connection: Connection, on_progress: ProgressCallback, cancel: CancelToken | None
) -> None:
    given, left = 0, connection.read_int("PRAGMA freelist_count")
    try:
        while left:
            on_progress(Progress(given, given + left, "pages", "giving free pages back"))
            if cancel is not None:  # a short statement ends before an interrupt finds it
                cancel.raise_if_cancelled()
            started_s = time.perf_counter()
            with transaction(connection):
                # Others free pages as well: what this step does is counted under its lock.
                before = connection.read_int("PRAGMA freelist_count")
                connection.execute(f"PRAGMA incremental_vacuum({PAGES_PER_STEP})")
                now = connection.read_int("PRAGMA freelist_count")
            given, left = given + before - now, now
            if now >= before:
                return  # nothing can be given back
            give_way(time.perf_counter() - started_s)
    except CtsError as error:
        if not given:
            raise
        told = (
            f"it ended early: {given:,} free pages were given back and stay so, {left:,} were left "
            "then; applying it again goes on from there"
        )
        raise PartlyDoneError(error, told) from error


def _apply_one_by_one(
    connection: Connection,
    plan: FixPlan,
    on_progress: ProgressCallback,
    on_wait: WaitCallback,
    cancel: CancelToken | None,
) -> None:
    with transaction(connection):
        check_unchanged(connection, plan)
    if any(step.kind == "vacuum" for step in plan.steps):
        _check_space(connection)
    kinds: set[StepKind] = {step.kind for step in plan.steps}
    done = 0
    try:
        for step in plan.steps:
            on_progress(Progress(done, len(plan.steps), "steps", step.sql))
            if step.kind == "set_pragma" and "vacuum" not in kinds:
                set_pragma(connection, step.name, step.value, cancel=cancel, on_wait=on_wait)
            else:
                # A setting in front of a VACUUM is read back behind it.
                connection.execute_foreign(step.sql)
            done += 1
    except CtsError as error:
        if not done:
            raise
        told = f"it ended early: {done} of {len(plan.steps)} statements were run, in their order"
        raise PartlyDoneError(error, told) from error
    for step in plan.steps:
        if step.kind == "set_pragma":
            _check_took(connection, step)


def _check_space(connection: Connection) -> None:
    live_pages = connection.read_int("PRAGMA page_count") - connection.read_int(
        "PRAGMA freelist_count"
    )
    # https://sqlite.org/lang_vacuum.html: up to twice the size of the file.
    needed_bytes = 2 * live_pages * connection.read_int("PRAGMA page_size")
    check_free_space(connection.path.parent, needed_bytes, "VACUUM")


def _check_took(connection: Connection, step: FixStep) -> None:
    pragma = find_pragma(step.name)
    value = pragma.describe(connection.read_value(f"PRAGMA {pragma.name}"))
    if value != pragma.normalize(step.value):
        raise CtsError(
            "usage",
            "The setting did not take",
            f"{connection.path}: SQLite kept {step.name} at {value}, not {step.value}.",
            "This file or its file system does not allow that value.",
        )
