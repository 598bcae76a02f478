"""Damage in a b-tree, a page or an index entry.

What it finds: what SQLite's own `integrity_check` finds when it reads every page of the file: a
page that belongs to two tables or to none, cells out of order, records that cannot be read, index
entries without a row and rows without an index entry. All errors are read, not the first hundred,
and are told per table or index, with the page where SQLite names one.

Why a trader cares: a query over a damaged table or index leaves rows out or ends with an error:
an open position is not seen, an order is sent twice.

What to do: copy the file together with its `-wal` aside before anything else. Where only an index
is damaged, `REINDEX` rebuilds it from its table. Where a table is damaged, go back to a verified
backup, or recover into a new file.

Tolerance and false positives: none for damage. A row that breaks its own table's NOT NULL, CHECK,
UNIQUE or STRICT type is reported as such (error, not damage): it was written while the rule did
not hold. An index with a collation that only the file's own program has cannot be checked; its
table is then left out, and the rule says so. The whole file is read in one read transaction:
while it runs, the log of a database in WAL mode cannot be reset, and in the other journal modes
no one can commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.errors import CtsError
from cts_console.sqlite import quote_identifier

MOST_ERRORS: Final = 100_000

_TREE = re.compile(r"^Tree (\d+)(?: page (\d+))?", re.IGNORECASE)
_PAGE = re.compile(r"\bpage (\d+)\b", re.IGNORECASE)
_OF_INDEX = (
    re.compile(r"^row \d+ missing from index (?P<name>.+)$", re.DOTALL),
    re.compile(r"^wrong # of entries in index (?P<name>.+)$", re.DOTALL),
    re.compile(r"^rowid not at end-of-record for row \d+ of index (?P<name>.+)$", re.DOTALL),
    re.compile(r"^row \d+ of index (?P<name>.+) not in order$", re.DOTALL),
)
_OF_TABLE = (
    re.compile(r"^(?:row|rowid) not in (?:PRIMARY KEY )?order for (?P<name>.+)$", re.DOTALL),
    re.compile(r"inverted index for FTS\d table (?:\w+\.)?(?P<name>.+)$", re.DOTALL),
)
_OF_CONSTRAINT = (
    re.compile(r"^NULL value in (?P<name>.+)\.[^.]*$", re.DOTALL),
    re.compile(r"^CHECK constraint failed in (?P<name>.+)$", re.DOTALL),
    re.compile(r"^(?:non-\w+|\w+) value in (?P<name>.+)\.[^.]*$", re.DOTALL),
    re.compile(r"^NUMERIC value in (?P<name>.+)\.[^.]*$", re.DOTALL),
)
_NOT_UNIQUE = re.compile(r"^non-unique entry in index (?P<name>.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Error:
    cause: str
    object: str | None
    table: str | None
    page: int | None
    message: str


def check(context: AuditContext) -> Iterable[Finding]:
    """Read every page and yield one finding per damaged object and kind of damage."""
    objects = _Objects(context)
    messages, left_out = _read_messages(context)
    grouped: dict[tuple[str, str | None], list[_Error]] = {}
    for error in _with_consequences([objects.parse(message) for message in messages]):
        grouped.setdefault((error.cause, error.object), []).append(error)
    for errors in grouped.values():
        yield _finding(errors)
    if left_out:
        raise NotCheckedError("; ".join(left_out))


def damage_finding(error: CtsError) -> Finding:
    """Return the finding for a file that could not even be read far enough to be checked."""
    schema = "malformed database schema" in error.message or "The schema" in error.title
    return RULE.finding(
        object=None,
        cause="schema" if schema else "unreadable",
        title="The schema cannot be loaded" if schema else "A damaged page was met while reading",
        detail=(
            f"SQLite says: {error.message} "
            + (
                "Either its pages are damaged, or it needs a newer SQLite or a function that only "
                "its own program has. Until it loads, no query on this file works here."
                if schema
                else "What lies behind that page cannot be read: queries end with an error or "
                "leave rows out."
            )
        ),
        recommendation=_DAMAGED,
        evidence=Evidence.of(("message",), [(error.message,)]),
        sql=f"PRAGMA integrity_check({MOST_ERRORS})",
        confidence="likely" if schema else "certain",
    )


class _Objects:
    """Names of tables and indexes by their root page."""

    def __init__(self, context: AuditContext) -> None:
        tables = context.known_schema.tables if context.known_schema else ()
        self._by_root: dict[int, tuple[str, str]] = {1: ("sqlite_schema", "sqlite_schema")}
        self._index_tables: dict[str, str] = {}
        for table in tables:
            for index in table.indexes:
                self._by_root[index.root_page] = (index.name, table.name)
                self._index_tables[index.name] = table.name
            # Last: the primary key of a WITHOUT ROWID table is the table's own b-tree.
            self._by_root[table.root_page] = (table.name, table.name)

    def parse(self, message: str) -> _Error:
        """Return what one line of SQLite's answer is about."""
        tree = _TREE.match(message)
        if tree is not None:
            name, table = self._by_root.get(int(tree[1]), (f"b-tree {tree[1]}", None))
            return _Error("page", name, table, int(tree[2] or tree[1]), message)
        for pattern in _OF_INDEX:
            if match := pattern.match(message):
                name = match["name"]
                return _Error("index", name, self._index_tables.get(name), None, message)
        if match := _NOT_UNIQUE.match(message):
            name = match["name"]
            return _Error("constraint", name, self._index_tables.get(name), None, message)
        for cause, patterns in (("table", _OF_TABLE), ("constraint", _OF_CONSTRAINT)):
            for pattern in patterns:
                if match := pattern.search(message):
                    return _Error(cause, match["name"], match["name"], None, message)
        page_match = _PAGE.search(message)
        page = int(page_match[1]) if page_match else None
        return _Error("file", None, None, page, message)


