"""A finding as the window shows it, whether it was found just now or kept in a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, get_args

from cts_console.audit import RULES, Finding, Severity, is_instant
from cts_console.documents import instant
from cts_console.sqlite import Row, SqliteValue
from cts_console.trace import FoundSubject, subject_of_evidence
from cts_console.ui.colors import Token
from cts_console.ui.context import RowsWanted
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import State

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""The worst first."""
# Shape and word differ for all four; colour alone tells nobody.
_ICONS: Final[dict[str, tuple[str, Token, State]]] = {
    "critical": ("mdi6.alert-octagon", "bad", "bad"),
    "error": ("mdi6.close-circle-outline", "bad", "bad"),
    "warning": ("mdi6.alert", "warn", "warn"),
    "info": ("mdi6.lightbulb-on-outline", "info", "info"),
}
_CHANGES: Final[dict[str, tuple[str, str, Token]]] = {
    "new": ("NEW", "mdi6.new-box", "warn"),
    "worse": ("WORSE", "mdi6.trending-up", "bad"),
    "fixed": ("FIXED", "mdi6.check-circle-outline", "ok"),
    "unknown": ("UNKNOWN", "mdi6.help-circle-outline", "muted"),
}
_KEY_COLUMNS: Final = ("rowid", "id")
# The catalogue's order, which begins with the file itself.
_RULE_RANKS: Final = {rule.id: rank for rank, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class FindingItem:
    """One finding. Names and texts may come from a hostile file: show them by `one_line`."""

    rule: str
    """Identifier of its rule."""
    severity: str
    """One of `SEVERITIES`."""
    category: str
    """What it is about."""
    object: str | None
    """The table, index or setting; None for the file as a whole."""
    table: str | None
    """The table it belongs to; None for none."""
    title: str
    """The trouble in one line."""
    detail: str
    """What is so, and what it means."""
    recommendation: str
    """What to do."""
    columns: tuple[str, ...]
    """Names of what each row of evidence holds."""
    rows: tuple[Row, ...]
    """Evidence, at most 100 rows."""
    total: int
    """How many rows there are in truth."""
    sql: str | None
    """Shows the trouble again."""
    fix_sql: str | None
    """Ends it; None where nothing is safe."""
    confidence: str
    """certain, likely or unknown."""
    fingerprint: str
    """The same for the same trouble in another audit."""
    change: str | None = None
    """new, worse, same, unknown or fixed, where the audit was compared with an earlier one."""
    since: str | None = None
    """The instant (ISO 8601, UTC) since which it is known; None while its audit runs."""
    is_accepted: bool = False
    """Whether a person has accepted it."""
    acceptance: tuple[str, str | None] | None = None
    """Why, and the instant until which; None for not accepted, or not in the records' shape."""
    accepted_until: str | None = None
    """The instant at which an acceptance ran out; None for none."""

    @staticmethod
    def of_finding(found: Finding) -> FindingItem:
        """Return what a rule found just now."""
        evidence = found.evidence
        return FindingItem(
            rule=found.rule,
            severity=found.severity,
            category=found.category,
            object=found.object,
            table=found.table,
            title=found.title,
            detail=found.detail,
            recommendation=found.recommendation,
            columns=evidence.columns,
            rows=evidence.rows,
            total=evidence.total,
            sql=found.sql,
            fix_sql=found.fix_sql,
            confidence=found.confidence,
            fingerprint=found.fingerprint,
        )

    @staticmethod
    def of_document(found: dict[str, Any]) -> FindingItem:
        """Return a finding of an audit's document (`interfaces.md`)."""
        evidence, accepted = found["evidence"], found["accepted"]
        return FindingItem(
            **{name: found[name] for name in _SAME_NAMES},
            columns=tuple(evidence["columns"]),
            rows=tuple(tuple(row) for row in evidence["rows"]),
            total=evidence["total"],
            change=found.get("change"),
            since=found.get("since"),
            is_accepted=accepted is not None,
            acceptance=(
                (str(accepted["reason"]), accepted["until"]) if isinstance(accepted, dict) else None
            ),
            accepted_until=found.get("accepted_until"),
        )

    @property
    def is_gone(self) -> bool:
        """Whether an earlier audit found it and the one that is shown does not."""
        return self.change == "fixed"

    def rows_wanted(self) -> RowsWanted | None:
        """Return the table's rows that the evidence names; None where it names none."""
        if self.table is None:
            return None
        for position, column in enumerate(self.columns):
            if column.lower() in _KEY_COLUMNS:
                values = tuple(row[position] for row in self.rows if row[position] is not None)
                return RowsWanted(self.table, column, values, self.title) if values else None
        return None

    def traced(self) -> FoundSubject | None:
        """Return the first position or order that the evidence names; None for none."""
        return subject_of_evidence(self.rule, self.table, self.columns, self.rows, self.total)


_SAME_NAMES: Final = (
    "rule",
    "severity",
    "category",
    "object",
    "table",
    "title",
    "detail",
    "recommendation",
    "sql",
    "fix_sql",
    "confidence",
    "fingerprint",
)


def severity_icon(severity: str) -> tuple[str, Token]:
    """Return the icon of a severity and its colour."""
    name, token, _ = _ICONS.get(severity, _ICONS["info"])
    return name, token


def severity_state(severity: str) -> State:
    """Return how a label of this severity is coloured."""
    return _ICONS.get(severity, _ICONS["info"])[2]


def change_mark(change: str | None) -> tuple[str, str, Token] | None:
    """Return the word, the icon and the colour of what became of a finding; None for no mark."""
    return _CHANGES.get(change or "")


def severity_rank(severity: str) -> int:
    """Return 0 for the worst; larger is milder."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def count_text(severity: str, count: int) -> str:
    """Return so many of a severity as a person reads it: "3 critical", "1 error", "2 errors"."""
    has_plural = severity in ("error", "warning") and count != 1
    return f"{count:,} {severity}{'s' if has_plural else ''}"


def rule_rank(rule: str) -> int:
    """Return the place of a rule in the catalogue; unknown ones come last."""
    return _RULE_RANKS.get(rule, len(_RULE_RANKS))


def count_changes(items: Iterable[FindingItem]) -> Counter[str]:
    """Count findings by what became of them; those that were not compared are left out."""
    return Counter(item.change for item in items if item.change is not None)


def by_severity(items: Iterable[FindingItem]) -> list[FindingItem]:
    """Return the findings, the worst first, those of one rule together, else as they came."""
    return sorted(items, key=lambda item: (severity_rank(item.severity), rule_rank(item.rule)))


def category_title(category: str) -> str:
    """Return a category as a person reads it."""
    return "PRAGMA" if category == "pragmas" else category.replace("_", " ").capitalize()


def utc_text(column: str, value: SqliteValue) -> str:
    """Return a value of the evidence for a report: instants in UTC, else as `cell_text` does."""
    if is_instant(value, column):
        return instant(value) or ""
    return cell_text(value)


def cell_text(value: SqliteValue, longest: int = 200) -> str:
    """Return a value of the evidence on one line; numbers in their shortest exact form."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return one_line(f"x'{value[:longest].hex()}'", longest)
    return one_line(str(value), longest)
