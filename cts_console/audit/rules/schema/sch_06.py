"""A time bomb: a function whose answer changes, where SQLite needs one that does not.

What it finds: `datetime('now')`, `date()` without a time, the modifiers 'localtime' and 'utc',
`random()`, `current_timestamp` and the like in an index expression, in the WHERE of a partial
index, in a CHECK or in a generated column.

Why a trader cares: SQLite takes such a definition while the table is empty and refuses the first
row that needs it: "non-deterministic use of datetime() in an index". Every insert into the table
fails from then on, while the engine keeps trading: fills that exist at the exchange and nowhere
else. Where SQLite does not refuse (CURRENT_TIMESTAMP in a CHECK), a row that was right when it was
written is wrong later, and a restore of a backup refuses it.

What to do: drop the index and build it over a stored value or a fixed bound; move the check into
the program, or rebuild the table without it.

Tolerance and false positives: DEFAULT clauses, views and triggers are no trouble and are not looked
at. The text is cut into tokens, so that a string, a comment or a column of such a name is none
either. A function of the same name that another program registered is not known. `'now'` that comes
from a column's value is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.schema import (
    Index,
    Table,
    Token,
    group_end,
    read_table_clauses,
    read_tokens,
    split_at_commas,
)
from cts_console.sqlite import quote_identifier, quote_text

_ALWAYS: Final = frozenset(
    {
        "random",
        "randomblob",
        "changes",
        "total_changes",
        "last_insert_rowid",
        "sqlite_version",
        "sqlite_source_id",
        "sqlite_compileoption_get",
        "sqlite_compileoption_used",
        "sqlite_offset",
    }
)
# Function and the number of arguments before its first time value.
_OF_TIME: Final = {
    "date": 0,
    "time": 0,
    "datetime": 0,
    "julianday": 0,
    "unixepoch": 0,
    "strftime": 1,
    "timediff": 0,
}
_KEYWORDS: Final = ("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME")
_NOW: Final = frozenset({"now", "localtime", "utc"})
# As the only time value, these mean "now".
_ALONE_NOW: Final = frozenset({"subsec", "subsecond"})

# Cutting every statement of a large schema into tokens takes long; most hold none of these.
_SUSPECT: Final = re.compile(
    "|".join((*_ALWAYS, *_KEYWORDS, *(rf"\b{name}\b" for name in _OF_TIME))), re.IGNORECASE
)

_Place = Literal["index expression", "partial index", "CHECK", "generated column"]


@dataclass(frozen=True, slots=True)
class _Bomb:
    place: _Place
    object: str
    function: str
    expression: str


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per index, per table's checks and per generated column."""
    tables = [table for table in context.schema.tables if not table.virtual]
    if not tables:
        raise NotApplicableError("there is no table")
    for table in tables:
        columns = frozenset(column.name.lower() for column in table.columns)
        for index in table.indexes:
            yield from _findings(table, list(_index_bombs(index, columns)))
        clauses = list(_table_bombs(table, columns))
        for name in dict.fromkeys((bomb.object, bomb.place) for bomb in clauses):
            yield from _findings(table, [b for b in clauses if (b.object, b.place) == name])


def read_changing_functions(expression: str, columns: frozenset[str]) -> list[str]:
    """Return the functions in an SQL expression whose answer is not fixed by its row.

    `columns` are the table's columns in lower case: what is double-quoted and named so is one, and
    otherwise a string.
    """
    if not _SUSPECT.search(expression):
        return []
    tokens = read_tokens(expression)
    found: list[str] = []
    for position, token in enumerate(tokens):
        before = tokens[position - 1] if position else None
        after = tokens[position + 1] if position + 1 < len(tokens) else None
        if before is not None and (before.text == "." or before.is_word("AS")):
            continue
        if after is not None and after.text == "(" and token.kind in ("word", "name"):
            name = token.value.lower()
            arguments = _arguments(tokens, position + 1)
            if name in _ALWAYS or (name in _OF_TIME and _is_now(name, arguments, columns)):
                found.append(f"{name}()")
        elif token.is_word(*_KEYWORDS):
            found.append(token.text.lower())
    return list(dict.fromkeys(found))


