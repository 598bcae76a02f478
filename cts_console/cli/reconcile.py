"""`reconcile`: an exchange's trade history beside the database, and what is missing imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import FINE, NOT_AS_IT_SHOULD_BE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import print_facts, print_line, print_table

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN = 20
_TOLD = {
    "nothing_missing": "Nothing is missing; nothing was imported.",
    "stopped": "Not imported, for the reasons above. --overrule imports it all the same.",
    "rehearsed": "A dry run: nothing was imported.",
}


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("reconcile")(reconcile)


def reconcile(
    database: DatabaseArgument,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A trade history of Binance, Bybit, Coinbase or Kraken, CSV (also gzip and zip) "
            "or XLSX.",
            show_default=False,
            readable=False,
        ),
    ],
    connection: Annotated[
        int | None,
        typer.Option(
            "--connection",
            metavar="ID",
            help="The exchange connection whose trades they are, where there are several.",
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="Sheet of a workbook, file of a zip.")
    ] = None,
    imports: Annotated[
        bool, typer.Option("--import", help="Import what only the file has, as one batch.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Import into a private copy alone, and audit that."),
    ] = False,
    overrule: Annotated[
        bool,
        typer.Option("--overrule", help="Import although the audit of the copy finds more."),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Compare an exchange's trade history with the database, and import what is missing."""

    def work(stage: Stage) -> Outcome:
        from cts_console.reconcile import import_missing, reconcile_document

        if not imports and not dry_run:
            return _compare(database, file, connection, sheet, stage)
        result = import_missing(
            database,
            file,
            connection_id=connection,
            part=sheet,
            dry_run=dry_run,
            overrule=overrule,
            on_progress=stage.on_progress,
            cancel=stage.cancel,
        )
        status = FINE if result.is_equal_now else NOT_AS_IT_SHOULD_BE
        return Outcome(reconcile_document(result.comparison, result), status)

    return run_command(as_json, work, _show)


def _compare(
    database: Path, file: Path, connection: int | None, sheet: str | None, stage: Stage
) -> Outcome:
    from cts_console.reconcile import reconcile_document
    from cts_console.transfer.trades import compare_trades

    comparison = compare_trades(
        database,
        file,
        connection_id=connection,
        part=sheet,
        on_progress=stage.on_progress,
        cancel=stage.cancel,
    )
    status = FINE if comparison.is_equal else NOT_AS_IT_SHOULD_BE
    return Outcome(reconcile_document(comparison), status)


def _show(console: Console, document: Document) -> None:
    account = document["connection"]
    print_line(
        console,
        f"{document['file']} ({document['format']}) beside connection {account['id']} "
        f"{account['name']!r} of {document['database']}",
        style="bold",
    )
    print_facts(
        console,
        [
            ("from", document["from_at"]),
            ("to", document["to_at"]),
            ("lines", document["lines"]),
            ("the same on both sides", document["same"]),
            ("lines that repeat one", document["repeated"]),
            ("only in the file", document["only_in_file"]["total"]),
            ("only in the database", document["only_in_database"]["total"]),
            ("different", document["different"]["total"]),
            ("unreadable lines", document["unreadable"]["total"]),
        ],
    )
    _show_trades(console, "Only in the file", "line", document["only_in_file"])
    _show_trades(console, "Only in the database", "id", document["only_in_database"])
    _show_differences(console, document["different"])
    for line in document["unreadable"]["lines"][:_SHOWN]:
        print_line(console, f"Line {line['line']:,} is no trade: {line['reason']}.")
    for pair in document["unknown_pairs"]:
        print_line(
            console,
            f"{pair['lines']:,} lines of {pair['pair']}: no pair that can be compared; left out.",
        )
    for note in document["notes"]:
        print_line(console, note)
    if document["import"] is not None:
        _show_import(console, document["import"])


def _show_trades(console: Console, title: str, where: str, part: Document) -> None:
    names = (where, "executed_at", "pair", "side", "price", "amount", "exchange_trade_id")
    shown = part["trades"][:_SHOWN]
    if shown:
        rows = [[trade[name] for name in names] for trade in shown]
        print_table(console, names, rows, title=title)
        _show_rest(console, part["total"] - len(shown))


def _show_differences(console: Console, part: Document) -> None:
    shown = part["trades"][:_SHOWN]
    if not shown:
        return
    rows = []
    for each in shown:
        file, base = each["file"], each["database"]
        told = [
            ", ".join(f"{name} {side[name]}" for name in each["fields"]) for side in (file, base)
        ]
        rows.append([file["line"], base["id"], file["pair"], *told])
    names = ("line", "id", "pair", "in the file", "in the database")
    print_table(console, names, rows, title="Different")
    _show_rest(console, part["total"] - len(shown))


def _show_rest(console: Console, more: int) -> None:
    if more > 0:
        print_line(console, f"… and {more:,} more; --json shows up to 1,000.")


def _show_import(console: Console, made: Document) -> None:
    print_line(console, "")
    print_line(
        console,
        f"{made['rules_asked']} rules were asked about a private copy, before and after; "
        f"new findings: {len(made['new_findings'])}.",
    )
    for finding in made["new_findings"]:
        print_line(
            console,
            f"  {finding['severity']} {finding['rule']}: {finding['title']} "
            f"({finding['rows_before']:,} before)",
        )
    for refused in made["refused"]:
        print_line(
            console,
            f"Not imported: {refused['trades']:,} trades from line {refused['line']:,}, "
            f"{refused['reason']}.",
        )
    if made["state"] != "imported":
        print_line(console, _TOLD[made["state"]])
        return
    print_line(
        console,
        f"{made['trades']:,} trades imported, with {made['orders_made']:,} orders made up for them "
        f"and {made['orders_used']:,} that were there.",
    )
    if made["batch"] is not None:
        print_line(console, f"`cts-console batches DATABASE --undo {made['batch']}` undoes it.")
