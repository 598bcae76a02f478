"""A schema that does something on being read.

What it finds: views, triggers, generated columns, CHECK constraints and indexes that call a
function with an effect outside the file (it loads a program, reads or writes a file, runs a command
or SQL), virtual tables over files or over other databases, and views or triggers that call a
function which this SQLite does not know.

Why a trader cares: a database is data, and people pass it on as such. Whoever opens such a file
with a tool that trusts it, and lists a view or writes a row, runs what its author put there, beside
the keys of the engine on the same computer.

What to do: do not open the file with another tool before you know who made it. Ask where these
objects come from; drop them where nobody needs them.

Tolerance and false positives: nothing of this runs here: the text is cut into tokens and read. A
function that the file's own program registers is unknown here as well; such a finding says so, and
means no more than that somebody should look. Ordinary full-text and R-tree tables pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.schema import Table, Token, group_end, read_table_clauses, read_tokens
from cts_console.sqlite import quote_text


def _set(words: str) -> frozenset[str]:
    return frozenset(words.lower().split())


EFFECTS: Final = _set(
    "load_extension readfile writefile edit fts3_tokenizer lsmode fsdir zipfile sqlite_dbpage "
    "shell system exec execute eval sql_exec sqlite_exec http_get http_post http_request curl "
    "fileio_read fileio_write fileio_append fileio_mkdir fileio_symlink fileio_ls fileio_scan "
    "mkdir symlink lsdir define lua python ImportSHP ImportDBF ExportSHP BlobFromFile BlobToFile "
    "ExportDBF"
)
"""Functions of SQLite's shell and of known extensions that reach out of the file."""
FILE_MODULES: Final = _set(
    "csv vsv zipfile fsdir lsm1 sqlite_dbpage sqlite_dbdata unionvtab swarmvtab statement define "
    "http virtualtext virtualshape virtualdbf virtualxl virtualgeojson virtualogr virtualxpath "
    "parquet xlsx xlite lines files filestat"
)
"""Modules whose tables are files, other databases or commands."""

# Part of SQLite or of its shell and without an effect; its lists lack them before their first use.
_UNLISTED: Final = _set("json_each json_tree jsonb_each jsonb_tree generate_series regexp")
# A bracket behind one of these opens no call.
_KEYWORDS: Final = _set(
    "ABORT AFTER ALL AND AS ASC BEFORE BEGIN BETWEEN BY CASE CHECK COLLATE CONFLICT CROSS DELETE "
    "DESC DISTINCT DO EACH ELSE END ESCAPE EXCEPT EXISTS FILTER FOR FROM FULL GROUP HAVING IN "
    "INDEXED INNER INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LEFT LIMIT MATCH MATERIALIZED "
    "NATURAL NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON OR ORDER OUTER OVER PARTITION PRIMARY "
    "RAISE RECURSIVE REGEXP RETURNING RIGHT ROW SELECT SET TABLE THEN TRIGGER UNION UNIQUE UPDATE "
    "USING VALUES VIEW WHEN WHERE WINDOW WITH CAST"
)
# Behind these stands the name of a table or a type, not of a function.
_NAMES_FOLLOW: Final = ("INTO", "AS", "VIEW", "TABLE", "EXISTS", "REFERENCES", "UPDATE", "COLLATE")


