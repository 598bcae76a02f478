"""Make a statement of a file, beside the programs that write it.

It is read in one snapshot of the file while that holds up nobody, else from a private copy of one
commit's state (`audit.ground`); where no copy can be made there is no statement, since sums over
several commits would be sums of nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import localcontext
from pathlib import Path
from typing import Final

from cts_console.audit.ground import Ground
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection, SqliteValue, resolve_database_path
from cts_console.statement.assumptions import list_assumptions
from cts_console.statement.check import check_positions
from cts_console.statement.export import new_csv
from cts_console.statement.fees import read_rates
from cts_console.statement.inventory import Method
from cts_console.statement.ledger import Ledger, Terms
from cts_console.statement.markets import market_of
from cts_console.statement.model import Entry, QuoteTotal, Rate, Statement
from cts_console.statement.numbers import EXACT, ZERO
from cts_console.statement.period import Period
from cts_console.statement.reading import ClosedPosition, TradeReader
from cts_console.statement.trust import check_seals, read_last_audit, seal_remarks
from cts_console.transfer.new_file import check_is_free

METHODS: Final[tuple[Method, ...]] = ("average", "fifo")
ENTRIES_ON_PAPER: Final = 100_000
"""So many trades a PDF lists (measured on two busy cores: 12 s, 8.8 MB). More are for a
spreadsheet: the CSV has them, and page one says so."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for."""

    period: Period
    method: Method = "average"
    rates: tuple[Rate, ...] = ()
    csv: Path | None = None
    """A new file for the trades of the period."""
    entries: int = 0
    """How many of its trades the statement itself holds."""


@dataclass(slots=True)
class _Booked:
    """The trades of the period, as they went by."""

    trades: int = 0
    newest_ms: int | None = None
    entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry, most: int) -> None:
        """Count one, and hold it where there are not yet `most`."""
        self.trades += 1
        self.newest_ms = max(self.newest_ms or entry.at_ms, entry.at_ms)
        if len(self.entries) < most:
            self.entries.append(entry)


def read_order(
    period: Period,
    method: str = "average",
    rates: Sequence[str] = (),
    csv: Path | None = None,
    entries: int = 0,
) -> Order:
    """Return an order made of what a person typed. Raises `CtsError("usage")` where it is none."""
    for known in METHODS:
        if known == method:
            return Order(period, known, read_rates(rates), csv, entries)
    raise CtsError(
        "usage", "No such method", f"{method!r} is no method.", f"Use {' or '.join(METHODS)}."
    )


