-- Running bots and their heartbeat. A strategy in use cannot be deleted (RESTRICT): a bot without
-- its parameters could neither be restarted nor explained. Portfolio and connection are optional
-- links.

CREATE TABLE bot_instances (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  portfolio_id INTEGER REFERENCES portfolios(id) ON DELETE SET NULL,
  strategy_id INTEGER NOT NULL REFERENCES strategies(id) ON DELETE RESTRICT,
  connection_id INTEGER REFERENCES exchange_connections(id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'stopped' CHECK (status IN ('stopped','running','paused','error')),
  total_trades INTEGER NOT NULL DEFAULT 0 CHECK (total_trades >= 0),
  winning_trades INTEGER NOT NULL DEFAULT 0 CHECK (winning_trades >= 0),
  losing_trades INTEGER NOT NULL DEFAULT 0 CHECK (losing_trades >= 0),
  -- An upper bound refuses Infinity; NaN becomes NULL, which NOT NULL refuses.
  realized_pnl REAL NOT NULL DEFAULT 0 CHECK (realized_pnl > -1e18 AND realized_pnl < 1e18),
  -- Times are ms since the epoch, UTC; the range refuses seconds and microseconds.
  started_at INTEGER CHECK (started_at BETWEEN 1262304000000 AND 4102444800000),
  stopped_at INTEGER CHECK (stopped_at BETWEEN 1262304000000 AND 4102444800000),
  -- Written by the bot while it runs; an old value means it died.
  heartbeat_at INTEGER CHECK (heartbeat_at BETWEEN 1262304000000 AND 4102444800000),
  created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (created_at BETWEEN 1262304000000 AND 4102444800000),
  updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
    CHECK (updated_at BETWEEN 1262304000000 AND 4102444800000),
  UNIQUE (user_id, name)
) STRICT;

-- bot.by_portfolio: bots of a portfolio by status; child index.
CREATE INDEX idx_bot_instances_portfolio
  ON bot_instances (portfolio_id, status);

-- bot.stale_heartbeat: running bots that have gone silent.
CREATE INDEX idx_bot_instances_status_heartbeat
  ON bot_instances (status, heartbeat_at);
