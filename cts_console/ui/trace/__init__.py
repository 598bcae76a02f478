"""The trace of a position or an order as a dialog of its own."""
