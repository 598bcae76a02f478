"""`audit fix`: what would end a finding, applied behind a backup, or saved as SQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption, OverruleOption
from cts_console.cli.stage import (
    FINE,
    NOT_AS_IT_SHOULD_BE,
    Document,
    Outcome,
    Stage,
    run_command,
)
from cts_console.cli.tables import print_line
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console

    from cts_console.audit.fixing import FixPlan

_PASSAGES = {
    "whole": "in one transaction",
    "slices": "in short transactions, so that others can write in between",
    "no_transaction": "outside a transaction, with the file to itself",
}
_OUTCOMES = {
    "fixed": "The rule was asked again: the finding is gone.",
    "still_there": "The rule was asked again: the finding is STILL THERE.",
    "unknown": "Whether it helped is UNKNOWN: {0}",
}


def fix(
    database: DatabaseArgument,
    fingerprint: Annotated[
        str,
        typer.Argument(
            metavar="FINGERPRINT", help="The finding, as `audit` names it.", show_default=False
        ),
    ],
    rule: Annotated[
        str | None, typer.Option("--rule", help="Its rule, where no kept audit knows the finding.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Run the statements; without it they are only shown.")
    ] = False,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Make no verified backup before.")
    ] = False,
    overrule: OverruleOption = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Save the statements as a new .sql file.", readable=False),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Ask a finding's rule again and show what would end it; with --apply, run that.

    Only what is safe is offered: dropping or making an index, view or trigger, ANALYZE, settings,
    VACUUM, statistics without an object. Rows of data are never changed. A file of another program
    is not written to: save the statements with --output instead.
    """

    def work(stage: Stage) -> Outcome:
        if apply and output is not None:
            raise CtsError(
                "usage",
                "One at a time",
                "Only one of --apply and --output can be given.",
                "Save the statements first, then apply them.",
            )
        plan = _plan(stage, database, fingerprint, rule)
        if output is not None:
            return _save(plan, output)
        if apply:
            return _apply(stage, plan, backup=not no_backup, overrule=overrule)
        return _preview(plan)

    return run_command(as_json, work, _show)


def _plan(stage: Stage, database: Path, fingerprint: str, rule: str | None) -> FixPlan:
    from cts_console.audit.fixing import plan_fix

    return plan_fix(
        database, fingerprint, rule=rule, on_progress=stage.on_progress, cancel=stage.cancel
    )


def _preview(plan: FixPlan) -> Outcome:
    from cts_console.audit.fixing import plan_document

    return Outcome(plan_document(plan), FINE)


def _save(plan: FixPlan, output: Path) -> Outcome:
    from cts_console.audit.fixing import export_fix, plan_document

    saved = export_fix(plan, output)
    return Outcome(plan_document(plan) | {"output": str(saved)}, FINE)


def _apply(stage: Stage, plan: FixPlan, *, backup: bool, overrule: bool) -> Outcome:
    from cts_console.audit.fixing import result_document, run_fix

    result = run_fix(
        plan.path,
        plan,
        backup=backup,
        overrule=overrule,
        on_progress=stage.on_progress,
        cancel=stage.cancel,
    )
    is_fixed = result.outcome == "fixed"
    return Outcome(result_document(result), FINE if is_fixed else NOT_AS_IT_SHOULD_BE)


def _show(console: Console, document: Document) -> None:
    print_line(console, f"{document['rule']}  {document['title']}")
    for step in document["steps"]:
        for line in step["sql"].splitlines():
            print_line(console, f"  {line}")
    if document["applied"] is not None:
        _show_applied(console, document["applied"])
    elif document["output"] is not None:
        print_line(console, f"Saved as {document['output']}; nothing was changed.")
    else:
        _show_preview(console, document)


def _show_preview(console: Console, document: Document) -> None:
    if document["export_reason"] is not None:
        print_line(console, document["export_reason"])
        print_line(console, "--output FILE.sql saves it. Nothing was changed.")
        return
    hold_s = document["estimated_hold_s"]
    told = "less than 0.1 s" if hold_s < 0.1 else f"about {hold_s:.1f} s"
    print_line(
        console,
        f"It would run {_PASSAGES[document['passage']]}, and others could not write for {told}; "
        f"{document['users']}.",
    )
    if document["refusal"] is not None:
        print_line(console, f"Refused as it is now: {document['refusal']}")
    print_line(
        console,
        f"Nothing was changed. --apply makes a verified backup of {document['backup_bytes']:,} "
        "bytes beside the file, and runs it.",
    )


def _show_applied(console: Console, applied: Document) -> None:
    print_line(
        console,
        f"Backup, verified: {applied['backup']}" if applied["backup"] else "Made no backup.",
    )
    print_line(console, _OUTCOMES[applied["outcome"]].format(applied["note"]))
    error = applied["kept"]["error"]
    if error is not None:
        print_line(console, f"It could not be kept in the history: {error['message']}")
