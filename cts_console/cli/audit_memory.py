"""`audit accept` and `audit history`: what the console remembers; `audit fix` is beside them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from cts_console.cli.audit_fix import fix
from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import FINE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import duration_text, print_line, print_table
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console

COMMANDS_NOTE = (
    "audit accept DATABASE FINGERPRINT folds a known finding away; audit fix DATABASE FINGERPRINT "
    "shows or applies what ends one; audit history DATABASE lists the kept audits and fixes. Each "
    "has --help. A file of one of these names is audited as ./accept."
)
_log = logging.getLogger(__name__)
_SEVERITIES = ("critical", "error", "warning", "info", "accepted")
_CHANGES = ("new", "worse", "fixed", "unknown")
_ACCEPTANCE = ("fingerprint", "rule", "object", "reason", "at", "until", "expired")
_FIXES = ("at", "rule", "object", "outcome", "note", "backup")


class AuditCommand(TyperCommand):
    """`audit`, which is a command and has three of its own: `accept`, `fix` and `history`.

    A group could not take a file as its argument.
    """

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Read the words after `audit`; those after a command of its own go to that one."""
        inner = _inner_commands().commands
        if args and args[0] in inner:
            name = f"{info_name} {args[0]}"
            return inner[args[0]].make_context(name, args[1:], parent=parent, **extra)
        return super().make_context(info_name, args, parent=parent, **extra)


def accept(
    database: DatabaseArgument,
    fingerprint: Annotated[
        str | None,
        typer.Argument(
            metavar="FINGERPRINT", help="The finding, as `audit` names it.", show_default=False
        ),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why it is accepted; kept with it.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Its last day (UTC), as 2027-03-31."),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Accept it no longer; it comes back.")
    ] = False,
    list_all: Annotated[bool, typer.Option("--list", help="List what is or was accepted.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Fold a finding away that you know of and live with; it is counted apart and fails nothing."""

    def work(_stage: Stage) -> Outcome:
        from cts_console.audit import (
            accept_finding,
            acceptance_document,
            list_accepted,
            withdraw_acceptance,
        )

        told: Document = {"database": str(database)}
        if list_all:
            rows = [acceptance_document(accepted) for accepted in list_accepted(database)]
            return Outcome(told | {"accepted": rows})
        if fingerprint is None:
            raise CtsError("usage", "No finding", "Missing argument FINGERPRINT.", "Name one.")
        if withdraw:
            withdraw_acceptance(database, fingerprint)
            return Outcome(told | {"withdrawn": fingerprint})
        if reason is None:
            raise CtsError("usage", "No reason", "Missing option --reason.", "Say why.")
        accepted = accept_finding(database, fingerprint, reason=reason, until=until)
        return Outcome(told | {"accepted": [acceptance_document(accepted)]})

    return run_command(as_json, work, _show_accepted)


def history(
    database: DatabaseArgument,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="At most so many, the newest first.")
    ] = 20,
    as_json: JsonOption = False,
) -> int:
    """List the kept audits, each with what changed since the one before it, and the fixes.

    Every audit of the last 90 days is kept (at most 1,000, 64 MB), and of older ones the last of
    each week and profile.
    """

    def work(_stage: Stage) -> Outcome:
        from cts_console.audit import read_history

        return Outcome(read_history(database, limit), FINE)

    return run_command(as_json, work, _show_history)


def list_unsettled_fixes(database: Path, kept: Document) -> list[Document]:
    """Return the fixes of which nobody saw the end.

    Records that could not be read are told by `kept`, and where that comes to light now by the log.
    """
    from cts_console.audit import list_unsettled

    if kept["error"] is not None:
        return []
    try:
        return list_unsettled(database)
    except CtsError as error:
        _log.warning("whether a fix ended in the middle is not known: %s", error.message)
        return []


def print_unsettled(console: Console, fixes: list[Document]) -> None:
    """Say of each fix that nobody saw its end, and how to find out."""
    for row in fixes:
        print_line(console, "")
        print_line(console, f"The fix of {row['rule']} of {row['at']} ({row['title']}):")
        print_line(console, f"  {row['note']}.")


def _inner_commands() -> TyperGroup:
    program = typer.Typer(rich_markup_mode=None)
    program.command("accept")(accept)
    program.command("fix")(fix)
    program.command("history")(history)
    group = typer.main.get_command(program)
    assert isinstance(group, TyperGroup)
    return group


def _show_accepted(console: Console, document: Document) -> None:
    if "withdrawn" in document:
        print_line(console, f"{document['withdrawn']} is accepted no longer")
        return
    rows = document["accepted"]
    if not rows:
        print_line(console, "No finding is accepted")
        return
    print_table(console, _ACCEPTANCE, ([row[name] for name in _ACCEPTANCE] for row in rows))


def _show_history(console: Console, document: Document) -> None:
    audits = document["audits"]
    if not audits:
        print_line(console, f"{document['database']}: no audit is kept")
    else:
        _show_audits(console, audits)
    if document["total"] > len(audits):
        print_line(console, f"{len(audits)} of {document['total']:,} shown; --limit shows more")
    if document["fixes"]:
        print_table(
            console,
            _FIXES,
            ([row[name] for name in _FIXES] for row in document["fixes"]),
            title="Fixes",
        )


def _show_audits(console: Console, audits: list[Document]) -> None:
    print_table(
        console,
        ("id", "started", "profile", "took", *_SEVERITIES, *_CHANGES),
        (
            (
                str(row["id"]),
                row["started_at"],
                row["profile"],
                duration_text(row["duration_ms"]),
                *(row["summary"][name] for name in _SEVERITIES),
                *((row["change"] or {}).get(name) for name in _CHANGES),
            )
            for row in audits
        ),
    )
