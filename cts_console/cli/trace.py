"""`trace`: what happened to one position or one order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import FINE, NOT_AS_IT_SHOULD_BE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import print_line, print_table
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console

    from cts_console.trace import TraceSubject

_DECIMALS_SHOWN = 8
_COLUMNS = ("time (UTC)", "what", "price", "amount", "fee", "quantity", "average", "PnL", "")
_AMOUNTS = ("price", "amount", "fee", "quantity", "average", "pnl")
_LONGEST_TEXT = 60


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("trace")(trace)


def trace(
    database: DatabaseArgument,
    position: Annotated[
        str | None, typer.Option("--position", metavar="ID", help="Trace this position.")
    ] = None,
    order: Annotated[
        str | None, typer.Option("--order", metavar="ID", help="Trace this order.")
    ] = None,
    finding: Annotated[
        str | None,
        typer.Option(
            "--finding",
            metavar="FINGERPRINT",
            help="Trace what this finding of the last audit is about.",
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="FILE", help="Write the events into this new file.", readable=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Tell what happened to a position or order, and where the file's own story parts."""

    def work(stage: Stage) -> Outcome:
        from cts_console.trace import read_trace, trace_document, write_trace_csv

        subject, rows = _read_subject(database, position, order, finding)
        traced = read_trace(database, subject, cancel=stage.cancel, on_progress=stage.on_progress)
        document = trace_document(traced)
        document["finding"] = None if finding is None else {"id": finding, "rows": rows}
        document["csv"] = None if csv is None else str(write_trace_csv(traced, csv))
        return Outcome(document, FINE if document["agrees"] else NOT_AS_IT_SHOULD_BE)

    return run_command(as_json, work, _show)


def _read_subject(
    database: Path, position: str | None, order: str | None, finding: str | None
) -> tuple[TraceSubject, int]:
    """Return what is to be traced, and how many rows a finding has that it is the first of."""
    from cts_console.trace import TraceSubject, find_subject

    if sum(word is not None for word in (position, order, finding)) != 1:
        raise CtsError(
            "usage",
            "Not understood",
            "Exactly one of --position, --order and --finding is needed.",
            "Such as `cts-console trace FILE --position 7`.",
        )
    if finding is not None:
        found = find_subject(database, finding)
        return found.subject, found.rows
    if position is not None:
        return TraceSubject("position", position), 1
    return TraceSubject("order", order), 1


def _show(console: Console, document: Document) -> None:
    print_line(console, _heading(document), style="bold")
    finding = document["finding"]
    if finding is not None and finding["rows"] > 1:
        print_line(console, f"The first of {finding['rows']:,} rows that the finding names.")
    print_line(console, "")
    _show_events(console, document["events"])
    if document["is_cut"]:
        print_line(console, "More rows were left out.")
    for remark in document["remarks"]:
        print_line(console, remark)
    print_line(console, _verdict(document))
    print_line(console, f"Shown to {_DECIMALS_SHOWN} decimals; --json and --csv have all.")
    if document["csv"]:
        print_line(console, f"{len(document['events']):,} events written to {document['csv']}")


def _heading(document: Document) -> str:
    subject, position, order = document["subject"], document["position"], document["order"]
    parts = [f"{document['database']}: {subject['kind']} {subject['id']}", document["symbol"]]
    if order is not None:
        parts.append(f"{order['order_type']} {order['side']}, {order['status']}")
        if position is not None:
            parts.append(f"of {position['side']} position {position['id']}")
    elif position is not None:
        parts.append(f"{position['side']}, {position['status']}")
        stored, computed = position["stored_pnl"], position["computed_pnl"]
        parts.append(f"PnL stored {stored or 'unknown'}, computed {computed or 'unknown'}")
    return ", ".join(part for part in parts if part)


def _verdict(document: Document) -> str:
    first = document["first_difference"]
    if first is None:
        if not document["compared"]:
            return "Nothing that is stored could be compared."
        return f"{document['compared']:,} stored values compared: the stories agree."
    event = document["events"][first]
    return f"The stories part at row {first + 1}: {event['text']}: {_told(event)}."


def _told(event: Document) -> str:
    parts = [
        f"{each['name']} stored {each['stored'] or 'nothing'}, "
        f"computed {each['computed'] or 'nothing'}"
        for each in event["compared"]
        if each["differs"]
    ]
    return "; ".join(parts)


def _show_events(console: Console, events: Sequence[Document]) -> None:
    columns = [_aligned([event[name] for event in events]) for name in _AMOUNTS]
    rows = []
    for number, event in enumerate(events):
        told = _told(event)
        rows.append(
            (
                "unknown" if event["at"] is None else event["at"].replace("T", " ").rstrip("Z"),
                _short(event["text"]),
                *(column[number] for column in columns),
                f"<- {told}" if told else "",
            )
        )
    print_table(console, _COLUMNS, rows)


def _aligned(amounts: Sequence[str | None]) -> list[str]:
    """Return amounts without zeroes at their ends, their points under each other."""
    from cts_console.statement import rounded_text

    texts = []
    for amount in amounts:
        shown = "" if amount is None else rounded_text(Decimal(amount), _DECIMALS_SHOWN)
        kept = shown.rstrip("0").rstrip(".")
        texts.append(kept + " " * (len(shown) - len(kept)))
    width = max(map(len, texts), default=0)
    return [text.rjust(width) for text in texts]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
