"""A view, trigger, generated column or index expression that does not compile.

What it finds: what names a table, column, index, function or collation that is not there, and views
that name each other in a circle.

Why a trader cares: a broken view fails when a report asks for it. A broken trigger, generated
column or index fails every insert or update of its table, from one moment to the next: the engine
cannot store the next execution.

What to do: create what is missing, or drop or correct what names it, with the program that owns the
file.

Tolerance and false positives: everything is compiled and nothing is run, in memory, over empty
tables of the same columns. A function or collation that is not known here may be one that the
file's own program brings along: then the finding says "likely". What fails for another reason (a
limit for files of unknown origin, a virtual table of an unknown module) is not judged, and the rule
names it. Strings in double quotes are taken as strings, as most programs take them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from cts_console.audit.compiling import Compiler, Verdict, open_stand_ins
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.errors import CtsError
from cts_console.schema import Schema, Table, read_table_clauses
from cts_console.sqlite import quote_identifier, quote_text

_LIMIT_S: Final = 10.0
_LISTED: Final = 5
_BUILT_IN: Final = frozenset({"binary", "nocase", "rtrim"})
_Kind = Literal["view", "trigger", "generated column", "index", "CHECK"]
_FAILS: Final[dict[_Kind, str]] = {
    "view": "Every query of it ends with an error.",
    "trigger": "Every write to {table} that reaches it ends with an error.",
    "generated column": "Reading it, and every write to {table} that computes it, fails.",
    "index": "Every write to {table} that reaches it ends with an error.",
    "CHECK": "Every write to {table} ends with an error.",
}


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per object that does not compile."""
    schema = context.schema
    left_out: list[str] = []
    asked = 0
    with open_stand_ins(schema, cancel=context.cancel, timeout_s=_LIMIT_S) as compiler:
        for kind, name, table, verdict in _verdicts(context, schema, compiler):
            asked += 1
            if verdict is not None and verdict.missing:
                yield _finding(kind, name, table, verdict)
            elif verdict is not None:
                left_out.append(f"{kind} {name}: {verdict.message}")
    if not asked:
        raise NotApplicableError("there is no view, trigger, generated column or index expression")
    if left_out:
        more = f" and {len(left_out) - _LISTED:,} more" if len(left_out) > _LISTED else ""
        raise NotCheckedError("; ".join(left_out[:_LISTED]) + more)


_Asked = tuple[_Kind, str, str | None, Verdict | None]


def _verdicts(context: AuditContext, schema: Schema, compiler: Compiler) -> Iterator[_Asked]:
    for view in schema.views:
        yield "view", view.name, None, compiler.compile_view(view)
    for trigger in schema.triggers:
        yield "trigger", trigger.name, trigger.table, compiler.compile_trigger(trigger)
    for table in schema.ordinary_tables():
        yield from _expressions(table, compiler)
        yield from _collations(context, table)


def _expressions(table: Table, compiler: Compiler) -> Iterator[_Asked]:
    texts: defaultdict[tuple[_Kind, str], list[str]] = defaultdict(list)
    for index in table.indexes:
        texts["index", index.name] += [k.expression or "" for k in index.keys if k.cid == -2]
        texts["index", index.name] += [index.where or ""] if index.partial else []
    if any(column.generated for column in table.columns) or "check" in table.sql.lower():
        for clause in read_table_clauses(table.sql):
            if clause.place == "check":
                texts["CHECK", table.name].append(clause.sql)
            else:
                texts["generated column", f"{table.name}.{clause.column}"].append(clause.sql)
    for (kind, name), expressions in texts.items():
        verdicts = [compiler.compile_expression(table, text) for text in expressions]
        if verdicts:
            yield kind, name, table.name, _worst(verdicts)


def _worst(verdicts: list[Verdict | None]) -> Verdict | None:
    wrong = [verdict for verdict in verdicts if verdict is not None]
    return max(wrong, key=lambda verdict: bool(verdict.missing), default=None)


def _collations(context: AuditContext, table: Table) -> Iterator[_Asked]:
    """Ask for indexes with a collation that SQLite does not bring along."""
    for index in table.indexes:
        named = [k.collation for k in index.keys if k.collation.lower() not in _BUILT_IN]
        if not named:
            continue
        verdict = None
        collation = quote_identifier(named[0])
        try:
            context.connection.execute_foreign(f"EXPLAIN SELECT '' = '' COLLATE {collation}")
        except CtsError as error:
            if error.code != "usage":
                raise
            message = f"no such collation sequence: {named[0]}"
            verdict = Verdict(message, named[0], is_certain=False)
        yield "index", index.name, table.name, verdict


def _finding(kind: _Kind, name: str, table: str | None, verdict: Verdict) -> Finding:
    maybe = (
        ""
        if verdict.is_certain
        else " It is not known here; the program that owns the file may bring it along."
    )
    what = verdict.message.removesuffix(f" {verdict.missing}").removesuffix(":")
    return RULE.finding(
        object=name,
        table=table,
        cause=f"{kind}: {what}",
        title=f"The {kind} {name} does not compile: {verdict.message}",
        detail=f"{_FAILS[kind].format(table=table)}{maybe}",
        recommendation=(
            f"Create what is missing, or correct the {kind}, with the program that owns the file."
            if verdict.is_certain
            else "Run its query with the program that owns the file. If it fails there too, create "
            f"what is missing or correct the {kind}."
        ),
        evidence=Evidence.of(
            ("kind", "name", "table", "message"), [(kind, name, table, verdict.message)]
        ),
        sql=(
            "SELECT type, name, sql FROM sqlite_schema "
            f"WHERE name = {quote_text(_owner(kind, name, table))}"
        ),
        confidence="certain" if verdict.is_certain else "likely",
    )


def _owner(kind: _Kind, name: str, table: str | None) -> str:
    """Return the object whose CREATE statement holds it."""
    return table or name if kind in ("generated column", "CHECK") else name


RULE = Rule(
    id="INT-06",
    title="View, trigger or expression that does not compile",
    category="integrity",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
