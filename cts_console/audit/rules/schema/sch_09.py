"""A name that means something else than it seems to.

What it finds: a column called `rowid` or `_rowid_` that is not the rowid; a table or view that has
the name of a table that SQLite itself offers (`json_each`, `pragma_…`); on a CTS database an index,
view or trigger that has the name of an expected one and another definition, as it happens where
`IF NOT EXISTS` met an older object. As "info": names that must be quoted, because they hold other
characters than letters, digits and `_`, or are words of SQL such as `order`.

Why a trader cares: a statement that is right by its text reads another column, or uses an index or
a guard that does something else, and no error tells.

What to do: replace what has the expected name by the expected definition. Quote the names that need
it, or rename them with the program that owns the file.

Tolerance and false positives: two tables whose names differ only by case cannot exist, because
SQLite compares names without it. What a program's temporary tables hide is not in the file. Tables
that differ from the expected schema are SCH-02's; definitions that pending migrations would make
are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from cts_console.audit.describe import index_terms
from cts_console.audit.expected import read_expected, same_index
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.schema import Index, Schema, Table, Trigger, View, normal_form
from cts_console.sqlite import Row, quote_identifier, quote_text

_BARE_NAME: Final = re.compile(r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*")
# The keywords that SQLite takes for a name nowhere, or (CURRENT_…) reads as something else; the
# others may stand as names. https://sqlite.org/lang_keywords.html, tried one by one in a test.
RESERVED: Final = frozenset(
    {
        "ADD",
        "ALL",
        "ALTER",
        "AND",
        "AS",
        "AUTOINCREMENT",
        "BETWEEN",
        "CASE",
        "CAST",
        "CHECK",
        "COLLATE",
        "COMMIT",
        "CONSTRAINT",
        "CREATE",
        "CURRENT_DATE",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "DEFAULT",
        "DEFERRABLE",
        "DELETE",
        "DISTINCT",
        "DROP",
        "ELSE",
        "ESCAPE",
        "EXCEPT",
        "EXISTS",
        "FOREIGN",
        "FROM",
        "GROUP",
        "HAVING",
        "IF",
        "IN",
        "INDEX",
        "INSERT",
        "INTERSECT",
        "INTO",
        "IS",
        "ISNULL",
        "JOIN",
        "LIMIT",
        "NOT",
        "NOTHING",
        "NOTNULL",
        "NULL",
        "ON",
        "OR",
        "ORDER",
        "PRIMARY",
        "RAISE",
        "REFERENCES",
        "RETURNING",
        "SELECT",
        "SET",
        "TABLE",
        "THEN",
        "TO",
        "TRANSACTION",
        "UNION",
        "UNIQUE",
        "UPDATE",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
    }
)
_OFFERED: Final = frozenset(
    {
        "bytecode",
        "dbstat",
        "fsdir",
        "generate_series",
        "json_each",
        "json_tree",
        "jsonb_each",
        "jsonb_tree",
        "tables_used",
    }
)
_NAMES_COLUMNS: Final = ("kind", "name", "of")
_Object = Index | View | Trigger


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per shadow and per hidden definition, and one for all names to quote."""
    schema = context.schema
    for table in schema.ordinary_tables():
        yield from _hidden_rowid(table)
        yield from _hidden_table(table, "table")
    for view in schema.views:
        yield from _hidden_table(view, "view")
    yield from _names_to_quote(schema)
    if context.kind == "cts":
        try:
            expected = read_expected(context)
        except NotApplicableError:
            return
        yield from _other_definitions(schema, expected)


def _hidden_rowid(table: Table) -> Iterator[Finding]:
    if table.without_rowid:
        return
    for column in table.columns:
        if column.name.lower() in ("rowid", "_rowid_") and column is not table.rowid_alias:
            yield RULE.finding(
                object=f"{table.name}.{column.name}",
                table=table.name,
                cause="rowid",
                title=f"Column {table.name}.{column.name} hides the rowid",
                detail=(
                    f"{column.name} names a row's own number in every other table. Here it reads "
                    "an ordinary column, which may hold the same value in several rows: a program "
                    "that changes one row by it changes all of them."
                ),
                recommendation="Rename the column with the program that owns the file.",
                evidence=Evidence.of(
                    _NAMES_COLUMNS, [(f"column {column.type}".strip(), column.name, table.name)]
                ),
                sql=f"SELECT name, type FROM temp.pragma_table_info({quote_text(table.name)})",
            )


