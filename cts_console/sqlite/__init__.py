"""The SQLite room: the only package that imports APSW.

Everything that the other rooms need of SQLite is a name of this module. Errors come out as
`CtsError`, names go in through `quote_identifier`, waits can be stopped, and opening a file
changes nothing in it.
"""

from __future__ import annotations

from cts_console.sqlite.aggregate import Aggregate, aggregate
from cts_console.sqlite.classify import APPLICATION_ID, Kind, classify
from cts_console.sqlite.connection import Bindings, Connection, Profile, Row, SqliteValue
from cts_console.sqlite.copying import run_page_copy
from cts_console.sqlite.csv_table import CsvPosition, csv_table
from cts_console.sqlite.header import MAGIC, FileHeader, parse_header
from cts_console.sqlite.identifiers import quote_identifier, quote_text
from cts_console.sqlite.location import resolve_database_path, side_file
from cts_console.sqlite.opening import (
    apsw_version,
    open_compiler,
    open_database,
    open_memory_database,
    open_schema_copy,
    read_header,
    sqlite_version,
)
from cts_console.sqlite.own_use import OwnTotals, OwnUse, own_use
from cts_console.sqlite.planning import CompiledQuery, compile_query
from cts_console.sqlite.splitter import Statement, split_statements, without_comments
from cts_console.sqlite.tools import (
    EXTENSIONS_USED,
    TOOLS_USED,
    find_extension,
    find_tool,
    run_tool,
)
from cts_console.sqlite.transaction import read_transaction, savepoint, transaction, trial

__all__ = [
    "APPLICATION_ID",
    "EXTENSIONS_USED",
    "MAGIC",
    "TOOLS_USED",
    "Aggregate",
    "Bindings",
    "CompiledQuery",
    "Connection",
    "CsvPosition",
    "FileHeader",
    "Kind",
    "OwnTotals",
    "OwnUse",
    "Profile",
    "Row",
    "SqliteValue",
    "Statement",
    "aggregate",
    "apsw_version",
    "classify",
    "compile_query",
    "csv_table",
    "find_extension",
    "find_tool",
    "open_compiler",
    "open_database",
    "open_memory_database",
    "open_schema_copy",
    "own_use",
    "parse_header",
    "quote_identifier",
    "quote_text",
    "read_header",
    "read_transaction",
    "resolve_database_path",
    "run_page_copy",
    "run_tool",
    "savepoint",
    "side_file",
    "split_statements",
    "sqlite_version",
    "transaction",
    "trial",
    "without_comments",
]
