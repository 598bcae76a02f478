"""What the side database keeps of audits: their documents, findings, looks and fixes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cts_console.sqlite import (
    transaction,
)
from cts_console.store.audits import (
    insert_audit,
    list_audits,
    prune_audits,
    read_audit,
    read_last_audit,
)
from cts_console.store.base import StoreBase, now_ms
from cts_console.store.databases import (
    find_database,
    find_family,
    read_database,
)
from cts_console.store.failing import store_errors
from cts_console.store.findings import (
    delete_acceptance,
    insert_acceptance,
    read_acceptances,
    read_sightings,
    update_sightings,
)
from cts_console.store.fixes import (
    delete_fix,
    insert_fix,
    read_fixes,
    read_unsettled_fixes,
    update_fix,
)
from cts_console.store.identity import DatabaseIdentity
from cts_console.store.looks import read_look, write_look
from cts_console.store.records import (
    Acceptance,
    AuditLine,
    Sighting,
    StoredAudit,
    StoredFix,
    StoredLook,
)


class AuditRecords(StoreBase):
    """The records of audits; every method raises what `Store` says."""

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
            prune_audits(self._connection, database, now_ms())
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

    def record_fix(self, identity: DatabaseIdentity, fix: StoredFix) -> int:
        """Keep that a fix begins, or was applied, and return its number."""
        with self._writing(identity) as database:
            return insert_fix(self._connection, database, fix)

    def update_fix(self, fix: StoredFix) -> bool:
        """Replace what is known of the fix with its number: when, outcome, note and owner.

        Return whether it is there: somebody may have moved the side database aside meanwhile.
        """
        with store_errors(), transaction(self._connection):
            return update_fix(self._connection, fix)

    def forget_fix(self, number: int) -> None:
        """Forget a fix that left nothing."""
        with store_errors(), transaction(self._connection):
            delete_fix(self._connection, number)

    def read_unsettled_fixes(self, identity: DatabaseIdentity) -> list[StoredFix]:
        """Return the fixes of this database whose process told no end, the oldest first."""
        with store_errors():
            database = find_database(self._connection, identity)
            return [] if database is None else read_unsettled_fixes(self._connection, database)

    def read_fixes(self, identity: DatabaseIdentity, limit: int) -> list[StoredFix]:
        """Return the fixes of this database, the last one first."""
        with store_errors():
            database = find_database(self._connection, identity)
            return [] if database is None else read_fixes(self._connection, database, limit)
