"""What a statement reads: executions in order, pairs, repeated trades, positions that closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cts_console.audit.facts import read_file_facts
from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError
from cts_console.audit.trading import bound, prepare
from cts_console.audit.trading.terms import INVERSE
from cts_console.errors import CtsError
from cts_console.migrate import read_migration_status
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.schema import read_schema
from cts_console.sqlite import Connection, Row, SqliteValue, classify, read_header
from cts_console.statement.model import Market, TradeRow
from cts_console.statement.numbers import ZERO, read_amount
from cts_console.statement.period import Period

_ROWS_PER_REPORT: Final = 5_000

# A time that is no number is read as well: the ledger says that it cannot be placed.
_UNTIL: Final = "NOT (typeof(x.executed_at) IN ('integer', 'real') AND x.executed_at >= :until)"
_TRADES: Final = f"""
    SELECT x.id, x.connection_id, x.trading_pair_id, x.side, x.price, x.amount, x.fee,
        x.fee_currency, x.base_fee, x.executed_at, x.position_id,
        coalesce(x.exchange_trade_id, '') <> '',
        p.side, e.position_mode, e.name
    FROM {{relation}} AS x
    LEFT JOIN positions AS p ON p.id = x.position_id
    LEFT JOIN exchange_connections AS e ON e.id = x.connection_id
    WHERE {_UNTIL}
    ORDER BY x.connection_id, x.trading_pair_id, x.executed_at, x.id
"""
_REPEATED: Final = f"""
    SELECT id, same FROM (
        SELECT x.id, row_number() OVER w AS number,
            x.price IS first_value(x.price) OVER w AND x.amount IS first_value(x.amount) OVER w
            AND x.side IS first_value(x.side) OVER w AS same
        FROM {{relation}} AS x
        WHERE x.exchange_trade_id <> '' AND x.order_id IS NOT NULL AND {_UNTIL}
        WINDOW w AS (PARTITION BY x.connection_id, x.order_id, x.trading_pair_id,
            x.exchange_trade_id ORDER BY x.executed_at, x.id)
    )
    WHERE number > 1
"""
_MARKETS: Final = f"""
    SELECT c.id, c.symbol, c.base_currency, c.quote_currency, c.market_type, c.contract_size,
        {INVERSE}
    FROM trading_pairs AS c
"""
_CLOSED: Final = """
    SELECT p.id, p.trading_pair_id, p.realized_pnl, p.funding_paid
    FROM positions AS p
    WHERE p.status IN ('closed', 'liquidated') AND p.closed_at >= :since AND p.closed_at < :until
"""
_AFTER: Final = """
    SELECT count(*) FROM {relation} AS x
    WHERE x.id > :key AND x.executed_at >= :since AND x.executed_at < :until
"""
_CONNECTIONS: Final = "id position_mode name"
_MARKET_COLUMNS: Final = "market_type contract_size"


@dataclass(frozen=True, slots=True)
class ClosedPosition:
    """A position that was closed in the period."""

    pair: SqliteValue
    realised: Decimal | None
    """The file's own profit; None where it keeps none."""
    funding: Decimal
    """What it paid; below 0 was received."""


def read_context(
    connection: Connection, now_ms: int, cancel: CancelToken, on_progress: ProgressCallback
) -> AuditContext:
    """Return what a question about trading data needs to know of the file (`audit.trading`).

    Raises `CtsError("not_a_database")` for an empty file, and what reading its schema raises.
    """
    header = read_header(connection)
    if header is None:
        raise CtsError("not_a_database", "An empty file", f"{connection.path} is empty.", "")
    return AuditContext(
        connection=connection,
        header=header,
        file=read_file_facts(connection.path),
        kind=classify(connection),
        known_schema=read_schema(connection, cancel=cancel),
        read_migrations=read_migration_status,
        now_ms=now_ms,
        cancel=cancel,
        on_progress=on_progress,
    )


