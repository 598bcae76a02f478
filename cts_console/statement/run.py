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
from dataclasses import dataclass
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
from cts_console.statement.model import AuditSummary, QuoteTotal, Rate, Statement
from cts_console.statement.numbers import EXACT, ZERO
from cts_console.statement.period import Period
from cts_console.statement.reading import ClosedPosition, TradeReader
from cts_console.store import identify, open_store
from cts_console.transfer.new_file import check_is_free

METHODS: Final[tuple[Method, ...]] = ("average", "fifo")


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for."""

    period: Period
    method: Method = "average"
    rates: tuple[Rate, ...] = ()
    csv: Path | None = None
    """A new file for the trades of the period."""


def read_order(
    period: Period, method: str = "average", rates: Sequence[str] = (), csv: Path | None = None
) -> Order:
    """Return an order made of what a person typed. Raises `CtsError("usage")` where it is none."""
    for known in METHODS:
        if known == method:
            return Order(period, known, read_rates(rates), csv)
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
    reader = TradeReader(connection, now_ms, stop, on_progress or (lambda _: None))
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
    trades = 0
    with ExitStack() as stack:
        file = None if order.csv is None else stack.enter_context(new_csv(order.csv, period))
        for entry in ledger.book(reader.trades(period.end_ms)):
            trades += 1
            if file is not None:
                file.add(entry)
    funding = {
        position: (market_of(row.pair, markets).quote, row) for position, row in closed.items()
    }
    audit, audit_note = _read_last_audit(connection, original)
    return Statement(
        database=original,
        period=period,
        method=order.method,
        made_at_ms=now_ms,
        trades=trades,
        symbols=tuple(ledger.symbols),
        totals=_totals(ledger, funding),
        fees=ledger.fees.listed(),
        positions=tuple(ledger.positions),
        check=check_positions(closed, ledger.tallies),
        remarks=ledger.remarks.listed(),
        assumptions=list_assumptions(order.method, order.rates, period, ledger, reader, now_ms),
        audit=audit,
        notes=tuple(text for text in (note, audit_note) if text),
    )


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


def _read_last_audit(connection: Connection, original: Path) -> tuple[AuditSummary | None, str]:
    """Return the last audit that was kept, and why it is not known where it is not."""
    try:
        identity = identify(connection, original=original)
        with open_store() as store:
            last = store.read_last_audit(identity)
    except CtsError as error:
        return None, f"Whether the database was audited is not known: {error.message}"
    if last is None:
        return None, ""
    document = last.document
    return AuditSummary(document["started_at"], document["profile"], document["summary"]), ""
