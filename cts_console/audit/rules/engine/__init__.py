"""Rules about engines, bots, signals, leases and the work queue."""