def make_statement(
    path: str | os.PathLike[str],
    order: Order,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Statement:
    """Return the statement of the database at `path`, and write its CSV where one is asked for.

    Raises `CtsError`: not_found, foreign_file without a table of trades, damaged, locked where the
    file is written without a pause and cannot be copied, disk_full, cancelled, usage for the name
    of the CSV, and what opening the file raises.
    """
    original = resolve_database_path(path)
    if order.csv is not None:
        check_is_free(order.csv)
    stop = cancel or CancelToken()
    with open_look(path, on_progress=on_progress, cancel=stop) as look:
        ground = Ground(look, on_progress, stop)
        try:
            ground.open()
            statement = _read_on(ground, original, order, on_progress, stop)
        finally:
            ground.close()
    return statement


def _read_on(
    ground: Ground,
    original: Path,
    order: Order,
    on_progress: ProgressCallback | None,
    stop: CancelToken,
) -> Statement:
    """Read from the file itself, and from a copy as soon as that would hold somebody up."""
    if ground.mode == "live":
        let_go = CancelToken()

        def on_look() -> None:
            if ground.holds_somebody_up():
                let_go.cancel()

        connection = ground.connections[0]
        try:
            with (
                connection.guard(cancel=stop),
                connection.guard(cancel=let_go, on_look=on_look),
            ):
                return _read(connection, original, order, ground.note, on_progress, stop)
        except CtsError as error:
            if error.code != "cancelled" or not let_go.cancelled or stop.cancelled:
                raise
        ground.move_to_copy()
    if ground.mode == "slices":
        raise CtsError(
            "locked",
            "The file is written without a pause",
            f"{original}: {ground.note} A statement needs one commit's state.",
            "Try again when the engine rests, or make the statement of a backup.",
        )
    connection = ground.connections[0]
    with connection.guard(cancel=stop):
        return _read(connection, original, order, ground.note, on_progress, stop)


def _read(
    connection: Connection,
    original: Path,
    order: Order,
    note: str,
    on_progress: ProgressCallback | None,
    stop: CancelToken,
) -> Statement:
    now_ms = time.time_ns() // 1_000_000
    period = order.period
    report = on_progress or (lambda _: None)
    reader = TradeReader(connection, now_ms, stop, report)
    seals = check_seals(connection, original, reader, period, report)
    # A stop between two short statements ends neither.
    stop.raise_if_cancelled()
    markets = reader.markets()
    closed = reader.closed_positions(period)
    ledger = Ledger(
        Terms(
            period=period,
            method=order.method,
            rates={(rate.currency, rate.quote): rate.price for rate in order.rates},
            markets=markets,
            repeated=reader.repeated(period.end_ms),
            watched=closed.keys(),
            keeps_fees=reader.keeps_fees,
        )
    )
    booked = _book(ledger, reader, order, stop)
    funding = {
        position: (market_of(row.pair, markets).quote, row) for position, row in closed.items()
    }
    audit, audit_error = read_last_audit(connection, original, booked.newest_ms)
    return Statement(
        database=original,
        period=period,
        method=order.method,
        made_at_ms=now_ms,
        trades=booked.trades,
        symbols=tuple(ledger.symbols),
        totals=_totals(ledger, funding),
        fees=ledger.fees.listed(),
        positions=tuple(ledger.positions),
        check=check_positions(closed, ledger.tallies),
        remarks=(*seal_remarks(seals), *ledger.remarks.listed()),
        assumptions=list_assumptions(order.method, order.rates, period, ledger, reader, now_ms),
        audit=audit,
        seals=seals,
        audit_error=audit_error,
        notes=(note,) if note else (),
        entries=tuple(booked.entries),
        csv=order.csv,
    )


def _book(ledger: Ledger, reader: TradeReader, order: Order, stop: CancelToken) -> _Booked:
    """Book every trade, and write those of the period where a CSV is asked for."""
    booked = _Booked()
    with ExitStack() as stack:
        file = None if order.csv is None else stack.enter_context(new_csv(order.csv, order.period))
        for entry in ledger.book(reader.trades(order.period.end_ms)):
            booked.add(entry, order.entries)
            if file is not None:
                file.add(entry)
        # Before the CSV gets its name.
        stop.raise_if_cancelled()
    return booked


def _totals(
    ledger: Ledger, closed: Mapping[SqliteValue, tuple[str | None, ClosedPosition]]
) -> tuple[QuoteTotal, ...]:
    """Return one sum per quote currency: amounts of different currencies are never added."""
    quotes = {line.quote for line in ledger.symbols}
    quotes |= {quote for quote, row in closed.values() if row.funding}
    totals = []
    with localcontext(EXACT):
        for quote in sorted(quotes, key=lambda name: name or ""):
            lines = [line for line in ledger.symbols if line.quote == quote]
            totals.append(
                QuoteTotal(
                    quote=quote,
                    trades=sum(line.trades for line in lines),
                    turnover=sum((line.turnover for line in lines), ZERO),
                    gross=sum((line.gross for line in lines), ZERO),
                    fees=sum((line.fees for line in lines), ZERO),
                    net=sum((line.net for line in lines), ZERO),
                    funding=sum(
                        (row.funding for name, row in closed.values() if name == quote), ZERO
                    ),
                )
            )
    return tuple(totals)
