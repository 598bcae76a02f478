"""`bench`: what the old documents claimed, measured on a private copy of the person's own file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import Document, Outcome, Stage, run_command
from cts_console.cli.tables import duration_text, print_line, print_table

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("bench")(bench)


def bench(
    database: DatabaseArgument,
    claims: Annotated[  # noqa: ARG001 - there is nothing else to measure
        bool, typer.Option("--claims", help="The claims of the old documents; also without it.")
    ] = True,
    as_json: JsonOption = False,
) -> int:
    """Measure what the old documents only claimed, on a private copy of this file."""

    def work(stage: Stage) -> Outcome:
        from cts_console.bench import run_bench
        from cts_console.documents import bench_document

        result = run_bench(database, on_progress=stage.on_progress, cancel=stage.cancel)
        return Outcome(bench_document(result))

    return run_command(as_json, work, _show)


def _show(console: Console, document: Document) -> None:
    print_table(
        console,
        ("measured", "claimed", "found", "holds"),
        (
            (row["name"], row["claim"] or "–", _found_text(row), _holds_text(row["holds"]))
            for row in document["results"]
        ),
        title=document["database"],
    )
    for note in dict.fromkeys(row["note"] for row in document["results"]):
        print_line(console, note)
    print_line(console, "")
    for note in document["notes"]:
        print_line(console, note)
    print_line(console, f"Took {duration_text(document['duration_ms'])}.")


def _found_text(row: Document) -> str:
    if row["measured"] is None:
        return "unknown"
    return f"{row['measured']:,.4g} {row['unit']}"


def _holds_text(holds: bool | None) -> str:
    return "unknown" if holds is None else "yes" if holds else "no"
