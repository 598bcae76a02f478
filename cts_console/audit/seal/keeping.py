"""Seal the tables of a file, and verify them against what was kept; the file is not changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cts_console.audit.seal.files import read_seal_file, write_seal_file
from cts_console.audit.seal.forms import from_stored, to_stored
from cts_console.audit.seal.making import make_seal
from cts_console.audit.seal.matching import (
    KeptSeals,
    SealOrigin,
    StoredSeals,
    find_seals,
    find_stored,
)
from cts_console.audit.seal.model import Seal, lend_marks, seal_document
from cts_console.audit.seal.reading import APPEND_ONLY, find_table
from cts_console.audit.seal.verifying import TableVerdict, verdicts_document, verify_table
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.progress import CancelToken, ProgressCallback, ProgressSampler
from cts_console.schema import Schema, Table, read_schema
from cts_console.sqlite import Connection, Kind, classify, resolve_database_path
from cts_console.store import DatabaseIdentity, Store, identify, open_store
from cts_console.transfer.new_file import check_is_free


@dataclass(frozen=True, slots=True)
class Sealed:
    """What came of sealing tables of a file."""

    seals: tuple[Seal, ...]
    """Those that were made."""
    origin: SealOrigin | None
    """Whose seals they go on, where none of this file were kept."""

    def as_document(self) -> dict[str, Any]:
        """Return it as `interfaces.md` tells it: of one table, the document is its seal."""
        documents = [seal_document(seal) for seal in self.seals]
        only = documents[0] if len(documents) == 1 else {}
        return {**only, "seals": documents, **_origin_document(self.origin)}


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of comparing a file with seals."""

    verdicts: tuple[TableVerdict, ...]
    """One per table."""
    origin: SealOrigin | None
    """For which file the seals were kept, where they are matched with this one."""

    def as_document(self) -> dict[str, Any]:
        """Return it as `interfaces.md` tells it."""
        return verdicts_document(self.verdicts) | _origin_document(self.origin)


def seal_tables(
    path: str | os.PathLike[str],
    names: Sequence[str] = (),
    *,
    export: Path | None = None,
    anew: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[Seal]:
    """Seal tables as `seal_file` does, and return the seals."""
    done = seal_file(path, names, export=export, anew=anew, on_progress=on_progress, cancel=cancel)
    return list(done.seals)


def seal_file(
    path: str | os.PathLike[str],
    names: Sequence[str] = (),
    *,
    export: Path | None = None,
    anew: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Sealed:
    """Seal tables (`names`, or a CTS database's append-only ones) and keep the seals.

    A kept seal is extended by the rows that came since; `anew` reads everything and trusts it. Of a
    file that was restored or moved those that match it are taken over, all of them, so that none
    falls into oblivion; a copy begins its own. All seals are kept in one transaction, after the
    export. Raises `CtsError`: usage for a table that
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
            found = _find_before(store, connection, schema, identity, anew=anew)
        origin = found.origin
        is_own = origin is None or not origin.is_copy
        kept = {stored.table: stored for stored in found.seals} if is_own else {}
        seals = []
        for table in _chosen(schema, kind, names):
            stored = None if anew else kept.get(table.name)
            before = from_stored(stored) if stored else None
            with _telling_of(origin):
                seals.append(make_seal(connection, table, kind, before, on_progress=report))
    if export is not None:
        write_seal_file(export, seals)
    taken_over = kept.values() if origin is not None else ()
    with open_store() as store:
        store.record_seals(identity, [*taken_over, *map(to_stored, seals)])
    return Sealed(tuple(seals), origin if kept else None)


def verify_seals(
    path: str | os.PathLike[str],
    names: Sequence[str] = (),
    *,
    file: Path | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[TableVerdict]:
    """Compare the file as `verify_file` does, and return what came of each table."""
    return list(
        verify_file(path, names, file=file, on_progress=on_progress, cancel=cancel).verdicts
    )


def verify_file(
    path: str | os.PathLike[str],
    names: Sequence[str] = (),
    *,
    file: Path | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Verified:
    """Compare the file with its kept seals (or those that match it), or with those of `file`.

    With `names`, only the seals of these tables count. Raises `CtsError`: usage where there is no
    seal, damaged for a damaged one, what opening the file raises.
    """
    report = ProgressSampler(on_progress).report
    given = None if file is None else read_seal_file(file)
    with open_look(path, on_progress=on_progress, cancel=cancel) as connection:
        original = resolve_database_path(path)
        # Before anything else: a damaged file is told as such, whether it was sealed or not.
        schema = read_schema(connection)
        kept = (
            find_kept_seals(connection, schema, original)
            if given is None
            else KeptSeals(tuple(_with_marks(connection, schema, original, given)), None)
        )
        seals = _of_tables(kept.seals, names, original)
        verdicts = compare_seals(connection, schema, seals, report)
        return Verified(tuple(verdicts), kept.origin)


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
        kept = find_kept_seals(connection, read_schema(connection), original)
        seals = _of_tables(kept.seals, names, original)
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


def find_kept_seals(connection: Connection, schema: Schema, original: Path) -> KeptSeals:
    """Return the latest kept seal of each table of the file, or those that match its rows.

    Makes no side database. Raises what reading the file and the side database raise.
    """
    return find_seals(connection, schema, identify(connection, original=original))


def _find_before(
    store: Store, connection: Connection, schema: Schema, identity: DatabaseIdentity, *, anew: bool
) -> StoredSeals:
    """Return the seals of before; where everything is sealed anew, damaged ones do not matter."""
    try:
        return find_stored(store, connection, schema, identity)
    except CtsError as error:
        if not anew or error.code != "damaged":
            raise
        return StoredSeals((), None)


def _origin_document(origin: SealOrigin | None) -> dict[str, Any]:
    return {
        "kept_for": None if origin is None else origin.path,
        "matched_by": None if origin is None else origin.matched_by,
    }


@contextmanager
def _telling_of(origin: SealOrigin | None) -> Iterator[None]:
    """Say in a failure of the block for which file the seals were kept."""
    try:
        yield
    except CtsError as error:
        if origin is None or origin.is_copy or error.code != "damaged":
            raise
        told = f"{error.message} {origin.describe()}"
        raise CtsError(error.code, error.title, told, error.hint) from error


def _of_tables(seals: Sequence[Seal], names: Sequence[str], original: Path) -> list[Seal]:
    wanted = {name.lower() for name in names}
    chosen = [seal for seal in seals if not wanted or seal.table.lower() in wanted]
    if not chosen:
        raise CtsError(
            "usage",
            "No seal",
            f"No seal of {original} is kept here.",
            "`cts-console seal DATABASE` makes one. A file without an id of its own that was "
            "restored is known again by its first sealed rows: where most of them are others now, "
            "or its tables were renamed, use --from.",
        )
    return chosen


def _with_marks(
    connection: Connection, schema: Schema, original: Path, seals: list[Seal]
) -> list[Seal]:
    """Lend the seals of a file the rows' short hashes of the kept ones, block by block.

    The file is what counts: side databases that are damaged or gone only cost the rows' names.
    """
    try:
        kept = find_kept_seals(connection, schema, original).seals
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
