"""`optimize`: statistics for the planner, free pages given back, a checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import Document, Outcome, Stage, run_command
from cts_console.cli.tables import duration_text, print_facts, print_line, size_text

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("optimize")(optimize)


def optimize(database: DatabaseArgument, as_json: JsonOption = False) -> int:
    """Renew the planner's statistics, give free pages back where the file allows it."""

    def work(stage: Stage) -> Outcome:
        from cts_console.documents import optimize_document
        from cts_console.maintenance import optimize_database, run_checkpoint
        from cts_console.sqlite import open_database, read_header

        with (
            open_database(database, "read_write", cancel=stage.cancel) as connection,
            connection.guard(cancel=stage.cancel, on_wait=stage.on_wait),
        ):
            result = optimize_database(
                connection, on_progress=stage.on_progress, cancel=stage.cancel
            )
            header = read_header(connection)
            is_wal = header is not None and header.is_wal
            # Passive: it moves what nobody needs, and waits for nobody.
            done = run_checkpoint(connection, cancel=stage.cancel) if is_wal else None
        return Outcome(optimize_document(result, done))

    return run_command(as_json, work, _show)


def _show(console: Console, document: Document) -> None:
    size = size_text(document["size_after_bytes"])
    facts: list[tuple[str, object]] = [
        ("statistics renewed", f"{len(document['analyzed'])} tables"),
        ("free pages", f"{document['freelist_before']:,}, now {document['freelist_after']:,}"),
        ("size", f"{size_text(document['size_before_bytes'])}, now {size}"),
    ]
    checkpoint = document["checkpoint"]
    if checkpoint is not None:
        frames = f"{checkpoint['checkpointed_frames']:,} of {checkpoint['log_frames']:,}"
        facts.append(("frames of the log in the main file", frames))
    facts.append(("time", duration_text(document["duration_ms"])))
    print_facts(console, facts)
    if document["freelist_after"] and not document["is_shrinkable"]:
        print_line(
            console,
            "Free pages stay for new rows: the file was not made with auto_vacuum = incremental.",
        )
