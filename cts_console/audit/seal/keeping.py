"""Seal the tables of a file, and verify them against what was kept; the file is not changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cts_console.audit.seal.forms import from_stored, read_seal_file, to_stored, write_seal_file
from cts_console.audit.seal.making import make_seal
from cts_console.audit.seal.model import Seal
from cts_console.audit.seal.reading import APPEND_ONLY, find_table
from cts_console.audit.seal.verifying import TableVerdict, verify_table
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.progress import CancelToken, ProgressCallback, ProgressSampler
from cts_console.schema import Schema, Table, read_schema
from cts_console.sqlite import Connection, Kind, classify, resolve_database_path
from cts_console.store import identify, open_store, store_path


def seal_tables(
    path: str | os.PathLike[str],
    names: Sequence[str] = (),
    *,
    export: Path | None = None,
    anew: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[Seal]:
    """Seal tables (`names`, or a CTS database's append-only ones), keep the seals and return them.

    A kept seal is extended by the rows that came since; `anew` reads everything and trusts it. All
    seals are kept in one transaction, after the export. Raises `CtsError`: usage for a table that
    cannot be sealed, damaged where a kept seal is no longer true, what opening the file and the
    side database raise.
    """
    report = ProgressSampler(on_progress).report
    if export is not None and export.exists():
        raise CtsError("usage", "The file exists", f"{export} exists.", "Give a name that is free.")
    with open_look(path, on_progress=on_progress, cancel=cancel) as connection:
        schema = read_schema(connection)
        kind = classify(connection)
        identity = identify(connection, original=resolve_database_path(path))
        with open_store() as store:
            kept = {} if anew else {s.table: s for s in store.read_seals(identity)}
        seals = []
        for table in _chosen(schema, kind, names):
            stored = kept.get(table.name)
            before = from_stored(stored) if stored else None
            seals.append(make_seal(connection, table, kind, before, on_progress=report))
    if export is not None:
        write_seal_file(export, seals)
    with open_store() as store:
        store.record_seals(identity, [to_stored(seal) for seal in seals])
    return seals


def verify_seals(
    path: str | os.PathLike[str],
    *,
    file: Path | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[TableVerdict]:
    """Compare the file with its kept seals, or with those of `file`, and return what came of each.

    Raises `CtsError`: usage where there is no seal, damaged for a damaged one, what opening the
    file raises.
    """
    report = ProgressSampler(on_progress).report
    given = None if file is None else read_seal_file(file)
    with open_look(path, on_progress=on_progress, cancel=cancel) as connection:
        original = resolve_database_path(path)
        # Before anything else: a damaged file is told as such, whether it was sealed or not.
        schema = read_schema(connection)
        seals = (
            read_kept_seals(connection, original)
            if given is None
            else _with_marks(connection, original, given)
        )
        if not seals:
            raise CtsError(
                "usage",
                "No seal",
                f"No seal of {original} was made here.",
                "`cts-console seal DATABASE` makes one; --from verifies by an exported one.",
            )
        return compare_seals(connection, schema, seals, report)


def compare_seals(
    connection: Connection, schema: Schema, seals: Sequence[Seal], on_progress: ProgressCallback
) -> list[TableVerdict]:
    """Return what comes of comparing each seal with its table."""
    tables = schema.tables_by_name()
    return [
        verify_table(connection, tables.get(seal.table.lower()), seal, on_progress=on_progress)
        for seal in seals
    ]


def read_kept_seals(connection: Connection, original: Path) -> list[Seal]:
    """Return the latest kept seal of each table of the file; makes no side database."""
    if not store_path().exists():
        return []
    with open_store() as store:
        stored = store.read_seals(identify(connection, original=original))
    return [from_stored(each) for each in stored]


def _with_marks(connection: Connection, original: Path, seals: list[Seal]) -> list[Seal]:
    """Lend the seals of a file the rows' short hashes of the kept ones, block by block.

    The file is what counts: side databases that are damaged or gone only cost the rows' names.
    """
    try:
        kept = read_kept_seals(connection, original)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        return seals
    marks = {(s.table, b.hash, b.to_key): b.marks for s in kept for b in s.blocks}
    return [
        replace(
            seal,
            blocks=tuple(
                replace(b, marks=marks.get((seal.table, b.hash, b.to_key), b""))
                for b in seal.blocks
            ),
        )
        for seal in seals
    ]


def _chosen(schema: Schema, kind: Kind | None, names: Sequence[str]) -> list[Table]:
    if names:
        chosen = {table.name: table for table in (find_table(schema, name) for name in names)}
        return list(chosen.values())
    known = schema.tables_by_name()
    tables = [known[name] for name in APPEND_ONLY if name in known] if kind == "cts" else []
    if not tables:
        raise CtsError(
            "usage",
            "No table",
            "Only a CTS database has tables that are known to take new rows alone.",
            "Name the tables to seal.",
        )
    return tables
