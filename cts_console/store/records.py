"""What the side database keeps about a database, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

AuditDocument = dict[str, Any]
"""The `audit` document of the command line (`interfaces.md`), JSON values only."""


@dataclass(frozen=True, slots=True)
class StoredDatabase:
    """A database that the console has seen."""

    id: int
    """Row of the side database."""
    database_id: str | None
    """The application's own id (a UUID), where the database carries one."""
    last_path: str
    """Where it was last seen."""
    copy_of: int | None
    """`id` of the database of which this file is a copy, where both were seen at once."""
    first_seen_at_ms: int
    """Milliseconds since the epoch, UTC."""
    last_seen_at_ms: int
    """Milliseconds since the epoch, UTC."""


@dataclass(frozen=True, slots=True)
class StoredAudit:
    """One audit as it was kept."""

    id: int
    """Row of the side database; larger is later."""
    started_at_ms: int
    """Milliseconds since the epoch, UTC."""
    duration_ms: float
    """How long the audit took."""
    profile: str
    """quick, standard or deep."""
    document: AuditDocument
    """The whole document."""
    original: str | None = None
    """Where the database lies of which the asked one is a copy, where the audit is of that one."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One audit in a list: everything but its document."""

    id: int
    """Row of the side database; larger is later."""
    started_at_ms: int
    """Milliseconds since the epoch, UTC."""
    duration_ms: float
    """How long the audit took."""
    profile: str
    """quick, standard or deep."""
    critical: int
    """Findings that were critical and not accepted then."""
    error: int
    """Errors."""
    warning: int
    """Warnings."""
    info: int
    """Hints."""
    accepted: int
    """Findings that were accepted then."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding that is there, as far as the kept audits say."""

    fingerprint: str
    """Which finding."""
    rule: str
    """Its rule."""
    object: str | None
    """What it is about; None for the file as a whole."""
    since_ms: int
    """Start of the first audit of the unbroken row that found it; milliseconds, UTC."""
    first_audit: int | None = None
    """Number of that audit; None where it was not kept, or before numbers were."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding that a person knows of and lives with."""

    fingerprint: str
    """Which finding."""
    rule: str
    """Its rule."""
    object: str | None
    """What it is about; None for the file as a whole."""
    reason: str
    """Why, in the person's words."""
    accepted_at_ms: int
    """When; milliseconds since the epoch, UTC."""
    until_ms: int | None
    """The last moment at which it counts; None for good."""


@dataclass(frozen=True, slots=True)
class StoredLook:
    """When a person looked at a database last, and what there was to see."""

    looked_at_ms: int
    """Milliseconds since the epoch, UTC."""
    mark: str | None
    """How the file was then, JSON; None where only its findings were looked at."""
    seen_audit: int | None
    """The last audit that was kept then, 0 for none; None where no findings were looked at."""


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A query that some program asks of a database, as a person told it."""

    id: int
    """Row of the side database."""
    sql: str
    """Its text."""
    added_at_ms: int
    """When it was told first; milliseconds since the epoch, UTC."""
    last_seen_at_ms: int
    """When it was told last; milliseconds since the epoch, UTC."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A piece of work on a database that failed."""

    operation: str
    """What was done: "migrate", "audit", "backup"."""
    code: str
    """Code of the `CtsError`."""
    message: str
    """What happened, for a person."""
    file: str | None = None
    """The migration file, where one failed."""
    line: int | None = None
    """Line of that file, from 1."""
    statement: str | None = None
    """The statement that failed."""
    app_version: str = ""
    """Version of the console."""
    at_ms: int = 0
    """Milliseconds since the epoch, UTC; 0 means now when it is recorded."""


@dataclass(frozen=True, slots=True)
class StoredFix:
    """A fix that the console applied, or began to."""

    at_ms: int
    """When it was applied, or begun; milliseconds since the epoch, UTC."""
    rule: str
    """The rule whose finding it was for."""
    fingerprint: str
    """Which finding."""
    object: str | None
    """What the finding was about; None for the file as a whole."""
    title: str
    """The finding in one line."""
    statements: tuple[str, ...]
    """What was run."""
    backup: str | None
    """Path of the backup made before; None where it was declined."""
    outcome: str
    """What the rule said afterwards: fixed, still_there or unknown; begun: nobody saw the end;
    partly: it ended early, and a part of it stays."""
    note: str | None
    """Why it is unknown, or what of it was done; None for nothing to say."""
    app_version: str
    """Version of the console."""
    owner: str | None = None
    """Name of the lock that its process holds until it has told the end; None once it has."""
    id: int = 0
    """Its number; 0 where it is not recorded yet."""


@dataclass(frozen=True, slots=True)
class SizeSample:
    """How large a database was at one moment."""

    size_bytes: int
    """The main file."""
    wal_bytes: int
    """The `-wal` beside it."""
    page_count: int
    """Pages of the database."""
    freelist_count: int
    """Pages that hold nothing."""
    at_ms: int = 0
    """Milliseconds since the epoch, UTC; 0 means now when it is recorded."""


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """One block of a seal."""

    rows: int
    """How many rows it holds."""
    hash: bytes
    """Hash of their content."""
    to_key: str
    """Key of the last one, JSON."""
    keys: bytes
    """Every key: JSON, compressed by zlib."""
    marks: bytes
    """A short hash per row."""


@dataclass(frozen=True, slots=True)
class StoredSeal:
    """The seal of one table as it was kept."""

    table: str
    """Name of the table."""
    made_at_ms: int
    """Milliseconds since the epoch, UTC."""
    rows: int
    """How many rows it covers."""
    root: str
    """Root of the tree over its blocks, hex."""
    head: dict[str, Any]
    """What else it says of itself, JSON values only."""
    blocks: tuple[StoredBlock, ...]
    """Its blocks in order."""


@dataclass(frozen=True, slots=True)
class SealedDatabase:
    """A database that has kept seals, and what it has in common with another file."""

    id: int
    """Its number."""
    path: str
    """Where it lay when it was seen last."""
    is_in_place: bool
    """Whether it still lies there; the other file is then a copy at most."""
    is_same_place: bool
    """Whether the other file lies there."""
    has_same_schema: bool
    """Whether the other file has its schema."""
    is_original: bool
    """Whether the other file has its id, and is known to be a copy of it."""
    first_blocks: tuple[StoredSeal, ...] = ()
    """The latest seal of each of its tables, with the first block only."""


@dataclass(frozen=True, slots=True)
class StoredImport:
    """A file that was imported into a table."""

    began_at_ms: int
    """When it began; milliseconds since the epoch, UTC."""
    finished_at_ms: int | None
    """When it was committed; None where nobody saw its end."""
