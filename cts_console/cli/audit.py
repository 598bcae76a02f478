"""`audit`: what is wrong with any SQLite file, with the rows that prove it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cts_console.cli.audit_memory import (
    COMMANDS_NOTE,
    AuditCommand,
    list_unsettled_fixes,
    print_unsettled,
)
from cts_console.cli.options import JsonOption
from cts_console.cli.stage import (
    COULD_NOT_RUN,
    FINE,
    NOT_AS_IT_SHOULD_BE,
    Document,
    Outcome,
    Stage,
    run_command,
)
from cts_console.cli.tables import duration_text, print_line, print_table
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console

    from cts_console.audit import AuditProfile
    from cts_console.store import StoredAudit

_SEVERITIES = ("critical", "error", "warning", "info")
_EVIDENCE_ROWS_SHOWN = 5

_CompareOption = Annotated[
    str | None,
    typer.Option(
        "--compare",
        metavar="latest|ID",
        help="Say what is new, worse and fixed since a kept audit: the last of this profile "
        "(else the last), or one that `audit history` names.",
    ),
]
_QueryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--query",
        metavar="SQL",
        help="A query that your programs ask: kept, and looked at in this and later audits "
        "(IDX-04, IDX-05); it is never run; repeatable.",
    ),
]
_ForgetQueryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--forget-query", metavar="ID|SQL", help="Forget a query that was added; repeatable."
    ),
]
_ListQueriesOption = Annotated[
    bool,
    typer.Option("--list-queries", help="List the queries that were added, without an audit."),
]
_HtmlOption = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="F",
        help="Also write the report as one HTML file; it replaces a report of that name.",
        show_default=False,
    ),
]
_PdfOption = Annotated[
    Path | None,
    typer.Option("--pdf", metavar="F", help="Also write the report as PDF.", show_default=False),
]


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("audit", cls=AuditCommand, epilog=COMMANDS_NOTE)(audit)


def audit(  # noqa: PLR0913, PLR0917 - each is an option
    database: Annotated[
        Path | None,
        typer.Argument(
            metavar="DATABASE", help="Any SQLite file.", show_default=False, readable=False
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", help="quick (under a second), standard, or deep.")
    ] = "standard",
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="ID", help="Only this rule; repeatable. Not kept."),
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option("--fail-on", help="Exit 1 from this severity on, or never."),
    ] = "error",
    compare: _CompareOption = None,
    list_rules: Annotated[
        bool, typer.Option("--list-rules", help="List the rules and what each finds.")
    ] = False,
    query: _QueryOption = None,
    forget_query: _ForgetQueryOption = None,
    list_queries: _ListQueriesOption = False,
    html: _HtmlOption = None,
    pdf: _PdfOption = None,
    as_json: JsonOption = False,
) -> int:
    """Check a database by hand while others write to it; nothing in it is changed."""
    if list_rules:
        return run_command(as_json, lambda _: _list_rules(), _show_rules)

    queries = _Queries(query or [], forget_query or [])

    def work(stage: Stage) -> Outcome:
        if database is None:
            raise CtsError("usage", "No database", "Missing argument DATABASE.", "Name a file.")
        if list_queries:
            return _list_queries(database, queries)
        wanted = _Wanted(profile, rule, fail_on, compare)
        return _run(stage, database, wanted, queries, _Reports(html, pdf))

    return run_command(as_json, work, _show_queries if list_queries else _show)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which audit is asked for."""

    profile: str
    rules: list[str] | None
    fail_on: str
    compare: str | None

    def check(self) -> AuditProfile:
        """Refuse what cannot be meant, and return the profile."""
        from cts_console.audit import check_profile

        if self.fail_on not in (*_SEVERITIES, "never"):
            raise CtsError(
                "usage",
                "No such severity",
                f"{self.fail_on!r} is not a severity.",
                f"Use one of {', '.join(_SEVERITIES)}, never.",
            )
        return check_profile(self.profile)

    def fails(self, document: Document) -> bool:
        """Return whether the audit found what the command is to fail on."""
        if self.fail_on == "never":
            return False
        failing = _SEVERITIES[: _SEVERITIES.index(self.fail_on) + 1]
        return any(document["summary"][severity] for severity in failing)


