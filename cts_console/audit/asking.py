"""Ask one rule, or read one part, and tell what came of it; no error of theirs goes any further."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import Any

from cts_console.audit.facts import read_file_facts
from cts_console.audit.finding import Finding
from cts_console.audit.reading import Part, PartResult
from cts_console.audit.result import CheckStatus
from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError, Rule
from cts_console.errors import CtsError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule answered."""

    status: CheckStatus
    """Its outcome."""
    note: str | None
    """Why it, or a part of it, was not checked; None for nothing to say."""
    findings: tuple[Finding, ...]
    """What it found."""
    duration_ms: float
    """How long it took."""
    damage: CtsError | None = None
    """Damage that it met."""

    def after(self, milliseconds: float) -> Asked:
        """Return the answer with the time that its readings took added."""
        return replace(self, duration_ms=self.duration_ms + milliseconds)


@dataclass(frozen=True, slots=True)
class PartRead:
    """What became of a part."""

    result: PartResult[Any]
    """What it read."""
    duration_ms: float
    """How long it took."""
    damage: CtsError | None = None
    """Damage that it met."""


def ask_rule(rule: Rule, context: AuditContext) -> Asked:
    """Ask `rule`. Raises `CtsError("cancelled")` on a stop, and nothing else."""
    started_s = time.monotonic()
    findings: list[Finding] = []
    status, note, damage = _try(rule, context, findings)
    return Asked(status, note, tuple(findings), since_ms(started_s), damage)


def read_part(part: Part[Any], context: AuditContext) -> PartRead:
    """Read `part`. Raises `CtsError("cancelled")` on a stop, and nothing else."""
    started_s = time.monotonic()
    damage: CtsError | None = None
    try:
        return PartRead(PartResult(part.name, part.read(context)), since_ms(started_s))
    except NotCheckedError as reason:
        failure = str(reason)
    except UnicodeDecodeError:
        failure = "a text that it read is no valid UTF-8"
    except CtsError as error:
        if error.code == "cancelled":
            raise
        failure = _bare(context, error)
        damage = error if error.code == "damaged" else None
    except Exception as error:  # noqa: BLE001 - a bug in one part must not end the others
        _log.exception("%s failed on %s", part.name, context.connection.path)
        failure = f"a mistake in this check, not in your file: {type(error).__name__}: {error}"
    return PartRead(PartResult(part.name, None, failure), since_ms(started_s), damage)


def what_moved(context: AuditContext) -> str | None:
    """Return why what is read now may not be what the audit began with, or None."""
    connection = context.connection
    try:
        now = read_file_facts(connection.path)
    except CtsError:
        return "the file was taken away while the audit ran"
    before = context.file
    if now.inode != before.inode:
        return "the file was replaced by another while the audit ran"
    was_written = now.wal_bytes > 0 or (now.size_bytes, now.modified_ns) != (
        before.size_bytes,
        before.modified_ns,
    )
    if connection.immutable and was_written:
        return "another program began to write while the file was read without locks"
    return None


def since_ms(started_s: float) -> float:
    """Return the milliseconds since a reading of the monotonic clock."""
    return (time.monotonic() - started_s) * 1000


def _try(
    rule: Rule, context: AuditContext, findings: list[Finding]
) -> tuple[CheckStatus, str | None, CtsError | None]:
    note: str | None = None
    damage: CtsError | None = None
    try:
        findings.extend(rule.check(context))
    except NotApplicableError as reason:
        return "not_applicable", str(reason), None
    except NotCheckedError as reason:
        note = str(reason)
    except UnicodeDecodeError:
        note = "a text that it read is no valid UTF-8"
    except CtsError as error:
        if error.code == "cancelled":
            raise
        note = _bare(context, error)
        damage = error if error.code == "damaged" else None
    except Exception as error:  # noqa: BLE001 - a bug in one rule must not end the others
        _log.exception("rule %s failed on %s", rule.id, context.connection.path)
        if _schema_changed(context):
            return "not_checked", "the schema changed while the audit ran", None
        what = f"{type(error).__name__}: {error}"
        return "errored", f"A mistake in this rule, not in your file: {what}", None
    if findings:
        return "found", note, damage
    return ("passed" if note is None else "not_checked"), note, damage


def _bare(context: AuditContext, error: CtsError) -> str:
    """Return the message without the path, which may be that of a private copy."""
    return error.message.replace(f"{context.connection.path}: ", "")


def _schema_changed(context: AuditContext) -> bool:
    schema = context.known_schema
    try:
        return (
            schema is not None
            and context.connection.read_int("PRAGMA schema_version") != schema.cookie
        )
    except CtsError:
        return False