def _with_consequences(errors: list[_Error]) -> list[_Error]:
    """Return `errors` with what follows from a damaged page told as a part of it.

    What hangs below a damaged page is used by nobody any more, and the entries of an index do not
    match a table that cannot be read.
    """
    damaged = [error for error in errors if error.cause == "page"]
    owners = {error.object: error for error in damaged} | {
        error.table: error for error in damaged if error.object == error.table
    }
    told: list[_Error] = []
    for error in errors:
        source = None
        if error.cause == "index":
            source = owners.get(error.object) or owners.get(error.table)
        elif error.cause == "file" and damaged:
            source = damaged[0]
        told.append(
            error
            if source is None
            else replace(error, cause="page", object=source.object, table=source.table)
        )
    return told


def _read_messages(context: AuditContext) -> tuple[list[str], list[str]]:
    """Return what integrity_check says, and what could not be checked."""
    connection = context.connection
    total = context.header.page_count
    context.progress(0, total, "pages", "integrity_check of the whole file")
    whole = f"PRAGMA main.integrity_check({MOST_ERRORS})"
    try:
        # Only compiled: an index on an unknown collation or a schema with more tables than one
        # statement can hold fails here, and the tables are then asked one by one.
        connection.execute_foreign(f"EXPLAIN QUERY PLAN {whole}")
    except CtsError as error:
        if error.code not in ("usage", "internal"):
            raise
        if context.known_schema is None:
            raise NotCheckedError(f"the schema cannot be loaded: {_bare(context, error)}") from None
        return _read_by_table(context)
    messages = list(_run(context, whole))
    context.progress(total, total, "pages", "integrity_check of the whole file")
    return messages, []


def _read_by_table(context: AuditContext) -> tuple[list[str], list[str]]:
    """Check the tables one by one, and the pages of the whole file with `quick_check`.

    Tables checked alone do not show a page that two of them share, or that none has.
    """
    tables = [table for table in context.schema.tables if not table.virtual]
    left_out: list[str] = []
    messages = _try(context, f"PRAGMA main.quick_check({MOST_ERRORS})", "whole file", left_out)
    for done, table in enumerate(tables):
        context.progress(done, len(tables), "tables", f"integrity_check of {table.name}")
        sql = f"PRAGMA main.integrity_check({quote_identifier(table.name)})"
        messages += _try(context, sql, table.name, left_out)
    # Both see the damage of a table's own pages.
    return list(dict.fromkeys(messages)), left_out


