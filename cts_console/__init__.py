"""CTS Console: looks after one SQLite file of a crypto trading system.

Data flows one way: a face (`ui`, `cli`, `api`) asks, a core function answers with a frozen
dataclass, and only `cts_console.sqlite` knows the database library. Importing this package or its
core never loads Qt.
"""

__version__ = "0.1.0"
