"""`status` and `stats`: looking, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import FINE, NOT_AS_IT_SHOULD_BE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import print_facts, print_line, print_table, size_text

if TYPE_CHECKING:
    from rich.console import Console


_TABLES_SHOWN = 5


def register(program: typer.Typer) -> None:
    """Add the commands of this module."""
    program.command("status")(status)
    program.command("stats")(stats)


def status(
    database: DatabaseArgument,
    seen: Annotated[
        bool, typer.Option("--seen", help="The news are seen: the next ones count from now.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Say in well under a second how the database is, and what is new since a person looked.

    What counts as a look: the window, open on it for some seconds, or --seen.
    """

    def work(stage: Stage) -> Outcome:
        from cts_console.status import read_status

        document = read_status(
            database, seen=seen, on_progress=stage.on_progress, cancel=stage.cancel
        )
        wrong = document["status"] == "error"
        return Outcome(document, NOT_AS_IT_SHOULD_BE if wrong else FINE)

    return run_command(as_json, work, _show_status)


def stats(database: DatabaseArgument, as_json: JsonOption = False) -> int:
    """Count the rows and bytes of every table."""

    def work(stage: Stage) -> Outcome:
        from cts_console.documents import stats_document
        from cts_console.maintenance import read_stats

        result = read_stats(database, on_progress=stage.on_progress, cancel=stage.cancel)
        return Outcome(stats_document(result), FINE)

    return run_command(as_json, work, _show_stats)


def _show_status(console: Console, document: Document) -> None:
    database = document["database"]
    migrations = document["migrations"]
    connections = document["connections"]
    engines = document["engines"]
    audit = document["performance"]["last_audit"]
    unread = document["performance"]["last_audit_error"] is not None
    integrity = database["integrity"]
    checked = f", {integrity['at']}" if integrity["at"] else ""
    size = (
        f"{size_text(database['size_bytes'])} and {size_text(database['wal_bytes'])} in the WAL; "
        f"{database['page_count']:,} pages, {database['freelist_count']:,} free"
    )
    print_line(console, f"{document['status'].upper()}  {database['path']}", style="bold")
    print_facts(
        console,
        [
            ("kind", _kind_text(database)),
            ("size", size),
            ("schema", f"{database['table_count']} tables, {database['index_count']} indexes"),
            ("journal mode", database["journal_mode"]),
            ("integrity", f"{integrity['result'].replace('_', ' ')}{checked}"),
            (
                "migrations",
                f"{migrations['applied']} of {migrations['total']} applied"
                if migrations["total"]
                else "not a CTS database",
            ),
            ("connections", f"{connections['enabled']} of {connections['total']} enabled"),
            ("engines", f"{engines['running']} running, {engines['stale']} without heartbeat"),
            ("last audit", audit["started_at"] if audit else "unknown" if unread else "none"),
            ("accepted", "unknown" if unread else f"{database['accepted']} findings"),
        ],
    )
    _show_news(console, document["news"])
    for heading, lines in (
        ("Needs attention", database["issues"]),
        ("What to do", database["recommendations"]),
    ):
        if lines:
            print_line(console, "")
            print_line(console, heading, style="bold")
            for line in lines:
                print_line(console, f"  {line}")


def _show_news(console: Console, news: Document) -> None:
    """Say what is new since a person looked; at a first look there is nothing to compare with."""
    if news["since"] is not None:
        print_line(console, "")
        print_line(console, f"Since you last looked ({news['since']})", style="bold")
        print_facts(console, _news_facts(news))
    if news["note"] is not None:
        print_line(console, "")
        print_line(console, news["note"])


def _news_facts(news: Document) -> Iterator[tuple[str, str]]:
    """Return what is known; what is no question of this kind of file is left out."""
    found = {name: _known(count) for name, count in news["findings"].items()}
    yield (
        "findings",
        f"{found['new']} new, {found['worse']} worse, {found['came_back']} no longer accepted",
    )
    if news["trades"] is not None:
        yield "trades", _known(news["trades"])
    if news["closed_positions"] is not None:
        yield "positions closed", _profits_text(news["closed_positions"])
    for word, name in (("errors in logs", "errors"), ("engine stops", "engine_stops")):
        if news[name] is not None:
            yield word, _known(news[name])
    tables = [f"{row['table']} {_known(row['rows'])}" for row in news["appended"] or ()]
    if tables:
        more = [f"{len(tables) - _TABLES_SHOWN} more"] if len(tables) > _TABLES_SHOWN else []
        yield "rows appended", ", ".join([*tables[:_TABLES_SHOWN], *more])


def _profits_text(profits: list[Document]) -> str:
    if not profits:
        return "none"
    return ", ".join(
        f"{row['positions']:,} with {_amount_text(row['realized_pnl'])} {row['currency']}"
        for row in profits
    )


def _amount_text(amount: float | None) -> str:
    return "unknown" if amount is None else f"{amount:+,.6g}"


def _known(count: int | None) -> str:
    """Return a count; counting one by one ends somewhere."""
    from cts_console.overview.news import MOST_COUNTED

    if count is None:
        return "unknown"
    return f"{count:,} or more" if count >= MOST_COUNTED else f"{count:,}"


def _kind_text(database: Document) -> str:
    kind = str(database["kind"]).replace("_", " ")
    return f"{kind} ({database['purpose']})" if database["purpose"] else kind


def _show_stats(console: Console, document: Document) -> None:
    print_table(
        console,
        ("table", "rows", "data", "indexes"),
        (
            (
                table["name"],
                table["rows"],
                size_text(table["bytes"]),
                size_text(table["index_bytes"]),
            )
            for table in document["tables"]
        ),
    )
    print_facts(
        console,
        [
            ("file", size_text(document["size_bytes"])),
            ("WAL", size_text(document["wal_bytes"])),
            ("pages", f"{document['page_count']:,}, {document['freelist_count']:,} free"),
        ],
    )
