"""`status` and `stats`: looking, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import FINE, NOT_AS_IT_SHOULD_BE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import print_facts, print_line, print_table, size_text

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the commands of this module."""
    program.command("status")(status)
    program.command("stats")(stats)


def status(database: DatabaseArgument, as_json: JsonOption = False) -> int:
    """Say in well under a second how the database is: sizes, settings, migrations, engines."""

    def work(stage: Stage) -> Outcome:
        from cts_console.status import read_status

        document = read_status(database, on_progress=stage.on_progress, cancel=stage.cancel)
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
            ("last audit", audit["started_at"] if audit else "none"),
            ("accepted", f"{database['accepted']} findings"),
        ],
    )
    for heading, lines in (
        ("Needs attention", database["issues"]),
        ("What to do", database["recommendations"]),
    ):
        if lines:
            print_line(console, "")
            print_line(console, heading, style="bold")
            for line in lines:
                print_line(console, f"  {line}")


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