@dataclass(frozen=True, slots=True)
class _Queries:
    """What to change in the queries that are kept for the database."""

    add: list[str]
    forget: list[str]


@dataclass(frozen=True, slots=True)
class _Reports:
    """Where reports are wanted."""

    html: Path | None
    pdf: Path | None

    def check(self, database: Path) -> None:
        """Refuse names that no report can have, before the audit takes its time."""
        if self.html is None and self.pdf is None:
            return
        from cts_console.audit.report import check_target

        if self.html is not None:
            check_target(database, self.html, "html")
        if self.pdf is not None:
            check_target(database, self.pdf, "pdf")

    def write(self, document: Document) -> CtsError | None:
        """Write them, note in the document where they are, and return what went wrong."""
        written: dict[str, str | None] = {"html": None, "pdf": None}
        document["reports"] = written
        try:
            if self.html is not None:
                from cts_console.audit.report import write_html_report

                written["html"] = str(write_html_report(document, self.html))
            if self.pdf is not None:
                from cts_console.printing import write_pdf_report

                written["pdf"] = str(write_pdf_report(document, self.pdf))
        except CtsError as error:
            return error
        return None


def _run(
    stage: Stage, database: Path, wanted: _Wanted, queries: _Queries, reports: _Reports
) -> Outcome:
    from cts_console.audit import (
        add_comparison,
        audit_document,
        change_queries,
        keep_audit,
        run_audit,
    )

    profile = wanted.check()
    reports.check(database)
    if queries.add or queries.forget:
        change_queries(database, add=queries.add, forget=queries.forget)
    earlier, compare_error = _read_earlier(database, wanted.compare, profile)
    result = run_audit(
        database,
        profile=profile,
        rules=wanted.rules,
        on_progress=stage.on_progress,
        cancel=stage.cancel,
    )
    stage.cancel.raise_if_cancelled()
    document = audit_document(result)
    document["kept"] = keep_audit(result, document)
    document["unsettled_fixes"] = list_unsettled_fixes(database, document["kept"])
    if wanted.compare is not None:
        document = add_comparison(document, earlier)
        document["compare_error"] = compare_error
    unwritten = reports.write(document)
    if unwritten is not None:
        return Outcome(document, COULD_NOT_RUN, unwritten)
    return Outcome(document, NOT_AS_IT_SHOULD_BE if wanted.fails(document) else FINE)


def _read_earlier(
    database: Path, compare: str | None, profile: AuditProfile
) -> tuple[StoredAudit | None, Document | None]:
    """Return the audit to compare with, or None and why it cannot be read.

    It is read before the audit: a number that does not exist is told at once, and this audit itself
    is not the latest.
    """
    from cts_console.audit import read_audit

    if compare is None:
        return None, None
    try:
        return read_audit(database, compare, profile), None
    except CtsError as error:
        if error.code in ("usage", "cancelled"):
            raise
        return None, error.as_document()


def _list_queries(database: Path, queries: _Queries) -> Outcome:
    from cts_console.audit import change_queries, query_document

    known = change_queries(database, add=queries.add, forget=queries.forget)
    listed = [query_document(query) for query in known]
    return Outcome({"database": str(database), "queries": listed}, FINE)


def _show_queries(console: Console, document: Document) -> None:
    columns = ("id", "sql", "added_at", "last_seen_at")
    print_table(console, columns, ([row[name] for name in columns] for row in document["queries"]))


def _list_rules() -> Outcome:
    from cts_console.audit import RULES, rule_document

    return Outcome({"rules": [rule_document(rule) for rule in RULES]}, FINE)


def _show_rules(console: Console, document: Document) -> None:
    print_table(
        console,
        ("rule", "severity", "profile", "finds"),
        ((row["rule"], row["severity"], row["profile"], row["title"]) for row in document["rules"]),
    )


