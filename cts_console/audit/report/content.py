"""What a report shows, read from an audit's document: plain texts, cut and made visible."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from cts_console import __version__
from cts_console.audit.report.limits import Limits
from cts_console.audit.report.texts import (
    Cell,
    cell,
    duration,
    moment_of,
    shown,
    shown_lines,
    size,
    words,
)
from cts_console.audit.rules import RULES

Document = dict[str, Any]

SEVERITIES: Final = ("critical", "error", "warning", "info")
_STATES: Final = ("passed", "found", "not_applicable", "not_checked", "errored")
_TITLES: Final = {rule.id: rule.title for rule in RULES}
_REASON_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of the report."""

    columns: tuple[Cell, ...]
    """Its headings, at the right over numbers."""
    rows: tuple[tuple[Cell, ...], ...]
    """The rows that are shown."""
    total: int
    """How many there are in truth."""


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Rules that were not checked, or not in full, for one reason."""

    what: str
    """Not checked, in part, errored or not asked."""
    reason: str
    """Why."""
    rules: tuple[str, ...]
    """Which."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings under one heading, as the document has them."""

    name: str
    """The severity, or "accepted"."""
    findings: tuple[Document, ...]
    """The findings."""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One finding in full."""

    rule: str
    """Identifier of the rule."""
    severity: str
    """How bad it is."""
    title: str
    """The trouble in one line."""
    object: str
    """Where it is; "" for the file as a whole."""
    detail: str
    """What it means."""
    recommendation: str
    """What to do."""
    evidence: Grid
    """The rows behind it."""
    sql: str
    """A query that shows it again; "" for none."""
    fix_sql: str
    """Statements that end it; "" for none."""
    facts: tuple[str, ...]
    """Confidence, fingerprint, since when, and what became of it."""


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report, but for its findings in full."""

    name: str
    """The name of the audited file."""
    facts: tuple[tuple[str, str], ...]
    """What the first page says of the file and the audit."""
    counts: tuple[tuple[str, int], ...]
    """Findings by severity, and the accepted ones."""
    rule_counts: str
    """How many rules passed, and what became of the others."""
    unchecked: tuple[Unchecked, ...]
    """What was not checked, and why."""
    groups: tuple[Group, ...]
    """The findings, the worst first; groups without any are left out."""
    rows_each: int
    """Rows of evidence that each finding shows."""
    gone: Grid | None
    """What the audit that it was compared with found and this one does not; None: not compared."""
    rules: Grid
    """Every rule with its outcome."""
    tables: Grid
    """The tables of the file."""
    indexes: Grid
    """Its indexes."""
    settings: Grid
    """The settings that it keeps."""
    version: str
    """The version of the console."""


def read_content(document: Document, limits: Limits) -> Content:
    """Return what the report of `document` shows."""
    groups = _groups(document["findings"])
    return Content(
        name=shown(PurePath(document["database"]).name, limits.value_characters),
        facts=tuple(_facts(document)),
        counts=tuple((group.name, len(group.findings)) for group in groups),
        rule_counts=_rule_counts(document["checks"]),
        unchecked=tuple(read_unchecked(document)),
        groups=tuple(group for group in groups if group.findings),
        rows_each=limits.rows_each(len(document["findings"])),
        gone=_gone(document, limits),
        rules=_rules(document["checks"]),
        tables=_tables(document["tables"], limits),
        indexes=_indexes(document["indexes"], limits),
        settings=_settings(document["pragmas"], limits),
        version=__version__,
    )


def read_finding(finding: Document, limits: Limits, rows_each: int) -> ShownFinding:
    """Return a finding in full, with at most `rows_each` rows of its evidence."""
    return ShownFinding(
        rule=finding["rule"],
        severity=finding["severity"],
        title=shown(finding["title"], limits.value_characters),
        object=object_text(finding, limits.value_characters),
        detail=shown_lines(finding["detail"], limits.text_characters),
        recommendation=shown_lines(finding["recommendation"], limits.text_characters),
        evidence=_evidence(finding["evidence"], limits, rows_each),
        sql=shown_lines(finding["sql"] or "", limits.text_characters),
        fix_sql=shown_lines(finding["fix_sql"] or "", limits.text_characters),
        facts=tuple(_finding_facts(finding, limits)),
    )


def object_text(finding: Document, longest: int) -> str:
    """Return where a finding is: the object, and the table where that is another."""
    name, table = finding["object"], finding["table"]
    parts = [shown(str(name), longest)] if name is not None else []
    if table is not None and table != name and not str(name).startswith(f"{table}."):
        parts.append(f"table {shown(str(table), longest)}")
    return ", ".join(parts)


def _facts(document: Document) -> Iterable[tuple[str, str]]:
    yield "File", shown(document["database"], 4_000)
    yield "Size", f"{size(document['size_bytes'])} ({document['size_bytes']:,} bytes)"
    yield "Content hash", shown(document["content_hash"] or "not computed", 200)
    yield "SQLite", shown(document["sqlite_version"], 40)
    # Documents of before this was known were whole.
    whole = "" if document.get("whole", True) else ", not every rule of it was asked"
    yield "Profile", f"{document['profile']}{whole}"
    yield "Started", moment_of(document["started_at"])
    yield "Duration", duration(document["duration_ms"])
    earlier = document.get("compared_with")
    if earlier:
        yield "Compared with", f"audit {earlier['id']} of {moment_of(earlier['started_at'])}"
    yield "How it was read", shown(document.get("note") or "no remark", 2_000)


