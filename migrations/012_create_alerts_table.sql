-- What a user wants to be told: price, volume, position, drawdown and silent feed alerts.

CREATE TABLE alerts (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  -- NULL for alerts about a whole account.
  trading_pair_id INTEGER REFERENCES trading_pairs(id) ON DELETE CASCADE,
  alert_type TEXT NOT NULL
    CHECK (alert_type IN (
      'price_above','price_below','volume_spike','position_pnl','drawdown','stale_feed'
    )),
  -- An upper bound refuses Infinity.
  threshold REAL CHECK (threshold > -1e18 AND threshold < 1e18),
  message TEXT NOT NULL DEFAULT '',
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0,1)),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  -- NULL: still armed.
  triggered_at INTEGER CHECK (triggered_at BETWEEN 1262304000000 AND 4102444800000),
  acknowledged_at INTEGER CHECK (acknowledged_at BETWEEN 1262304000000 AND 4102444800000),
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000)
) STRICT;

-- alert.of_user: a user's alerts, newest first; child index.
CREATE INDEX idx_alerts_user_created
  ON alerts (user_id, created_at);

-- alert.of_pair: alerts on a market, newest first; child index.
CREATE INDEX idx_alerts_pair_created
  ON alerts (trading_pair_id, created_at);
