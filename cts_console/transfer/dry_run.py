"""A dry run: the rows go into a private, empty copy of the table, which judges them.

The database itself is only read, and no lock is held on it but for the moment of each look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from cts_console.bulk import BulkResult, insert_batch
from cts_console.errors import CtsError
from cts_console.maintenance.private_folders import private_folder
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.schema import Table
from cts_console.sqlite import Connection, open_database, quote_identifier
from cts_console.transfer.ledger import unique_keys
from cts_console.transfer.model import KnownKeys, usage
from cts_console.transfer.plan import Plan
from cts_console.transfer.rejects import Rejects
from cts_console.transfer.rows import RowStream

_NOT_CHECKED: Final = (
    "foreign keys and triggers were not tried: the dry run has a copy of the table"
)
# A row takes about as much in the copy as in the file, and its keys once more.
_SIZE_FACTOR: Final = 3


def run_dry(
    connection: Connection,
    plan: Plan,
    rows: RowStream,
    rejects: Rejects,
    file_bytes: int,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> tuple[BulkResult, tuple[KnownKeys, ...]]:
    """Return what would be written as far as the rows alone say, and the keys that are known.

    Raises as `insert_batch` does.
    """
    with _empty_copy(plan.table, file_bytes * _SIZE_FACTOR) as copy:
        result = insert_batch(
            copy,
            plan.table.name,
            rows,
            plan.columns,
            rejects=rejects,
            on_progress=on_progress,
            cancel=cancel,
        )
        counted = [
            KnownKeys(key, _count_known(connection, copy, plan.table, key, cancel))
            for key in unique_keys(plan.table)
            if set(key) <= set(plan.columns)
        ]
        return result, tuple(known for known in counted if known.rows)


def dry_notes(table: Table, known_keys: Iterable[KnownKeys]) -> list[str]:
    """Return what a person should know of a dry run."""
    return [_NOT_CHECKED] + [
        f"{known.rows:,} rows have a key ({', '.join(known.columns)}) that {table.name} holds "
        "already"
        for known in known_keys
    ]


@contextmanager
def _empty_copy(table: Table, size_bytes: int) -> Iterator[Connection]:
    with (
        private_folder("dry-run", size_bytes) as folder,
        open_database(folder / "copy.db", "read_write", create=True) as copy,
    ):
        copy.execute("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF")
        try:
            copy.execute_foreign(table.sql)
            for index in table.indexes:
                if index.unique and index.sql:
                    copy.execute_foreign(index.sql)
        except CtsError as error:
            raise usage(
                "A table that cannot be copied",
                f"{table.name} cannot be made a second time: {error.message}",
                "Import into a copy of the database instead of a dry run.",
            ) from error
        yield copy


def _count_known(
    connection: Connection,
    copy: Connection,
    table: Table,
    key: tuple[str, ...],
    cancel: CancelToken | None,
) -> int:
    """Return how many keys of the copy the database holds."""
    name = quote_identifier(table.name)
    columns = [quote_identifier(column) for column in key]
    sql = f"SELECT 1 FROM main.{name} WHERE {' AND '.join(f'{column} = ?' for column in columns)}"
    with connection.guard(cancel=cancel):
        return sum(
            connection.read_row(sql, row) is not None
            for row in copy.stream_rows(f"SELECT {', '.join(columns)} FROM main.{name}")
        )
