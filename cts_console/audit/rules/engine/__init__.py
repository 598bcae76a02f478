"""Rules about engines, leases and the work queue."""
