"""Open, read and write the side database.

Several consoles work on it at once: WAL mode, a short wait for the lock, and one transaction per
record. Nothing here touches the database that the record is about, except to ask whether the file
is still where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, replace
from types import TracebackType
from typing import Any, Final, Self

from cts_console.errors import CtsError
from cts_console.paths import ensure_private_dir, user_data_dir
from cts_console.sqlite import (
    Connection,
    Row,
    SqliteValue,
    open_database,
    read_transaction,
    transaction,
)
from cts_console.store.audits import (
    insert_audit,
    list_audits,
    prune_audits,
    read_audit,
    read_last_audit,
)
from cts_console.store.databases import (
    find_database,
    find_family,
    read_database,
    record_database,
)
from cts_console.store.failing import store_errors
from cts_console.store.findings import (
    delete_acceptance,
    insert_acceptance,
    read_acceptances,
    read_sightings,
    update_sightings,
)
from cts_console.store.fixes import insert_fix, read_fixes, update_fix
from cts_console.store.identity import DatabaseIdentity
from cts_console.store.looks import read_look, write_look
from cts_console.store.migrations import apply_migrations
from cts_console.store.place import STORE_NAME
from cts_console.store.records import (
    Acceptance,
    AuditLine,
    Failure,
    Sighting,
    SizeSample,
    StoredAudit,
    StoredDatabase,
    StoredFix,
    StoredLook,
    StoredQuery,
    StoredSeal,
)
from cts_console.store.samples import KeptSample, insert_samples, read_samples, thin_samples
from cts_console.store.seals import read_seals, write_seal

BUSY_TIMEOUT_MS: Final = 2_000


class Store:
    """The open side database. Open it with `open_store`; one thread uses it at a time.

    Every method raises `CtsError` (locked, damaged, disk_full, read_only, no_permission) where the
    side database fails; what the record is about is not affected.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record_audit(
        self,
        identity: DatabaseIdentity,
        document: Mapping[str, Any],
        answered: Iterable[str] = (),
        seen: Sequence[Sighting] = (),
    ) -> int:
        """Keep an audit's document and return its number (larger is later).

        Since when the findings of `seen` are there is kept as well; those that the rules of
        `answered` did not see any more are forgotten. Old audits are thinned out at the same time
        (`store/audits.py`).
        """
        with self._writing(identity) as database:
            number = insert_audit(self._connection, database, document)
            update_sightings(self._connection, database, number, answered, seen)
            prune_audits(self._connection, database, _now_ms())
            return number

    def read_last_audit(
        self, identity: DatabaseIdentity, profile: str | None = None, up_to: int | None = None
    ) -> StoredAudit | None:
        """Return the audit that was kept last, or None.

        With `profile`, the last of that one; with `up_to`, the last that has no larger number.
        """
        with store_errors():
            database = find_database(self._connection, identity)
            if database is None:
                return None
            return read_last_audit(self._connection, database, profile, up_to)

    def list_audits(self, identity: DatabaseIdentity) -> list[AuditLine]:
        """Return the kept audits of this database without their documents, the last one first."""
        with store_errors():
            database = find_database(self._connection, identity)
            return [] if database is None else list_audits(self._connection, database)

    def list_past(self, identity: DatabaseIdentity) -> tuple[list[AuditLine], str | None]:
        """Return what `list_audits` does; for a copy without audits, those of its original.

        With them comes where that one lies, None where they are this database's own.
        """
        with store_errors():
            own = find_database(self._connection, identity)
            for database in find_family(self._connection, identity):
                lines = list_audits(self._connection, database)
                if lines and database == own:
                    return lines, None
                if lines:
                    return lines, read_database(self._connection, database).last_path
            return [], None

    def read_audit(self, identity: DatabaseIdentity, number: int) -> StoredAudit | None:
        """Return a kept audit of this database or of one that it is a copy of, or None."""
        return self._first_in_family(
            identity, lambda database: read_audit(self._connection, database, number)
        )

    def read_earlier_audit(self, identity: DatabaseIdentity, profile: str) -> StoredAudit | None:
        """Return the audit with which one of `profile` is compared, or None.

        That is the last of this profile, else the last; for a copy without audits of its own, that
        of the database of which it is a copy.
        """
        return self._first_in_family(
            identity,
            lambda database: (
                read_last_audit(self._connection, database, profile)
                or read_last_audit(self._connection, database)
            ),
        )

    def read_sightings(self, identity: DatabaseIdentity) -> dict[str, Sighting]:
        """Return the findings that are there, as far as the kept audits say, by fingerprint."""
        with store_errors():
            database = find_database(self._connection, identity)
            return {} if database is None else read_sightings(self._connection, database)

    def accept(self, identity: DatabaseIdentity, accepted: Acceptance) -> None:
        """Keep that a finding is accepted; one that was accepted before is accepted anew."""
        with self._writing(identity) as database:
            insert_acceptance(self._connection, database, accepted)

    def withdraw(self, identity: DatabaseIdentity, fingerprint: str) -> bool:
        """Accept a finding no longer; return whether it was accepted."""
        with self._writing(identity) as database:
            return delete_acceptance(self._connection, database, fingerprint)

    def read_accepted(self, identity: DatabaseIdentity) -> dict[str, Acceptance]:
        """Return what is or was accepted of this database, by fingerprint, the oldest first."""
        with store_errors():
            database = find_database(self._connection, identity)
            return {} if database is None else read_acceptances(self._connection, database)

    def record_look(self, identity: DatabaseIdentity, look: StoredLook) -> None:
        """Keep that a person has looked; what the look does not tell stays as it was."""
        with self._writing(identity) as database:
            write_look(self._connection, database, look)

    def read_look(self, identity: DatabaseIdentity) -> StoredLook | None:
        """Return when a person looked at this database last, or None."""
        with store_errors():
            database = find_database(self._connection, identity)
            return None if database is None else read_look(self._connection, database)

    def record_failure(self, identity: DatabaseIdentity, failure: Failure) -> None:
        """Keep what failed on this database."""
        values = replace(failure, at_ms=failure.at_ms or _now_ms())
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
        values = replace(sample, at_ms=sample.at_ms or _now_ms())
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
            thin_samples(self._connection, database, _now_ms())

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
        now_ms = at_ms or _now_ms()
        with self._writing(identity) as database:
            self._connection.execute(
                "INSERT INTO queries (database, sql, added_at, last_seen_at) VALUES (?,?,?,?) "
                "ON CONFLICT (database, sql) DO UPDATE SET last_seen_at = excluded.last_seen_at",
                (database, sql, now_ms, now_ms),
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

    def record_fix(self, identity: DatabaseIdentity, fix: StoredFix) -> int:
        """Keep that a fix was applied and return its number."""
        with self._writing(identity) as database:
            return insert_fix(self._connection, database, fix)

    def record_fix_outcome(self, number: int, outcome: str, note: str | None) -> None:
        """Keep what the rule said after the fix of this number."""
        with store_errors(), transaction(self._connection):
            update_fix(self._connection, number, outcome, note)

    def read_fixes(self, identity: DatabaseIdentity, limit: int) -> list[StoredFix]:
        """Return the fixes that were applied to this database, the last one first."""
        with store_errors():
            database = find_database(self._connection, identity)
            return [] if database is None else read_fixes(self._connection, database, limit)

    def read_database(self, identity: DatabaseIdentity) -> StoredDatabase | None:
        """Return what is known of the database itself, or None where it was never recorded."""
        with store_errors():
            found = find_database(self._connection, identity)
            return None if found is None else read_database(self._connection, found)

    def close(self) -> None:
        """Close the side database."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self, identity: DatabaseIdentity) -> Iterator[int]:
        with store_errors(), transaction(self._connection):
            yield record_database(self._connection, identity, _now_ms())

    def _read_rows(
        self, identity: DatabaseIdentity, sql: str, *arguments: SqliteValue
    ) -> list[Row]:
        with store_errors():
            database = find_database(self._connection, identity)
            if database is None:
                return []
            return self._connection.read_rows(sql, (database, *arguments))

    def _first_in_family(
        self, identity: DatabaseIdentity, read: Callable[[int], StoredAudit | None]
    ) -> StoredAudit | None:
        """Ask of this database, then of those of which it is a copy, until one has an answer."""
        with store_errors():
            own = find_database(self._connection, identity)
            for database in find_family(self._connection, identity):
                found = read(database)
                if found is not None and database != own:
                    original = read_database(self._connection, database).last_path
                    return replace(found, original=original)
                if found is not None:
                    return found
            return None


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


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
