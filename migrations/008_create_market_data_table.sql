-- Candles, with the best bid and ask seen at the close. The unique key is also the index for
-- reading one series in time order. Candles can be fetched again, so they go with their market
-- (CASCADE). bid > ask is not refused: a crossed book does occur, and the audit reports it.

CREATE TABLE market_data (
  id INTEGER PRIMARY KEY,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE CASCADE,
  -- Case counts: 1m is a minute, 1M is a month.
  timeframe TEXT NOT NULL
    CHECK (timeframe IN (
      '1s','1m','3m','5m','15m','30m','1h','2h','4h','6h','8h','12h','1d','3d','1w','1M'
    )),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  -- Start of the candle.
  open_time INTEGER NOT NULL CHECK (open_time BETWEEN 1262304000000 AND 4102444800000),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  open REAL NOT NULL CHECK (open > 0 AND open < 1e15),
  high REAL NOT NULL CHECK (high > 0 AND high < 1e15),
  low REAL NOT NULL CHECK (low > 0 AND low < 1e15),
  close REAL NOT NULL CHECK (close > 0 AND close < 1e15),
  volume REAL NOT NULL CHECK (volume >= 0 AND volume < 1e18),
  trade_count INTEGER NOT NULL DEFAULT 0 CHECK (trade_count >= 0),
  bid REAL CHECK (bid > 0 AND bid < 1e15),
  ask REAL CHECK (ask > 0 AND ask < 1e15),
  source TEXT NOT NULL DEFAULT 'rest' CHECK (source IN ('rest','websocket','backfill')),
  -- When we got it; late candles are told from missing ones by this.
  received_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (received_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (trading_pair_id, timeframe, open_time),
  CHECK (high >= low)
) STRICT;
