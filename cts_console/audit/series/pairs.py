"""Names and price ticks of the pairs that the candles belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cts_console.audit.rule import AuditContext
from cts_console.audit.trading import bound
from cts_console.sqlite import Row, SqliteValue, quote_identifier


@dataclass(frozen=True, slots=True)
class Pair:
    """One trading pair."""

    name: str
    """Its symbol; with exchange and market where several pairs share it."""
    price_tick: float | None
    """The smallest step of its price; None where it is not known."""
    exchange_id: SqliteValue
    """The exchange; None where it is not known."""
    exchange: str
    """The exchange's name; its id where it has none, "" where it is not known."""
    is_active: bool
    """Whether it is traded; True where it is not known."""


_NAMES = "id symbol price_tick exchange_id market_type is_active"


def read_pairs(context: AuditContext) -> Mapping[SqliteValue, Pair]:
    """Return the pairs of the file by their id; none where it has no table of pairs."""
    rows = list(_read(context, "trading_pairs", _NAMES))
    exchanges = {row[0]: row[1] for row in _read(context, "exchanges", "id name")}
    shared = Counter(symbol for _, symbol, *_ in rows)
    pairs: dict[SqliteValue, Pair] = {}
    for key, symbol, tick, exchange_id, market, is_active in rows:
        known = exchanges.get(exchange_id, exchange_id)
        exchange = "" if known is None else str(known)
        pairs[key] = Pair(
            name=str(symbol)
            if shared[symbol] == 1
            else " ".join((str(symbol), exchange, str(market or ""))),
            price_tick=float(tick) if isinstance(tick, int | float) and tick > 0 else None,
            exchange_id=exchange_id,
            exchange=exchange,
            is_active=is_active != 0,
        )
    return pairs


def _read(context: AuditContext, relation: str, names: str) -> Iterator[Row]:
    """Yield the named columns of a relation, NULL for those that the file does not have."""
    there = bound(context, relation)
    if there is None or "id" not in there.columns:
        return
    columns = [name if name in there.columns else "NULL" for name in names.split()]
    table = quote_identifier(there.table.name)
    yield from context.connection.stream_rows(f"SELECT {', '.join(columns)} FROM main.{table}")
