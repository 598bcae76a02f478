"""The queries that are known to be asked of a file: the catalogue, and what a person added.

The catalogue (`resources/queries.json`) holds one query per index of the CTS schema, so it speaks
of CTS databases alone. Of any other file only a person can tell what is asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from cts_console.audit.queries import query_name
from cts_console.audit.rule import AuditContext
from cts_console.errors import CtsError
from cts_console.paths import resources_dir
from cts_console.schema import read_tokens
from cts_console.schema.secret_names import looks_secret
from cts_console.sqlite import without_comments
from cts_console.store import StoredQuery

CATALOGUE: Final = "queries.json"
_NOT_SHOWN: Final = "'…'"


@dataclass(frozen=True, slots=True)
class KnownQuery:
    """A query that some program asks."""

    id: str
    """Its name: `order.history_of_connection`, or `own.3` where a person added it."""
    sql: str
    """Its text, parameters unbound."""
    index: str | None = None
    """The index that the CTS schema has for it; None where a person added it."""
    table: str | None = None
    """The table of that index; None where a person added it."""


@dataclass(frozen=True, slots=True)
class KnownQueries:
    """All that is known to be asked of one file."""

    queries: tuple[KnownQuery, ...]
    """The catalogue's first."""
    recorded_ms: int
    """Between the first and the last time that a person told one."""
    problem: str
    """Why the queries that a person added are not among them; "" where they are."""


@cache
def read_catalogue() -> tuple[KnownQuery, ...]:
    """Return the queries of the CTS schema. Raises `CtsError("internal")` where they are missing.

    They ship with the program: a file that does not parse is a bug.
    """
    text = (resources_dir() / CATALOGUE).read_text(encoding="utf-8")
    return tuple(KnownQuery(**entry) for entry in json.loads(text))


def read_known_queries(context: AuditContext) -> KnownQueries:
    """Return the queries that are known to be asked of the audited file."""
    catalogue = read_catalogue() if context.kind == "cts" else ()
    try:
        added, problem = context.read_queries(), ""
    except CtsError as error:
        if error.code == "cancelled":
            raise
        added, problem = (), f"the queries that you added cannot be read: {error.message}"
    own = tuple(KnownQuery(query_name(query), query.sql) for query in added)
    return KnownQueries(catalogue + own, _recorded_ms(added), problem)


def shown_sql(sql: str) -> str:
    """Return `sql` for a report: without its values where it names a column that may be secret."""
    bare = without_comments(sql)
    tokens = read_tokens(bare)
    if not any(token.kind in ("word", "name") and looks_secret(token.value) for token in tokens):
        return sql
    shown, end = "", 0
    for token in tokens:
        text = _NOT_SHOWN if token.kind in ("string", "blob", "number") else token.text
        shown, end = shown + bare[end : token.start] + text, token.end
    return shown + bare[end:]


def _recorded_ms(added: Sequence[StoredQuery]) -> int:
    if not added:
        return 0
    first = min(query.added_at_ms for query in added)
    return max(query.last_seen_at_ms for query in added) - first
