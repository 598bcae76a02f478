"""Indications and simulated positions out of the real candles.

Every four hours of a pair give three indications, for the 48 candles that end there:

- `direction`: value = change of the close in percent;
- `move`: value = range between the highest high and the lowest low in percent of the first open;
- `active`: value = volume per candle against the sample's mean of the pair.

`confidence` is the efficiency ratio (net change over the sum of all changes, Kaufman 1995) and
`profit_factor` what the rising candles gained over what the falling ones lost. A `direction` with
a confidence of at least 0.2 is followed by a simulated position on the next candles.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cts_console.demo.accounts import HOUR_MS, PAIR_IDS, SIGNAL_PRESET, SPOT
from cts_console.demo.market import TIMEFRAME
from cts_console.demo.rows import TableRows
from cts_console.demo.sample import CANDLE_MS, Candle

WINDOW_MS = 4 * HOUR_MS
EXPIRES_AFTER_MS = HOUR_MS
LEAST_CONFIDENCE = 0.2
TAKE_PROFIT = 0.02
STOP_LOSS = 0.01
STAKE_BTC = 0.1


class IndicationRow(NamedTuple):
    """A row of `indications`; the fields are its columns."""

    id: int
    connection_id: int
    trading_pair_id: int
    preset_id: int
    indication_type: str
    timeframe: str
    direction: str
    value: float
    profit_factor: float
    status: str
    metadata: str
    calculated_at: int
    confidence: float
    expires_at: int


class PseudoRow(NamedTuple):
    """A row of `pseudo_positions`; the fields are its columns."""

    connection_id: int
    trading_pair_id: int
    preset_id: int
    indication_id: int
    side: str
    entry_price: float
    current_price: float
    quantity: float
    profit_factor: float
    profit_loss: float
    take_profit_factor: float
    stop_loss_ratio: float
    status: str
    close_reason: str
    opened_at: int
    closed_at: int
    updated_at: int
    level: str


def derive_signals(candles: Sequence[Candle]) -> tuple[TableRows, TableRows]:
    """Return the rows of `indications` and of `pseudo_positions`, in the order of their times."""
    drafts: list[tuple[IndicationRow, list[Candle]]] = []
    for series in _by_symbol(candles):
        mean_volume = sum(candle.volume for candle in series) / len(series)
        for window, following in _windows(series):
            drafts += [(row, following) for row in _indications(window, mean_volume)]
    drafts.sort(key=lambda draft: (draft[0].calculated_at, draft[0].trading_pair_id))
    indications, pseudo = [], []
    for number, (draft, following) in enumerate(drafts, 1):
        row = draft._replace(id=number)
        if row.status == "consumed":
            pseudo.append(_follow(row, following))
        indications.append(row)
    return (
        TableRows("indications", IndicationRow._fields, indications),
        TableRows("pseudo_positions", PseudoRow._fields, pseudo),
    )


def _by_symbol(candles: Sequence[Candle]) -> list[list[Candle]]:
    series: dict[str, list[Candle]] = defaultdict(list)
    for candle in candles:
        series[candle.symbol].append(candle)
    return list(series.values())


def _windows(series: Sequence[Candle]) -> Iterator[tuple[list[Candle], list[Candle]]]:
    """Yield the candles of each four hours together with those of the four that follow."""
    begin = series[0].open_time
    windows: dict[int, list[Candle]] = defaultdict(list)
    for candle in series:
        windows[(candle.open_time - begin) // WINDOW_MS].append(candle)
    for number, window in windows.items():
        if number + 1 in windows:
            yield window, windows[number + 1]


def _indications(window: Sequence[Candle], mean_volume: float) -> list[IndicationRow]:
    first, last = window[0], window[-1]
    changes = [b.close - a.close for a, b in pairwise(window)]
    path = sum(map(abs, changes))
    net = last.close - first.close
    confidence = round(abs(net) / path, 4) if path else 0.0
    gained = sum(change for change in changes if change > 0)
    lost = -sum(change for change in changes if change < 0)
    direction = "long" if net > 0 else "short" if net < 0 else "neutral"
    spread = max(c.high for c in window) - min(c.low for c in window)
    volume = sum(candle.volume for candle in window) / len(window)
    calculated_at = last.open_time + CANDLE_MS
    metadata = json.dumps({"candles": len(window), "from": first.open_time})
    values = {
        "direction": net / first.close * 100,
        "move": spread / first.open * 100,
        "active": volume / mean_volume,
    }
    is_followed = confidence >= LEAST_CONFIDENCE and direction != "neutral"
    return [
        IndicationRow(
            id=0,
            connection_id=SPOT,
            trading_pair_id=PAIR_IDS[first.symbol],
            preset_id=SIGNAL_PRESET,
            indication_type=kind,
            timeframe=TIMEFRAME,
            direction=direction if kind == "direction" else "neutral",
            value=round(value, 6),
            profit_factor=round(gained / lost, 4) if lost else 1.0,
            status="consumed" if kind == "direction" and is_followed else "expired",
            metadata=metadata,
            calculated_at=calculated_at,
            confidence=confidence,
            expires_at=calculated_at + EXPIRES_AFTER_MS,
        )
        for kind, value in values.items()
    ]


def _follow(indication: IndicationRow, following: Sequence[Candle]) -> PseudoRow:
    """Walk the next four hours to the target, to the stop, or to their end."""
    sign = 1 if indication.direction == "long" else -1
    entry, opened_at = following[0].open, following[0].open_time
    price, closed_at, reason = following[-1].close, following[-1].open_time + CANDLE_MS, "time"
    for candle in following:
        gain = sign * (candle.close / entry - 1)
        if gain >= TAKE_PROFIT or gain <= -STOP_LOSS:
            price, closed_at = candle.close, candle.open_time + CANDLE_MS
            reason = "take_profit" if gain > 0 else "stop_loss"
            break
    quantity = round(STAKE_BTC / entry, 8)
    level = "real" if indication.confidence >= 0.4 else "main"
    return PseudoRow(
        connection_id=indication.connection_id,
        trading_pair_id=indication.trading_pair_id,
        preset_id=indication.preset_id,
        indication_id=indication.id,
        side=indication.direction,
        entry_price=entry,
        current_price=price,
        quantity=quantity,
        profit_factor=indication.profit_factor,
        profit_loss=round(sign * (price - entry) * quantity, 12),
        take_profit_factor=TAKE_PROFIT,
        stop_loss_ratio=STOP_LOSS,
        status="closed",
        close_reason=reason,
        opened_at=opened_at,
        closed_at=closed_at,
        updated_at=closed_at,
        level=level if indication.confidence >= 0.3 else "base",
    )
