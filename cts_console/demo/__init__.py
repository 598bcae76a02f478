"""The demo: a CTS database with real prices, and a ledger invented around them.

`run_demo` makes and fills one; `apply_demo` fills a database that is initialised and marked. Both
go only into a file that was created with the mark `database.purpose` = `demo`: trades are
append-only, an invented fill in a real ledger could never be taken out again.

The sample
==========
Two public market records in `resources/sample/`, columns and values as they came.

**`candles_5m.csv.gz`** — 57,546 five-minute candles of ten pairs, 2018-01-10 04:55 to 2018-01-30
04:55 UTC, with 17 gaps of 52 slots in five pairs (ADA 40, TRX 6, DASH, XMR and ZEC 2 each). Every
row is one row of `market_data`:

=============  ============================================================================
source column  becomes
=============  ============================================================================
`symbol`       `trading_pairs.symbol`, `base_currency`, `quote_currency`;
               `market_data.trading_pair_id`
`timestamp`    `market_data.open_time`; with five minutes added `received_at`
`open`         `market_data.open`
`high`         `market_data.high`
`low`          `market_data.low`
`close`        `market_data.close`
`volume`       `market_data.volume`
(none)         `timeframe` = 5m, `source` = backfill; `bid` and `ask` stay NULL and
               `trade_count` 0, because the sample knows none
=============  ============================================================================

**`trades_xrp_eth.csv.gz`** — 12,477 executions of XRP/ETH, 2019-10-11 00:00 to 2019-10-13 11:19
UTC. Every row is one row of `trades`, with the same number of rows and the same sums:

=============  ============================================================================
source column  becomes
=============  ============================================================================
`id`           `trades.exchange_trade_id`; `trades.id` counts in its order
`symbol`       `trading_pairs.symbol`; `trades.trading_pair_id`, `trades.fee_currency` (ETH)
`timestamp`    `trades.executed_at`
`side`         `trades.side`, `orders.side`
`price`        `trades.price`; `orders.average_price`, `orders.price`; all prices of positions
`amount`       `trades.amount`; summed up `orders.filled`, `orders.amount`,
               `positions.quantity`
`cost`         `trades.cost`; summed up every result in ETH
=============  ============================================================================

What is real: prices, amounts, volumes, sides and times of these two records, and the gaps.
**What is invented: everything else**, beginning with the assumption that the executions, which
were those of a whole market, are one account's. Neither record names its exchange; the pairs
stand under `binance`, because a pair must stand under one.

What is derived, and how
========================
- **Positions** (`cycles`, `positions`). Buys exceed sells by 867,601 XRP. One long holding on a
  spot account takes the surplus and stays open; a margin account in hedge mode works in 44 cycles,
  each a long and a short whose fills add up to nothing at its end, so that its net turns from long
  to short and back. No fill is cut in two. Entry price: the average of the entries. Result: sells
  less buys less fees. A loss is closed as `stop_loss`, a gain as `take_profit`.
- **Orders** (`orders`). Fills of one position and side, at most a second apart, make one order.
  Type, limit price (never better than the worst fill), time in force, partial fills that were then
  cancelled or expired, and a few orders without any fill are invented by counting. No order is
  live: an order of 2019 without news would be a true finding.
- **Trades.** `fee`: 0.1 % of the cost in ETH, invented. `is_maker`: a fill at the limit price of an
  order that rests. `recorded_at`: 30 to 79 ms after. `realized_pnl`: of closing fills, after fee.
- **Worth** (`performance`, `engines`). `portfolios` starts with an invented 2,000 ETH; cash and
  value follow from the fills. `performance_metrics`: hourly and daily, with drawdowns over every
  fill. `bot_instances` count the positions. `exchange_positions` repeats the open one.
- **Signals** (`signals`). `indications` every four hours from 48 real candles; formulas there.
  `pseudo_positions` follow the clearest of them on the candles that came next. `alerts` were
  triggered when a real candle crossed them; `symbol_processing_queue` has the last day's runs.
- **Ticks and steps.** 1e-8 for every price; 1 XRP and 1e-8 for amounts: the grid of the sample.
- **Logs** (`journal`) tell the ends of these orders and positions, hour by hour the fills.
- **Invented outright** (`surroundings`): users (their password hash fits no password), roles,
  preferences, connections (none live, none with an engine, no secret), strategies, presets.
- **Left empty**: `batch_processor_stats`, `data_cleanup_log`, `archived_market_data`: they record
  work that was measured, and made-up measurements would be claims.

What an audit finds
===================
All rules hold by construction except the true ones: the gaps (MKT-01), data older than the
retention settings allow (CFG-02), feeds that ended in 2018 (MKT-06).

More rows
=========
`rows` repeats the candles in steps of exactly twenty days, after the sample while a copy ends
before now and then before it; `market` tells how copies join without a gap or a jump.

Equal demos
===========
Two fills have the same content. What differs between two files was there before the fill: the
times at which the migrations ran and their seeds were made, and `database.id`. With `rows` the
clock decides how many copies fit between the sample and now.
"""

from __future__ import annotations

from cts_console.demo.fill import apply_demo
from cts_console.demo.run import DemoResult, run_demo
from cts_console.demo.simulation import run_simulation

__all__ = ["DemoResult", "apply_demo", "run_demo", "run_simulation"]