def _try(context: AuditContext, sql: str, name: str, left_out: list[str]) -> list[str]:
    """Return what `sql` says, or note in `left_out` why it cannot be asked."""
    try:
        context.connection.execute_foreign(f"EXPLAIN QUERY PLAN {sql}")
    except CtsError as error:
        if error.code not in ("usage", "internal"):
            raise
        left_out.append(f"{name}: {_bare(context, error)}")
        return []
    return list(_run(context, sql))


def _run(context: AuditContext, sql: str) -> Iterator[str]:
    try:
        for (text,) in context.connection.stream_rows(sql):
            for line in str(text).split("\n"):
                if line and line != "ok" and not line.startswith("*** in database "):
                    yield line
    except CtsError as error:
        # Some damage ends the check itself; what it said before still counts.
        if error.code != "damaged":
            raise
        yield _bare(context, error)


def _bare(context: AuditContext, error: CtsError) -> str:
    """Return SQLite's own words."""
    return error.message.removeprefix(f"{context.connection.path}: ").removesuffix(".")


_DAMAGED: Final = (
    "Copy the file and its -wal aside before anything else. Then go back to a verified backup, or "
    "recover into a new file."
)


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    detail: str
    recommendation: str


_WORDS: Final = {
    "page": _Words(
        "Damaged pages in {name}",
        "SQLite found {count} in the b-tree of {name}. Queries over it end with an error or leave "
        "rows out: a position or an order may not be seen.",
        _DAMAGED,
    ),
    "index": _Words(
        "Index {name} does not match its table",
        "SQLite found {count} between {name} and its table. A query that uses the index misses "
        "rows, or finds rows that are gone.",
        "Copy the file and its -wal aside, then rebuild the index from its table: "
        "REINDEX {quoted}.",
    ),
    "table": _Words(
        "Rows of {name} are out of order",
        "SQLite found {count} in {name}. A search by key misses rows that are there.",
        _DAMAGED,
    ),
    "constraint": _Words(
        "Rows in {name} break a constraint of their own table",
        "SQLite found {count}: rows that NOT NULL, CHECK, UNIQUE or a STRICT type forbids are "
        "stored. They were written while the constraint did not hold; programs that rely on it "
        "compute with values that should not exist.",
        "Look at the rows and correct or remove them with the program that owns the file.",
    ),
    "file": _Words(
        "Damage in the file's own book-keeping",
        "SQLite found {count} that belong to no table: pages that are used twice or by nothing, "
        "or a broken list of free pages. The next write may overwrite data.",
        _DAMAGED,
    ),
}


def _finding(errors: list[_Error]) -> Finding:
    first = errors[0]
    text = _WORDS[first.cause]
    count = f"{len(errors):,} errors" if len(errors) > 1 else "one error"
    if len(errors) >= MOST_ERRORS:
        count = f"at least {count}"
    words = {
        "name": first.object or "the file",
        "quoted": quote_identifier(first.object or ""),
        "count": count,
    }
    return RULE.finding(
        object=first.object,
        table=first.table,
        cause=first.cause,
        title=text.title.format(**words),
        detail=text.detail.format(**words),
        recommendation=text.recommendation.format(**words),
        evidence=Evidence.of(
            ("object", "page", "message"), [(e.object, e.page, e.message) for e in errors]
        ),
        sql=f"PRAGMA integrity_check({MOST_ERRORS})",
        severity="error" if first.cause == "constraint" else None,
    )


RULE = Rule(
    id="INT-01",
    title="Damage in a b-tree, a page or an index entry",
    category="integrity",
    severity="critical",
    profile="deep",
    needs=Needs(schema=False),
    check=check,
)