def _hidden_table(named: Table | View, kind: str) -> Iterator[Finding]:
    name = named.name.lower()
    if name not in _OFFERED and not name.startswith("pragma_"):
        return
    yield RULE.finding(
        object=named.name,
        cause="offered by SQLite",
        title=f"The {kind} {named.name} hides what SQLite offers under this name",
        detail=(
            f"SQLite has a table of its own called {named.name}. Every tool that asks it gets the "
            f"rows of this {kind} instead."
        ),
        recommendation=f"Rename the {kind} with the program that owns the file.",
        evidence=Evidence.of(_NAMES_COLUMNS, [(kind, named.name, None)]),
        sql=f"SELECT type, name FROM sqlite_schema WHERE name = {quote_text(named.name)}",
    )


def _names_to_quote(schema: Schema) -> Iterator[Finding]:
    rows = [row for row in _names(schema) if _needs_quotes(str(row[1]))]
    if not rows:
        return
    count = "One name needs" if len(rows) == 1 else f"{len(rows):,} names need"
    yield RULE.finding(
        object="names",
        cause="quoting",
        title=f"{count} quoting, the first is the {' '.join(map(str, rows[0][:2]))}",
        detail=(
            "A statement that names them without double quotes ends with a syntax error, or reads "
            "something else: `current_date` is a function then."
        ),
        recommendation="Quote them in every statement.",
        evidence=Evidence.of(_NAMES_COLUMNS, rows),
        severity="info",
    )


def _names(schema: Schema) -> Iterator[Row]:
    for table in schema.ordinary_tables():
        yield ("table", table.name, None)
        yield from (("column", column.name, table.name) for column in table.columns)
        for index in table.indexes:
            if index.origin == "c":
                yield ("index", index.name, table.name)
    # A view's columns may carry the text of an expression as their name.
    yield from (("view", view.name, None) for view in schema.views)
    yield from (("trigger", trigger.name, trigger.table) for trigger in schema.triggers)


def _needs_quotes(name: str) -> bool:
    return _BARE_NAME.fullmatch(name) is None or name.upper() in RESERVED


def _other_definitions(schema: Schema, expected: Schema) -> Iterator[Finding]:
    there = _by_name(schema)
    for wanted in _by_name(expected).values():
        actual = there.get(wanted.name.lower())
        if actual is not None and type(actual) is type(wanted) and not _same(wanted, actual):
            yield _definition_finding(wanted, actual)


def _by_name(schema: Schema) -> dict[str, _Object]:
    made = [index for index in schema.indexes if index.origin == "c"]
    found: list[_Object] = [*made, *schema.views, *schema.triggers]
    return {each.name.lower(): each for each in found}


def _same(wanted: _Object, actual: _Object) -> bool:
    if isinstance(wanted, Index) and isinstance(actual, Index):
        return same_index(wanted, actual)
    return normal_form(wanted.sql or "") == normal_form(actual.sql or "")


def _definition_finding(wanted: _Object, actual: _Object) -> Finding:
    kind = type(wanted).__name__.lower()
    drop = f"DROP {kind.upper()} {quote_identifier(actual.name)};\n{wanted.sql}"
    is_unique = isinstance(wanted, Index) and wanted.unique
    what = (
        f"{actual.table} ({index_terms(actual)}), expected {index_terms(wanted)}"
        if isinstance(actual, Index) and isinstance(wanted, Index)
        else "another text"
    )
    return RULE.finding(
        object=actual.name,
        table=None if isinstance(actual, View) else actual.table,
        cause="definition",
        title=f"The {kind} {actual.name} is not the expected one: {what}",
        detail=(
            f"It has the name of the {kind} that the migrations make, and another definition. "
            "CREATE … IF NOT EXISTS says nothing where an object of that name is there already, so "
            "programs count on something that this one does not do."
        ),
        recommendation=f"Replace it by the expected {kind}.",
        evidence=Evidence.of(
            ("kind", "name", "expected", "in this file"),
            [(kind, actual.name, wanted.sql, actual.sql)],
        ),
        sql=f"SELECT sql FROM sqlite_schema WHERE name = {quote_text(actual.name)}",
        # A UNIQUE index may meet duplicates that came in meanwhile: a person looks first.
        fix_sql=None if is_unique else drop,
    )


RULE = Rule(
    id="SCH-09",
    title="Name that hides or misleads",
    category="schema",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
