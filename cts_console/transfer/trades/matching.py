"""Which trade of the file is which of the database: by id, by contents, by order and time.

Two numbers are the same where their first 15 significant digits are: so many a REAL keeps for
certain, and rounding within an engine changes none of them.

Equal executions of one second are counted, not merged: of three in the file and two in the
database, one is missing. What one side cut to the second and the other rounded is the same; what is
up to five seconds apart (the skew of a clock) is one trade told differently. So is one that has
another id on each side: no import shall ever make two of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, Row, transaction
from cts_console.transfer.trades.staging import FILE_ID, Staging, in_batches, kept_resolution_ms
from cts_console.transfer.trades.values import number_key

SKEW_MS: Final = 5_000
_RESOLUTIONS: Final = (1, 1_000, 60_000)
_ROWS: Final = 2_000
# As ORD-10: exchanges round fees.
_FEE_ABSOLUTE: Final = 1e-8
_FEE_RELATIVE: Final = 1e-6

# Two lines with one id: the same once more, or something that contradicts.
_REPEATED: Final = """
UPDATE file SET verdict = CASE WHEN
    (file.price_key, file.amount_key, file.at_ms) = (g.price_key, g.amount_key, g.at_ms)
    THEN 'repeated' ELSE 'conflict' END
FROM (
  SELECT f.id, first_value(price_key) OVER w AS price_key,
    first_value(amount_key) OVER w AS amount_key, first_value(at_ms) OVER w AS at_ms,
    row_number() OVER w AS number
  FROM file AS f WHERE trade_id IS NOT NULL
  WINDOW w AS (PARTITION BY pair, trade_id, side ORDER BY id)
) AS g WHERE g.id = file.id AND g.number > 1
"""
_CONFLICTS: Final = """
INSERT INTO unreadable
SELECT line, 'it has the id of an earlier line, with another price, amount or time'
FROM file WHERE verdict = 'conflict'
"""
# A trade with oneself has one id on both sides: the side decides first.
_BY_ID: Final = """
UPDATE file SET partner = (
  SELECT b.id FROM base AS b
  WHERE b.pair = file.pair AND b.trade_id = file.trade_id AND {side} AND b.partner IS NULL
  ORDER BY b.id LIMIT 1)
WHERE verdict = 'only' AND trade_id IS NOT NULL AND partner IS NULL
"""
_TAKE: Final = "UPDATE base SET partner = f.id FROM file AS f WHERE f.partner = base.id"
_LEFT: Final = """
SELECT * FROM (
  SELECT 0 AS origin, id, pair, side, {key} AS a, {other} AS b, at_ms, resolution_ms, trade_id
  FROM file WHERE verdict = 'only'
  UNION ALL
  SELECT 1, id, pair, side, {key}, {other}, at_ms, resolution_ms, trade_id
  FROM base WHERE partner IS NULL
) WHERE a IS NOT NULL ORDER BY pair, side, a, b, at_ms, id
"""
_LOOKED_AT: Final = 500
_FEWEST_SHIFTED: Final = 3
_SHIFT: Final = """
WITH missing AS (SELECT * FROM file WHERE verdict = 'only' LIMIT :looked_at)
SELECT f.at_ms / 1000 * 1000 - b.at_ms / 1000 * 1000 AS shift, count(DISTINCT f.id) AS number,
  (SELECT count(*) FROM missing)
FROM missing AS f JOIN base AS b ON b.pair = f.pair AND b.side = f.side
  AND b.price_key = f.price_key AND b.amount_key = f.amount_key AND b.partner IS NULL
