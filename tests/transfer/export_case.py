"""Databases to export from, and the export itself in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cts_console.sqlite import Row, SqliteValue, open_database, quote_identifier
from cts_console.transfer.export import ExportRequest, ExportResult, run_export
from cts_console.transfer.selection import QueryRows, TableRows
from cts_console.transfer.writing import WriteOptions

ROWS = 30_000
FORMATS = ("csv", "json", "jsonl", "xlsx", "sql")
ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n, 'text' FROM r"

# Says when rows are on their way, and goes on until it is killed or the disk is full.
EXPORTER = """
import sys
if sys.argv[3] != "0":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
from cts_console.errors import CtsError
from cts_console.transfer.export import ExportRequest, run_export
from cts_console.transfer.selection import QueryRows
told = []
def on_progress(progress):
    if progress.done > 20_000 and not told:
        told.append(print("writing", flush=True))
try:
    request = ExportRequest(QueryRows(sys.argv[4]), sys.argv[2].rpartition(".")[2])
    run_export(sys.argv[1], request, sys.argv[2], on_progress=on_progress)
except CtsError as error:
    print(error.code, flush=True)
"""


def make_table(
    path: Path, rows: Sequence[Sequence[SqliteValue]], columns: Sequence[str] = ("a",)
) -> Path:
    """Make a database with the table `t` whose columns take every value as it is."""
    names = ", ".join(map(quote_identifier, columns))
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(f"CREATE TABLE t ({names})")
        places = ", ".join("?" * len(columns))
        connection.execute("BEGIN")
        connection.execute_many(f"INSERT INTO t VALUES ({places})", rows)
        connection.execute("COMMIT")
    return path


def export(
    database: Path,
    output: Path,
    what: str = "t",
    *,
    protect_formulas: bool = False,
    null_text: str = "",
    bom: bool = False,
    reveal_secrets: bool = False,
    timeout_s: float | None = None,
) -> ExportResult:
    """Export a table, or a query where `what` is one, in the format of the name's ending."""
    words = what.strip().upper().startswith(("SELECT", "WITH", "VALUES"))
    request = ExportRequest(
        QueryRows(what) if words else TableRows(what),
        output.suffix[1:],
        WriteOptions(protect_formulas, null_text, bom),
        reveal_secrets,
        timeout_s,
    )
    return run_export(database, request, output)


def read_stored(path: Path, sql: str = "SELECT * FROM t") -> list[Row]:
    """Return rows of a database, each value with its class and every text as its bytes."""
    with open_database(path) as connection:
        names = [name for name, *_ in _described(path, sql)]
        wanted = ", ".join(
            f"typeof({n}), CAST({n} AS BLOB), CASE typeof({n}) WHEN 'real' THEN {n} END"
            for n in map(quote_identifier, names)
        )
        return connection.read_rows(f"SELECT {wanted} FROM ({sql})")


def _described(path: Path, sql: str) -> list[tuple[str]]:
    from cts_console.sqlite.results import describe_query

    with open_database(path) as connection:
        return [(column.name,) for column in describe_query(connection, sql).columns]


def names(database: Path) -> set[str]:
    """Return what lies beside the database, but for what SQLite keeps there."""
    return {entry.name for entry in database.parent.iterdir()} - {"a.db-wal", "a.db-shm"}


def make_ledger(path: Path, mode: str) -> Path:
    """Make a database with `ROWS` rows in a journal mode."""
    make_table(path, [(number, "x" * 50) for number in range(ROWS)], ("a", "b"))
    with open_database(path, "read_write") as connection:
        connection.read_value(f"PRAGMA journal_mode = {mode}")
    return path
