"""The options of `import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FileArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="CSV, JSON, JSON Lines, SQL, another database or XLSX; gzip and zip as well.",
        show_default=False,
        readable=False,
    ),
]
TableOption = Annotated[str, typer.Option("--table", metavar="T", help="The table.")]
FormatOption = Annotated[
    str, typer.Option("--format", help="auto (by content), csv, json, jsonl, sql, sqlite or xlsx.")
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="NAME=COLUMN",
        help="Column of the file to column of the table; NAME= leaves it out; repeatable.",
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="COLUMN=VALUE", help="One value for all rows; repeatable."),
]
OnConflictOption = Annotated[
    str,
    typer.Option(
        "--on-conflict", help="abort, ignore, replace or update where a key is there already."
    ),
]
KeyOption = Annotated[
    str, typer.Option("--key", metavar="COLS", help="Columns that find the row to update.")
]
RejectsOption = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        metavar="F",
        help="Write refused rows into this new CSV and import the others.",
        readable=False,
    ),
]
BatchOption = Annotated[
    int, typer.Option("--batch-rows", metavar="N", help="Rows between two looks at a stop.")
]
SheetOption = Annotated[
    str | None,
    typer.Option("--sheet", help="Sheet of a workbook, table of a database, file of a zip."),
]
EncodingOption = Annotated[str | None, typer.Option("--encoding", help="Of a text.")]
DelimiterOption = Annotated[
    str | None, typer.Option("--delimiter", help="Between the fields of a CSV; tab for one.")
]
QuoteOption = Annotated[
    str | None, typer.Option("--quote", help="Around fields of a CSV; none if quotes mean nothing.")
]
HeaderOption = Annotated[
    bool | None,
    typer.Option("--header/--no-header", help="Whether the first row names the columns."),
]
DecimalOption = Annotated[
    bool | None,
    typer.Option("--decimal-comma/--decimal-point", help="How numbers are written: 1,5 or 1.5."),
]
NullOption = Annotated[
    list[str] | None,
    typer.Option("--null", metavar="TEXT", help="Text that means NULL; repeatable."),
]
SkipOption = Annotated[
    int | None, typer.Option("--skip-lines", metavar="N", help="Lines before the header.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Check everything and write nothing.")
]
AgainOption = Annotated[
    bool, typer.Option("--again", help="Import a file that was imported before once more.")
]
