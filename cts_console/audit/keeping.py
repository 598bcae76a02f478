"""What the side database keeps about an audited file: its audits, and the queries asked of it.

Only a whole audit is kept: the last one is what people go by, and one rule that passed, or an audit
that was stopped, would hide what the whole one before it found.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cts_console.audit.result import AuditResult
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.sqlite import Connection, compile_query, resolve_database_path, side_file
from cts_console.store import SizeSample, StoredQuery, identify, open_store


def keep_audit(result: AuditResult, document: dict[str, Any]) -> dict[str, Any]:
    """Record `document` and return `{"id": number | None, "error": error object | None}`.

    The file's size of now is recorded with it. Both are None for an audit that is not whole; one
    that could not be kept is an audit all the same.
    """
    if not result.is_whole:
        return {"id": None, "error": None}
    try:
        with open_look(result.path) as connection:
            identity = identify(connection, original=result.path)
            size = _read_size(connection, result)
        with open_store() as store:
            store.record_size_sample(identity, size)
            return {"id": store.record_audit(identity, document), "error": None}
    except CtsError as error:
        return {"id": None, "error": error.as_document()}


def _read_size(connection: Connection, result: AuditResult) -> SizeSample:
    wal = side_file(result.path, "-wal")
    return SizeSample(
        size_bytes=result.size_bytes,
        wal_bytes=wal.stat().st_size if wal.exists() else 0,
        page_count=connection.read_int("PRAGMA page_count"),
        freelist_count=connection.read_int("PRAGMA freelist_count"),
        at_ms=result.started_at_ms,
    )


def change_queries(
    path: str | os.PathLike[str], *, add: Sequence[str] = (), forget: Sequence[str] = ()
) -> tuple[StoredQuery, ...]:
    """Keep the queries of `add`, forget those of `forget`, and return what is known then.

    A query is named by its text or by its name (`query_name`). Nothing is changed where one of
    `add` does not compile on the file, or one of `forget` is not known. Raises `CtsError`: usage
    for these, what opening the file raises, and what the side database raises.
    """
    with open_look(path) as connection:
        for sql in add:
            compile_query(connection, sql)
        identity = identify(connection, original=resolve_database_path(path))
    with open_store() as store:
        known = store.read_queries(identity)
        leaving = [_find(known, name) for name in forget]
        for query in leaving:
            store.forget_query(query)
        for sql in add:
            store.record_query(identity, sql.strip())
        return tuple(store.read_queries(identity))


def read_kept_queries(connection: Connection, original: Path) -> tuple[StoredQuery, ...]:
    """Return the queries that a person added for the database at `original`, or its open copy.

    Raises `CtsError` where the side database or the file cannot be read.
    """
    identity = identify(connection, original=original)
    with open_store() as store:
        return tuple(store.read_queries(identity))


def query_name(query: StoredQuery) -> str:
    """Return the name under which findings and lists speak of a query that a person added."""
    return f"own.{query.id}"


def _find(known: Sequence[StoredQuery], name: str) -> StoredQuery:
    for query in known:
        if name.strip() in (query.sql, query_name(query)):
            return query
    raise CtsError(
        "usage",
        "No such query",
        f"{name!r} is none of the queries that were added for this database.",
        "`cts-console audit DATABASE --list-queries` names them.",
    )
