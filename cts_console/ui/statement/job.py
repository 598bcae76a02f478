"""The work behind the statement's dialog: plain functions, run in the operations thread."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cts_console.sqlite import Connection
from cts_console.statement import (
    ENTRIES_ON_PAPER,
    Statement,
    make_statement,
    read_order,
    read_period,
    statement_document,
)
from cts_console.worker import Errand


@dataclass(frozen=True, slots=True)
class StatementWish:
    """What a person asked for, as it was typed: the core says what is wrong with it."""

    path: Path
    """The database."""
    start: str
    """The first day."""
    end: str
    """The day after the last."""
    zone: str
    """Name of the time zone."""
    method: str
    """average or fifo."""
    rates: tuple[str, ...]
    """CURRENCY=QUOTE:PRICE, one each."""
    csv: Path | None = None
    """A new file for the trades, or None."""


@dataclass(frozen=True, slots=True)
class MadeStatement:
    """A statement and its forms: what is saved or copied is what was shown."""

    wish: StatementWish
    """What was asked for."""
    statement: Statement
    """The statement, with as many trades as a PDF lists."""
    document: dict[str, Any]
    """Its document."""
    json_text: str
    """The document as the command line prints it."""


def make_work(
    _connection: Connection | None, errand: Errand, *, wish: StatementWish
) -> MadeStatement:
    """Make the statement, and write its CSV where one is asked for."""
    period = read_period(wish.start, wish.end, wish.zone)
    order = read_order(period, wish.method, wish.rates, wish.csv, ENTRIES_ON_PAPER)
    statement = make_statement(
        wish.path, order, on_progress=errand.on_progress, cancel=errand.cancel
    )
    document = statement_document(statement)
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    return MadeStatement(wish, statement, document, text)


def pdf_work(
    _connection: Connection | None, errand: Errand, *, made: MadeStatement, target: Path
) -> Path:
    """Write the statement that was shown into a new PDF and return where it is."""
    # Printing is loaded when somebody wants paper, not with the window.
    from cts_console.printing import write_pdf_statement
    from cts_console.statement import check_papers

    check_papers(target)
    return write_pdf_statement(
        made.statement, target, on_progress=errand.on_progress, cancel=errand.cancel
    )
