"""One audit of one open file: the quick rules first, then the others on their ground."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from cts_console.audit.asking import Asked, PartRead, ask_rule, read_part, since_ms, what_moved
from cts_console.audit.crew import Crew, Outcome, Task
from cts_console.audit.disk import DiskFacts
from cts_console.audit.facts import read_file_facts
from cts_console.audit.file_settings import read_file_settings
from cts_console.audit.ground import Ground
from cts_console.audit.queries import read_kept_queries
from cts_console.audit.reading import Part, PartResult, Reading
from cts_console.audit.record import Record
from cts_console.audit.result import STOPPED, AuditResult, CheckStatus, IndexSize, TableSize
from cts_console.audit.rule import (
    AuditContext,
    AuditProfile,
    NotApplicableError,
    NotCheckedError,
    Rule,
)
from cts_console.audit.sizes import COUNTS, Sizes, estimate_sizes, merge_sizes
from cts_console.audit.weights import WEIGHTS, known_weights
from cts_console.errors import CtsError
from cts_console.migrate import MigrationStatus
from cts_console.pragmas import PragmaReading
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.schema import Schema, read_schema
from cts_console.sqlite import Connection, Kind, classify, read_header
from cts_console.store import StoredQuery

MigrationReader = Callable[[Connection], MigrationStatus]

_TOO_LONG: Final = (
    "ended, because its read kept the log of a file that others write from starting over, and no "
    "private copy could be made"
)
# A rule's own queries next to what its readings read: a guess that only progress depends on.
_RULE_WEIGHT_SHARE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds."""

    rule_s: float
    """One rule, or one part of a reading."""
    audit_s: float | None
    """The audit: after that no rule begins. None for none."""


