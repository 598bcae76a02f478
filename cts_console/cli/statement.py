"""`statement`: what the trades of a month earned."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import (
    COULD_NOT_RUN,
    FINE,
    NOT_AS_IT_SHOULD_BE,
    Document,
    Outcome,
    Stage,
    run_command,
)
from cts_console.cli.tables import print_line, print_table
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console

    from cts_console.statement import Order, Statement


_RateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rate",
        metavar="CURRENCY=QUOTE:PRICE",
        help="Count fees in a third currency, as BNB=USDT:312.5; repeatable.",
    ),
]
_CsvOption = Annotated[
    Path | None,
    typer.Option(
        "--csv",
        metavar="FILE",
        help="Write the trades of the period into this new file.",
        readable=False,
    ),
]
_PdfOption = Annotated[
    Path | None,
    typer.Option(
        "--pdf", metavar="FILE", help="Write the statement into this new PDF.", readable=False
    ),
]


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("statement")(statement)


def statement(  # noqa: PLR0913, PLR0917 - each is an option
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
    rate: _RateOption = None,
    csv: _CsvOption = None,
    pdf: _PdfOption = None,
    as_json: JsonOption = False,
) -> int:
    """Add up a period's trades: realised profit, fees, funding, positions; nothing is changed."""

    def work(stage: Stage) -> Outcome:
        from cts_console.statement import ENTRIES_ON_PAPER, check_papers, read_order, read_period

        check_papers(csv, pdf)
        period = read_period(start, end, zone)
        entries = 0 if pdf is None else ENTRIES_ON_PAPER
        order = read_order(period, method, rate or (), csv, entries)
        return _make(stage, database, order, pdf)

    return run_command(as_json, work, _show)


def _make(stage: Stage, database: Path, order: Order, pdf: Path | None) -> Outcome:
    from cts_console.statement import make_statement, statement_document

    made = make_statement(database, order, on_progress=stage.on_progress, cancel=stage.cancel)
    document = statement_document(made)
    document["csv"] = None if order.csv is None else str(order.csv.absolute())
    document["pdf"] = None
    if pdf is not None:
        try:
            document["pdf"] = _write_pdf(made, pdf, stage)
        except CtsError as error:
            if error.code == "cancelled":
                raise
            return Outcome(document, COULD_NOT_RUN, error)
    return Outcome(document, FINE if made.is_complete else NOT_AS_IT_SHOULD_BE)


def _write_pdf(made: Statement, target: Path, stage: Stage) -> str:
    from cts_console.printing import write_pdf_statement

    written = write_pdf_statement(made, target, on_progress=stage.on_progress, cancel=stage.cancel)
    return str(written)


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
    _show_end(console, document)


def _show_end(console: Console, document: Document) -> None:
    from cts_console.statement import DECIMALS_SHOWN

    print_line(console, "")
    print_line(
        console, f"Shown to {DECIMALS_SHOWN} decimals, half to even; --json and --csv have all."
    )
    if document["csv"]:
        print_line(console, f"{document['trades']:,} trades written to {document['csv']}")
    if document["pdf"]:
        print_line(console, f"Statement: {document['pdf']}")


def _show_trust(console: Console, document: Document) -> None:
    """Show what the numbers rest on, above them."""
    from cts_console.statement import audit_lines, remark_text, seal_lines

    print_line(console, "")
    print_line(console, "Assumed, checked by nobody", style="bold")
    for line in document["assumptions"]:
        print_line(console, f"  {line}")
    if document["exceptions"]:
        print_line(console, "")
        print_line(console, "Trades that are not like others", style="bold")
    for remark in document["exceptions"]:
        mark = "INCOMPLETE  " if remark["makes_incomplete"] else ""
        print_line(console, f"  {mark}{remark_text(remark)}")
    print_line(console, "")
    for line in (
        *audit_lines(document),
        *seal_lines(document["seal"]),
        *document["notes"],
    ):
        print_line(console, line)


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
    from cts_console.statement import check_text

    text = check_text(check)
    if text:
        print_line(console, "")
        print_line(console, text)


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
    from cts_console.statement import DECIMALS_SHOWN, rounded_text

    texts = [rounded_text(Decimal(amount), DECIMALS_SHOWN) for amount in amounts]
    width = max(map(len, texts))
    return [text.rjust(width) for text in texts]
