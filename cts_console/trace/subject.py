"""Which position or order a finding is about."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.sqlite import SqliteValue, resolve_database_path
from cts_console.store import identify, open_store
from cts_console.trace.model import SubjectKind, TraceSubject

# As CTS, its v3.1, hummingbot and freqtrade call them.
_TABLES: Final[dict[str, SubjectKind]] = {
    "positions": "position",
    "strategies_real": "position",
    "orders": "order",
    "order": "order",
}
# freqtrade's positions lie in a table of trades.
_POSITION_RULES: Final = "POS-"
# What the evidence of a rule over trades may name, the nearest first.
_LINKS: Final[tuple[tuple[str, SubjectKind], ...]] = (
    ("order_id", "order"),
    ("position_id", "position"),
    ("position_of_order", "position"),
)
_KEYS: Final = ("id", "rowid")


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """The first row of a finding that can be traced."""

    subject: TraceSubject
    """The position or order."""
    rows: int
    """How many rows the finding has in all."""


def subject_of_evidence(
    rule: str,
    table: str | None,
    columns: Sequence[str],
    rows: Sequence[Sequence[SqliteValue]],
    total: int,
) -> FoundSubject | None:
    """Return what the evidence of a finding names first; None where it names nothing such."""
    names = [column.lower() for column in columns]
    kind = _TABLES.get((table or "").lower())
    if kind is None and (table or "").lower() == "trades" and rule.startswith(_POSITION_RULES):
        kind = "position"
    ways: list[tuple[str, SubjectKind]] = list(_LINKS)
    if kind is not None:
        ways = [(key, kind) for key in _KEYS]
    for column, what in ways:
        if column not in names:
            continue
        place = names.index(column)
        found = next((row[place] for row in rows if row[place] is not None), None)
        if found is not None:
            subject = TraceSubject(what, found, is_rowid=column == "rowid")
            return FoundSubject(subject, total)
    return None


def find_subject(path: str | os.PathLike[str], fingerprint: str) -> FoundSubject:
    """Return what a finding of the last kept audit of `path` is about.

    Raises `CtsError("usage")` where no such finding is kept or it is about no position and no
    order, and what opening the file and the console's own records raises.
    """
    with open_look(path) as connection, open_store() as store:
        last = store.read_last_audit(identify(connection, original=resolve_database_path(path)))
    findings = [] if last is None else last.document["findings"]
    finding = next((each for each in findings if each["fingerprint"] == fingerprint.strip()), None)
    if finding is None:
        raise CtsError(
            "usage",
            "No such finding",
            f"The last kept audit of {os.fspath(path)!r} has no finding {fingerprint!r}."
            if last is not None
            else f"No audit of {os.fspath(path)!r} is kept.",
            "Run `cts-console audit` first; `--json` gives the fingerprints.",
        )
    evidence = finding["evidence"]
    found = subject_of_evidence(
        finding["rule"],
        finding["table"],
        evidence["columns"],
        evidence["rows"],
        evidence["total"],
    )
    if found is None:
        raise CtsError(
            "usage",
            "Nothing to trace",
            f"Finding {fingerprint} ({finding['rule']}) names no position and no order.",
            "Give one with --position or --order.",
        )
    return found
