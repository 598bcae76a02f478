"""`import`: rows of a file into a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption, OverruleOption
from cts_console.cli.stage import FINE, NOT_AS_IT_SHOULD_BE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import duration_text, print_line, size_text
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("import")(import_)


def import_(  # noqa: PLR0913, PLR0917 - one parameter an option
    database: DatabaseArgument,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSV, JSON, JSON Lines, SQL, another database or XLSX; gzip and zip as well.",
            show_default=False,
            readable=False,
        ),
    ],
    table: Annotated[str, typer.Option("--table", metavar="T", help="The table.")],
    format_: Annotated[
        str,
        typer.Option("--format", help="auto (by content), csv, json, jsonl, sql, sqlite or xlsx."),
    ] = "auto",
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="NAME=COLUMN",
            help="Column of the file to column of the table; NAME= leaves it out; repeatable.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="COLUMN=VALUE", help="One value for all rows; repeatable."),
    ] = None,
    on_conflict: Annotated[
        str,
        typer.Option("--on-conflict", help="abort, ignore, replace or update: a key is there."),
    ] = "abort",
    key: Annotated[
        str, typer.Option("--key", metavar="COLS", help="Columns that find the row to update.")
    ] = "",
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="F",
            help="Write refused rows into this new CSV and import the others.",
            readable=False,
        ),
    ] = None,
    batch_rows: Annotated[
        int, typer.Option("--batch-rows", metavar="N", help="Rows between two looks at a stop.")
    ] = 10_000,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", help="Sheet of a workbook, table of a database, file of a zip."),
    ] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Of a text.")] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="Between the fields of a CSV; tab for one.")
    ] = None,
    quote: Annotated[str | None, typer.Option("--quote", help="Around fields of a CSV.")] = None,
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="Whether the first row names the columns."),
    ] = None,
    decimal_comma: Annotated[
        bool | None,
        typer.Option("--decimal-comma/--decimal-point", help="Numbers are written as 1,5."),
    ] = None,
    null: Annotated[
        list[str] | None,
        typer.Option("--null", metavar="TEXT", help="Text that means NULL; repeatable."),
    ] = None,
    skip_lines: Annotated[
        int | None, typer.Option("--skip-lines", metavar="N", help="Lines before the header.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and write nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Import a file that was imported before once more.")
    ] = False,
    overrule: OverruleOption = False,
    as_json: JsonOption = False,
) -> int:
    """Import a file into a table, in one transaction: a failure leaves the table as it was."""

    def work(stage: Stage) -> Outcome:
        from cts_console.transfer import ImportRequest, ReadOptions, import_document, run_import
        from cts_console.transfer.model import Format, OnConflict

        request = ImportRequest(
            table=table,
            mapping=_pairs(map_ or (), "--map NAME=COLUMN", last=True),
            constants=_pairs(set_ or (), "--set COLUMN=VALUE", last=False),
            on_conflict=cast("OnConflict", on_conflict),
            key=tuple(part.strip() for part in key.split(",") if part.strip()),
            options=ReadOptions(
                format=cast("Format", format_),
                encoding=encoding,
                delimiter=delimiter,
                quote=quote,
                has_header=header,
                decimal_comma=decimal_comma,
                null_texts=None if null is None else tuple(null),
                table=sheet,
                skip_lines=skip_lines,
            ),
            rejects=rejects,
            batch_rows=batch_rows,
            dry_run=dry_run,
            allow_repeat=again,
            overrule=overrule,
        )
        result = run_import(
            database, file, request, on_progress=stage.on_progress, cancel=stage.cancel
        )
        document = import_document(database, file, result)
        return Outcome(document, NOT_AS_IT_SHOULD_BE if result.rows_rejected else FINE)

    return run_command(as_json, work, _show)


def _pairs(texts: Sequence[str], form: str, *, last: bool) -> dict[str, str]:
    """Return NAME=VALUE texts as pairs, divided at the last or first `=`."""
    pairs: dict[str, str] = {}
    for text in texts:
        name, mark, value = text.rpartition("=") if last else text.partition("=")
        if not mark or not name:
            raise CtsError("usage", "Not understood", f"{text!r} is not of the form {form}.")
        if name in pairs:
            option = form.partition(" ")[0]
            raise CtsError("usage", "Named twice", f"{option} names {name!r} twice.")
        pairs[name] = value
    return pairs


def _show(console: Console, document: Document) -> None:
    detected = document["detected"]
    parts = [document["format"]]
    for name in ("compression", "encoding", "table"):
        if detected[name] not in (None, "none"):
            parts.append(str(detected[name]))
    if detected["delimiter"] is not None:
        parts.append(f"delimiter {detected['delimiter']!r}")
    if detected["has_header"] is not None:
        parts.append("header" if detected["has_header"] else "no header")
    if detected["decimal_comma"]:
        parts.append("decimal comma")
    print_line(console, f"{document['file']}: {', '.join(parts)}", style="bold")
    for name, target in document["mapping"].items():
        print_line(console, f"  {name} → {target}")
    for name, value in document["constants"].items():
        print_line(console, f"  {value!r} → {name}")
    for name in document["left_out"]:
        print_line(console, f"  {name} is left out")
    print_line(console, "")
    _show_counts(console, document)
    for note in document["notes"]:
        print_line(console, note)


def _show_counts(console: Console, document: Document) -> None:
    would = "would be written" if document["dry_run"] else "written"
    counted = "statements" if document["format"] == "sql" else "rows"
    print_line(
        console,
        f"{document['rows_read']:,} {counted} read, {document['rows_written']:,} rows {would} into "
        f"{document['table']}, {document['rows_rejected']:,} refused; "
        f"{size_text(document['bytes_read'])} in {duration_text(document['duration_ms'])}, "
        f"{document['rows_per_s']:,.0f} rows/s ({document['strategy'].replace('_', ' ')})",
    )
    for row in document["first_rejects"]:
        print_line(console, f"  line {row['line']:,}: {row['reason']}")
    if document["rejects_file"]:
        print_line(console, f"Refused rows are in {document['rejects_file']}")
