"""The window: tabs over threads that own their connections. Nothing here runs SQL or waits."""
