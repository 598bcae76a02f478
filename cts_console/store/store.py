"""Open, read and write the side database.

Several consoles work on it at once: WAL mode, a short wait for the lock, and one transaction per
record. Nothing here touches the database that the record is about, except to ask whether the file
is still where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace
from typing import Final

from cts_console.errors import CtsError
from cts_console.paths import ensure_private_dir, user_data_dir
from cts_console.sqlite import (
    Connection,
    open_database,
    read_transaction,
    transaction,
)
from cts_console.store.audit_records import AuditRecords
from cts_console.store.base import now_ms
from cts_console.store.databases import (
    find_database,
    read_database,
)
from cts_console.store.failing import store_errors
from cts_console.store.identity import DatabaseIdentity
from cts_console.store.imports import begin_import, end_import, find_import
from cts_console.store.migrations import apply_migrations
from cts_console.store.place import STORE_NAME
from cts_console.store.records import (
    Failure,
    SealedDatabase,
    SizeSample,
    StoredDatabase,
    StoredImport,
    StoredQuery,
    StoredSeal,
)
from cts_console.store.samples import KeptSample, insert_samples, read_samples, thin_samples
from cts_console.store.sealed import read_sealed
from cts_console.store.seals import read_seals, write_seal

BUSY_TIMEOUT_MS: Final = 2_000


class Store(AuditRecords):
    """The open side database. Open it with `open_store`; one thread uses it at a time.

    Every method raises `CtsError` (locked, damaged, disk_full, read_only, no_permission) where the
    side database fails; what the record is about is not affected.
    """

    def record_failure(self, identity: DatabaseIdentity, failure: Failure) -> None:
        """Keep what failed on this database."""
        values = replace(failure, at_ms=failure.at_ms or now_ms())
        with self._writing(identity) as database:
            self._connection.execute(
                "INSERT INTO failures (database, operation, code, message, file, line, statement, "
                "app_version, at) VALUES (?,?,?,?,?,?,?,?,?)",
                (database, *astuple(values)),
            )

    def read_failures(self, identity: DatabaseIdentity, limit: int = 20) -> list[Failure]:
        """Return what failed on this database, the latest first, at most `limit`."""
        rows = self._read_rows(
            identity,
            "SELECT operation, code, message, file, line, statement, app_version, at FROM failures "
            "WHERE database = ? ORDER BY at DESC, id DESC LIMIT ?",
            limit,
        )
        return [Failure(*row) for row in rows]  # type: ignore[arg-type]  # STRICT columns

    def record_size_sample(self, identity: DatabaseIdentity, sample: SizeSample) -> None:
        """Keep how large this database was at one moment."""
        values = replace(sample, at_ms=sample.at_ms or now_ms())
        with self._writing(identity) as database:
            self._connection.execute(
                "INSERT OR IGNORE INTO size_samples (database, size_bytes, wal_bytes, page_count, "
                "freelist_count, at) VALUES (?,?,?,?,?,?)",
                (database, *astuple(values)),
            )

    def read_size_samples(self, identity: DatabaseIdentity, since_ms: int = 0) -> list[SizeSample]:
        """Return the samples of this database since an instant, the oldest first."""
        rows = self._read_rows(
            identity,
            "SELECT size_bytes, wal_bytes, page_count, freelist_count, at FROM size_samples "
            "WHERE database = ? AND at >= ? ORDER BY at",
            since_ms,
        )
        return [SizeSample(*row) for row in rows]  # type: ignore[arg-type]  # STRICT columns

    def record_samples(self, identity: DatabaseIdentity, samples: Sequence[KeptSample]) -> None:
        """Keep samples of one second each; old ones are thinned out at the same time."""
        with self._writing(identity) as database:
            insert_samples(self._connection, database, samples)
            thin_samples(self._connection, database, now_ms())

    def read_samples(
        self, identity: DatabaseIdentity, from_ms: int, to_ms: int, resolution_s: int = 1
    ) -> list[KeptSample]:
        """Return what was kept of a time, each sample of `resolution_s` seconds or more."""
        with store_errors(), read_transaction(self._connection):
            database = find_database(self._connection, identity)
            if database is None:
                return []
            return read_samples(self._connection, database, from_ms, to_ms, resolution_s)

    def record_query(self, identity: DatabaseIdentity, sql: str, at_ms: int = 0) -> None:
        """Keep a query that is asked of this database; known already, it was seen once more."""
        seen_ms = at_ms or now_ms()
        with self._writing(identity) as database:
            self._connection.execute(
                "INSERT INTO queries (database, sql, added_at, last_seen_at) VALUES (?,?,?,?) "
                "ON CONFLICT (database, sql) DO UPDATE SET last_seen_at = excluded.last_seen_at",
                (database, sql, seen_ms, seen_ms),
            )

    def read_queries(self, identity: DatabaseIdentity) -> list[StoredQuery]:
        """Return the queries that are asked of this database, the oldest first."""
        rows = self._read_rows(
            identity,
            "SELECT id, sql, added_at, last_seen_at FROM queries WHERE database = ? ORDER BY id",
        )
        return [StoredQuery(*row) for row in rows]  # type: ignore[arg-type]  # STRICT columns

    def forget_query(self, query: StoredQuery) -> None:
        """Forget a query of `read_queries`; one that is gone already is no error."""
        with store_errors(), transaction(self._connection):
            self._connection.execute("DELETE FROM queries WHERE id = ?", (query.id,))

    def record_seals(self, identity: DatabaseIdentity, seals: Sequence[StoredSeal]) -> None:
        """Keep seals of this database, all or none; each is then the latest of its table."""
        with self._writing(identity) as database:
            for seal in seals:
                write_seal(self._connection, database, seal)

    def read_seals(self, identity: DatabaseIdentity) -> list[StoredSeal]:
        """Return the latest seal of each table of this database."""
        with store_errors(), read_transaction(self._connection):
            database = find_database(self._connection, identity)
            return [] if database is None else read_seals(self._connection, database)

    def read_sealed(self, identity: DatabaseIdentity) -> list[SealedDatabase]:
        """Return other databases whose seals may be those of this one, the likeliest first."""
        with store_errors(), read_transaction(self._connection):
            return read_sealed(self._connection, identity)

    def read_seals_of(self, database: SealedDatabase) -> list[StoredSeal]:
        """Return the latest seal of each table of a database of `read_sealed`."""
        with store_errors(), read_transaction(self._connection):
            return read_seals(self._connection, database.id)

    def read_import(
        self, identity: DatabaseIdentity, table: str, digest: str
    ) -> StoredImport | None:
        """Return the import of the file with this digest into a table, or None."""
        with store_errors():
            database = find_database(self._connection, identity)
            if database is None:
                return None
            return find_import(self._connection, database, table, digest)

    def begin_import(self, identity: DatabaseIdentity, table: str, digest: str) -> None:
        """Keep that the import of a file begins."""
        with self._writing(identity) as database:
            begin_import(self._connection, database, table, digest, now_ms())

    def end_import(
        self, identity: DatabaseIdentity, table: str, digest: str, *, is_committed: bool
    ) -> None:
        """Keep that the import of a file is committed, or forget one that left nothing."""
        with self._writing(identity) as database:
            finished_at_ms = now_ms() if is_committed else None
            end_import(self._connection, database, table, digest, finished_at_ms)

    def read_database(self, identity: DatabaseIdentity) -> StoredDatabase | None:
        """Return what is known of the database itself, or None where it was never recorded."""
        with store_errors():
            found = find_database(self._connection, identity)
            return None if found is None else read_database(self._connection, found)


def open_store() -> Store:
    """Open the side database and return it; at the first time it is made, for its owner alone.

    Raises `CtsError`: locked, damaged, too_new, foreign_file, disk_full, read_only, no_permission.
    """
    with store_errors():
        path = ensure_private_dir(user_data_dir()) / STORE_NAME
        connection = open_database(path, "read_write", create=True)
        try:
            if path.stat().st_size == 0:
                # By its name: closing a descriptor of ours would cancel SQLite's locks.
                path.chmod(0o600)
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            apply_migrations(connection)
            _use_wal(connection)
        except BaseException:
            connection.close()
            raise
        return Store(connection)


def _use_wal(connection: Connection) -> None:
    if connection.read_value("PRAGMA journal_mode") == "wal":
        return
    try:
        connection.read_value("PRAGMA journal_mode = WAL")
    except CtsError as error:
        # Another console is at work this moment. A rollback journal is as safe, and the next start
        # asks again.
        if error.code != "locked":
            raise
