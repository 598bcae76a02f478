"""What SQLite's own integrity check says of a file, read once for INT-01 and INT-05.

Tables are checked one by one, so that several connections work at once, and the whole file once
more with `quick_check`: tables checked alone do not show a page that two of them share, or that
none has (`engineering.md` section 3). A small file is checked whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from cts_console.audit.guesses import guess_pages
from cts_console.audit.reading import Part, PartResult, Reading
from cts_console.audit.rule import AuditContext, NotCheckedError
from cts_console.errors import CtsError
from cts_console.schema import Table
from cts_console.sqlite import quote_identifier
from cts_console.sqlite.inspection import small_cache

MOST_ERRORS: Final = 100_000
# Below this many pages, one statement is faster than many.
_SMALL_FILE_PAGES: Final = 2_000
# What quick_check costs beside integrity_check of the same pages (measured: 1.8 s of 8.2 s).
_QUICK_SHARE: Final = 0.25

Cause = Literal["page", "index", "table", "constraint", "file"]

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
class IntegrityError:
    """One line of SQLite's answer."""

    cause: Cause
    """What kind of damage it is; `constraint`: a row that its own table's rules forbid."""
    object: str | None
    """The table or index; None for the file's own book-keeping."""
    table: str | None
    """The table that it belongs to."""
    page: int | None
    """The page where SQLite names one."""
    message: str
    """SQLite's words."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check said."""

    messages: tuple[str, ...]
    """Its lines, those that say nothing is wrong left out."""
    left_out: str = ""
    """Why it could not be asked (an unknown collation or function); "" where it could."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all checks said together."""

    errors: tuple[IntegrityError, ...]
    """Every line once."""
    left_out: tuple[str, ...]
    """What could not be checked, with the reason."""


def read_verdict(context: AuditContext) -> Verdict:
    """Return what the reading `INTEGRITY` brought, parsed."""
    objects = _Objects(context)
    results = context.results(INTEGRITY)
    # The whole-file check and a table's own both see the damage of its pages.
    messages = dict.fromkeys(line for r in results if r.value for line in r.value.messages)
    errors = _with_consequences([objects.parse(message) for message in messages])
    return Verdict(tuple(errors), tuple(_left_out(results)))


def _left_out(results: Iterable[PartResult[Checked]]) -> Iterator[str]:
    for result in results:
        reason = result.failure or (result.value.left_out if result.value else "")
        if reason:
            yield f"{result.name}: {reason}"


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

    def parse(self, message: str) -> IntegrityError:
        """Return what one line of SQLite's answer is about."""
        tree = _TREE.match(message)
        if tree is not None:
            name, table = self._by_root.get(int(tree[1]), (f"b-tree {tree[1]}", None))
            return IntegrityError("page", name, table, int(tree[2] or tree[1]), message)
        for pattern in _OF_INDEX:
            if match := pattern.match(message):
                name = match["name"]
                return IntegrityError("index", name, self._index_tables.get(name), None, message)
        if match := _NOT_UNIQUE.match(message):
            name = match["name"]
            return IntegrityError("constraint", name, self._index_tables.get(name), None, message)
        kinds: tuple[tuple[Cause, tuple[re.Pattern[str], ...]], ...] = (
            ("table", _OF_TABLE),
            ("constraint", _OF_CONSTRAINT),
        )
        for cause, patterns in kinds:
            for pattern in patterns:
                if match := pattern.search(message):
                    return IntegrityError(cause, match["name"], match["name"], None, message)
        page_match = _PAGE.search(message)
        page = int(page_match[1]) if page_match else None
        return IntegrityError("file", None, None, page, message)


def _with_consequences(errors: list[IntegrityError]) -> list[IntegrityError]:
    """Return `errors` with what follows from a damaged page told as a part of it.

    What hangs below a damaged page is used by nobody any more, and the entries of an index do not
    match a table that cannot be read.
    """
    damaged = [error for error in errors if error.cause == "page"]
    owners = {error.object: error for error in damaged} | {
        error.table: error for error in damaged if error.object == error.table
    }
    told: list[IntegrityError] = []
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


def _plan(context: AuditContext) -> Sequence[Part[Checked]]:
    pages = float(context.header.page_count)
    whole = Part("integrity_check of the whole file", pages, partial(_check, table=None))
    schema = context.known_schema
    compiles = _why_not(context, f"PRAGMA main.integrity_check({MOST_ERRORS})")
    if schema is None:
        if compiles:
            raise NotCheckedError(f"the schema cannot be loaded: {compiles}")
        return (whole,)
    if pages <= _SMALL_FILE_PAGES and not compiles:
        return (whole,)
    weights = guess_pages(context)
    tables = [table for table in schema.tables if not table.virtual]
    return (
        Part("quick_check of the whole file", pages * _QUICK_SHARE, _check_quickly),
        *(
            Part(
                f"integrity_check of {table.name}",
                weights.get(table.name, 1.0),
                partial(_check, table=table),
            )
            for table in tables
        ),
    )


def _check(context: AuditContext, table: Table | None) -> Checked:
    argument = str(MOST_ERRORS) if table is None else quote_identifier(table.name)
    return _ask(context, f"PRAGMA main.integrity_check({argument})")


def _check_quickly(context: AuditContext) -> Checked:
    return _ask(context, f"PRAGMA main.quick_check({MOST_ERRORS})")


def _ask(context: AuditContext, sql: str) -> Checked:
    reason = _why_not(context, sql)
    if reason:
        return Checked((), reason)
    with small_cache(context.connection):
        return Checked(tuple(_lines(context, sql)))


def _why_not(context: AuditContext, sql: str) -> str:
    """Return why SQLite cannot even compile the check: an index on an unknown collation, say."""
    try:
        context.connection.execute_foreign(f"EXPLAIN QUERY PLAN {sql}")
    except CtsError as error:
        if error.code not in ("usage", "internal"):
            raise
        return _bare(context, error)
    return ""


def _lines(context: AuditContext, sql: str) -> Iterator[str]:
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


INTEGRITY: Final = Reading("integrity", _plan)
