"""`init` and `demo`: the start-up flow, and the flow with real sample data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption, OverruleOption
from cts_console.cli.stage import COULD_NOT_RUN, FINE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import duration_text, print_facts, print_line, print_table

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the commands of this module."""
    program.command("init")(init)
    program.command("demo")(demo)


def init(
    database: DatabaseArgument,
    profile: Annotated[
        str, typer.Option("--profile", help="Settings: trading, durable or untouched.")
    ] = "trading",
    overrule: OverruleOption = False,
    as_json: JsonOption = False,
) -> int:
    """Create a CTS database, or bring an existing one up to date, and check it."""

    def work(stage: Stage) -> Outcome:
        from cts_console.documents import startup_document
        from cts_console.pragmas import check_profile_name
        from cts_console.startup import run_startup

        result = run_startup(
            database,
            profile=check_profile_name(profile),
            overrule=overrule,
            on_progress=stage.on_progress,
            cancel=stage.cancel,
        )
        error = result.errors[0] if result.errors else None
        status = FINE if result.ok else COULD_NOT_RUN
        return Outcome(startup_document(result), status, error)

    return run_command(as_json, work, _show_startup)


def demo(
    database: DatabaseArgument,
    rows: Annotated[
        int | None,
        typer.Option("--rows", help="Grow market_data to about this many rows (up to 8,000,000)."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Create a demo database and fill it with real candles and trades."""

    def work(stage: Stage) -> Outcome:
        from cts_console.demo import run_demo
        from cts_console.documents import startup_document

        result = run_demo(database, rows=rows, on_progress=stage.on_progress, cancel=stage.cancel)
        document = startup_document(result.startup)
        document["rows"] = dict(result.rows)
        error = result.startup.errors[0] if result.startup.errors else None
        return Outcome(document, FINE if result.startup.ok else COULD_NOT_RUN, error)

    return run_command(as_json, work, _show_demo)


def _show_startup(console: Console, document: Document) -> None:
    verb = "Created" if document["created"] else "Opened"
    print_line(console, f"{verb} {document['database']} (SQLite {document['sqlite_version']})")
    print_table(
        console,
        ("step", "", "time", "what"),
        (
            (step["name"], _mark(step), duration_text(step["duration_ms"]), step["detail"])
            for step in document["steps"]
        ),
    )
    schema = document["schema"]
    if schema:
        objects = (
            f"{schema['tables']} tables, {schema['base_indexes']} + "
            f"{schema['performance_indexes']} indexes, {schema['elements']} elements, "
            f"{schema['triggers']} triggers, {schema['views']} views"
        )
        time_taken = duration_text(document["duration_ms"])
        print_facts(console, [("schema", objects), ("time", time_taken)])


def _mark(step: Document) -> str:
    if step["ok"]:
        return "ok"
    return "–" if step["detail"] == "not reached" else "FAILED"


def _show_demo(console: Console, document: Document) -> None:
    _show_startup(console, document)
    added = {table: count for table, count in document["rows"].items() if count}
    if added:
        print_table(console, ("table", "rows added"), added.items())
    elif document["ok"]:
        print_line(console, "The demo was filled before; nothing was added.")
