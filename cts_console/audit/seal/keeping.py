"""Seal the tables of a file, and verify them against what was kept; the file is not changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cts_console.audit.seal.files import read_seal_file, write_seal_file
from cts_console.audit.seal.forms import from_stored, to_stored
from cts_console.audit.seal.making import make_seal
from cts_console.audit.seal.model import Seal, lend_marks
from cts_console.audit.seal.reading import APPEND_ONLY, find_table
from cts_console.audit.seal.verifying import TableVerdict, verify_table
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.progress import CancelToken, ProgressCallback, ProgressSampler
from cts_console.schema import Schema, Table, read_schema
from cts_console.sqlite import Connection, Kind, classify, resolve_database_path
from cts_console.store import identify, open_store, store_path
from cts_console.transfer.new_file import check_is_free


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
    if export is not None:
        check_is_free(export)
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
    names: Sequence[str] = (),
    *,
    file: Path | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[TableVerdict]:
    """Compare the file with its kept seals, or with those of `file`, and return what came of each.

    With `names`, only the seals of these tables count. Raises `CtsError`: usage where there is no
    seal, damaged for a damaged one, what opening the file raises.
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
        return compare_seals(connection, schema, _of_tables(seals, names, original), report)


def export_seals(
    path: str | os.PathLike[str],
    target: Path,
    names: Sequence[str] = (),
    *,
    cancel: CancelToken | None = None,
) -> Path:
    """Write the kept seals (of the tables `names`, else all) into the new file `target`.

    Raises `CtsError`: usage where there is no seal or the name is taken, what opening the file and
    writing raise.
    """
    check_is_free(target)
    with open_look(path, cancel=cancel) as connection:
        original = resolve_database_path(path)
        seals = _of_tables(read_kept_seals(connection, original), names, original)
    write_seal_file(target, seals)
    return target


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


def _of_tables(seals: Sequence[Seal], names: Sequence[str], original: Path) -> list[Seal]:
    wanted = {name.lower() for name in names}
    chosen = [seal for seal in seals if not wanted or seal.table.lower() in wanted]
    if not chosen:
        raise CtsError(
            "usage",
            "No seal",
            f"No seal of {original} is kept here.",
            "`cts-console seal DATABASE` makes one. A file without an id of its own that was "
            "restored, or whose tables were renamed, may not be known again: use --from.",
        )
    return chosen


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
    return [lend_marks(seal, kept) for seal in seals]


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
