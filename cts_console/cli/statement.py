"""`statement`: what the trades of a month earned."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import FINE, NOT_AS_IT_SHOULD_BE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import print_line, print_table

if TYPE_CHECKING:
    from rich.console import Console

_DECIMALS_SHOWN = 8
_SEVERITIES = ("critical", "error", "warning", "info")


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("statement")(statement)


def statement(
    database: DatabaseArgument,
    start: Annotated[
        str, typer.Option("--from", metavar="DATE", help="First day, or an ISO 8601 instant.")
    ],
    end: Annotated[
        str,
        typer.Option("--to", metavar="DATE", help="The day after the last, or an instant."),
    ],
    zone: Annotated[
        str, typer.Option("--tz", metavar="ZONE", help="Time zone, such as Europe/Berlin.")
    ] = "UTC",
    method: Annotated[
        str, typer.Option("--method", help="average (average cost) or fifo (first in, first out).")
    ] = "average",
    rate: Annotated[
        list[str] | None,
        typer.Option(
            "--rate",
            metavar="CURRENCY=QUOTE:PRICE",
            help="Count fees in a third currency, as BNB=USDT:312.5; repeatable.",
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            help="Write the trades of the period into this new file.",
            readable=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Add up a period's trades: realised profit, fees, funding, positions; nothing is changed."""

    def work(stage: Stage) -> Outcome:
        from cts_console.statement import (
            make_statement,
            read_order,
            read_period,
            statement_document,
        )

        order = read_order(read_period(start, end, zone), method, rate or (), csv)
        made = make_statement(database, order, on_progress=stage.on_progress, cancel=stage.cancel)
        document = statement_document(made)
        document["csv"] = None if csv is None else str(csv.absolute())
        return Outcome(document, FINE if made.is_complete else NOT_AS_IT_SHOULD_BE)

    return run_command(as_json, work, _show)


def _show(console: Console, document: Document) -> None:
    period = document["period"]
    print_line(
        console,
        f"{document['database']}: {period['from']} up to and without {period['to']} "
        f"({period['time_zone']}), {document['method']}",
        style="bold",
    )
    _show_trust(console, document)
    if not document["symbols"]:
        print_line(console, "")
        print_line(console, "No trades in this period.")
    _show_profit(console, document)
    _show_fees(console, document["fees"])
    _show_positions(console, document["positions"])
    _show_check(console, document["position_check"])
    print_line(console, "")
    print_line(
        console, f"Shown to {_DECIMALS_SHOWN} decimals, half to even; --json and --csv have all."
    )
    if document["csv"]:
        print_line(console, f"{document['trades']:,} trades written to {document['csv']}")


def _show_trust(console: Console, document: Document) -> None:
    """Show what the numbers rest on, above them."""
    print_line(console, "")
    print_line(console, "Assumed, checked by nobody", style="bold")
    for line in document["assumptions"]:
        print_line(console, f"  {line}")
    if document["exceptions"]:
        print_line(console, "")
        print_line(console, "Trades that are not like others", style="bold")
    for remark in document["exceptions"]:
        mark = "INCOMPLETE  " if remark["makes_incomplete"] else ""
        print_line(
            console,
            f"  {mark}{remark['trades']:,} ({remark['of_period']:,} of the period) "
            f"{remark['text']}",
        )
    print_line(console, "")
    print_line(console, _audit_text(document["audit"]))
    for note in document["notes"]:
        print_line(console, note)


def _audit_text(audit: Document | None) -> str:
    if audit is None:
        return "Not audited: no audit of this database is kept."
    summary = audit["summary"]
    counts = ", ".join(f"{summary[severity]} {severity}" for severity in _SEVERITIES)
    return f"Last {audit['profile']} audit, {audit['started_at']}: {counts}"


def _show_profit(console: Console, document: Document) -> None:
    names = ("turnover", "gross", "fees", "net")
    if document["symbols"]:
        _print_amounts(
            console,
            ("connection", "symbol", "quote", "trades"),
            names,
            document["symbols"],
            "Realised profit by symbol",
        )
    if document["totals"]:
        _print_amounts(
            console,
            ("quote", "trades"),
            (*names, "funding"),
            document["totals"],
            "In total" if document["complete"] else "In total, INCOMPLETE",
        )


def _show_fees(console: Console, fees: list[Document]) -> None:
    if fees:
        rows = [{**fee, "treatment": fee["treatment"].replace("_", " ")} for fee in fees]
        _print_amounts(console, ("currency", "treatment", "trades"), ("amount",), rows, "Fees")


def _show_positions(console: Console, positions: list[Document]) -> None:
    for moment in ("opening", "closing"):
        rows = [{**row, **row[moment]} for row in positions if row[moment]["average"] is not None]
        if rows:
            _print_amounts(
                console,
                ("connection", "symbol", "book"),
                ("quantity", "average", "cost"),
                rows,
                f"{moment.capitalize()} positions",
            )


def _show_check(console: Console, check: Document) -> None:
    if not check["closed"]:
        return
    text = (
        f"Positions closed in the period: {check['closed']:,}; {check['compared']:,} compared with "
        f"the profit that the file keeps ({check['convention']}), {check['equal']:,} are equal"
    )
    if check["largest_of"] is not None:
        text += (
            f"; the largest difference is {check['largest_difference']} "
            f"(position {check['largest_of']})"
        )
    print_line(console, "")
    print_line(console, f"{text}.")


def _print_amounts(
    console: Console,
    names: Sequence[str],
    amounts: Sequence[str],
    rows: Sequence[Document],
    title: str,
) -> None:
    """Print rows with amounts under each other, to the last place of the widest."""
    columns = [_aligned([row[name] for row in rows]) for name in amounts]
    print_table(
        console,
        (*names, *amounts),
        (
            (*(row[name] for name in names), *(column[number] for column in columns))
            for number, row in enumerate(rows)
        ),
        title=title,
    )


def _aligned(amounts: Sequence[Any]) -> list[str]:
    from cts_console.statement import rounded_text

    texts = [rounded_text(Decimal(amount), _DECIMALS_SHOWN) for amount in amounts]
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts]
