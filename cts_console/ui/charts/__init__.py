"""Live charts on pyqtgraph, imported when the first one is shown."""
