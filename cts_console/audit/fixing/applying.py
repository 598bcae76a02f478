"""The steps of a fix on the open file: all of them or none, wherever SQLite allows that."""

from __future__ import annotations

import time
from collections.abc import Callable

from cts_console.audit.fixing.gate import analysis_limit, list_analyses
from cts_console.audit.fixing.model import FixPlan, FixStep, Passage, StepKind
from cts_console.audit.fixing.planning import read_mark
from cts_console.errors import CtsError
from cts_console.maintenance import give_pages_back, give_way
from cts_console.maintenance.disk import check_free_space
from cts_console.pragmas import find_pragma, set_pragma
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.sqlite import Connection, classify, quote_identifier, transaction

WaitCallback = Callable[[float], None]


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
    what the statements raise. A `whole` passage then left nothing behind, `slices` a sound file in
    which a part is done.
    """
    if passage == "no_transaction":
        _apply_one_by_one(connection, plan, on_progress, on_wait, cancel)
    elif passage == "slices":
        _apply_in_slices(connection, plan, on_progress)
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


def _apply_in_slices(connection: Connection, plan: FixPlan, on_progress: ProgressCallback) -> None:
    with transaction(connection):
        check_unchanged(connection, plan)
    if any(step.kind == "incremental_vacuum" for step in plan.steps):
        give_pages_back(connection, alone=False, on_progress=on_progress)
        return
    limit = analysis_limit(plan.steps)
    connection.execute(f"PRAGMA analysis_limit = {limit}")
    analyses = list_analyses(connection, limit)
    for done, one in enumerate(analyses):
        on_progress(Progress(done, len(analyses), "tables and indexes", one.name))
        started_s = time.perf_counter()
        connection.execute(f"ANALYZE main.{quote_identifier(one.name)}")
        give_way(time.perf_counter() - started_s)


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
    for done, step in enumerate(plan.steps):
        on_progress(Progress(done, len(plan.steps), "steps", step.sql))
        if step.kind == "set_pragma" and "vacuum" not in kinds:
            set_pragma(connection, step.name, step.value, cancel=cancel, on_wait=on_wait)
        else:
            # A setting in front of a VACUUM is read back behind it.
            connection.execute_foreign(step.sql)
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
