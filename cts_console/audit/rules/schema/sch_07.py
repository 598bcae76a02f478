"""A column that looks like a reference, without a foreign key.

What it finds: a column `…_id` outside every foreign key whose name says where it points: a table
has that name (`order_id` and `orders`), or the same column is a foreign key in another table of
this file. One finding per table.

Why a trader cares: nothing refuses a trade of an order that does not exist, and a deleted parent
leaves rows behind that no join finds any more.

What to do: where it is meant as a reference, rebuild the table with the foreign key, after the rows
that point to nothing are dealt with. Archives and logs often do without on purpose.

Tolerance and false positives: a name is not proof, so the finding says "likely". Not looked at are
names that belong to somebody else (`exchange_…_id`, `client_…_id`, `external_…_id`), a column that
names its own table, one of another type than the key it would point to, and one with a `…_type`
beside it, which may point to several tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from cts_console.audit.affinity import are_comparable, family_of
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.schema import Column, Schema, Table
from cts_console.sqlite import Row, quote_text

_ENDING: Final = "_id"
# The first word of ids that another system gives out.
_FOREIGN_WORDS: Final = frozenset(
    {"client", "exchange", "ext", "external", "native", "remote", "venue", "vendor"}
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table with such columns."""
    schema = context.schema
    parents = _parents_by_column(schema)
    for table in schema.ordinary_tables():
        rows: list[Row] = [
            (column.name, column.type, parent.name, parent.primary_key[0])
            for column in table.columns
            if (parent := _parent(parents, table, column)) is not None
        ]
        if rows:
            yield _finding(table, rows)


def _parents_by_column(schema: Schema) -> dict[str, Table]:
    """Return where a column of a name would point, by the tables' names and the foreign keys."""
    tables = schema.tables_by_name()
    pointing: defaultdict[str, set[str]] = defaultdict(set)
    for table in schema.tables:
        for key in table.foreign_keys:
            if len(key.columns) == 1:
                pointing[key.columns[0].lower()].add(key.parent.lower())
    by_key = {
        name: tables[parent]
        for name, (parent, *others) in pointing.items()
        if parent in tables and not others
    }
    by_name = {
        f"{stem}{_ENDING}": table for name, table in tables.items() for stem in _singulars(name)
    }
    return by_key | by_name


def _singulars(name: str) -> tuple[str, ...]:
    """Return how one thing of a table of this name may be called."""
    if name.endswith("ies"):
        return name, f"{name[:-3]}y"
    return tuple({name, name.removesuffix("s"), name.removesuffix("es")})


def _parent(parents: dict[str, Table], table: Table, column: Column) -> Table | None:
    name = column.name.lower()
    stem = name.removesuffix(_ENDING)
    parent = parents.get(name)
    if parent is None or parent is table or parent.virtual or len(parent.primary_key) != 1:
        return None
    if stem.split("_")[0] in _FOREIGN_WORDS:
        return None
    if name in {part.lower() for key in table.foreign_keys for part in key.columns}:
        return None
    if f"{stem}_type" in {other.name.lower() for other in table.columns}:
        return None
    key = next(c for c in parent.columns if c.name == parent.primary_key[0])
    return parent if are_comparable(family_of(table, column), family_of(parent, key)) else None


def _finding(table: Table, rows: list[Row]) -> Finding:
    names = ", ".join(str(row[0]) for row in rows)
    return RULE.finding(
        object=table.name,
        table=table.name,
        cause="no foreign key",
        title=f"{table.name} seems to refer to others without a foreign key: {names}",
        detail=(
            "The names say where the columns point, and no foreign key holds them to it: rows may "
            "point to nothing, and joins leave such rows out without a word."
        ),
        recommendation=(
            "Where a reference is meant, rebuild the table with the foreign key. Where it is left "
            "out on purpose, as in an archive, accept the finding."
        ),
        evidence=Evidence.of(("column", "type", "seems to point to", "its key"), rows),
        sql=f"SELECT * FROM temp.pragma_foreign_key_list({quote_text(table.name)})",
        confidence="likely",
    )


RULE = Rule(
    id="SCH-07",
    title="Column that looks like a reference without a foreign key",
    category="schema",
    severity="info",
    profile="quick",
    needs=Needs(),
    check=check,
)
