-- Signals of the five kinds, in one table: the kinds differ in a value, not in their columns, and
-- one table needs one set of indexes. Signals live for hours, hence CASCADE.

CREATE TABLE indications (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER NOT NULL REFERENCES exchange_connections(id) ON DELETE CASCADE,
  trading_pair_id INTEGER NOT NULL REFERENCES trading_pairs(id) ON DELETE CASCADE,
  preset_id INTEGER REFERENCES presets(id) ON DELETE SET NULL,
  indication_type TEXT NOT NULL
    CHECK (indication_type IN ('direction','move','active','optimal','auto')),
  -- Case counts: 1m is a minute, 1M is a month.
  timeframe TEXT NOT NULL
    CHECK (timeframe IN (
      '1s','1m','3m','5m','15m','30m','1h','2h','4h','6h','8h','12h','1d','3d','1w','1M'
    )),
  direction TEXT NOT NULL DEFAULT 'neutral' CHECK (direction IN ('long','short','neutral')),
  -- An upper bound refuses Infinity.
  value REAL CHECK (value > -1e18 AND value < 1e18),
  profit_factor REAL NOT NULL DEFAULT 1 CHECK (profit_factor >= 0),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active','consumed','expired')),
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  calculated_at INTEGER NOT NULL CHECK (calculated_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;
