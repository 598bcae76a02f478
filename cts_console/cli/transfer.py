"""`import`: rows of a file into a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from cts_console.cli import import_options as options
from cts_console.cli.options import DatabaseArgument, JsonOption, OverruleOption
from cts_console.cli.stage import FINE, NOT_AS_IT_SHOULD_BE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import duration_text, print_line, size_text
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console

    from cts_console.transfer import ImportRequest
    from cts_console.transfer.model import Format, OnConflict


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("import")(import_)


def import_(  # noqa: PLR0913, PLR0917 - one parameter an option
    database: DatabaseArgument,
    file: options.FileArgument,
    table: options.TableOption,
    format_: options.FormatOption = "auto",
    map_: options.MapOption = None,
    set_: options.SetOption = None,
    on_conflict: options.OnConflictOption = "abort",
    key: options.KeyOption = "",
    rejects: options.RejectsOption = None,
    batch_rows: options.BatchOption = 10_000,
    sheet: options.SheetOption = None,
    encoding: options.EncodingOption = None,
    delimiter: options.DelimiterOption = None,
    quote: options.QuoteOption = None,
    header: options.HeaderOption = None,
    decimal_comma: options.DecimalOption = None,
    null: options.NullOption = None,
    skip_lines: options.SkipOption = None,
    dry_run: options.DryRunOption = False,
    again: options.AgainOption = False,
    overrule: OverruleOption = False,
    as_json: JsonOption = False,
) -> int:
    """Import a file into a table, in one transaction: a failure leaves the table as it was."""

    def work(stage: Stage) -> Outcome:
        from cts_console.transfer import ImportRequest, ReadOptions

        request = ImportRequest(
            table=table,
            mapping=_pairs(map_ or (), "--map NAME=COLUMN", last=True),
            constants=_pairs(set_ or (), "--set COLUMN=VALUE", last=False),
            on_conflict=cast("OnConflict", on_conflict),
            key=tuple(part.strip() for part in key.split(",") if part.strip()),
            options=ReadOptions(
                cast("Format", format_),
                encoding,
                delimiter,
                quote,
                header,
                decimal_comma,
                None if null is None else tuple(null),
                sheet,
                skip_lines,
            ),
            rejects=rejects,
            batch_rows=batch_rows,
            dry_run=dry_run,
            allow_repeat=again,
            overrule=overrule,
        )
        return _run(database, file, request, stage)

    return run_command(as_json, work, _show)


def _run(database: Path, file: Path, request: ImportRequest, stage: Stage) -> Outcome:
    from cts_console.transfer import import_document, run_import

    result = run_import(
        database,
        file,
        request,
        on_progress=stage.on_progress,
        on_wait=stage.on_wait,
        cancel=stage.cancel,
    )
    status = NOT_AS_IT_SHOULD_BE if result.rows_rejected else FINE
    return Outcome(import_document(database, file, result), status)


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
    print_line(console, _read_as(document), style="bold")
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


def _read_as(document: Document) -> str:
    """Return how the file was read."""
    detected = document["detected"]
    parts = [document["format"]]
    for name in ("compression", "encoding", "table"):
        if detected[name] not in (None, "none"):
            parts.append(str(detected[name]))
    if detected["delimiter"] is not None:
        parts.append(f"delimiter {detected['delimiter']!r}")
    if detected["quote"] not in (None, '"'):
        parts.append(f"quote {detected['quote']!r}" if detected["quote"] else "no quotes")
    if detected["has_header"] is not None:
        parts.append("header" if detected["has_header"] else "no header")
    if detected["decimal_comma"]:
        parts.append("decimal comma")
    return f"{document['file']}: {', '.join(parts)}"


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
    if document["batch"] is not None:
        print_line(
            console,
            f"Others have the file open: checked first, then in slices, as batch "
            f"{document['batch']}. `cts-console batches` can take it back.",
        )
    for row in document["first_rejects"]:
        print_line(console, f"  line {row['line']:,}: {row['reason']}")
    if document["rejects_file"]:
        print_line(console, f"Refused rows are in {document['rejects_file']}")