def _show(console: Console, document: Document) -> None:
    summary = document["summary"]
    what = f"{document['profile']} audit" if document["whole"] else "audit of chosen rules"
    print_line(
        console,
        f"{document['database']}: {what}, {duration_text(document['duration_ms'])}",
        style="bold",
    )
    if document["note"]:
        print_line(console, document["note"])
    counts = ", ".join(f"{summary[severity]} {severity}" for severity in _SEVERITIES)
    print_line(
        console,
        f"{counts}; {summary['rules_passed']} rules passed, "
        f"{summary['rules_not_applicable']} not applicable, "
        f"{summary['rules_not_checked']} not checked, {summary['rules_errored']} errored",
    )
    _show_comparison(console, document)
    shown = [finding for finding in document["findings"] if finding["accepted"] is None]
    for finding in sorted(shown, key=lambda f: _SEVERITIES.index(f["severity"])):
        _show_finding(console, finding, document["started_at"])
    if summary["accepted"]:
        print_line(console, "")
        print_line(console, f"{summary['accepted']} accepted")
    for check in document["checks"]:
        if check["status"] in ("not_checked", "errored"):
            state = check["status"].replace("_", " ")
            print_line(console, "")
            print_line(console, f"{check['rule']} {state}: {check['note'] or 'no reason given'}")
    for path in filter(None, document["reports"].values()):
        print_line(console, "")
        print_line(console, f"Report: {path}")
    print_unsettled(console, document["unsettled_fixes"])
    kept = document["kept"]
    if kept["error"]:
        print_line(console, "")
        print_line(console, f"The audit could not be kept: {kept['error']['message']}")
        print_line(console, "Findings that were accepted may be among those above.")
    elif kept["id"] is None:
        print_line(console, "")
        print_line(console, "It is not kept: the last audit of a whole profile stays the last.")


def _with_instants(columns: list[str], rows: list[list[Any]]) -> list[list[Any]]:
    """Return the rows with instants as ISO 8601 in UTC, where the document has milliseconds."""
    from cts_console.audit import is_instant
    from cts_console.documents import instant

    return [
        [
            instant(value) if is_instant(value, column) else value
            for column, value in zip(columns, row, strict=True)
        ]
        for row in rows
    ]


def _show_comparison(console: Console, document: Document) -> None:
    """Say with what the audit was compared and what is no more; nothing without a comparison."""
    if "compared_with" not in document:
        return
    earlier = document["compared_with"]
    if document["compare_error"]:
        print_line(console, f"It could not be compared: {document['compare_error']['message']}")
        return
    if earlier is None:
        print_line(console, "No earlier audit is kept to compare it with.")
        return
    changes = [finding["change"] for finding in document["findings"]]
    counts = ", ".join(f"{changes.count(name)} {name}" for name in ("new", "worse", "same"))
    of = f" of {earlier['original']}, of which this is a copy" if earlier["original"] else ""
    print_line(
        console,
        f"Against audit {earlier['id']} ({earlier['profile']}, {earlier['started_at']}){of}: "
        f"{counts}, {len(document['fixed'])} fixed",
    )
    unknown = changes.count("unknown") + len(document["unknown"])
    if unknown:
        print_line(console, f"Of {unknown} findings one of the two audits says nothing.")
    for finding in document["fixed"]:
        print_line(console, f"FIXED  {finding['rule']}  {finding['title']}")


def _show_finding(console: Console, finding: Document, started_at: str) -> None:
    print_line(console, "")
    change = finding["change"]
    mark = f"{change.upper()} " if change in ("new", "worse") else ""
    print_line(
        console,
        f"{mark}{finding['severity'].upper()}  {finding['rule']}  {finding['title']}",
        "bold",
    )
    since = f", since {finding['since']}" if finding["since"] != started_at else ""
    print_line(console, f"  finding {finding['fingerprint']}{since}")
    if finding["accepted_until"]:
        print_line(console, f"  It was accepted until {finding['accepted_until']}.")
    for text in (finding["detail"], finding["recommendation"]):
        if text:
            print_line(console, f"  {text}")
    evidence = finding["evidence"]
    rows = evidence["rows"][:_EVIDENCE_ROWS_SHOWN]
    if rows:
        print_table(console, evidence["columns"], _with_instants(evidence["columns"], rows))
        if evidence["total"] > len(rows):
            print_line(console, f"  {len(rows)} of {evidence['total']:,} shown; --json has more")
    if finding["fix_sql"]:
        first, *more = finding["fix_sql"].splitlines()
        print_line(console, f"  fix: {first}")
        for line in more:
            print_line(console, f"       {line}")
