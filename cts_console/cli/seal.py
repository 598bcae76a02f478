"""`seal` and `verify-seal`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import (
    FINE,
    NOT_AS_IT_SHOULD_BE,
    Document,
    Outcome,
    Stage,
    run_command,
)
from cts_console.cli.tables import print_line, print_table

if TYPE_CHECKING:
    from rich.console import Console

_KEYS_SHOWN = 10
_IMPORTED = {
    "new": "the seal of the file is kept",
    "extended": "the seal of the file goes on where the kept one ended, and is kept",
    "kept": "the kept seal covers that of the file, and stays",
    "replaced": "the seal of the file is kept in the place of the one before",
}


def register(program: typer.Typer) -> None:
    """Add the commands of this module."""
    program.command("seal")(seal)
    program.command("verify-seal")(verify_seal)


def seal(
    database: DatabaseArgument,
    table: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE…",
            help="Tables that only take new rows; trades and audit_logs of a CTS database.",
            show_default=False,
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="F",
            help="Write the seals to this new file as well, to keep elsewhere.",
            readable=False,
        ),
    ] = None,
    anew: Annotated[
        bool,
        typer.Option("--anew", help="Trust the rows as they are now, whatever was sealed before."),
    ] = False,
    import_from: Annotated[
        Path | None,
        typer.Option(
            "--import",
            metavar="F",
            help="Keep the seals of this exported file, of the named tables or all; seal nothing.",
            readable=False,
        ),
    ] = None,
    replaces: Annotated[
        bool,
        typer.Option("--replace", help="With --import: also in the place of other seals."),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Seal the rows of append-only tables, so that later changes show; the file is not changed."""

    def work(stage: Stage) -> Outcome:
        from cts_console.audit.seal import seal_file

        _check_options(export, anew, import_from, replaces)
        if import_from is not None:
            return _import(stage, database, table or (), import_from, replaces)
        sealed = seal_file(
            database,
            table or (),
            export=export,
            anew=anew,
            on_progress=stage.on_progress,
            cancel=stage.cancel,
        )
        return Outcome(sealed.as_document())

    return run_command(as_json, work, _show_seals)


def verify_seal(
    database: DatabaseArgument,
    file: Annotated[
        Path | None,
        typer.Option("--from", metavar="F", help="Verify by this exported seal.", readable=False),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Read the sealed rows again and name those that differ or are missing."""

    def work(stage: Stage) -> Outcome:
        from cts_console.audit.seal import verify_file

        document = verify_file(
            database, file=file, on_progress=stage.on_progress, cancel=stage.cancel
        ).as_document()
        return Outcome(document, FINE if document["ok"] else NOT_AS_IT_SHOULD_BE)

    return run_command(as_json, work, _show_verdicts)


def _check_options(
    export: Path | None, anew: bool, import_from: Path | None, replaces: bool
) -> None:
    from cts_console.errors import CtsError

    if import_from is None and replaces:
        raise CtsError("usage", "", "--replace says what --import may do.", "Give --import FILE.")
    if import_from is not None and (anew or export is not None):
        raise CtsError(
            "usage",
            "",
            "--import seals and exports nothing.",
            "Give --anew and --export in a call of their own.",
        )


def _import(
    stage: Stage, database: Path, names: Sequence[str], file: Path, replaces: bool
) -> Outcome:
    from cts_console.audit.seal import import_seals, seal_document

    imported = import_seals(
        database,
        file,
        names,
        replaces=replaces,
        on_progress=stage.on_progress,
        cancel=stage.cancel,
    )
    documents = [
        {**seal_document(each.seal), "import": each.result, "verified": None} for each in imported
    ]
    only = documents[0] if len(documents) == 1 else {}
    return Outcome({**only, "seals": documents})


def _show_seals(console: Console, document: Document) -> None:
    print_table(
        console,
        ("table", "rows", "blocks", "from", "to", "root"),
        [
            (s["table"], s["rows"], s["blocks"], str(s["from_key"]), str(s["to_key"]), s["root"])
            for s in document["seals"]
        ],
    )
    _show_origin(console, document)
    for each in document["seals"]:
        if each["left_out"]:
            names = ", ".join(each["left_out"])
            print_line(console, f"{each['table']}: not sealed, may be set later: {names}")
        if "import" in each:
            done = _IMPORTED[each["import"]]
            print_line(console, f"{each['table']}: {done}; not verified yet")


def _show_origin(console: Console, document: Document) -> None:
    if document.get("kept_for") is not None:
        print_line(
            console,
            f"No seals of this file were kept. Those of {document['kept_for']} are matched by "
            f"{document['matched_by']}; nobody else says that they belong together.",
        )


def _show_verdicts(console: Console, document: Document) -> None:
    _show_origin(console, document)
    for each in document["tables"]:
        print_line(console, _table_line(each))
    for each in document["differs"]:
        line = f"{each['table']}, block {each['block']} ({each['from_key']} to {each['to_key']})"
        print_line(
            console, line + _named("differing", each["keys"]) + _named("missing", each["missing"])
        )
    print_line(console, f"{document['rows_after_seal']:,} rows came after the seal")


def _table_line(table: Document) -> str:
    state = "as sealed" if table["ok"] else "NOT as sealed"
    parts = [f"{table['table']}: {table['rows']:,} rows {state}"]
    if table["is_gone"]:
        parts.append("the table is gone")
    elif table["schema_changed"]:
        parts.append("its CREATE statement was changed")
    if table["columns_gone"]:
        names = ", ".join(table["columns_gone"])
        parts.append(f"gone: {names}; only the presence of the rows was compared")
    if table["more_blocks"]:
        parts.append(f"{table['more_blocks']:,} more blocks differ")
    return "; ".join(parts)


def _named(what: str, keys: list[object]) -> str:
    if not keys:
        return ""
    more = f" and {len(keys) - _KEYS_SHOWN:,} more" if len(keys) > _KEYS_SHOWN else ""
    return f"; {what}: {', '.join(map(str, keys[:_KEYS_SHOWN]))}{more}"
