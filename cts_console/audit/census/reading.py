"""Read the census: one part per table, one SELECT per part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from cts_console.audit.census.amounts import AMOUNTS
from cts_console.audit.census.classes import CLASSES
from cts_console.audit.census.documents import DOCUMENTS
from cts_console.audit.census.inquiry import ColumnCensus, Inquiry, measure_sql
from cts_console.audit.census.numbers import NUMBERS
from cts_console.audit.census.subject import Subject, read_subjects
from cts_console.audit.census.times import TIMES
from cts_console.audit.census.words import WORDS
from cts_console.audit.guesses import guess_pages
from cts_console.audit.reading import Part, Reading
from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError
from cts_console.schema import Column, estimate_row_count
from cts_console.sqlite import SqliteValue
from cts_console.sqlite.inspection import read_foreign_rows

_INQUIRIES: Final = (CLASSES, NUMBERS, AMOUNTS, WORDS, TIMES, DOCUMENTS)
# A table may have 2,000 columns and a statement as many results; it may be a million characters
# long (`opening.py`), and the names in it may be long.
_MOST_MEASURES: Final = 900
_MOST_CHARACTERS: Final = 200_000
_MOST_NAMED: Final = 5
# What it costs beside an integrity check of the table and its indexes.
_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class TableCensus:
    """What was read of one table."""

    values: Mapping[str, Mapping[str, SqliteValue]]
    """The aggregates by column, then by measure."""
    left_out: str = ""
    """Why nothing was read; "" for nothing."""


def asked(context: AuditContext, inquiry: Inquiry) -> tuple[list[ColumnCensus], list[str]]:
    """Return what was read of the columns that `inquiry` asks about, and what was not and why.

    Raises `NotApplicableError` where it asks about no column.
    """
    results = {result.name: result for result in context.results(CENSUS)}
    columns: list[ColumnCensus] = []
    left_out: list[str] = []
    for subject in read_subjects(context):
        wanted = [c for c in subject.table.columns if inquiry.measures(context, subject, c)]
        if not wanted:
            continue
        left_out += [_computed(subject, c) for c in wanted if c.generated == "virtual"]
        result = results.get(_part_name(subject))
        if result is None:
            continue
        read = result.value
        if read is None or read.left_out:
            reason = result.failure if read is None else read.left_out
            left_out.append(f"{subject.table.name}: {reason}")
            continue
        columns += [
            ColumnCensus(subject, column, read.values[column.name])
            for column in wanted
            if column.generated != "virtual"
        ]
    if not columns and not left_out:
        raise NotApplicableError(inquiry.nothing)
    return columns, left_out


def raise_for(left_out: Sequence[str]) -> None:
    """Raise `NotCheckedError` for what was left out, where anything was."""
    if left_out:
        more = len(left_out) - _MOST_NAMED
        named = "; ".join(left_out[:_MOST_NAMED])
        raise NotCheckedError(f"{named}; and {more} more" if more > 0 else named)


def _computed(subject: Subject, column: Column) -> str:
    return (
        f"{subject.table.name}.{column.name}: SQLite computes it with the file's own expression "
        "when it is read"
    )


def _plan(context: AuditContext) -> list[Part[TableCensus]]:
    parts = []
    pages = guess_pages(context)
    for subject in read_subjects(context):
        measures = list(_measures(context, subject))
        if measures:
            read = partial(_read, subject=subject, measures=measures)
            weight = pages.get(subject.table.name, 1.0) * _SHARE
            parts.append(Part(_part_name(subject), weight, read))
    return parts


def _part_name(subject: Subject) -> str:
    return f"values of {subject.table.name}"


def _measures(context: AuditContext, subject: Subject) -> Iterator[tuple[Column, str]]:
    for column in subject.table.columns:
        if column.generated == "virtual" or column.hidden:
            continue
        for measure in _unique(context, subject, column):
            yield column, measure


def _unique(context: AuditContext, subject: Subject, column: Column) -> Iterable[str]:
    return dict.fromkeys(
        measure for inquiry in _INQUIRIES for measure in inquiry.measures(context, subject, column)
    )


def _read(
    context: AuditContext, *, subject: Subject, measures: Sequence[tuple[Column, str]]
) -> TableCensus:
    if context.is_too_large(subject.table):
        rows = estimate_row_count(context.connection, subject.table).rows
        return TableCensus({}, f"about {rows:,} rows are read by a deep audit alone")
    values: dict[str, dict[str, SqliteValue]] = defaultdict(dict)
    for chunk in _chunks(measures):
        listed = ", ".join(sql for *_, sql in chunk)
        # NOT INDEXED: an index may need a collation that only the file's own program has.
        (row,) = read_foreign_rows(
            context.connection, f"SELECT {listed} FROM {subject.name} NOT INDEXED"
        )
        for (column, measure, _), value in zip(chunk, row, strict=True):
            values[column.name][measure] = value
    return TableCensus(values)


def _chunks(measures: Sequence[tuple[Column, str]]) -> Iterator[list[tuple[Column, str, str]]]:
    """Yield column, measure and SQL, as many at a time as one statement can hold."""
    chunk: list[tuple[Column, str, str]] = []
    characters = 0
    for column, measure in measures:
        sql = measure_sql(measure, column)
        if chunk and (len(chunk) == _MOST_MEASURES or characters + len(sql) > _MOST_CHARACTERS):
            yield chunk
            chunk, characters = [], 0
        chunk.append((column, measure, sql))
        characters += len(sql)
    if chunk:
        yield chunk


CENSUS: Final[Reading[TableCensus]] = Reading("census", _plan)
"""What the rules over every column need of every table."""
