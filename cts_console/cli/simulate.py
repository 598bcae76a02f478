"""`simulate`: a trading engine's write pattern, in this process, into invented data alone."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import FINE, STOPPED, Document, Outcome, Stage, run_command
from cts_console.cli.tables import duration_text, print_facts, print_line, print_table
from cts_console.errors import CtsError
from cts_console.progress import CancelToken

if TYPE_CHECKING:
    from rich.console import Console

    from cts_console.engine.simulated import Source


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("simulate")(simulate)


def simulate(  # noqa: PLR0913, PLR0917 - each is an option
    database: DatabaseArgument,
    rate: Annotated[
        float, typer.Option("--rate", help="Rows appended per second; 0 is as fast as it goes.")
    ] = 200.0,
    commit_rows: Annotated[
        int, typer.Option("--commit-rows", help="Rows appended per commit.")
    ] = 10,
    seconds: Annotated[
        float | None, typer.Option("--seconds", help="How long; without it until it is stopped.")
    ] = None,
    symbols: Annotated[int, typer.Option("--symbols", help="How many markets are traded.")] = 8,
    source: Annotated[
        str,
        typer.Option(
            "--source", help="Prices: walk (a random walk) or replay (the sample's candles)."
        ),
    ] = "walk",
    burst: Annotated[
        float,
        typer.Option("--burst", help="Write at this many times the rate, with silence in between."),
    ] = 1.0,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Make the same choices again, for tests.")
    ] = None,
    attached: Annotated[
        bool,
        typer.Option("--attached", help="End when standard input closes: for who starts it."),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Write like a trading engine, only into a database that is marked for invented data.

    A file that does not exist is created with that mark. Ctrl-C ends it well.
    """

    def work(stage: Stage) -> Outcome:
        from cts_console.demo import run_simulation
        from cts_console.documents import simulation_document
        from cts_console.engine.simulated import SimulationOptions

        options = SimulationOptions(
            rate, commit_rows, seconds, symbols, _check_source(source), burst, seed
        )
        if attached:
            _stop_at_the_end_of_input(stage.cancel)
        result = run_simulation(
            database, options, on_progress=stage.on_progress, cancel=stage.cancel
        )
        return Outcome(simulation_document(result), STOPPED if result.stopped else FINE)

    return run_command(as_json, work, _show)


def _stop_at_the_end_of_input(cancel: CancelToken) -> None:
    def wait() -> None:
        # Not through `sys.stdin`: its lock would hold up the end of the program.
        while os.read(0, 4096):
            pass
        cancel.cancel()

    threading.Thread(target=wait, name="end of input", daemon=True).start()


def _check_source(source: str) -> Source:
    from cts_console.engine.simulated import Source

    for known in get_args(Source):
        if known == source:
            return known  # type: ignore[no-any-return]  # `get_args` knows no types
    raise CtsError(
        "usage", "No such source", f"{source!r} is no source of prices.", "Use walk or replay."
    )


def _show(console: Console, document: Document) -> None:
    rows, changed = document["rows"], document["changed"]
    print_table(
        console,
        ("table", "rows added", "rows changed"),
        [(table, rows.get(table, 0), changed.get(table, 0)) for table in sorted({*rows, *changed})],
    )
    seconds = document["duration_ms"] / 1000 or 1
    added = sum(rows.values())
    print_facts(
        console,
        [
            ("commits", f"{document['commits']:,}, {document['commits'] / seconds:,.0f} a second"),
            ("rows added", f"{added:,}, {added / seconds:,.0f} a second"),
            ("time", duration_text(document["duration_ms"])),
            ("waits for the lock", document["busy_retries"]),
        ],
    )
    if not document["released"]:
        print_line(console, "The write lock was not to be had for a goodbye: its lease runs out.")
