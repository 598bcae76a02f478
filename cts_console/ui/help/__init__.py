"""The help: a page for every tab, the first steps and one guide for what goes wrong."""
