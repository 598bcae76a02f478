"""Run a fix: behind the write gate and a verified backup, and with a second look afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cts_console.audit.document import audit_document
from cts_console.audit.fixing.applying import PartlyDoneError, apply_steps, check_unchanged
from cts_console.audit.fixing.gate import pass_fix_gate
from cts_console.audit.fixing.keeping import FixKeeper
from cts_console.audit.fixing.model import FixOutcome, FixPlan, FixResult
from cts_console.audit.fixing.planning import ask_rule
from cts_console.audit.history import answered_rules
from cts_console.errors import CtsError
from cts_console.maintenance import backup_before
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import open_database, resolve_database_path
from cts_console.store import DatabaseIdentity, identify


def run_fix(
    path: str | os.PathLike[str],
    plan: FixPlan,
    *,
    backup: bool = True,
    overrule: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> FixResult:
    """Apply `plan` to its file at `path`, ask the rule again, and keep both in the history.

    The backup is made first and must verify, unless it is declined. The history says that the fix
    begins before the file is changed, and what came of it afterwards. Until the steps are committed
    a stop or failure leaves the file as it was; a stop during the second look leaves the outcome
    `unknown`. Beside others `incremental_vacuum` goes on in slices: the pages that were given back
    before a stop stay so, and the error and the history count them.

    Raises `CtsError`: foreign_file where the plan is only exported; usage where the file is not the
    one of the plan any more; locked where the gate refuses or another process keeps the lock;
    damaged where the backup cannot be trusted; disk_full, read_only, no_permission, cancelled.
    """
    started_s = time.perf_counter()
    _refuse_export_only(plan)
    resolved = resolve_database_path(path)
    with FixKeeper(plan) as keeper:
        saved = _change(
            resolved,
            plan,
            keeper,
            backup=backup,
            overrule=overrule,
            on_progress=on_progress,
            cancel=cancel,
        )
        outcome, note, answer = _look_again(resolved, plan, on_progress, cancel)
        kept = keeper.finish(outcome, note)
    duration_ms = (time.perf_counter() - started_s) * 1000
    return FixResult(plan, keeper.at_ms, duration_ms, saved, outcome, note, answer, kept)


def _change(
    path: Path,
    plan: FixPlan,
    keeper: FixKeeper,
    *,
    backup: bool,
    overrule: bool,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> Path | None:
    """Pass the gate, back up, run the steps; return where the backup is."""
    sampler = ProgressSampler(on_progress)

    def on_wait(waited_s: float) -> None:
        note = f"another process holds the lock, waiting ({waited_s:.0f} s)"
        sampler.report(Progress(0, None, "", note))

    saved: Path | None = None
    with (
        open_database(path, "read_write", cancel=cancel) as connection,
        connection.guard(cancel=cancel, on_wait=on_wait),
    ):
        check_unchanged(connection, plan)
        identity = identify(connection, original=path)
        pass_fix_gate(connection, plan.steps, rule=plan.rule, overrule=overrule)
        if backup:
            saved = _back_up(path, plan, on_progress, cancel)
        with _telling_of(saved):
            # A backup takes its time: somebody may have opened the file meanwhile.
            _, passage = pass_fix_gate(connection, plan.steps, rule=plan.rule, overrule=overrule)
            with _keeping(keeper, identity, saved):
                apply_steps(
                    connection,
                    plan,
                    passage,
                    on_progress=sampler.report,
                    on_wait=on_wait,
                    cancel=cancel,
                )
    return saved


def _refuse_export_only(plan: FixPlan) -> None:
    if plan.export_reason:
        raise CtsError(
            "foreign_file",
            "Not a CTS database",
            f"{plan.path}: {plan.export_reason}",
            "Save the fix as SQL, and give it to whoever looks after that program.",
        )


def _back_up(
    path: Path,
    plan: FixPlan,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> Path:
    label = f"fix-{plan.rule.lower()}"
    made = backup_before(path, label, on_progress=on_progress, cancel=cancel)
    if not made.verified:
        raise CtsError(
            "damaged",
            "The backup cannot be trusted",
            f"{made.output} is as damaged as {path} itself: {'; '.join(made.integrity[:3])}. "
            "Nothing was fixed.",
            "Look after the damage first.",
        )
    return made.output


@contextmanager
def _telling_of(backup: Path | None) -> Iterator[None]:
    """Say in a failure of the block that the backup is there."""
    try:
        yield
    except CtsError as error:
        if backup is None:
            raise
        told = f"{error.message} The backup made before it is {backup}."
        raise CtsError(error.code, error.title, told, error.hint) from error


@contextmanager
def _keeping(keeper: FixKeeper, identity: DatabaseIdentity, backup: Path | None) -> Iterator[None]:
    """Keep in the history that the block is about to change the file, and whether it did."""
    keeper.begin(identity, backup)
    try:
        yield
    except PartlyDoneError as error:
        keeper.finish("partly", error.told)
        raise
    except CtsError:
        keeper.forget()
        raise
    keeper.done()


def _look_again(
    path: Path,
    plan: FixPlan,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> tuple[FixOutcome, str | None, dict[str, object] | None]:
    """Ask the rule of the finding; whatever keeps it from answering, the fix itself stands."""
    try:
        result = ask_rule(path, plan.rule, on_progress=on_progress, cancel=cancel)
    except CtsError as error:
        return "unknown", error.message, None
    document = audit_document(result)
    if any(finding.fingerprint == plan.fingerprint for finding in result.findings):
        return "still_there", None, document
    if plan.rule in answered_rules(document):
        return "fixed", None, document
    check = next(check for check in result.checks if check.rule == plan.rule)
    return "unknown", check.note or check.status, document
