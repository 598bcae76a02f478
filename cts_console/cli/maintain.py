"""`checkpoint`, `backup` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import (
    FINE,
    NOT_AS_IT_SHOULD_BE,
    Document,
    Outcome,
    Stage,
    run_command,
)
from cts_console.cli.tables import duration_text, print_facts, print_line, size_text

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the commands of this module."""
    program.command("checkpoint")(checkpoint)
    program.command("backup")(backup)
    program.command("verify")(verify)


def checkpoint(
    database: DatabaseArgument,
    mode: Annotated[
        str, typer.Option("--mode", help="passive, full, restart or truncate.")
    ] = "passive",
    as_json: JsonOption = False,
) -> int:
    """Move committed frames from the WAL into the main file."""

    def work(stage: Stage) -> Outcome:
        from cts_console.documents import checkpoint_document
        from cts_console.maintenance import run_checkpoint
        from cts_console.sqlite import open_database

        with (
            open_database(database, "read_write", cancel=stage.cancel) as connection,
            connection.guard(cancel=stage.cancel, on_wait=stage.on_wait),
        ):
            result = run_checkpoint(connection, mode, cancel=stage.cancel)
        status = NOT_AS_IT_SHOULD_BE if result.busy else FINE
        return Outcome(checkpoint_document(result), status)

    return run_command(as_json, work, _show_checkpoint)


def backup(
    database: DatabaseArgument,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="The new file; never an existing one.", readable=False),
    ],
    as_json: JsonOption = False,
) -> int:
    """Copy the database, consistent while others write, and verify the copy."""

    def work(stage: Stage) -> Outcome:
        from cts_console.documents import backup_document
        from cts_console.maintenance import run_backup

        result = run_backup(database, output, on_progress=stage.on_progress, cancel=stage.cancel)
        status = FINE if result.verified else NOT_AS_IT_SHOULD_BE
        return Outcome(backup_document(result), status)

    return run_command(as_json, work, _show_backup)


def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A backup or a database.", readable=False)
    ],
    as_json: JsonOption = False,
) -> int:
    """Read every page of a backup and check it; the file is not changed."""

    def work(stage: Stage) -> Outcome:
        from cts_console.documents import verify_document
        from cts_console.maintenance import run_verify

        result = run_verify(file, on_progress=stage.on_progress, cancel=stage.cancel)
        status = FINE if result.verified else NOT_AS_IT_SHOULD_BE
        return Outcome(verify_document(result), status)

    return run_command(as_json, work, _show_verify)


def _show_checkpoint(console: Console, document: Document) -> None:
    if document["busy"]:
        print_line(console, "Not finished: others read or write. Their work goes on undisturbed.")
    print_facts(
        console,
        [
            ("mode", document["mode"]),
            ("frames in the log", document["log_frames"]),
            ("of them in the main file", document["checkpointed_frames"]),
            ("time", duration_text(document["duration_ms"])),
        ],
    )


def _show_backup(console: Console, document: Document) -> None:
    print_facts(
        console,
        [
            ("backup", document["output"]),
            ("size", f"{size_text(document['bytes'])}, {document['pages']:,} pages"),
            ("SHA-256", document["sha256"]),
            ("verified", document["verified"]),
            ("time", duration_text(document["duration_ms"])),
        ],
    )
    for line in (*document["notes"], *(row for row in document["integrity"] if row != "ok")):
        print_line(console, line)


def _show_verify(console: Console, document: Document) -> None:
    print_facts(
        console,
        [
            ("file", document["file"]),
            ("verified", document["verified"]),
            ("size", f"{size_text(document['size_bytes'])}, {document['pages']:,} pages"),
            ("SHA-256", document["sha256"]),
            ("rows without their parent", document["foreign_key_violations"]),
            ("time", duration_text(document["duration_ms"])),
        ],
    )
    for line in (*document["notes"], *(row for row in document["integrity"] if row != "ok")):
        print_line(console, line)
