-- Candles that retention moved out of market_data, each tied to the run that moved it. The same
-- unique key as market_data: a run that was broken off and repeated cannot archive a candle
-- twice.

CREATE TABLE archived_market_data (
  id INTEGER PRIMARY KEY,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE CASCADE,
  timeframe TEXT NOT NULL
    CHECK (timeframe IN (
      '1s','1m','3m','5m','15m','30m','1h','2h','4h','6h','8h','12h','1d','3d','1w','1M'
    )),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  open_time INTEGER NOT NULL CHECK (open_time BETWEEN 1262304000000 AND 4102444800000),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  open REAL NOT NULL CHECK (open > 0 AND open < 1e15),
  high REAL NOT NULL CHECK (high > 0 AND high < 1e15),
  low REAL NOT NULL CHECK (low > 0 AND low < 1e15),
  close REAL NOT NULL CHECK (close > 0 AND close < 1e15),
  volume REAL NOT NULL CHECK (volume >= 0 AND volume < 1e18),
  -- The run that moved it; NULL once that entry is gone.
  cleanup_id INTEGER REFERENCES data_cleanup_log(id) ON DELETE SET NULL,
  archived_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (archived_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (trading_pair_id, timeframe, open_time)
) STRICT;

-- archive.of_cleanup: how many candles a run moved; child index.
CREATE INDEX idx_archived_cleanup
  ON archived_market_data (cleanup_id);

-- archive.since: candles archived in a period.
CREATE INDEX idx_archived_at
  ON archived_market_data (archived_at);
