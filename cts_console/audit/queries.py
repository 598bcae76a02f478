"""The queries of other programs that a person told, kept in the side database per audited file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.sqlite import Connection, compile_query, resolve_database_path
from cts_console.store import StoredQuery, identify, open_store


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
