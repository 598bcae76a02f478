"""The rows of a trace, read under our names for the tables of a file (`audit.trading`).

Every question leads through an id, so that an index of the CTS schema answers it: the `+` keeps
SQLite from taking one on the time for the sake of the order. Other files may have no index, and the
caller limits the time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError
from cts_console.audit.trading import Bound, bound, prepare
from cts_console.audit.trading.terms import INVERSE
from cts_console.errors import CtsError
from cts_console.sqlite import Row, SqliteValue, quote_identifier
from cts_console.trace.model import SubjectKind, TraceSubject

MOST_EVENTS: Final = 10_000
"""Rows of one kind that are read, and events that a trace tells."""

_RELATIONS: Final[Mapping[SubjectKind, str]] = {"position": "positions", "order": "orders"}
_POSITION: Final = (
    "id connection_id trading_pair_id side status quantity entry_price realized_pnl fees_paid "
    "funding_paid opened_at closed_at updated_at"
)
_ORDER: Final = (
    "id connection_id trading_pair_id position_id side order_type price amount filled remaining "
    "average_price fee_total status created_at updated_at closed_at reject_reason"
)
_TRADE: Final = (
    "id connection_id order_id position_id trading_pair_id side price amount cost fee fee_currency "
    "base_fee executed_at ordered_at realized_pnl"
)
_TRADE_LOG: Final = "id order_id trade_id level event_type message created_at"
_AUDIT_LOG: Final = "id action entity_type entity_id outcome created_at"
_PAIR: Final = (
    "id symbol base_currency quote_currency market_type contract_size price_tick amount_step "
    "min_amount"
)
_IN: Final = "(SELECT value FROM json_each(:ids))"
_ENTITIES: Final[tuple[str, ...]] = ("position", "order", "trade")


@dataclass(frozen=True, slots=True)
class PositionRow:
    """A position as the file has it; the fields are our columns."""

    id: SqliteValue
    connection: SqliteValue
    pair: SqliteValue
    side: SqliteValue
    status: SqliteValue
    quantity: SqliteValue
    entry_price: SqliteValue
    realized_pnl: SqliteValue
    fees_paid: SqliteValue
    funding_paid: SqliteValue
    opened_at: SqliteValue
    closed_at: SqliteValue
    updated_at: SqliteValue


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as the file has it; the fields are our columns."""

    id: SqliteValue
    connection: SqliteValue
    pair: SqliteValue
    position: SqliteValue
    side: SqliteValue
    order_type: SqliteValue
    price: SqliteValue
    amount: SqliteValue
    filled: SqliteValue
    remaining: SqliteValue
    average_price: SqliteValue
    fee_total: SqliteValue
    status: SqliteValue
    created_at: SqliteValue
    updated_at: SqliteValue
    closed_at: SqliteValue
    reject_reason: SqliteValue