@dataclass(frozen=True, slots=True)
class _Call:
    place: str
    function: str


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for each object and cause."""
    schema = context.schema
    known = _known_functions(context)
    for table in schema.tables:
        if table.virtual:
            yield from _module_findings(table)
        calls = [
            _Call(place, name) for place, sql in _expressions(table) for name in read_calls(sql)
        ]
        yield from _call_findings(table.name, table.name, calls, None)
    for view in schema.views:
        calls = [_Call("view", name) for name in read_calls(view.sql)]
        yield from _call_findings(view.name, None, calls, known)
    for trigger in schema.triggers:
        calls = [_Call("trigger", name) for name in read_calls(trigger.sql)]
        yield from _call_findings(trigger.name, trigger.table, calls, known)


def read_calls(sql: str) -> list[str]:
    """Return the names of the functions that an SQL text calls, in lower case, each once."""
    tokens = read_tokens(sql)
    found = [
        token.value.lower()
        for position, token in enumerate(tokens)
        if token.kind in ("word", "name") and _is_call(tokens, position)
    ]
    return list(dict.fromkeys(found))


def module_name(sql: str) -> str:
    """Return the module of a CREATE VIRTUAL TABLE statement in lower case; "" for none."""
    tokens = read_tokens(sql)
    for token, following in pairwise(tokens):
        if token.is_word("USING"):
            return following.value.lower()
    return ""


def _is_call(tokens: list[Token], position: int) -> bool:
    token = tokens[position]
    if position + 1 >= len(tokens) or tokens[position + 1].text != "(":
        return False
    if token.kind == "word" and token.text.lower() in _KEYWORDS:
        return False
    before = tokens[position - 1] if position else None
    if before is None or before.text == "." or before.is_word(*_NAMES_FOLLOW):
        return False
    if before.kind != "operator" and before.text.lower() not in _KEYWORDS:
        return False
    return not _is_common_table(tokens, position + 1)


def _is_common_table(tokens: list[Token], opening: int) -> bool:
    """Return whether `name (...)` is followed by `AS (`, as only a WITH clause has it."""
    behind = tokens[group_end(tokens, opening) + 1 :][:3]
    if not behind or not behind[0].is_word("AS"):
        return False
    return any(token.text == "(" or token.is_word("NOT", "MATERIALIZED") for token in behind[1:2])


def _expressions(table: Table) -> Iterator[tuple[str, str]]:
    if not table.virtual:
        for clause in read_table_clauses(table.sql):
            place = "generated column" if clause.place == "generated" else "CHECK"
            yield place, f"({clause.sql})"
    for index in table.indexes:
        for key in index.keys:
            if key.expression is not None:
                yield f"index {index.name}", f"({key.expression})"
        if index.where is not None:
            yield f"index {index.name}", f"({index.where})"


def _known_functions(context: AuditContext) -> frozenset[str]:
    """Return the functions and table-valued functions of this SQLite."""
    names = context.read_rows(
        "SELECT name FROM temp.pragma_function_list UNION SELECT name FROM temp.pragma_module_list"
    )
    return frozenset(str(name).lower() for (name,) in names) | _UNLISTED


def _call_findings(
    name: str, table: str | None, calls: list[_Call], known: frozenset[str] | None
) -> Iterator[Finding]:
    """Yield a finding for functions with an effect, and one for unknown ones where asked."""
    with_effect = [call for call in calls if call.function in EFFECTS]
    unknown = [
        call
        for call in calls
        if known is not None
        and call.function not in known | EFFECTS
        and not call.function.startswith("pragma_")
    ]
    if with_effect:
        yield RULE.finding(
            object=name,
            table=table,
            cause="function with an effect",
            title=f"{name} calls {_listed(with_effect)}, which reaches out of the file",
            detail=(
                "A program that trusts the file runs this when it reads or writes the object: it "
                "loads code, reads or writes files, or runs commands with that program's rights."
            ),
            recommendation=(
                "Do not open the file with another tool before you know who made it. Drop the "
                "object where nobody needs it."
            ),
            evidence=_evidence(with_effect),
            sql=_query(name),
        )
    if unknown:
        yield RULE.finding(
            object=name,
            table=table,
            cause="unknown function",
            title=f"{name} calls {_listed(unknown)}, which this SQLite does not know",
            detail=(
                "What the function does is decided by the program that opens the file. Where "
                "another program has a function of this name, it runs there."
            ),
            recommendation="Ask the program that owns the file what the function does.",
            evidence=_evidence(unknown),
            sql=_query(name),
            confidence="unknown",
            severity="info",
        )


def _module_findings(table: Table) -> Iterator[Finding]:
    module = module_name(table.sql)
    if module in FILE_MODULES:
        yield RULE.finding(
            object=table.name,
            table=table.name,
            cause="virtual table on files",
            title=f"{table.name} reaches out of the file: a virtual table of the module {module}",
            detail=(
                "Reading the table reads files, other databases or commands, wherever the author "
                "of the file pointed it, with the rights of the program that opens it."
            ),
            recommendation=(
                "Do not open the file with another tool before you know who made it. Drop the "
                "table where nobody needs it."
            ),
            evidence=Evidence.of(("place", "module"), [("virtual table", module)]),
            sql=_query(table.name),
        )


def _listed(calls: list[_Call]) -> str:
    return ", ".join(dict.fromkeys(f"{call.function}()" for call in calls))


def _evidence(calls: list[_Call]) -> Evidence:
    return Evidence.of(("place", "function"), [(call.place, call.function) for call in calls])


def _query(name: str) -> str:
    return f"SELECT type, name, tbl_name FROM sqlite_schema WHERE name = {quote_text(name)}"


RULE = Rule(
    id="SEC-06",
    title="Schema that does something on being read",
    category="security",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