class TradeReader:
    """Asks one file, under our names for its tables (`audit.trading`).

    Every method raises `CtsError`: foreign_file without a table of trades, damaged where
    it holds text that is none, and what SQLite raises.
    """

    def __init__(
        self,
        connection: Connection,
        now_ms: int,
        cancel: CancelToken,
        on_progress: ProgressCallback,
    ) -> None:
        self._context = read_context(connection, now_ms, cancel, on_progress)
        self.schema: Final = self._context.schema
        """The file's schema."""
        self._relation = "executions" if bound(self._context, "executions") else "trades"
        there = bound(self._context, self._relation)
        if there is None:
            raise CtsError(
                "foreign_file",
                "No trades",
                f"{connection.path} has no table of trades that this program knows.",
                "A statement reads files of CTS, freqtrade and hummingbot.",
            )
        self.table: Final = there.table.name
        """The table of the trades, as the file calls it."""
        self.keeps_fees: Final = "fee" in there.columns
        """Whether it keeps what each trade cost in fees; freqtrade does for fees in the coin."""
        alias, made_of = there.table.rowid_alias, (there.source.columns or {}).get("id")
        theirs = made_of.uses[0] if made_of is not None and made_of.uses else "id"
        self._is_id_the_rowid = alias is not None and alias.name.lower() == theirs.lower()
        self._has_trade_ids = {"exchange_trade_id", "order_id"} <= there.columns

    def trades(self, until_ms: int) -> Iterator[TradeRow]:
        """Yield every trade before an instant, by connection, pair, time and id."""
        sql = _TRADES.format(relation=self._relation)
        optional = {
            self._relation: "id connection_id fee fee_currency base_fee position_id "
            "exchange_trade_id",
            "positions": "id side",
            "exchange_connections": _CONNECTIONS,
        }
        needs = {self._relation: "trading_pair_id side price amount executed_at"}
        for number, row in enumerate(self._stream(sql, needs, optional, until_ms)):
            if number % _ROWS_PER_REPORT == 0:
                self._context.on_progress(Progress(number, None, "trades", "adding up"))
            yield TradeRow(*row)

    def repeated(self, until_ms: int) -> dict[SqliteValue, str]:
        """Return the trades whose exchange id an earlier one of their order has."""
        if not self._has_trade_ids:
            return {}
        sql = _REPEATED.format(relation=self._relation)
        needs = {self._relation: "exchange_trade_id order_id trading_pair_id executed_at"}
        optional = {self._relation: "id connection_id price amount side"}
        return {
            trade: "twice" if same else "twice_otherwise"
            for trade, same in self._stream(sql, needs, optional, until_ms)
        }

    def markets(self) -> dict[SqliteValue, Market]:
        """Return the pairs that the file describes, by the id that its trades name."""
        if bound(self._context, "trading_pairs") is None:
            return {}
        needs = {"trading_pairs": "id symbol base_currency quote_currency"}
        rows = self._stream(_MARKETS, needs, {"trading_pairs": _MARKET_COLUMNS}, 0)
        return {
            row[0]: Market(
                symbol=_text(row[1]) or "",
                base=_text(row[2]),
                quote=_text(row[3]),
                is_spot=None if row[4] is None else row[4] == "spot",
                contract_size=1 if row[5] is None else row[5],
                is_inverse=bool(row[6]),
            )
            for row in rows
        }

    def closed_positions(self, period: Period) -> dict[SqliteValue, ClosedPosition]:
        """Return the positions that were closed in the period."""
        there = bound(self._context, "positions")
        if there is None or not {"id", "status", "closed_at"} <= there.columns:
            return {}
        needs = {"positions": "id status closed_at"}
        optional = {"positions": "trading_pair_id realized_pnl funding_paid"}
        rows = self._stream(_CLOSED, needs, optional, period.end_ms, period.start_ms)
        return {
            row[0]: ClosedPosition(row[1], read_amount(row[2]), read_amount(row[3]) or ZERO)
            for row in rows
        }

    def count_after(self, key: Row | None, period: Period) -> int | None:
        """Return how many trades of the period have a rowid above `key`; of None, all have.

        None where the ids of the trades are no rowids: their order then tells nothing.
        """
        if not self._is_id_the_rowid or (key is not None and not isinstance(key[0], int)):
            return None
        bounds = (period.end_ms, period.start_ms)
        last = -(2**63) if key is None else key[0]
        needs = {self._relation: "id executed_at"}
        sql = _AFTER.format(relation=self._relation)
        ((count,),) = self._stream(sql, needs, {}, *bounds, last)
        assert isinstance(count, int)
        return count

    def _stream(
        self,
        sql: str,
        needs: dict[str, str],
        optional: dict[str, str],
        until_ms: int,
        since_ms: int = 0,
        key: SqliteValue = None,
    ) -> Iterator[Row]:
        try:
            query = prepare(
                self._context,
                sql,
                needs,
                optional=optional,
                bindings={"until": until_ms, "since": since_ms, "key": key},
            )
            for _, row in query.stream():
                yield row
        except (NotApplicableError, NotCheckedError) as error:
            raise CtsError(
                "damaged",
                "The trades cannot be read",
                f"{self._context.connection.path}: {error}.",
                "`cts-console audit` tells what else is wrong with the file.",
            ) from error


def _text(value: SqliteValue) -> str | None:
    return None if value is None else str(value)