@dataclass(frozen=True, slots=True)
class TradeRow:
    """An execution as the file has it; the fields are our columns."""

    id: SqliteValue
    connection: SqliteValue
    order: SqliteValue
    position: SqliteValue
    pair: SqliteValue
    side: SqliteValue
    price: SqliteValue
    amount: SqliteValue
    cost: SqliteValue
    fee: SqliteValue
    fee_currency: SqliteValue
    base_fee: SqliteValue
    executed_at: SqliteValue
    ordered_at: SqliteValue
    realized_pnl: SqliteValue


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log entry about an order, a trade or a position."""

    id: SqliteValue
    relation: str
    """trade_logs or audit_logs."""
    text: str
    created_at: SqliteValue


@dataclass(frozen=True, slots=True)
class PairRow:
    """A trading pair as the file has it; the fields are our columns."""

    id: SqliteValue
    symbol: SqliteValue
    base: SqliteValue
    quote: SqliteValue
    market_type: SqliteValue
    contract_size: SqliteValue
    price_tick: SqliteValue
    amount_step: SqliteValue
    min_amount: SqliteValue
    is_inverse: SqliteValue


@dataclass(frozen=True, slots=True)
class Source:
    """Where the file keeps a relation."""

    table: str
    """Its name of the table."""
    key: str
    """Its name of our `id`."""


class TraceReader:
    """Asks one file. Every method raises what SQLite raises, and `CtsError("foreign_file")`."""

    def __init__(self, context: AuditContext) -> None:
        self._context = context
        self._trades = "executions" if self._bound("executions") else "trades"
        self.is_cut = False
        """Whether a question had more than `MOST_EVENTS` rows."""

    def source(self, relation: str) -> Source:
        """Return where a relation lies; only for one that rows came from."""
        there = self._bound(self._trades if relation == "trades" else relation)
        assert there is not None, relation
        return Source(there.table.name, there.key)

    def has(self, relation: str, column: str) -> bool:
        """Return whether the file has this column of a relation of ours."""
        there = self._bound(self._trades if relation == "trades" else relation)
        return there is not None and column in there.columns

    def find(self, subject: TraceSubject) -> SqliteValue:
        """Return the id of the subject as the file itself has it.

        Raises `CtsError`: not_found for none such, foreign_file where the file has no such table.
        """
        relation = _RELATIONS[subject.kind]
        there = self._bound(relation)
        if there is None:
            raise self._foreign(f"it has no table of {relation} that this program knows")
        for candidate in _candidates(subject, there, self._context):
            rows = self._read(
                f"SELECT p.id FROM {relation} AS p WHERE p.id = :id LIMIT 1",
                {relation: "id"},
                {"id": candidate},
            )
            if rows:
                return rows[0][0]
        raise CtsError(
            "not_found",
            f"No such {subject.kind}",
            f"{self._context.connection.path}: {there.table.name} has no row {subject.id!r}.",
            "It may have been deleted; look for its id in the table.",
        )

    def position(self, position: SqliteValue) -> PositionRow | None:
        """Return a position; None where it does not exist."""
        rows = self._read(
            f"SELECT {_named('p', _POSITION)} FROM positions AS p WHERE p.id = :id LIMIT 1",
            {},
            {"id": position},
            {"positions": _POSITION},
        )
        return PositionRow(*rows[0]) if rows else None

    def check_positions_are_linked(self) -> None:
        """Raise `CtsError("foreign_file")` where nothing says what belongs to a position."""
        if (
            self._bound("positions") is not None
            and not self.has("trades", "position_id")
            and not self.has("orders", "position_id")
        ):
            raise self._foreign("neither its orders nor its trades name positions")

    def orders_of(self, position: SqliteValue) -> list[OrderRow]:
        """Return the orders that name a position."""
        return [OrderRow(*row) for row in self._orders("o.position_id = :id", {"id": position})]

    def orders(self, ids: Iterable[SqliteValue]) -> list[OrderRow]:
        """Return the orders with these ids."""
        wanted = _json(ids)
        rows = self._orders(f"o.id IN {_IN}", {"ids": wanted}) if wanted else []
        return [OrderRow(*row) for row in rows]

    def trades_of(self, position: SqliteValue) -> list[TradeRow]:
        """Return the trades that name a position."""
        return self._trades_where("x.position_id = :id", {"id": position})

    def trades_of_orders(self, ids: Iterable[SqliteValue]) -> list[TradeRow]:
        """Return the trades of these orders."""
        wanted = _json(ids)
        if not wanted or not self.has("trades", "order_id"):
            return []
        return self._trades_where(f"x.order_id IN {_IN}", {"ids": wanted})

    def first_trade_at(self, connection: SqliteValue) -> SqliteValue:
        """Return the time of the first trade of a connection; None for none."""
        sql = f"SELECT min(x.executed_at) FROM {self._trades} AS x WHERE x.connection_id = :id"
        wished = {self._trades: "connection_id executed_at"}
        return self._read(sql, {}, {"id": connection}, wished)[0][0]

    def logs(self, subjects: Mapping[SubjectKind | str, Iterable[SqliteValue]]) -> list[LogRow]:
        """Return the log entries about these positions, orders and trades."""
        ids = {kind: wanted for kind in _ENTITIES if (wanted := _json(subjects.get(kind, ())))}
        found: dict[tuple[str, SqliteValue], LogRow] = {}
        for kind in ("order", "trade"):
            for row in self._trade_logs(kind, ids.get(kind)):
                found[row.relation, row.id] = row
        for kind, wanted in ids.items():
            for row in self._audit_logs(kind, wanted):
                found[row.relation, row.id] = row
        return list(found.values())

    def pair(self, pair: SqliteValue) -> PairRow | None:
        """Return a trading pair; None where the file does not describe it."""
        rows = self._read(
            f"SELECT {_named('c', _PAIR)}, {INVERSE} FROM trading_pairs AS c WHERE c.id = :id",
            {},
            {"id": pair},
            {"trading_pairs": _PAIR},
        )
        return PairRow(*rows[0]) if rows else None

    def _orders(self, where: str, bindings: dict[str, SqliteValue]) -> list[Row]:
        sql = (
            f"SELECT {_named('o', _ORDER)} FROM orders AS o WHERE {where} "
            f"ORDER BY +o.created_at, +o.id"
        )
        return self._read(sql, {}, bindings, {"orders": _ORDER})

    def _trades_where(self, where: str, bindings: dict[str, SqliteValue]) -> list[TradeRow]:
        if self._bound(self._trades) is None:
            return []
        sql = (
            f"SELECT {_named('x', _TRADE)} FROM {self._trades} AS x WHERE {where} "
            f"ORDER BY +x.executed_at, +x.id"
        )
        rows = self._read(sql, {}, bindings, {self._trades: _TRADE})
        trades = [TradeRow(*row) for row in rows]
        if self.has("trades", "order_id"):
            return trades
        # freqtrade keeps no trades: what moved a position is the order itself.
        return [replace(trade, order=trade.id) for trade in trades]

    def _trade_logs(self, kind: str, wanted: str | None) -> list[LogRow]:
        if wanted is None:
            return []
        sql = (
            f"SELECT {_named('l', _TRADE_LOG)} FROM trade_logs AS l WHERE l.{kind}_id IN {_IN} "
            "ORDER BY +l.created_at, +l.id"
        )
        rows = self._read(sql, {}, {"ids": wanted}, {"trade_logs": _TRADE_LOG})
        return [
            LogRow(row[0], "trade_logs", _words(row[3], row[4], row[5]), row[6]) for row in rows
        ]

    def _audit_logs(self, kind: str, wanted: str) -> list[LogRow]:
        sql = (
            f"SELECT {_named('a', _AUDIT_LOG)} FROM audit_logs AS a "
            f"WHERE a.entity_type IN ('{kind}', '{kind}s') AND a.entity_id IN {_IN} "
            "ORDER BY +a.created_at, +a.id"
        )
        rows = self._read(sql, {}, {"ids": wanted}, {"audit_logs": _AUDIT_LOG})
        return [
            LogRow(row[0], "audit_logs", _words(row[4], row[1], f"{kind} {told(row[3])}"), row[5])
            for row in rows
        ]

    def _bound(self, relation: str) -> Bound | None:
        return bound(self._context, relation)

    def _read(
        self,
        sql: str,
        needs: dict[str, str],
        bindings: dict[str, SqliteValue],
        optional: dict[str, str] | None = None,
    ) -> list[Row]:
        """Return the rows of a question, `MOST_EVENTS` of them at most."""
        if " LIMIT " not in sql:
            sql = f"{sql} LIMIT {MOST_EVENTS + 1}"
        try:
            query = prepare(self._context, sql, needs, optional=optional, bindings=bindings)
            rows = [row for _, row in query.stream()]
        except (NotApplicableError, NotCheckedError) as error:
            raise self._foreign(str(error)) from error
        self.is_cut |= len(rows) > MOST_EVENTS
        return rows[:MOST_EVENTS]

    def _foreign(self, reason: str) -> CtsError:
        return CtsError(
            "foreign_file",
            "This cannot be traced here",
            f"{self._context.connection.path}: {reason}.",
            "Positions are traced in files of CTS and freqtrade, orders also in CTS v3.1 and "
            "hummingbot.",
        )


def told(value: SqliteValue) -> str:
    """Return a value of the file as words."""
    if value is None:
        return "NULL"
    return f"x'{value.hex()}'" if isinstance(value, bytes) else str(value)


def _candidates(subject: TraceSubject, there: Bound, context: AuditContext) -> list[SqliteValue]:
    """Return what the id may be in the file."""
    if subject.is_rowid:
        made = (there.source.columns or {}).get("id")
        sql = (
            f"SELECT {made.sql if made else quote_identifier(there.key)} "
            f"FROM main.{quote_identifier(there.table.name)} WHERE rowid = ?"
        )
        return [row[0] for row in context.connection.read_rows(sql, (subject.id,))]
    found = [subject.id]
    if isinstance(subject.id, str) and subject.id.removeprefix("-").isdecimal():
        # A column without a type compares text with no number.
        found.append(int(subject.id) if len(subject.id) <= 18 else None)
    return [each for each in found if each is not None]


def _json(ids: Iterable[SqliteValue]) -> str:
    """Return ids for `json_each`; "" for none. A BLOB is no id that JSON can hold."""
    values = list(dict.fromkeys(i for i in ids if i is not None and not isinstance(i, bytes)))
    return json.dumps(values) if values else ""


def _named(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns.split())


def _words(level: SqliteValue, event: SqliteValue, message: SqliteValue) -> str:
    words = ": ".join(told(part) for part in (event, message) if part not in (None, ""))
    return words if level in ("info", "ok", None) else f"{told(level)}, {words}"
