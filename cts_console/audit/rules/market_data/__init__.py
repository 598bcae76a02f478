"""Rules over candles and ticks, live and archived."""
