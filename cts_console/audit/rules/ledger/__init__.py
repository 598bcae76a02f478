"""Rules about orders, trades and positions."""
