"""Words that the trading system does not know.

What it finds: values of status, side and type columns outside the vocabulary of CTS, in CTS tables
(present or v3.1) whose column has no CHECK that lists the words. Other spellings of a known word
(canceled for cancelled, closed for filled, BUY for buy) come with the word they stand for.

Why a trader cares: a program that asks for 'cancelled' does not see 'canceled'. An order stays in
no list: neither open nor closed, its amount counted nowhere.

What to do: have the program that writes the rows use the known words, change the rows once with it,
and keep others out with a CHECK.

Tolerance and false positives: NULL is no word. Words of other programs' tables are theirs and are
not judged. v3.1 left no list of its words behind: there the finding is likely, and buy/sell for
long/short or active for open is a trouble only where a column holds both. What is no word (letters,
at most 24) is counted and not shown. Tables of over a million rows are read by a deep audit
alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.census import CENSUS, ColumnCensus, asked, raise_for, sample
from cts_console.audit.census.words import (
    WORDS,
    column_of,
    is_harmless,
    proposal,
    strange,
    strange_count,
    words_of,
)
from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import counted
from cts_console.sqlite.inspection import read_foreign_rows

_MOST_WORDS: Final = 50
_PLAIN: Final = "typeof({c}) = 'text' AND length({c}) <= 24 AND {c} NOT GLOB '*[^-A-Za-z_ ]*'"

_Words = dict[str | None, int]
"""Count by word; None for all values that cannot be shown."""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per column."""
    columns, left_out = asked(context, WORDS)
    for column in columns:
        name = column_of(column.subject, column.column)
        if name is not None and column.count(strange_count(name)):
            yield from _ask(context, column, name)
    raise_for(left_out)


def _ask(context: AuditContext, column: ColumnCensus, name: str) -> Iterable[Finding]:
    words = _read_words(context, column)
    harmless = _harmless(column, name, words)
    found = {
        word: count
        for word, count in words.items()
        if word not in words_of(name) and word not in harmless
    }
    if not found:
        return
    total = sum(found.values())
    evidence, sql = sample(
        context,
        column,
        strange(name, harmless),
        total,
        value=f"CASE WHEN {_PLAIN} THEN {{c}} ELSE '(not shown)' END",
    )
    listed = ", ".join(f"{word or 'no word'} ({count:,})" for word, count in found.items())
    yield RULE.finding(
        object=column.name,
        table=column.subject.table.name,
        cause="words outside the vocabulary",
        title=f"{counted(total, 'value')} of {column.name} outside the vocabulary",
        detail=(
            f"Found: {listed}. Known: {', '.join(sorted(words_of(name)))}. A query for a known "
            "word leaves these rows out."
        ),
        recommendation=_recommendation(name, found),
        evidence=evidence,
        sql=sql,
        confidence="certain" if column.subject.shape == "cts" else "likely",
    )


def _read_words(context: AuditContext, column: ColumnCensus) -> _Words:
    """Return the words of the column, the most frequent first."""
    sql = column.where(
        f"SELECT CASE WHEN {_PLAIN} THEN {{c}} END COLLATE BINARY, count(*) "
        f"FROM {column.subject.name} WHERE {{c}} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC "
        f"LIMIT {_MOST_WORDS}"
    )
    rows = read_foreign_rows(context.connection, sql)
    return {
        None if word is None else str(word): count for word, count in rows if isinstance(count, int)
    }


def _harmless(column: ColumnCensus, name: str, words: _Words) -> frozenset[str]:
    if column.subject.shape != "cts_legacy":
        return frozenset()
    known = frozenset(word for word in words if word is not None)
    return frozenset(word for word in known if is_harmless(name, known, word))


def _recommendation(name: str, found: _Words) -> str:
    mapping = [
        f"{word} to {better}"
        for word in found
        if word is not None and (better := proposal(name, word)) is not None
    ]
    if not mapping:
        return "Find the program that writes these words, and have it use the known ones."
    advice = f"Have the program that writes them use the known words: {', '.join(mapping)}."
    if len(mapping) < len(found):
        advice += " What the others mean, that program knows."
    if name == "orders.status" and "closed" in found:
        advice += " `closed` may also be an order cancelled in part: compare amount and filled."
    return advice


RULE = Rule(
    id="GEN-02",
    title="Words outside the vocabulary",
    category="generic",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CENSUS,),
)
