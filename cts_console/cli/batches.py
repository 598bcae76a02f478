"""`batches`: what was written in batches, taken back or finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import Document, Outcome, Stage, run_command
from cts_console.cli.tables import print_line, print_table

if TYPE_CHECKING:
    from rich.console import Console

_COLUMNS = ("id", "started_at", "operation", "table", "state", "rows", "rows_written", "is_running")


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("batches")(batches)


def batches(
    database: DatabaseArgument,
    undo: Annotated[
        str | None, typer.Option("--undo", metavar="ID", help="Take this batch back as a whole.")
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option("--resume", metavar="ID", help="Finish this batch, which a crash cut short."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """List the batches that are kept of a database; take one back, or finish one."""

    def work(stage: Stage) -> Outcome:
        from cts_console.bulk import list_batches
        from cts_console.maintenance import open_look
        from cts_console.reconcile import batch_document, finish_batch, take_back_batch
        from cts_console.sqlite import resolve_database_path

        with open_look(database, cancel=stage.cancel) as look:
            look.read_value("SELECT 1 FROM sqlite_schema LIMIT 1")
        path = resolve_database_path(database)
        document: Document = {"database": str(path), "undone": None, "resumed": None}
        if resume is not None:
            rows = finish_batch(path, resume, on_progress=stage.on_progress, cancel=stage.cancel)
            document["resumed"] = {"id": resume, "rows_written": rows}
        if undo is not None:
            left = take_back_batch(path, undo, on_wait=stage.on_wait, cancel=stage.cancel)
            document["undone"] = {"id": undo, "rows_left": left}
        document["batches"] = [batch_document(info) for info in list_batches(path)]
        return Outcome(document)

    return run_command(as_json, work, _show)


def _show(console: Console, document: Document) -> None:
    resumed, undone = document["resumed"], document["undone"]
    if resumed is not None:
        print_line(console, f"Finished: {resumed['rows_written']:,} rows of {resumed['id']}.")
    if undone is not None:
        print_line(console, f"Taken back: {undone['id']}.")
        if undone["rows_left"]:
            print_line(
                console,
                f"{undone['rows_left']:,} rows were changed since and left as they are.",
            )
    if not document["batches"]:
        print_line(console, f"No batch of {document['database']} is kept.")
        return
    rows = [[batch[name] for name in _COLUMNS] for batch in document["batches"]]
    print_table(console, _COLUMNS, rows)
