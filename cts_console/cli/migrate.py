"""`migrate`: apply what is pending, or say what is and what it would do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, DirectoryOption, JsonOption, OverruleOption
from cts_console.cli.stage import (
    COULD_NOT_RUN,
    FINE,
    NOT_AS_IT_SHOULD_BE,
    Document,
    Outcome,
    Stage,
    run_command,
)
from cts_console.cli.tables import duration_text, print_line, print_table
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("migrate")(migrate)


def migrate(
    database: DatabaseArgument,
    status: Annotated[
        bool, typer.Option("--status", help="List every migration and its state.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 1 when something is pending or wrong.")
    ] = False,
    preflight: Annotated[
        bool, typer.Option("--preflight", help="Try the pending files on a private copy.")
    ] = False,
    to: Annotated[
        int | None, typer.Option("--to", help="Apply only up to this number.", min=0, max=999)
    ] = None,
    directory: DirectoryOption = None,
    overrule: OverruleOption = False,
    as_json: JsonOption = False,
) -> int:
    """Apply pending migrations, each whole or not at all; a backup is made first."""
    if sum((status, check, preflight, to is not None)) > 1:
        error = CtsError(
            "usage",
            "One at a time",
            "Only one of --status, --check, --preflight and --to can be given.",
        )
        return run_command(as_json, lambda _: _refuse(error), _show_run)
    if status or check:
        return run_command(
            as_json, lambda stage: _status(stage, database, directory, check), _show_status
        )
    if preflight:
        return run_command(
            as_json, lambda stage: _preflight(stage, database, directory), _show_preflight
        )
    return run_command(
        as_json, lambda stage: _apply(stage, database, directory, to, overrule), _show_run
    )


def _refuse(error: CtsError) -> Outcome:
    raise error


def _status(stage: Stage, database: Path, directory: Path | None, check: bool) -> Outcome:
    from cts_console.documents import migration_status_document
    from cts_console.migrate import read_failed_files, read_migration_status
    from cts_console.sqlite import open_database

    with (
        open_database(database, cancel=stage.cancel) as connection,
        connection.guard(cancel=stage.cancel, on_wait=stage.on_wait),
    ):
        failed = read_failed_files(connection)
        result = read_migration_status(connection, directory, failed=failed)
    wrong = check and not result.is_clean
    return Outcome(migration_status_document(result), NOT_AS_IT_SHOULD_BE if wrong else FINE)


def _preflight(stage: Stage, database: Path, directory: Path | None) -> Outcome:
    from cts_console.documents import preflight_document
    from cts_console.migrate import run_preflight
    from cts_console.sqlite import open_database

    with (
        open_database(database, cancel=stage.cancel) as connection,
        connection.guard(cancel=stage.cancel, on_wait=stage.on_wait),
    ):
        items = run_preflight(
            connection,
            directory=directory,
            on_progress=stage.on_progress,
            cancel=stage.cancel,
        )
    fine = all(item.ok for item in items)
    return Outcome(preflight_document(items), FINE if fine else NOT_AS_IT_SHOULD_BE)


def _apply(
    stage: Stage, database: Path, directory: Path | None, to: int | None, overrule: bool
) -> Outcome:
    from cts_console.documents import migration_run_document
    from cts_console.migrate import run_migrations
    from cts_console.sqlite import open_database

    with (
        open_database(database, "read_write", cancel=stage.cancel) as connection,
        connection.guard(cancel=stage.cancel, on_wait=stage.on_wait),
    ):
        run = run_migrations(
            connection,
            directory=directory,
            to=to,
            overrule=overrule,
            on_progress=stage.on_progress,
            cancel=stage.cancel,
        )
    error = None
    if run.failed is not None:
        failed = run.failed
        error = CtsError(
            "migration_failed",
            "A migration failed",
            f"{failed.file}, line {failed.line}: {failed.message}",
            failed.hint,
        )
    document = migration_run_document(run)
    if error is not None:
        document["error"] = error.as_document()
    return Outcome(document, COULD_NOT_RUN if error else FINE, error)


def _show_status(console: Console, document: Document) -> None:
    print_table(
        console,
        ("migration", "state", "applied", "time"),
        (
            (
                item["file"],
                item["state"],
                item["applied_at"],
                None if item["duration_ms"] is None else duration_text(item["duration_ms"]),
            )
            for item in document["items"]
        ),
    )
    print_line(
        console,
        f"{document['applied']} of {document['total']} applied, {document['pending']} pending",
    )


def _show_preflight(console: Console, document: Document) -> None:
    if not document["items"]:
        print_line(console, "Nothing is pending.")
        return
    print_table(
        console,
        ("migration", "", "time", "what it would do"),
        (
            (
                item["file"],
                "ok" if item["ok"] else "FAILS",
                duration_text(item["duration_ms"]),
                _would_do(item),
            )
            for item in document["items"]
        ),
    )


def _would_do(item: Document) -> str:
    if item["error"]:
        return f"line {item['error']['line']}: {item['error']['message']}"
    parts = [
        f"{verb} {', '.join(item[key])}"
        for verb, key in (("creates", "created"), ("drops", "dropped"), ("alters", "altered"))
        if item[key]
    ]
    return "; ".join(parts) or "changes rows or settings only"


def _show_run(console: Console, document: Document) -> None:
    if document["backup"]:
        print_line(console, f"Backup, verified: {document['backup']}")
    for row in document["applied"]:
        print_line(console, f"applied {row['file']} ({duration_text(row['duration_ms'])})")
    if document["failed"]:
        failed = document["failed"]
        print_line(console, f"FAILED {failed['file']}, line {failed['line']}: {failed['message']}")
    elif not document["applied"]:
        print_line(console, f"Nothing to apply: all {document['already_applied']} are in place.")
