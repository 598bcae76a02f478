"""The frame around the tabs: tool bar, message bar, status bar, lock switch, first-run page."""