class Session:
    """One audit while it runs."""

    def __init__(  # noqa: PLR0913 - each is a choice of `run_audit`
        self,
        *,
        profile: AuditProfile,
        is_picked: bool,
        original: Path,
        disk: DiskFacts,
        limits: Limits,
        cancel: CancelToken,
        on_progress: ProgressCallback,
        read_migrations: MigrationReader,
        record: Record,
    ) -> None:
        self._profile = profile
        self._is_picked = is_picked
        self._original = original
        self._disk = disk
        self._timeout_s = limits.rule_s
        self._limit_s = limits.audit_s
        self._cancel = cancel
        self._on_progress = on_progress
        self._read_migrations = read_migrations
        self._record = record
        self._started_at_ms = time.time_ns() // 1_000_000
        self._started_s = time.monotonic()
        self._schema: Schema | None = None
        self._kind: Kind | None = None
        self._notes: list[str] = []
        self._sizes = Sizes()
        self._settings: tuple[PragmaReading, ...] = ()
        self._readings: dict[str, tuple[PartResult[Any], ...]] = {}
        self._pending: dict[str, _Pending] = {}
        self._waiting: list[Rule] = []

    def run(self, look: Connection) -> None:
        """Ask every rule."""
        self._notes.append(look.note)
        context = self._open_eyes(look)
        slow = [rule for rule in self._record.rules if rule.profile != "quick"]
        for rule in self._record.rules:
            if rule.profile == "quick" and not self._refused(rule, context):
                self._ask_quick(rule, context)
        if self._cancel.cancelled:
            self._record.close_all(STOPPED)
            return
        self._measure_quickly(context)
        asked = [rule for rule in slow if not self._refused(rule, context)]
        # Read here: the look is used from this thread alone.
        context = replace(context, read_queries=_remembered(context))
        if asked or (self._weighs and what_moved(context) is None):
            self._ask_slow(asked, context)
        self._record.close_all(what_moved(context) or STOPPED)

    def result(self, size_bytes: int) -> AuditResult:
        """Return what was found, damage that was met on the way included."""
        self._record.tell_damage()
        tables = [t for t in (self._schema.tables if self._schema else ()) if not t.is_internal]
        sizes = self._sizes
        return AuditResult(
            path=self._original,
            profile=self._profile,
            started_at_ms=self._started_at_ms,
            duration_ms=since_ms(self._started_s),
            size_bytes=size_bytes,
            kind=self._kind,
            note=" ".join(note for note in self._notes if note),
            checks=tuple(self._record.checks),
            findings=tuple(self._record.findings),
            tables=tuple(
                TableSize(t, sizes.count(t.name), sizes.bytes.get(t.name)) for t in tables
            ),
            indexes=tuple(
                IndexSize(index, sizes.bytes.get(index.name))
                for table in tables
                for index in table.indexes
            ),
            settings=self._settings,
            is_picked=self._is_picked,
        )

    @property
    def _weighs(self) -> bool:
        """Whether every table is weighed: not for rules that somebody picked to be quick."""
        return self._profile != "quick" and not self._is_picked

    def _open_eyes(self, look: Connection) -> AuditContext:
        header = read_header(look)
        if header is None:
            raise CtsError(
                "not_a_database",
                "An empty file",
                f"{look.path} is empty (0 bytes).",
                "`cts-console init` makes a CTS database of it.",
            )
        facts = read_file_facts(look.path)
        try:
            self._schema = read_schema(look, cancel=self._cancel)
            self._kind = classify(look)
        except CtsError as error:
            if error.code not in ("damaged", "cancelled"):
                raise
            if error.code == "damaged":
                self._record.met_damage(error)
        return AuditContext(
            connection=look,
            header=header,
            file=facts,
            kind=self._kind,
            known_schema=self._schema,
            read_migrations=self._read_migrations,
            now_ms=self._started_at_ms,
            cancel=self._cancel,
            on_progress=self._on_progress,
            profile=self._profile,
            rule_timeout_s=self._timeout_s,
            original=self._original,
            disk=self._disk,
            readings=self._readings,
        )

    def _refused(self, rule: Rule, context: AuditContext) -> bool:
        """Record why `rule` is not even asked; return whether that is so."""
        moved = None if self._cancel.cancelled else what_moved(context)
        if self._cancel.cancelled or moved is not None:
            self._record.refuse(rule, "not_checked", moved or STOPPED)
        elif self._limit_s is not None and since_ms(self._started_s) > self._limit_s * 1000:
            self._record.refuse(rule, "not_checked", f"no time was left of {self._limit_s:g} s")
        elif rule.needs.schema and self._schema is None:
            damage = self._record.damage
            reason = damage.message if damage else "the schema was not read"
            self._record.refuse(rule, "not_checked", f"the schema cannot be read: {reason}")
        elif rule.needs.kinds and self._kind is not None and self._kind not in rule.needs.kinds:
            reason = f"the file is of the kind {self._kind}"
            self._record.refuse(rule, "not_applicable", reason)
        else:
            return False
        return True

    def _ask_quick(self, rule: Rule, context: AuditContext) -> None:
        try:
            if not all(self._read_quickly(reading, rule, context) for reading in rule.readings):
                return
            with context.connection.guard(cancel=self._cancel, timeout_s=self._timeout_s):
                asked = ask_rule(rule, context)
        except CtsError as error:
            if error.code != "cancelled":
                raise
            self._record.refuse(rule, "not_checked", STOPPED)
            return
        self._record.keep(rule, asked, what_moved(context))

    def _read_quickly(self, reading: Reading[Any], rule: Rule, context: AuditContext) -> bool:
        """Read a reading of a quick rule; return whether the rule can be asked."""
        if reading.name in self._readings:
            return True
        parts = self._plan_reading(reading, context, [rule])
        if parts is None:
            return False
        results = []
        for part in parts:
            with context.connection.guard(cancel=self._cancel, timeout_s=self._timeout_s):
                results.append(self._keep_part(read_part(part, context)).result)
        self._readings[reading.name] = tuple(results)
        return True

    def _keep_part(self, read: PartRead) -> PartRead:
        if read.damage is not None:
            self._record.met_damage(read.damage)
        return read

    def _measure_quickly(self, context: AuditContext) -> None:
        if self._schema is None:
            return
        try:
            with context.connection.guard(cancel=self._cancel):
                self._settings = read_file_settings(context.connection, context.migrations())
                self._sizes = estimate_sizes(context)
        except CtsError as error:
            # Sizes are an extra: what could not be measured stays unknown.
            if error.code == "damaged":
                self._record.met_damage(error)

    # The slow rules

    def _ask_slow(self, rules: list[Rule], context: AuditContext) -> None:
        ground = Ground(context.connection, self._on_progress, self._cancel)
        try:
            ground.open()
            crew = Crew(ground, context, self._timeout_s, self._on_progress)
            self._plan(rules, context, crew)
            for outcome in crew.outcomes():
                self._take(outcome, context, crew)
            self._notes.append(ground.note)
            counts = self._readings.get(COUNTS.name, ())
            self._sizes = merge_sizes(self._sizes, counts, known_weights(self._readings))
        except CtsError as error:
            if error.code != "cancelled" and what_moved(context) is None:
                raise
        finally:
            ground.close()

    def _plan(self, rules: list[Rule], context: AuditContext, crew: Crew) -> None:
        readings = {reading.name: reading for rule in rules for reading in rule.readings}
        if self._weighs and self._schema is not None:
            readings |= {COUNTS.name: COUNTS, WEIGHTS.name: WEIGHTS}
        self._waiting = [rule for rule in rules if rule.readings]
        for reading in readings.values():
            if reading.name in self._readings:
                continue
            asking = [rule for rule in self._waiting if reading in rule.readings]
            parts = self._plan_reading(reading, context, asking)
            if parts is None:
                continue
            self._pending[reading.name] = _Pending(reading, len(parts))
            for part in parts:
                crew.add(Task(part.name, part.weight, partial(read_part, part), (reading, part)))
        for rule in rules:
            if not rule.readings:
                self._add_rule(rule, context, crew)
        self._close_readings(context, crew)

    def _plan_reading(
        self, reading: Reading[Any], context: AuditContext, asking: Sequence[Rule]
    ) -> tuple[Part[Any], ...] | None:
        """Return the parts of a reading, or None where the rules that ask for it are refused."""
        status: CheckStatus = "not_checked"
        try:
            with context.connection.guard(cancel=self._cancel, timeout_s=self._timeout_s):
                return tuple(reading.plan(context))
        except NotApplicableError as error:
            status, reason = "not_applicable", str(error)
        except NotCheckedError as error:
            reason = str(error)
        except CtsError as error:
            if error.code == "cancelled":
                raise
            if error.code == "damaged":
                self._record.met_damage(error)
            reason = error.message
        for rule in asking:
            self._record.refuse(rule, status, reason)
        self._waiting = [rule for rule in self._waiting if rule not in asking]
        return None

    def _add_rule(self, rule: Rule, context: AuditContext, crew: Crew) -> None:
        weight = max(1.0, context.header.page_count * _RULE_WEIGHT_SHARE)
        name = f"{rule.id} {rule.title}"
        crew.add(Task(name, weight, partial(ask_rule, rule), rule))

    def _take(self, outcome: Outcome, context: AuditContext, crew: Crew) -> None:
        token = outcome.task.token
        if isinstance(token, Rule):
            self._take_rule(token, outcome, context)
            return
        reading, part = token
        pending = self._pending[reading.name]
        value = outcome.value
        if isinstance(value, PartRead):
            pending.keep(self._keep_part(value).result, value.duration_ms)
        else:
            failure = STOPPED if outcome.is_stopped else _TOO_LONG
            pending.keep(PartResult(part.name, None, failure), 0.0)
        if not outcome.is_stopped:
            self._close_readings(context, crew)

    def _take_rule(self, rule: Rule, outcome: Outcome, context: AuditContext) -> None:
        asked = outcome.value
        if isinstance(asked, Asked):
            spent_ms = sum(
                self._pending[reading.name].duration_ms
                for reading in rule.readings
                if reading.name in self._pending
            )
            self._record.keep(rule, asked.after(spent_ms), what_moved(context))
        elif outcome.was_too_long:
            self._record.refuse(rule, "not_checked", _TOO_LONG)

    def _close_readings(self, context: AuditContext, crew: Crew) -> None:
        """Hand the readings that are complete to the rules that wait for them."""
        for name, pending in self._pending.items():
            if pending.is_complete and name not in self._readings:
                self._readings[name] = tuple(pending.results)
        for rule in list(self._waiting):
            if all(reading.name in self._readings for reading in rule.readings):
                self._waiting.remove(rule)
                self._add_rule(rule, context, crew)


def _remembered(context: AuditContext) -> Callable[[], Sequence[StoredQuery]]:
    """Return what gives the queries that a person added, or raises what kept them from us."""
    try:
        queries = read_kept_queries(context.connection, context.path)
    except CtsError as error:
        failure = error

        def fail() -> Sequence[StoredQuery]:
            raise failure

        return fail
    return lambda: queries


class _Pending:
    """A reading whose parts are being read."""

    def __init__(self, reading: Reading[Any], parts: int) -> None:
        self.reading = reading
        self.results: list[PartResult[Any]] = []
        self.duration_ms = 0.0
        self._parts = parts

    @property
    def is_complete(self) -> bool:
        """Whether every part has ended."""
        return len(self.results) == self._parts

    def keep(self, result: PartResult[Any], duration_ms: float) -> None:
        """Keep the result of a part."""
        self.results.append(result)
        self.duration_ms += duration_ms
