"""Run an audit: ask the rules one after the other, and let none of them end the others.

No read transaction outlives a rule: each statement is its own, so that the program next door can
reset its log between any two of them.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cts_console.audit.disk import DiskFacts, read_disk_facts
from cts_console.audit.facts import FileFacts, read_file_facts
from cts_console.audit.file_settings import read_file_settings
from cts_console.audit.finding import Finding
from cts_console.audit.reading import PartResult, Reading
from cts_console.audit.result import AuditResult, Check, CheckStatus, IndexSize, TableSize
from cts_console.audit.rule import (
    PROFILES,
    AuditContext,
    AuditProfile,
    NotApplicableError,
    NotCheckedError,
    Rule,
)
from cts_console.audit.rules import RULES
from cts_console.audit.rules.integrity.int_01 import damage_finding
from cts_console.audit.weights import known_weights
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.migrate import MigrationStatus, read_migration_status
from cts_console.pragmas import PragmaReading
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.schema import RowCount, Schema, read_row_counts, read_schema, read_storage
from cts_console.sqlite import (
    Connection,
    Kind,
    classify,
    read_header,
    resolve_database_path,
)

CheckCallback = Callable[[Check, tuple[Finding, ...]], None]
MigrationReader = Callable[[Connection], MigrationStatus]
DiskReader = Callable[[Path], DiskFacts]

_log = logging.getLogger(__name__)

_RULE_TIMEOUT_S: Final[dict[AuditProfile, float]] = {
    "quick": 0.5,
    "standard": 60.0,
    "deep": 3600.0,
}
# Sizes are beside the point of an audit: what is slow is left out (quick) or estimated.
_SIZES_TIMEOUT_S: Final[dict[AuditProfile, float]] = {"quick": 0.0, "standard": 5.0, "deep": 60.0}


def check_profile(name: str) -> AuditProfile:
    """Return the profile of this name. Raises `CtsError("usage")` for any other."""
    for profile in PROFILES:
        if name == profile:
            return profile
    raise CtsError(
        "usage",
        "No such profile",
        f"{name!r} is not an audit profile.",
        f"Use one of {', '.join(PROFILES)}.",
    )


def select_rules(profile: AuditProfile, ids: Sequence[str] | None = None) -> tuple[Rule, ...]:
    """Return the rules of a profile, or those named, quick ones first.

    Raises `CtsError("usage")` for an identifier that no rule has.
    """
    if ids:
        known = {rule.id: rule for rule in RULES}
        unknown = [name for name in ids if name.upper() not in known]
        if unknown:
            raise CtsError(
                "usage",
                "No such rule",
                f"{', '.join(unknown)}: no rule has this identifier.",
                "`cts-console audit --list-rules` names them.",
            )
        wanted = {name.upper() for name in ids}
        chosen = [rule for rule in RULES if rule.id in wanted]
    else:
        level = PROFILES.index(profile)
        chosen = [rule for rule in RULES if PROFILES.index(rule.profile) <= level]
    return tuple(sorted(chosen, key=lambda rule: PROFILES.index(rule.profile)))


def run_audit(  # noqa: PLR0913 - the last two are for tests
    path: str | os.PathLike[str],
    *,
    profile: AuditProfile = "standard",
    rules: Sequence[str] | None = None,
    on_progress: ProgressCallback | None = None,
    on_check: CheckCallback | None = None,
    cancel: CancelToken | None = None,
    rule_timeout_s: float | None = None,
    read_migrations: MigrationReader = read_migration_status,
    read_disk: DiskReader = read_disk_facts,
) -> AuditResult:
    """Audit the database at `path` and return what every rule said; the file is not changed.

    `on_check(check, findings)` is called after each rule, in the caller's thread; once more for
    INT-01 where another rule met damage. A stop leaves
    the remaining rules `not_checked`; so does a rule's time limit for that rule. A damaged file is
    a finding, not an error.

    Raises `CtsError` where the file cannot be looked at: not_found, not_a_file, no_permission,
    not_a_database, encrypted, locked; `usage` for an unknown rule.
    """
    chosen = select_rules(profile, rules)
    resolved = resolve_database_path(path)
    size_bytes = resolved.stat().st_size
    audit = _Audit(
        profile,
        chosen,
        rule_timeout_s or _RULE_TIMEOUT_S[profile],
        cancel or CancelToken(),
        on_progress,
        on_check,
        read_migrations,
    )
    try:
        with open_look(resolved, on_progress=on_progress) as connection:
            audit.run(connection, resolved, read_disk(resolved))
    except CtsError as error:
        if error.code != "damaged":
            raise
        audit.stop_all(error.message)
        audit.damage = error
    return audit.result(resolved, size_bytes)


class _Audit:
    """One audit while it runs."""

    def __init__(
        self,
        profile: AuditProfile,
        rules: tuple[Rule, ...],
        rule_timeout_s: float,
        cancel: CancelToken,
        on_progress: ProgressCallback | None,
        on_check: CheckCallback | None,
        read_migrations: MigrationReader,
    ) -> None:
        self.damage: CtsError | None = None
        self._profile = profile
        self._rules = rules
        self._rule_timeout_s = rule_timeout_s
        self._cancel = cancel
        self._sampler = ProgressSampler(on_progress)
        self._on_check = on_check
        self._read_migrations = read_migrations
        self._started_at_ms = time.time_ns() // 1_000_000
        self._started_s = time.monotonic()
        self._checks: list[Check] = []
        self._findings: list[Finding] = []
        self._schema: Schema | None = None
        self._kind: Kind | None = None
        self._note = ""
        self._counts: dict[str, RowCount] = {}
        self._bytes: dict[str, int] = {}
        self._settings: tuple[PragmaReading, ...] = ()
        self._readings: dict[str, tuple[PartResult[Any], ...]] = {}

    def run(self, connection: Connection, path: Path, disk: DiskFacts) -> None:
        """Ask every rule about the file at `path`, which `connection` reads, or a copy of it."""
        self._note = connection.note
        context = replace(self._open_eyes(connection), original=path, disk=disk)
        for done, rule in enumerate(self._rules):
            note = f"{rule.id} {rule.title}"
            self._sampler.report(Progress(done, len(self._rules), "rules", note))
            self._ask(rule, context)
        if self._schema is not None and not self._cancel.cancelled:
            self._measure(context, self._schema)
        self._sampler.finish(Progress(len(self._rules), len(self._rules), "rules", "done"))

    def stop_all(self, reason: str) -> None:
        """Record every rule that was not asked yet as not checked."""
        asked = {check.rule for check in self._checks}
        for rule in self._rules:
            if rule.id not in asked:
                self._record(rule.id, "not_checked", 0.0, reason, ())

    def result(self, path: Path, size_bytes: int) -> AuditResult:
        """Return what was found, damage that was met on the way included."""
        self._tell_damage()
        tables = [t for t in (self._schema.tables if self._schema else ()) if not t.is_internal]
        return AuditResult(
            path=path,
            profile=self._profile,
            started_at_ms=self._started_at_ms,
            duration_ms=_since_ms(self._started_s),
            size_bytes=size_bytes,
            kind=self._kind,
            note=self._note,
            checks=tuple(self._checks),
            findings=tuple(self._findings),
            tables=tuple(
                TableSize(
                    table,
                    self._counts.get(table.name, RowCount(None, estimated=False)),
                    self._bytes.get(table.name),
                )
                for table in tables
            ),
            indexes=tuple(
                IndexSize(index, self._bytes.get(index.name))
                for table in tables
                for index in table.indexes
            ),
            settings=self._settings,
        )

    def _open_eyes(self, connection: Connection) -> AuditContext:
        header = read_header(connection)
        if header is None:
            raise CtsError(
                "not_a_database",
                "An empty file",
                f"{connection.path} is empty (0 bytes).",
                "`cts-console init` makes a CTS database of it.",
            )
        facts = read_file_facts(connection.path)
        try:
            self._schema = read_schema(connection, cancel=self._cancel)
            self._kind = classify(connection)
        except CtsError as error:
            if error.code not in ("damaged", "cancelled"):
                raise
            if error.code == "damaged":
                self.damage = error
        return AuditContext(
            connection=connection,
            header=header,
            file=facts,
            kind=self._kind,
            known_schema=self._schema,
            read_migrations=self._read_migrations,
            now_ms=self._started_at_ms,
            cancel=self._cancel,
            on_progress=self._sampler.report,
            profile=self._profile,
            readings=self._readings,
        )

    def _ask(self, rule: Rule, context: AuditContext) -> None:
        refusal = self._refusal(rule, context)
        if refusal is not None:
            self._record(rule.id, *refusal, ())
            return
        started_s = time.monotonic()
        findings: list[Finding] = []
        status, note = self._try(rule, context, findings)
        moved = _what_moved(context)
        if moved is not None:
            # What was read meanwhile may be of two states, or of another file.
            status, note, findings = "not_checked", moved, []
        self._record(rule.id, status, _since_ms(started_s), note, tuple(findings))

    def _refusal(self, rule: Rule, context: AuditContext) -> tuple[CheckStatus, float, str] | None:
        """Return why `rule` is not even asked, or None."""
        if self._cancel.cancelled:
            return "not_checked", 0.0, "stopped"
        moved = _what_moved(context)
        if moved is not None:
            return "not_checked", 0.0, moved
        if rule.needs.schema and self._schema is None:
            reason = self.damage.message if self.damage else "the schema was not read"
            return "not_checked", 0.0, f"the schema cannot be read: {reason}"
        if rule.needs.kinds and self._kind is not None and self._kind not in rule.needs.kinds:
            return "not_applicable", 0.0, f"the file is of the kind {self._kind}"
        return None

    def _try(
        self, rule: Rule, context: AuditContext, findings: list[Finding]
    ) -> tuple[CheckStatus, str | None]:
        """Ask `rule`, put what it finds into `findings`, and return its outcome."""
        note: str | None = None
        try:
            with context.connection.guard(cancel=self._cancel, timeout_s=self._rule_timeout_s):
                for reading in rule.readings:
                    self._read(reading, context)
                findings.extend(rule.check(context))
        except NotApplicableError as reason:
            return "not_applicable", str(reason)
        except NotCheckedError as reason:
            note = str(reason)
        except UnicodeDecodeError:
            note = "a text that it read is no valid UTF-8"
        except CtsError as error:
            note = "stopped" if error.code == "cancelled" else error.message
            if error.code == "damaged" and self.damage is None:
                self.damage = error
        except Exception as error:  # noqa: BLE001 - a bug in one rule must not end the others
            _log.exception("rule %s failed on %s", rule.id, context.connection.path)
            if _schema_changed(context):
                return "not_checked", "the schema changed while the audit ran"
            what = f"{type(error).__name__}: {error}"
            return "errored", f"A mistake in this rule, not in your file: {what}"
        if findings:
            return "found", note
        return ("passed", None) if note is None else ("not_checked", note)

    def _read(self, reading: Reading[Any], context: AuditContext) -> None:
        if reading.name in self._readings:
            return
        results = []
        for part in reading.plan(context):
            try:
                results.append(PartResult(part.name, part.read(context)))
            except CtsError as error:
                if error.code == "cancelled":
                    raise
                results.append(PartResult(part.name, None, error.message))
        self._readings[reading.name] = tuple(results)

    def _record(
        self,
        rule: str,
        status: CheckStatus,
        duration_ms: float,
        note: str | None,
        findings: tuple[Finding, ...],
    ) -> None:
        check = Check(rule, status, duration_ms, note)
        self._checks.append(check)
        self._findings.extend(findings)
        if self._on_check is not None:
            self._on_check(check, findings)

    def _tell_damage(self) -> None:
        """Make damage that a reader met a finding of INT-01, unless it is one already."""
        told = {finding.rule for finding in self._findings}
        if self.damage is None or told & {"INT-01", "INT-03"}:
            return
        self._checks = [check for check in self._checks if check.rule != "INT-01"]
        note = "met while reading; the whole file was not checked"
        self._record("INT-01", "found", 0.0, note, (damage_finding(self.damage),))

    def _measure(self, context: AuditContext, schema: Schema) -> None:
        """Count rows and bytes, as far as the profile's time allows."""
        connection, limit_s = context.connection, _SIZES_TIMEOUT_S[self._profile]
        try:
            self._counts = read_row_counts(
                connection,
                schema,
                exact=limit_s > 0,
                cancel=self._cancel,
                timeout_s=limit_s,
            )
            with connection.guard(cancel=self._cancel):
                self._settings = read_file_settings(connection, context.migrations())
            known = known_weights(self._readings)
            if known is not None:
                self._bytes = {name: weight.bytes for name, weight in known.items()}
            elif limit_s > 0:
                self._bytes = read_storage(connection, cancel=self._cancel, timeout_s=limit_s)
        except CtsError as error:
            # Sizes are an extra: what could not be measured stays unknown.
            if error.code == "damaged" and self.damage is None:
                self.damage = error
            _log.info("sizes of %s were not measured: %s", connection.path, error.message)


def _what_moved(context: AuditContext) -> str | None:
    """Return why what is read now may not be what the audit began with, or None."""
    connection = context.connection
    try:
        now = read_file_facts(connection.path)
    except CtsError:
        return "the file was taken away while the audit ran"
    if now.inode != context.file.inode:
        return "the file was replaced by another while the audit ran"
    if connection.immutable and _was_written(context.file, now):
        return "another program began to write while the file was read without locks"
    return None


def _was_written(before: FileFacts, now: FileFacts) -> bool:
    return now.wal_bytes > 0 or (now.size_bytes, now.modified_ns) != (
        before.size_bytes,
        before.modified_ns,
    )


def _schema_changed(context: AuditContext) -> bool:
    schema = context.known_schema
    try:
        return (
            schema is not None
            and context.connection.read_int("PRAGMA schema_version") != schema.cookie
        )
    except CtsError:
        return False


def _since_ms(started_s: float) -> float:
    return (time.monotonic() - started_s) * 1000
