"""`pragma`: the settings against a profile; apply the profile, or set one value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption, OverruleOption
from cts_console.cli.stage import FINE, Document, Outcome, Stage, run_command
from cts_console.cli.tables import print_line, print_table
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console


def register(program: typer.Typer) -> None:
    """Add the command of this module."""
    program.command("pragma")(pragma)


def pragma(
    database: DatabaseArgument,
    profile: Annotated[
        str, typer.Option("--profile", help="Compare with trading, durable or untouched.")
    ] = "trading",
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the profile's values that are kept in the file.")
    ] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set one value.")
    ] = None,
    overrule: OverruleOption = False,
    as_json: JsonOption = False,
) -> int:
    """Show the settings of the file and of this console's connection, or change them."""

    def work(stage: Stage) -> Outcome:
        wanted = [_parse(text) for text in settings or ()]
        if apply or wanted:
            return _change(stage, database, profile, wanted, apply=apply, overrule=overrule)
        return _read(stage, database, profile)

    return run_command(as_json, work, _show)


def _parse(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise CtsError(
            "usage",
            "Not a setting",
            f"{text!r} is not NAME=VALUE.",
            "For example journal_mode=WAL.",
        )
    return name.strip(), value.strip()


def _read(stage: Stage, database: Path, profile: str) -> Outcome:
    from cts_console.documents import pragmas_document
    from cts_console.pragmas import check_profile_name, read_pragmas
    from cts_console.sqlite import open_database

    name = check_profile_name(profile)
    with (
        open_database(database, cancel=stage.cancel) as connection,
        connection.guard(cancel=stage.cancel, on_wait=stage.on_wait),
    ):
        readings = read_pragmas(connection, name)
    return Outcome(pragmas_document(name, readings, applied=()), FINE)


def _change(
    stage: Stage,
    database: Path,
    profile: str,
    wanted: list[tuple[str, str]],
    *,
    apply: bool,
    overrule: bool,
) -> Outcome:
    from cts_console.documents import pragmas_document
    from cts_console.maintenance import pass_gate
    from cts_console.pragmas import apply_profile, check_profile_name, read_pragmas, set_pragma
    from cts_console.sqlite import open_database

    name = check_profile_name(profile)
    with (
        open_database(database, "read_write", cancel=stage.cancel) as connection,
        connection.guard(cancel=stage.cancel, on_wait=stage.on_wait),
    ):
        pass_gate(connection, what="changing settings", estimated_hold_s=0.0, overrule=overrule)
        before = {row.name: row.value for row in read_pragmas(connection, name)}
        if apply:
            apply_profile(
                connection, name, new_file=False, cancel=stage.cancel, on_wait=stage.on_wait
            )
        for setting, value in wanted:
            set_pragma(connection, setting, value, cancel=stage.cancel, on_wait=stage.on_wait)
        readings = read_pragmas(connection, name)
    changed = [row for row in readings if before.get(row.name) != row.value]
    document = pragmas_document(
        name, readings, applied=(row.name for row in changed if row.scope == "file")
    )
    # Such a setting ends with this command's connection; to call it applied would be a claim.
    asked = {setting.lower() for setting, _ in wanted}
    document["not_kept"] = [
        row.name for row in readings if row.scope == "connection" and row.name in asked
    ]
    return Outcome(document, FINE)


def _show(console: Console, document: Document) -> None:
    for scope, title in (
        ("file", "Kept in the file"),
        ("connection", "Of this console's connection alone"),
    ):
        print_table(
            console,
            ("setting", "value", "profile", "", "meaning"),
            (
                (
                    item["name"],
                    item["value"],
                    item["expected"],
                    "" if item["ok"] else "differs",
                    item["doc"],
                )
                for item in document["items"]
                if item["scope"] == scope
            ),
            title=title,
        )
    if document["applied"]:
        print_line(console, f"changed: {', '.join(document['applied'])}")
    for name in document.get("not_kept", ()):
        print_line(console, f"{name} belongs to each connection: it is not kept in the file.")
