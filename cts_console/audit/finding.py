"""What an audit says: findings, each with evidence that a person can follow.

A finding is made by its rule (`Rule.finding`), which fills in what all of its findings share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.sqlite import Row, SqliteValue

Severity = Literal["critical", "error", "warning", "info"]
Category = Literal[
    "integrity",
    "schema",
    "indexes",
    "pragmas",
    "storage",
    "migrations",
    "security",
    "ledger",
    "market_data",
    "engine",
    "settings",
    "logs",
    "generic",
]
Confidence = Literal["certain", "likely", "unknown"]

MOST_EVIDENCE_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows behind a finding. Make it with `Evidence.of`, which keeps secrets out."""

    columns: tuple[str, ...]
    """Names of what each row holds."""
    rows: tuple[Row, ...]
    """At most `MOST_EVIDENCE_ROWS` rows."""
    total: int
    """How many rows there are in truth."""

    @staticmethod
    def of(
        columns: Sequence[str], rows: Iterable[Sequence[SqliteValue]], total: int | None = None
    ) -> Evidence:
        """Return the evidence, cut to its length, without values of columns named like secrets.

        `total` is the true number of rows where `rows` holds only some.
        """
        hidden = [looks_secret(column) for column in columns]
        every = list(rows)
        shown = tuple(
            tuple(
                NOT_SHOWN if secret and value is not None else value
                for value, secret in zip(row, hidden, strict=True)
            )
            for row in every[:MOST_EVIDENCE_ROWS]
        )
        return Evidence(tuple(columns), shown, len(every) if total is None else total)


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble, found by one rule, at one object."""

    rule: str
    """Identifier of the rule."""
    severity: Severity
    """How bad it is."""
    category: Category
    """What it is about."""
    object: str | None
    """The table, index, setting or part of the file; None for the file as a whole."""
    table: str | None
    """The table that the object belongs to; None where it belongs to none."""
    title: str
    """The trouble in one line."""
    detail: str
    """What is so, and what it means for a trader."""
    recommendation: str
    """What to do."""
    evidence: Evidence
    """The rows behind it."""
    sql: str | None
    """A query that shows the trouble again; None where there is none."""
    fix_sql: str | None
    """Statements that end it; None where none is safe."""
    confidence: Confidence
    """How sure the rule is."""
    fingerprint: str
    """The same for the same trouble in a later audit."""


def read_fingerprint(rule: str, object_name: str | None, cause: str) -> str:
    """Return the fingerprint: 16 hexadecimal digits over rule, object and kind of cause.

    Counts, times and values are no part of it, so that the same trouble stays the same finding.
    """
    parts = "\0".join((rule, object_name or "", cause)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(parts, digest_size=8).hexdigest()
