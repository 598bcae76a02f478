"""`self-test`: whether this installation is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import JsonOption
from cts_console.cli.stage import (
    FINE,
    NOT_AS_IT_SHOULD_BE,
    Document,
    Outcome,
    Stage,
    run_command,
)
from cts_console.cli.tables import duration_text, print_line, print_table

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("self-test")(self_test)


def self_test(
    gui: Annotated[
        bool, typer.Option("--gui", help="Also draw every tab of the window; no screen is needed.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Check that this installation is whole, by using it in a temporary folder."""

    def work(stage: Stage) -> Outcome:
        from cts_console.selftest import run_self_test, self_test_document

        test = run_self_test(with_window=gui, on_progress=stage.on_progress, cancel=stage.cancel)
        return Outcome(self_test_document(test), FINE if test.ok else NOT_AS_IT_SHOULD_BE)

    return run_command(as_json, work, _show)


def _show(console: Console, document: Document) -> None:
    built = "built program" if document["frozen"] else "run by Python"
    print_line(
        console,
        f"CTS Console {document['version']}, SQLite {document['sqlite_version']} ({built})",
        style="bold",
    )
    print_table(
        console,
        ("step", "", "time", "what"),
        (
            (
                step["name"],
                "ok" if step["ok"] else "FAILED",
                duration_text(step["duration_ms"]),
                step["detail"],
            )
            for step in document["steps"]
        ),
    )
    told = "All of it works" if document["ok"] else "NOT whole"
    print_line(console, f"{told} ({duration_text(document['duration_ms'])})")
