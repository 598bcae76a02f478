"""The program `cts-console`: its commands, and what it does before and after each."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from typer.exceptions import TyperException

from cts_console import __version__, paths
from cts_console.cli import (
    audit,
    batches,
    bench,
    create,
    export,
    look,
    maintain,
    migrate,
    optimize,
    pragma,
    reconcile,
    seal,
    self_test,
    simulate,
    statement,
    trace,
    transfer,
    watch,
)
from cts_console.cli.stage import FINE, discard_output, refuse, report_bug, standard_output
from cts_console.errors import CtsError

_GROUPS: Final = (
    create,
    look,
    watch,
    audit,
    seal,
    statement,
    trace,
    transfer,
    reconcile,
    batches,
    export,
    migrate,
    pragma,
    maintain,
    optimize,
    bench,
    simulate,
    self_test,
)
_EPILOG: Final = (
    "Without a command, or with a file alone, the window opens; "
    "cts-console --safe-mode --help lists its options."
)


def build_program() -> typer.Typer:
    """Return the program with all of its commands."""
    program = typer.Typer(
        name="cts-console",
        help="Look after the SQLite file of a trading system: create, migrate, audit, back up.",
        no_args_is_help=False,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    program.callback(epilog=_EPILOG)(_root)
    for group in _GROUPS:
        group.register(program)
    return program


def run_program(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 fine, 1 findings, 2 could not run."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    _bear_any_character()
    if any("\0" in word for word in words):
        # No system passes one; a caller from Python could.
        return refuse(CtsError("usage", "Not understood", "A word holds a NUL character."), as_json)
    try:
        command = typer.main.get_command(build_program())
        status = command.main(args=words, prog_name="cts-console", standalone_mode=False)
    except TyperException as error:
        return refuse(_usage_error(error), as_json)
    except CtsError as error:
        return refuse(error, as_json)
    except (KeyboardInterrupt, typer.Abort):
        return refuse(CtsError("cancelled", "Stopped", "Stopped."), as_json)
    except SystemExit:
        # So Typer ends where the reader of `--help` has gone.
        discard_output()
        return FINE
    except Exception as error:  # noqa: BLE001 - the last resort: told, logged, never shown as a trace
        return report_bug(error, as_json)
    return int(status or 0)


def _bear_any_character() -> None:
    """Let a stream whose encoding lacks a character show its number instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _print_version(wanted: bool) -> None:
    if wanted:
        from cts_console.sqlite import sqlite_version

        with standard_output():
            sys.stdout.write(f"cts-console {__version__} (SQLite {sqlite_version()})\n")
        raise typer.Exit(0)


def _root(
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool,
        typer.Option(
            "--version", help="Print the versions and exit.", is_eager=True, callback=_print_version
        ),
    ] = False,
    log_level: Annotated[
        str, typer.Option("--log-level", help="debug, info, warning or error, to standard error.")
    ] = "warning",
    portable: Annotated[
        bool,
        typer.Option("--portable", help="Keep the console's own files beside the program."),
    ] = False,
) -> None:
    if portable:
        paths.use_portable_home()
    level = logging.getLevelNamesMapping().get(log_level.upper())
    if level is None:
        raise CtsError("usage", "No such log level", f"{log_level!r} is not a log level.")
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")


def _usage_error(error: TyperException) -> CtsError:
    text = getattr(error, "format_message", lambda: str(error))()
    return CtsError("usage", "Not understood", text, "`cts-console --help` lists the commands.")
