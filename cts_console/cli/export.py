"""`export`: a table or the answer to a query into a new file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import Document, Outcome, Stage, run_command
from cts_console.cli.tables import duration_text, print_facts, print_line, size_text
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console

    from cts_console.transfer.selection import What


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("export")(export)


def export(  # noqa: PLR0913, PLR0917 - each is an option
    database: DatabaseArgument,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="The new file; never an existing one.", readable=False),
    ],
    table: Annotated[str, typer.Option("--table", "-t", help="A table or view.")] = "",
    query: Annotated[str, typer.Option("--query", "-q", help="One SELECT, VALUES or WITH.")] = "",
    form: Annotated[
        str,
        typer.Option("--format", "-f", help="csv, jsonl, json, xlsx or sql; else by the ending."),
    ] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", metavar="A,B", help="Columns of the table; repeatable."),
    ] = None,
    where: Annotated[
        str, typer.Option("--where", metavar="SQL", help="Which rows of the table.")
    ] = "",
    protect_formulas: Annotated[
        bool,
        typer.Option(
            "--protect-formulas",
            help="A quote before text that a spreadsheet would calculate (CSV).",
        ),
    ] = False,
    reveal_secrets: Annotated[
        bool, typer.Option("--reveal-secrets", help="Write columns that may hold secrets.")
    ] = False,
    null: Annotated[str, typer.Option("--null", metavar="TEXT", help="NULL as TEXT (CSV).")] = "",
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin with a byte order mark, for Excel (CSV).")
    ] = False,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="SECONDS", help="Give up after so long.", min=0.001),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Write a table or the answer to a query into a new file; nothing is changed."""

    def work(stage: Stage) -> Outcome:
        from cts_console.documents import export_document
        from cts_console.transfer.export import ExportRequest, run_export
        from cts_console.transfer.writers import find_format, format_of
        from cts_console.transfer.writing import WriteOptions

        request = ExportRequest(
            what=_what(table, query, columns or [], where),
            format=(find_format(form) if form else format_of(output)).name,
            options=WriteOptions(protect_formulas, null, bom),
            reveal_secrets=reveal_secrets,
            timeout_s=timeout,
        )
        result = run_export(
            database, request, output, on_progress=stage.on_progress, cancel=stage.cancel
        )
        return Outcome(export_document(result))

    return run_command(as_json, work, _show)


def _what(table: str, query: str, columns: list[str], where: str) -> What:
    from cts_console.transfer.selection import QueryRows, TableRows

    if bool(table) == bool(query):
        raise CtsError(
            "usage",
            "What is to be exported?",
            "An export takes either a table or a query.",
            "Give --table NAME or --query SQL.",
        )
    if query and (columns or where):
        raise CtsError(
            "usage",
            "Options of a table",
            "--columns and --where belong to --table; a query says both itself.",
            "Write them into the query.",
        )
    if query:
        return QueryRows(query)
    return TableRows(table, _names(columns), where)


def _names(columns: list[str]) -> tuple[str, ...]:
    """Return the names in words of names with commas between them."""
    return tuple(name.strip() for word in columns for name in word.split(",") if name.strip())


def _show(console: Console, document: Document) -> None:
    print_facts(
        console,
        [
            ("file", document["output"]),
            ("rows", document["rows"]),
            ("size", size_text(document["bytes"])),
            ("time", duration_text(document["duration_ms"])),
        ],
    )
    for note in document["notes"]:
        print_line(console, note)
