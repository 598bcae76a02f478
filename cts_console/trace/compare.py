"""What a row stores beside what its trades come to, with the tolerances of the audit's rules.

Each function names the rules (`audit/rules/ledger`) whose tolerances and exceptions it has. Called
inside `localcontext(EXACT)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.numbers import EXACT, ZERO, read_amount, share
from cts_console.trace.book import Book
from cts_console.trace.fills import Fill, Pair
from cts_console.trace.model import Compared
from cts_console.trace.reading import OrderRow, PositionRow, TradeRow

_ONE: Final = Decimal(1)
_HAIR_LESS: Final = Decimal("0.999999")
_TINY: Final = Decimal("1e-9")
_MILLIONTH: Final = Decimal("1e-6")
_CENT: Final = Decimal("0.01")
_FEE: Final = Decimal("1e-8")
_MONEY: Final = Decimal("1e-4")
_SIGNS: Final = str.maketrans("", "", "/-_")


def compare_trade(row: TradeRow, fill: Fill, order: OrderRow | None) -> list[Compared]:
    """Compare a trade with its order and with its own numbers: TRD-04, TRD-06."""
    found = []
    if order is not None:
        for name, own, its in (
            ("side", row.side, order.side),
            ("trading_pair_id", row.pair, order.pair),
            ("connection_id", row.connection, order.connection),
        ):
            if own is not None and its is not None and _plain(own) != _plain(its):
                found.append(Compared(name, str(own), str(its), differs=True))
    cost = read_amount(row.cost)
    if cost is not None and cost > 0 and fill.cost is not None and fill.pair.is_described:
        found.append(Compared("cost", cost, fill.cost, _cost_differs(cost, fill)))
    return found


def compare_gain(row: TradeRow, fill: Fill, book: Book) -> list[Compared]:
    """Compare what a trade is said to have realised; by the tolerance for money of POS-03.

    Before or after its own fee, by average cost or oldest entry first: all four are known.
    """
    stored = read_amount(row.realized_pnl)
    if stored is None or book.pnl is None or fill.fee is None:
        return []
    fee = fill.fee.counted
    gains = book.last_gain or (ZERO, ZERO)
    ways = [EXACT.subtract(gain, cost) for gain in gains for cost in (fee, ZERO)]
    return [_nearest("realized_pnl", stored, ways, lambda way: _CENT + _MONEY * abs(way))]


def compare_order(order: OrderRow, fills: Sequence[Fill] | None, pair: Pair) -> list[Compared]:
    """Compare an order with itself and with its trades, unless they are None.

    ORD-02; of the trades ORD-01, ORD-08, ORD-10.
    """
    amount, filled = read_amount(order.amount), read_amount(order.filled)
    if amount is None or filled is None:
        return []
    slack = max(_half_step(pair, amount), _TINY * abs(amount))
    found = _compare_remaining(order, amount, filled, slack)
    if fills is None:
        return found
    sizes = [fill.amount for fill in fills if fill.amount is not None]
    if len(sizes) < len(fills):
        return found
    traded = sum(sizes, ZERO)
    fits = abs(filled - traded) <= max((pair.step or ZERO) / 2, _TINY * abs(amount))
    found.insert(0, Compared("filled", filled, traded, not fits))
    if fits and fills:
        found += _compare_average(order, fills, pair)
    return found + _compare_fees(order, fills)


def compare_open(row: PositionRow, book: Book, pair: Pair) -> list[Compared]:
    """Compare an open position with its trades: POS-01, POS-02."""
    quantity, net = read_amount(row.quantity), book.quantity
    if quantity is None or net is None:
        return []
    is_short = row.side == "short"
    held = net.copy_negate() if is_short else net
    slack = _TINY * max(book.bought, book.sold)
    if pair.step is not None:
        slack = max(slack, pair.step / 2)
    elif book.base_fees:
        slack = max(slack, _last_digit(quantity))
    if is_short:
        slack += abs(book.base_fees)
    differs = abs(quantity - held) > slack
    return [Compared("quantity", quantity, held, differs), *_compare_entry(row, book, pair)]


def compare_closed(row: PositionRow, book: Book, pair: Pair, funding: Decimal) -> list[Compared]:
    """Compare a closed position with its trades: POS-04, POS-02, POS-03."""
    net = book.quantity
    if net is None:
        return []
    found = []
    if row.status == "closed":
        rest = min(abs(net), abs(book.bought - book.sold))
        found.append(Compared("rest", ZERO, rest, rest > _dust(row, book, pair)))
    found += _compare_entry(row, book, pair)
    return found + _compare_pnl(row, book, pair, funding)


def _compare_remaining(
    order: OrderRow, amount: Decimal, filled: Decimal, slack: Decimal
) -> list[Compared]:
    remaining = read_amount(order.remaining)
    if remaining is None or order.status not in ("pending", "open", "partially_filled", "filled"):
        return []
    left = amount - filled
    is_by_cost = order.status == "filled" and order.order_type == "market"
    differs = abs(left - remaining) > slack and not (is_by_cost and abs(remaining) <= slack)
    return [Compared("remaining", remaining, left, differs)]


def _compare_average(order: OrderRow, fills: Sequence[Fill], pair: Pair) -> list[Compared]:
    stored = read_amount(order.average_price)
    if stored is None or any(fill.price is None for fill in fills):
        return []
    sizes = [(fill.price or ZERO, fill.amount or ZERO) for fill in fills]
    traded = sum((amount for _, amount in sizes), ZERO)
    value = sum((EXACT.multiply(price, amount) for price, amount in sizes), ZERO)
    ways = [share(value, _ONE, traded)]
    if pair.market.is_spot is not True:
        # Coin-margined contracts are averaged over amount divided by price.
        coins = sum((share(amount, _ONE, price) for price, amount in sizes), ZERO)
        ways += [share(traded, _ONE, coins)] if coins else []
    tick = pair.tick or ZERO
    return [_nearest("average_price", stored, ways, lambda way: max(tick, _MILLIONTH * way))]


def _compare_fees(order: OrderRow, fills: Sequence[Fill]) -> list[Compared]:
    stored = read_amount(order.fee_total)
    currencies = {fill.row.fee_currency for fill in fills}
    if stored is None or len(currencies) != 1 or None in currencies:
        return []
    fees = [read_amount(fill.row.fee) for fill in fills]
    if any(fee is None for fee in fees):
        return []
    total = sum((fee for fee in fees if fee is not None), ZERO)
    differs = abs(stored - total) > _FEE + _MILLIONTH * abs(stored)
    return [Compared("fee_total", stored, total, differs)]


def _compare_entry(row: PositionRow, book: Book, pair: Pair) -> list[Compared]:
    stored = read_amount(row.entry_price)
    ways = book.entry_prices(is_short=row.side == "short")
    if stored is None or not ways:
        return []
    least = _last_digit(stored) if pair.tick is None else pair.tick
    return [_nearest("entry_price", stored, ways, lambda way: max(least, _MILLIONTH * abs(way)))]


def _compare_pnl(row: PositionRow, book: Book, pair: Pair, funding: Decimal) -> list[Compared]:
    """Compare the realised profit, by whichever convention fits: before or after its costs."""
    stored, gross = read_amount(row.realized_pnl), book.flow
    if stored is None or gross is None or not book.has_quote_fees_only:
        return []
    rest = abs(book.bought - book.sold)
    if rest > max(_half_step(pair, rest), _TINY * max(book.bought, book.sold)):
        return []
    ways = [
        gross - fees - paid
        for fees, paid in (
            (book.fees, funding),
            (ZERO, ZERO),
            (book.fees, ZERO),
            (ZERO, funding),
        )
    ]
    return [_nearest("realized_pnl", stored, ways, lambda way: _CENT + _MONEY * abs(way))]


def _plain(name: SqliteValue) -> str:
    """Return a name without what only its spelling is."""
    return str(name).upper().translate(_SIGNS)


def _nearest(
    name: str, stored: Decimal, ways: Sequence[Decimal], slack: Callable[[Decimal], Decimal]
) -> Compared:
    """Compare with what each way of counting comes to; the first stands for all that fit as ill."""
    for way in ways:
        if abs(stored - way) <= slack(way):
            return Compared(name, stored, way, differs=False)
    return Compared(name, stored, ways[0], differs=True)


def _cost_differs(cost: Decimal, fill: Fill) -> bool:
    assert fill.cost is not None
    pair = fill.pair
    slack = _FEE + _MILLIONTH * cost
    apart = abs(cost - fill.cost)
    cents = cost * 100
    is_in_cents = cost >= 1 and abs(cents - cents.to_integral_value()) < _TINY and apart < _CENT
    if apart <= slack or is_in_cents:
        return False
    if pair.market.is_spot or not fill.amount or not fill.price or pair.size is None:
        return True
    in_coins = share(EXACT.multiply(fill.amount, pair.size), _ONE, fill.price)
    return abs(cost - in_coins) > slack


def _half_step(pair: Pair, amount: Decimal) -> Decimal:
    """Return half a step; a step larger than the order is not the one it was placed under."""
    return pair.step / 2 if pair.step is not None and pair.step <= amount else ZERO


def _dust(row: PositionRow, book: Book, pair: Pair) -> Decimal:
    """Return the largest rest that cannot be sold."""
    step = pair.step
    if step is None:
        quantity = read_amount(row.quantity)
        step = _last_digit(quantity) if book.base_fees and quantity is not None else ZERO
    return max(step, pair.least or ZERO, _TINY * max(book.bought, book.sold))


def _last_digit(number: Decimal) -> Decimal:
    """Return a hair less than one unit of the last decimal that a number is written with."""
    exponent = number.normalize().as_tuple().exponent
    return _HAIR_LESS.scaleb(min(exponent, 0)) if isinstance(exponent, int) else ZERO
