"""The clauses of CREATE TABLE and CREATE INDEX that no pragma tells.

Grammar: https://sqlite.org/lang_createtable.html and https://sqlite.org/lang_createindex.html.
The text comes from `sqlite_schema`, so SQLite has parsed it before; text that does not follow the
grammar gives fewer clauses, never an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cts_console.schema.tokens import Token, group_end, read_tokens, split_at_commas

_TABLE_CONSTRAINT = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")


@dataclass(frozen=True, slots=True)
class IndexClauses:
    """What stands in a CREATE INDEX statement."""

    terms: tuple[str, ...]
    """The indexed terms as written, without COLLATE, ASC and DESC."""
    where: str | None
    """The WHERE clause without the word; None for none."""


@dataclass(frozen=True, slots=True)
class Clause:
    """An expression in a CREATE TABLE statement that is evaluated when a row is written."""

    place: Literal["check", "generated"]
    """Where it stands."""
    column: str
    """The column that it belongs to; "" for a constraint of the table."""
    sql: str
    """The expression without its outer brackets."""


def read_index_clauses(sql: str) -> IndexClauses:
    """Return the terms and the condition of a CREATE INDEX statement."""
    tokens = read_tokens(sql)
    on = next((i for i, token in enumerate(tokens) if token.is_word("ON")), len(tokens))
    opening = _find(tokens, "(", on)
    closing = group_end(tokens, opening) if opening < len(tokens) else opening
    terms = split_at_commas(tokens[opening + 1 : closing])
    where = None
    if closing + 1 < len(tokens) and tokens[closing + 1].is_word("WHERE"):
        where = _text(sql, tokens[closing + 2 :])
    return IndexClauses(tuple(_text(sql, _bare_term(term)) for term in terms), where)


def read_table_clauses(sql: str) -> tuple[Clause, ...]:
    """Return the CHECK constraints and the generated columns of a CREATE TABLE statement."""
    tokens = read_tokens(sql)
    opening = _find(tokens, "(", 0)
    if opening == len(tokens):
        return ()
    clauses: list[Clause] = []
    for definition in split_at_commas(tokens[opening + 1 : group_end(tokens, opening)]):
        column = "" if definition[0].is_word(*_TABLE_CONSTRAINT) else definition[0].value
        clauses += _definition_clauses(sql, definition, column)
    return tuple(clauses)


def read_table_options(sql: str) -> frozenset[str]:
    """Return the words behind the column list in upper case: STRICT, WITHOUT, ROWID."""
    if "--" not in sql and "/*" not in sql:
        # Without a comment the last bracket closes the list, and no token needs to be told apart.
        return frozenset(sql[sql.rfind(")") + 1 :].upper().replace(",", " ").split())
    tokens = read_tokens(sql)
    opening = _find(tokens, "(", 0)
    if opening == len(tokens):
        return frozenset()
    behind = tokens[group_end(tokens, opening) + 1 :]
    return frozenset(token.text.upper() for token in behind if token.kind == "word")


def _definition_clauses(sql: str, definition: list[Token], column: str) -> list[Clause]:
    clauses: list[Clause] = []
    position = 1 if column else 0
    while position < len(definition):
        token = definition[position]
        if token.text != "(":
            position += 1
            continue
        end = group_end(definition, position)
        before = definition[position - 1] if position else None
        expression = _text(sql, definition[position + 1 : end])
        if before is not None and before.is_word("CHECK"):
            clauses.append(Clause("check", column, expression))
        elif before is not None and before.is_word("AS"):
            clauses.append(Clause("generated", column, expression))
        position = end + 1
    return clauses


def _bare_term(term: list[Token]) -> list[Token]:
    if term and term[-1].is_word("ASC", "DESC"):
        term = term[:-1]
    if len(term) > 2 and term[-2].is_word("COLLATE"):
        term = term[:-2]
    return term


def _find(tokens: list[Token], text: str, start: int) -> int:
    positions = range(start, len(tokens))
    return next((i for i in positions if tokens[i].text == text), len(tokens))


def _text(sql: str, tokens: list[Token]) -> str:
    return sql[tokens[0].start : tokens[-1].end] if tokens else ""