WHERE shift % 900000 = 0 AND abs(shift) BETWEEN 900000 AND 50400000
GROUP BY shift ORDER BY number DESC, abs(shift) LIMIT 1
"""


@dataclass(slots=True)
class _Left:
    """A trade that has no partner yet."""

    id: int
    at_ms: int
    resolution_ms: int
    trade_id: str | None
    is_matched: bool = False


_Match = tuple[int, int, str, str]
_Group = Callable[[list[_Left], list[_Left]], Iterator[_Match]]


def match_trades(staging: Staging, cancel: CancelToken) -> None:
    """Give each trade of both sides its partner and its verdict."""
    connection = staging.connection
    with transaction(connection), connection.guard(cancel=cancel):
        connection.execute(_REPEATED)
        connection.execute(_CONFLICTS)
        for side in ("b.side = file.side", "b.side <> file.side"):
            connection.execute(_BY_ID.format(side=side))
            connection.execute(
                "UPDATE file SET partner = NULL WHERE id IN (SELECT id FROM (SELECT id, "
                "row_number() OVER (PARTITION BY partner ORDER BY id) AS number FROM file "
                "WHERE partner IS NOT NULL) WHERE number > 1)"
            )
            connection.execute(_TAKE)
        _judge_ids(connection)
        _match_left(connection, "price_key", "amount_key", _by_contents)
        _match_left(connection, "order_id", "NULL", _by_time)


def find_shift_ms(staging: Staging) -> int | None:
    """Return by how much the file's clock seems to be off, in a zone that is not UTC.

    So it seems where at least half of what only the file has stands in the database as well, all
    earlier or later by one and the same number of quarters of an hour.
    """
    row = staging.connection.read_row(_SHIFT, {"looked_at": _LOOKED_AT})
    if row is None or int(str(row[1])) < max(_FEWEST_SHIFTED, int(str(row[2])) / 2):
        return None
    return int(str(row[0]))


def _judge_ids(connection: Connection) -> None:
    last = 0
    sql = """
        SELECT f.id, b.id, f.price_key, b.price_key, f.amount_key, b.amount_key, f.side, b.side,
          f.fee, b.fee, f.fee_currency, b.fee_currency, f.at_ms, b.at_ms,
          max(f.resolution_ms, b.resolution_ms)
        FROM file AS f JOIN base AS b ON b.id = f.partner
        WHERE f.verdict = 'only' AND f.id > ? ORDER BY f.id LIMIT ?
    """
    while rows := connection.read_rows(sql, (last, _ROWS)):
        last = int(str(rows[-1][0]))
        _keep(connection, map(_judged, rows))
        _apply(connection)


def _judged(row: Row) -> _Match:
    file, base, *pairs, fee, their_fee, currency, their_currency, at, their_at, resolution = row
    fields = [
        name
        for name, ours, theirs in zip(
            ("price", "amount", "side"), pairs[::2], pairs[1::2], strict=True
        )
        if ours != theirs
    ]
    if not _is_same_fee(fee, their_fee, currency, their_currency):
        fields.append("fee")
    if abs(int(str(at)) - int(str(their_at))) > max(SKEW_MS, int(str(resolution))):
        fields.append("executed_at")
    verdict = "different" if fields else "same"
    return int(str(file)), int(str(base)), verdict, " ".join(fields)


def _is_same_fee(ours: object, theirs: object, currency: object, their_currency: object) -> bool:
    if ours is None or theirs is None:
        return True
    file, base = float(str(ours)), float(str(theirs))
    if abs(file - base) > _FEE_ABSOLUTE + _FEE_RELATIVE * abs(base):
        return False
    return not base or currency is None or str(currency).upper() == str(their_currency).upper()


def _match_left(connection: Connection, key: str, other: str, matched: _Group) -> None:
    """Match what has no partner within groups that share a key, read as a stream."""
    rows = connection.stream_rows(_LEFT.format(key=key, other=other))
    for some in in_batches(_matches(rows, matched), _ROWS):
        # Into a table of its own: what is being read must not change.
        _keep(connection, some)
    _apply(connection)


def _matches(rows: Iterable[Row], matched: _Group) -> Iterator[_Match]:
    for _, group in groupby(rows, key=lambda row: row[2:6]):
        sides: tuple[list[_Left], list[_Left]] = ([], [])
        for origin, name, _pair, _side, _a, _b, at, resolution, trade in group:
            sides[int(str(origin))].append(
                _Left(
                    int(str(name)),
                    int(str(at)),
                    int(str(resolution)),
                    None if trade is None else str(trade),
                )
            )
        if all(sides):
            yield from matched(*sides)


def _by_contents(file: list[_Left], base: list[_Left]) -> Iterator[_Match]:
    """Match trades of one pair, side, price and amount."""
    for ours, theirs in _same_times(file, base):
        yield _of_equal_contents(ours, theirs, "")
    for ours, theirs in _near_times(file, base):
        apart_ms = abs(ours.at_ms - theirs.at_ms)
        is_rounded = apart_ms <= max(ours.resolution_ms, theirs.resolution_ms)
        yield _of_equal_contents(ours, theirs, "" if is_rounded else "executed_at")


def _of_equal_contents(ours: _Left, theirs: _Left, field: str) -> _Match:
    fields = [field] if field else []
    # An id of our own making is none of the exchange's.
    if ours.trade_id and theirs.trade_id and not theirs.trade_id.startswith(FILE_ID):
        fields.append("exchange_trade_id")
    return ours.id, theirs.id, "different" if fields else "same", " ".join(fields)


def _by_time(file: list[_Left], base: list[_Left]) -> Iterator[_Match]:
    """Match trades of one order at one time: the contents differ."""
    for ours, theirs in _same_times(file, base):
        yield ours.id, theirs.id, "different", "contents"


def _same_times(file: list[_Left], base: list[_Left]) -> Iterator[tuple[_Left, _Left]]:
    """Pair what happened at one time, as exact as the less exact of the two is."""
    for resolution in _RESOLUTIONS:
        fine: dict[int, list[_Left]] = {}
        coarse: dict[int, list[_Left]] = {}
        for theirs in reversed(base):
            if theirs.is_matched or theirs.resolution_ms > resolution:
                continue
            kept = coarse if theirs.resolution_ms == resolution else fine
            kept.setdefault(theirs.at_ms // resolution, []).append(theirs)
        for ours in file:
            if ours.is_matched or ours.resolution_ms > resolution:
                continue
            at = ours.at_ms // resolution
            found = coarse.get(at) or (fine.get(at) if ours.resolution_ms == resolution else None)
            if found:
                theirs = found.pop()
                ours.is_matched = theirs.is_matched = True
                yield ours, theirs


def _near_times(file: list[_Left], base: list[_Left]) -> Iterator[tuple[_Left, _Left]]:
    """Pair, in the order of time, what is left and not far apart."""
    waiting = [theirs for theirs in base if not theirs.is_matched]
    first = 0
    for ours in file:
        if ours.is_matched:
            continue
        while first < len(waiting) and waiting[first].at_ms < ours.at_ms - _reach(
            ours, waiting[first]
        ):
            first += 1
        if first < len(waiting) and waiting[first].at_ms <= ours.at_ms + _reach(
            ours, waiting[first]
        ):
            ours.is_matched = waiting[first].is_matched = True
            yield ours, waiting[first]
            first += 1


def _reach(ours: _Left, theirs: _Left) -> int:
    return max(SKEW_MS, ours.resolution_ms, theirs.resolution_ms)


def _keep(connection: Connection, matches: Iterable[_Match]) -> None:
    connection.execute_many("INSERT INTO matches VALUES (?, ?, ?, ?)", matches)


def _apply(connection: Connection) -> None:
    connection.execute(
        "UPDATE file SET verdict = m.verdict, partner = m.base, fields = m.fields "
        "FROM matches AS m WHERE m.file = file.id;"
        "UPDATE base SET partner = m.file FROM matches AS m WHERE m.base = base.id;"
        "DELETE FROM matches"
    )


def count_equals(
    rows: Iterable[Row],
    price_key: str,
    amount_key: str,
    at_ms: int,
    resolution_ms: int,
    is_known: Callable[[str | None], bool],
) -> int:
    """Return how many of `rows` (price, amount, executed_at, id) are such a trade at that time.

    Those whose id `is_known` are left out.
    """
    count = 0
    for price, amount, at, name in rows:
        trade_id = None if name is None else str(name)
        coarse = max(resolution_ms, kept_resolution_ms(trade_id))
        if (
            int(str(at)) // coarse == at_ms // coarse
            and number_key(float(str(price))) == price_key
            and number_key(float(str(amount))) == amount_key
            and not is_known(trade_id)
        ):
            count += 1
    return count