def read_unchecked(document: Document) -> Iterable[Unchecked]:
    """Yield what an audit did not check, or not in full, by reason."""
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for check in document["checks"]:
        if check["status"] in ("not_checked", "errored"):
            what, note = words(check["status"]), check["note"] or "no reason given"
        elif check["status"] in ("passed", "found") and check["note"]:
            what, note = "in part", check["note"]
        else:
            continue
        reasons[what, shown(note, _REASON_CHARACTERS)].append(check["rule"])
    asked = {check["rule"] for check in document["checks"]}
    left_out = [rule.id for rule in RULES if rule.id not in asked]
    if left_out:
        profile = f"the {document['profile']} profile leaves them out"
        why = profile if document.get("whole", True) else f"not chosen, or {profile}"
        reasons["not asked", why] = left_out
    for (what, reason), rules in reasons.items():
        yield Unchecked(what, reason, tuple(rules))


def _groups(findings: Sequence[Document]) -> tuple[Group, ...]:
    by_name: dict[str, list[Document]] = {name: [] for name in (*SEVERITIES, "accepted")}
    for finding in findings:
        by_name["accepted" if finding["accepted"] else finding["severity"]].append(finding)
    return tuple(Group(name, tuple(those)) for name, those in by_name.items())


def _rule_counts(checks: Sequence[Document]) -> str:
    # Counted here: the summary is of the audit's end, and a look of later may have been added.
    states = Counter(check["status"] for check in checks)
    return ", ".join(f"{states[state]:,} {words(state)}" for state in _STATES)


def _finding_facts(finding: Document, limits: Limits) -> Iterable[str]:
    yield f"confidence: {finding['confidence']}"
    yield f"fingerprint: {finding['fingerprint']}"
    if finding["since"]:
        yield f"known since {moment_of(finding['since'])}"
    if finding["change"]:
        yield f"compared: {shown(finding['change'], limits.value_characters)}"
    accepted = finding["accepted"]
    if isinstance(accepted, dict):
        said = ", ".join(f"{words(name)}: {value}" for name, value in accepted.items() if value)
        yield shown(f"accepted ({said})", limits.text_characters)
    elif accepted:
        yield "accepted"


def _gone(document: Document, limits: Limits) -> Grid | None:
    if not document.get("compared_with"):
        return None
    findings = [*document["fixed"], *document["unknown"]]
    rows = [
        (
            Cell(words(finding["change"])),
            Cell(shown(finding["rule"], 40)),
            Cell(finding["severity"]),
            Cell(object_text(finding, limits.value_characters)),
            Cell(shown(finding["title"], limits.value_characters)),
        )
        for finding in findings[: limits.table_rows]
    ]
    return _grid(("Now", "Rule", "Severity", "Object", "Title"), rows, len(findings))


def _rules(checks: Sequence[Document]) -> Grid:
    rows = tuple(
        (
            Cell(shown(check["rule"], 40)),
            Cell(_TITLES.get(check["rule"], "")),
            Cell(words(check["status"])),
            Cell(shown(check["note"] or "", _REASON_CHARACTERS)),
            Cell(duration(check["duration_ms"]), is_number=True),
        )
        for check in checks
    )
    return _grid(("Rule", "What it finds", "Outcome", "Remark", "Time"), rows, len(rows))


def _tables(tables: Sequence[Document], limits: Limits) -> Grid:
    rows = [
        (
            Cell(shown(table["name"], limits.value_characters)),
            _number(_count(table["rows"], estimated=table.get("estimated", False))),
            _number(str(table["columns"])),
            _number(str(table["indexes"])),
            _number(size(table["bytes"])),
        )
        for table in tables[: limits.table_rows]
    ]
    return _grid(("Table", "Rows", "Columns", "Indexes", "Size"), rows, len(tables))


def _indexes(indexes: Sequence[Document], limits: Limits) -> Grid:
    rows = [
        (
            Cell(shown(index["name"], limits.value_characters)),
            Cell(shown(index["table"], limits.value_characters)),
            Cell(shown(", ".join(index["columns"]), limits.value_characters)),
            Cell(", ".join(name for name in ("unique", "partial") if index[name])),
            _number(size(index["bytes"])),
        )
        for index in indexes[: limits.table_rows]
    ]
    return _grid(("Index", "Table", "Columns", "Kind", "Size"), rows, len(indexes))


def _settings(settings: Sequence[Document], limits: Limits) -> Grid:
    rows = [
        tuple(
            Cell(shown(text, limits.value_characters))
            for text in (
                setting["name"],
                str(setting["value"]),
                "–" if setting["expected"] is None else str(setting["expected"]),
                {True: "as expected", False: "differs"}.get(setting["ok"], "–"),
                setting["scope"],
            )
        )
        for setting in settings
    ]
    return _grid(("Setting", "Value", "Expected", "Verdict", "Scope"), rows, len(rows))


def _count(rows: int | None, *, estimated: bool) -> str:
    if rows is None:
        return "not counted"
    return f"about {rows:,}" if estimated else f"{rows:,}"


def _number(text: str) -> Cell:
    return Cell(text, is_number=True)


def _evidence(evidence: Document, limits: Limits, rows_each: int) -> Grid:
    columns = evidence["columns"]
    # Fourteen columns of long values leave no width to any of them.
    longest = limits.value_characters // max(1, len(columns) // 4)
    rows = [
        tuple(cell(value, column, longest) for value, column in zip(row, columns, strict=True))
        for row in evidence["rows"][:rows_each]
    ]
    return _grid([shown(column, longest) for column in columns], rows, evidence["total"])


def _grid(columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], total: int) -> Grid:
    headings = tuple(
        Cell(name, is_number=bool(rows) and all(row[position].is_number for row in rows))
        for position, name in enumerate(columns)
    )
    return Grid(headings, tuple(rows), total)
