"""`Rule`: one question to a database; `AuditContext`: what it may look at.

A rule is one module under `rules/` with one `RULE`; the module's docstring is the help that a
person reads. `check` yields findings. It may end by raising `NotApplicableError` (there is nothing
to ask here) or `NotCheckedError` (the question stays open, or a part of it); findings that it gave
before count.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast

from cts_console.audit.disk import UNKNOWN_DISK, DiskFacts
from cts_console.audit.facts import FileFacts
from cts_console.audit.finding import (
    Category,
    Confidence,
    Evidence,
    Finding,
    Severity,
    read_fingerprint,
)
from cts_console.audit.reading import PartResult, Reading, T
from cts_console.migrate import MigrationStatus
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.schema import Schema, Table, estimate_row_count
from cts_console.sqlite import Connection, FileHeader, Kind, Row, SqliteValue
from cts_console.store import StoredQuery

AuditProfile = Literal["quick", "standard", "deep"]
PROFILES: Final[tuple[AuditProfile, ...]] = ("quick", "standard", "deep")

NO_EVIDENCE: Final = Evidence((), (), 0)
LARGE_TABLE_ROWS: Final = 1_000_000
"""Tables with more rows are read as a whole by a deep audit alone, where a rule says so."""


class NotApplicableError(Exception):
    """Raised by a check: this file has nothing that the rule asks about."""


class NotCheckedError(Exception):
    """Raised by a check: the question, or a part of it, stays open; the text says why."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be there before a rule is asked."""

    schema: bool = True
    """Whether the schema must be readable."""
    kinds: tuple[Kind, ...] = ()
    """Whose databases it is about; empty for any."""


@dataclass(frozen=True, slots=True)
class AuditContext:
    """What a check may look at. Its reads are short: one statement, one read transaction."""

    connection: Connection
    """Read-only, guarded: a stop and the rule's time limit end every statement."""
    header: FileHeader
    """The file's header when the audit started."""
    file: FileFacts
    """The file's sizes when the audit started."""
    kind: Kind | None
    """Whose database it is; None where the schema cannot be read."""
    known_schema: Schema | None
    """The schema, or None where it cannot be read."""
    read_migrations: Callable[[Connection], MigrationStatus]
    """Asks for the state of the migrations (CTS databases only)."""
    now_ms: int
    """When the audit started, milliseconds since the epoch, UTC."""
    cancel: CancelToken
    """The audit's Stop, for loops that run no SQL."""
    on_progress: ProgressCallback
    """Takes progress within a rule; may be called as often as one likes."""
    profile: AuditProfile = "standard"
    """How much is asked in this audit."""
    rule_timeout_s: float = 60.0
    """How long one rule may take; SQL on `connection` is ended by it, all else looks itself."""
    read_queries: Callable[[], Sequence[StoredQuery]] = tuple
    """Asks the console's own records for the queries that a person added."""
    readings: Mapping[str, tuple[PartResult[Any], ...]] = field(default_factory=dict)
    """What was read for several rules at once, by the reading's name."""
    original: Path | None = None
    """The file that the audit is about, where the connection reads a private copy of it."""
    disk: DiskFacts = UNKNOWN_DISK
    """The disk of the file when the audit started."""

    @property
    def path(self) -> Path:
        """Where the file itself lies, beside its `-wal` and `-journal`."""
        return self.original or self.connection.path

    @property
    def is_copy(self) -> bool:
        """Whether the connection reads a private copy of the file."""
        return self.path != self.connection.path

    @property
    def schema(self) -> Schema:
        """The schema, for rules that need it (`Needs.schema`)."""
        if self.known_schema is None:
            raise NotCheckedError("the schema cannot be read")
        return self.known_schema

    def migrations(self) -> MigrationStatus | None:
        """Return the state of the migrations, or None where the file is no CTS database."""
        return self.read_migrations(self.connection) if self.kind == "cts" else None

    def results(self, reading: Reading[T]) -> tuple[PartResult[T], ...]:
        """Return what `reading`, which the rule must name in `Rule.readings`, brought."""
        return cast("tuple[PartResult[T], ...]", self.readings[reading.name])

    def is_too_large(self, table: Table) -> bool:
        """Return whether a whole scan of `table` is left to a deep audit."""
        if self.profile == "deep":
            return False
        rows = estimate_row_count(self.connection, table).rows
        return rows is not None and rows > LARGE_TABLE_ROWS

    def progress(self, done: int, total: int | None, unit: str, note: str) -> None:
        """Tell how far the rule is."""
        self.on_progress(Progress(done, total, unit, note))

    def read_rows(self, sql: str, bindings: Sequence[SqliteValue] = ()) -> list[Row]:
        """Run `sql` and return its rows."""
        return self.connection.read_rows(sql, bindings)


@dataclass(frozen=True, slots=True)
class Rule:
    """One question to a database, and how it is asked."""

    id: str
    """Identifier of the catalogue: `INT-01`."""
    title: str
    """The question's subject in a few words."""
    category: Category
    """What it is about."""
    severity: Severity
    """How bad a finding is, where the finding itself says nothing else."""
    profile: AuditProfile
    """The smallest profile that asks it."""
    needs: Needs
    """What must be there before it is asked."""
    check: Callable[[AuditContext], Iterable[Finding]]
    """Asks it."""
    readings: tuple[Reading[Any], ...] = ()
    """What it needs to have been read before `check`, shared with other rules."""

    @property
    def help(self) -> str:
        """The text that a person reads: the docstring of the rule's module."""
        return inspect.cleandoc(sys.modules[self.check.__module__].__doc__ or "")

    def finding(  # noqa: PLR0913 - each is a field of the finding
        self,
        *,
        object: str | None,
        cause: str,
        title: str,
        detail: str,
        recommendation: str,
        table: str | None = None,
        evidence: Evidence = NO_EVIDENCE,
        sql: str | None = None,
        fix_sql: str | None = None,
        confidence: Confidence = "certain",
        severity: Severity | None = None,
    ) -> Finding:
        """Return a finding of this rule; `cause` names the kind of cause for the fingerprint."""
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            category=self.category,
            object=object,
            table=table,
            title=title,
            detail=detail,
            recommendation=recommendation,
            evidence=evidence,
            sql=sql,
            fix_sql=fix_sql,
            confidence=confidence,
            fingerprint=read_fingerprint(self.id, object, cause),
        )