def _arguments(tokens: list[Token], opening: int) -> list[list[Token]]:
    return split_at_commas(tokens[opening + 1 : group_end(tokens, opening)])


def _is_now(name: str, arguments: list[list[Token]], columns: frozenset[str]) -> bool:
    values = arguments[_OF_TIME[name] :]
    texts = [_literal(argument, columns) for argument in values]
    if not values or any(text in _NOW for text in texts):
        return True
    return texts[0] in _ALONE_NOW


def _literal(argument: list[Token], columns: frozenset[str]) -> str | None:
    while len(argument) > 2 and argument[0].text == "(" and argument[-1].text == ")":
        argument = argument[1:-1]
    if len(argument) != 1:
        return None
    token = argument[0]
    value = token.value.lower()
    # SQLite reads "now" as a string where no column is named so.
    is_text = token.kind == "string" or (token.text.startswith('"') and value not in columns)
    return value if is_text else None


def _index_bombs(index: Index, columns: frozenset[str]) -> Iterator[_Bomb]:
    for key in index.keys:
        for function in read_changing_functions(key.expression or "", columns):
            yield _Bomb("index expression", index.name, function, key.expression or "")
    for function in read_changing_functions(index.where or "", columns):
        yield _Bomb("partial index", index.name, function, index.where or "")


def _table_bombs(table: Table, columns: frozenset[str]) -> Iterator[_Bomb]:
    if not _SUSPECT.search(table.sql):
        return
    for clause in read_table_clauses(table.sql):
        for function in read_changing_functions(clause.sql, columns):
            if clause.place == "generated":
                name = f"{table.name}.{clause.column}"
                yield _Bomb("generated column", name, function, clause.sql)
            else:
                yield _Bomb("CHECK", table.name, function, clause.sql)


def _findings(table: Table, bombs: list[_Bomb]) -> Iterator[Finding]:
    if not bombs:
        return
    first = bombs[0]
    functions = ", ".join(dict.fromkeys(bomb.function for bomb in bombs))
    is_index = first.place in ("index expression", "partial index")
    drop = f"DROP INDEX {quote_identifier(first.object)}" if is_index else None
    yield RULE.finding(
        object=first.object,
        table=table.name,
        cause=first.place,
        title=f"Time bomb: {functions} in {_WHERE[first.place]} {first.object}",
        detail=(
            f"{functions} gives another answer at another moment, and SQLite needs one that stays "
            f"in {_A[first.place]}. It refuses every insert and update of {table.name} that "
            "reaches it, or takes rows that it refuses later: an execution that the engine cannot "
            "write is lost to every sum."
        ),
        recommendation=(
            "Drop the index, and build it over a stored column or a fixed bound."
            if is_index
            else "Rebuild the table without it, and check the value in the program that writes."
        ),
        evidence=Evidence.of(
            ("place", "function", "expression"),
            [(bomb.place, bomb.function, bomb.expression) for bomb in bombs],
        ),
        sql=f"SELECT sql FROM sqlite_schema WHERE tbl_name = {quote_text(table.name)}",
        fix_sql=drop,
    )


_WHERE: Final[dict[_Place, str]] = {
    "index expression": "index",
    "partial index": "the WHERE of index",
    "CHECK": "a CHECK of table",
    "generated column": "generated column",
}
_A: Final[dict[_Place, str]] = {
    "index expression": "an index",
    "partial index": "the WHERE of an index",
    "CHECK": "a CHECK",
    "generated column": "a generated column",
}

RULE = Rule(
    id="SCH-06",
    title="Time bomb: a changing function where a fixed one is needed",
    category="schema",
    severity="critical",
    profile="quick",
    needs=Needs(),
    check=check,
)
