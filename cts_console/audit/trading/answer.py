"""Ask a question about trading data: find the tables, translate the columns, keep the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from cts_console.audit.finding import MOST_EVIDENCE_ROWS, Evidence
from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError
from cts_console.audit.trading.relations import SOURCES
from cts_console.audit.trading.source import Source
from cts_console.schema import Table
from cts_console.sqlite import Row, SqliteValue, quote_identifier


@dataclass(frozen=True, slots=True)
class Bound:
    """A relation as this file has it."""

    source: Source
    """Where it comes from."""
    table: Table
    """The table itself."""
    columns: frozenset[str]
    """Our columns that it can give."""

    @property
    def key(self) -> str:
        """The name under which the file itself knows the column that we call `id`."""
        names = {column.name.lower() for column in self.table.columns}
        return "id" if "id" in names else "rowid"

    @property
    def is_translated(self) -> bool:
        """Whether its columns are called otherwise there."""
        return self.source.columns is not None or self.source.relation != self.source.table


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of one question."""

    evidence: Evidence
    """The first rows and how many there are."""
    sql: str
    """The whole query as it was run, values of parameters put in, for a person to run again."""
    bound: Mapping[str, Bound]
    """The relations that it read."""

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.evidence.total

    @property
    def rows(self) -> tuple[Row, ...]:
        """The first of them."""
        return self.evidence.rows

    def table(self, relation: str) -> str:
        """Return the name of the table that holds `relation` in this file."""
        return self.bound[relation].table.name

    def place(self, relation: str, column: str) -> str:
        """Return `table.column` of a column of ours as this file calls both."""
        there = self.bound[relation]
        made_of = (there.source.columns or {}).get(column)
        theirs = made_of.uses[0] if made_of is not None and made_of.uses else column
        return f"{there.table.name}.{theirs}"


def bound(context: AuditContext, relation: str) -> Bound | None:
    """Return the table that holds `relation` in this file, or None."""
    tables = context.schema.tables_by_name()
    for source in SOURCES:
        table = tables.get(source.table.lower())
        if source.relation != relation or table is None or table.virtual:
            continue
        names = {column.name.lower() for column in table.columns}
        if source.known_by <= names and not source.lacks & names:
            return Bound(source, table, _columns(source, names))
    return None


@dataclass(frozen=True, slots=True)
class Query:
    """A question whose tables were found, ready to be run."""

    context: AuditContext
    """Where it is asked."""
    sql: str
    """The whole query."""
    values: Mapping[str, SqliteValue]
    """Values of its parameters."""
    bound: Mapping[str, Bound]
    """The relations that it reads."""
    key: str | None
    """The relation whose `id` is the first column, or None."""

    def stream(self) -> Iterator[tuple[tuple[str, ...], Row]]:
        """Yield the names of the columns with each row."""
        with self._text():
            yield from self.context.connection.stream_described(self.sql, self.values)

    def read(self) -> Answer:
        """Run it to its end."""
        with self._text():
            described = self.context.connection.read_described(
                self.sql, self.values, MOST_EVIDENCE_ROWS
            )
        return self.answer(*described)

    def answer(self, columns: Sequence[str], rows: Sequence[Row], total: int) -> Answer:
        """Return an answer of these columns and rows, some of `total`."""
        if self.key is not None and columns and columns[0] == "id":
            columns = (self.bound[self.key].key, *columns[1:])
        evidence = Evidence.of(columns, rows, total)
        return Answer(evidence, _with_values(self.sql, self.values), self.bound)

    @contextmanager
    def _text(self) -> Iterator[None]:
        try:
            yield
        except UnicodeDecodeError as error:
            tables = ", ".join(there.table.name for there in self.bound.values())
            raise NotCheckedError(f"{tables}: holds text that is no valid UTF-8") from error


def ask(
    context: AuditContext,
    sql: str,
    needs: Mapping[str, str],
    *,
    optional: Mapping[str, str] | None = None,
    key: str | None = None,
    bindings: Mapping[str, SqliteValue] | None = None,
) -> Answer:
    """Run `sql`, a SELECT over our relations, and return its rows.

    `needs` and `optional` name the relations with the columns that are read, as words; a relation
    may be in both. An optional relation that the file does not have is an empty one; an optional
    column is NULL. `key` is the relation whose `id` is the first column of the result, where it is
    one. `bindings` are the values of `:name` parameters; always there are `:now` (milliseconds) and
    `:grain`, the least difference that the file's own numbers can tell (0 where they are real
    numbers).

    Raises `NotApplicableError` where a needed relation has no table here, and `NotCheckedError`
    where one has no such column, or holds text that is none.
    """
    return prepare(context, sql, needs, optional=optional, key=key, bindings=bindings).read()


def ask_sorted(
    context: AuditContext,
    sql: str,
    needs: Mapping[str, str],
    *,
    optional: Mapping[str, str] | None = None,
    key: str | None = None,
    bindings: Mapping[str, SqliteValue] | None = None,
) -> dict[str, Answer]:
    """Run `sql` as `ask` does and return its rows by the word in their last column.

    That column is no part of the answers; a word that no row has is not among them.
    """
    query = prepare(context, sql, needs, optional=optional, key=key, bindings=bindings)
    columns: tuple[str, ...] = ()
    piles: dict[str, Pile] = {}
    for names, row in query.stream():
        columns = names
        piles.setdefault(str(row[-1]), Pile()).add(row[:-1])
    return {word: query.answer(columns[:-1], pile.rows, pile.total) for word, pile in piles.items()}


@dataclass(slots=True)
class Pile:
    """Rows of one kind: the first of them and how many there are."""

    rows: list[Row] = field(default_factory=list)
    """The first `MOST_EVIDENCE_ROWS`."""
    total: int = 0
    """How many there are."""

    def add(self, row: Row) -> None:
        """Take one more."""
        if self.total < MOST_EVIDENCE_ROWS:
            self.rows.append(row)
        self.total += 1

    def merge(self, other: Pile) -> None:
        """Take what another pile holds."""
        self.rows.extend(other.rows[: MOST_EVIDENCE_ROWS - len(self.rows)])
        self.total += other.total


def prepare(
    context: AuditContext,
    sql: str,
    needs: Mapping[str, str],
    *,
    optional: Mapping[str, str] | None = None,
    key: str | None = None,
    bindings: Mapping[str, SqliteValue] | None = None,
) -> Query:
    """Find the tables of a question, as `ask` does, and return it ready to be run."""
    wished = optional or {}
    found = {relation: _need(context, relation) for relation in needs}
    for relation, names in needs.items():
        _check_columns(found[relation], names)
    for relation in wished:
        there = bound(context, relation)
        if there is not None:
            found[relation] = there
    prefix = [
        _definition(
            relation,
            found.get(relation),
            list(dict.fromkeys(f"{needs.get(relation, '')} {wished.get(relation, '')}".split())),
        )
        for relation in {**needs, **wished}
    ]
    values: dict[str, SqliteValue] = {
        "now": context.now_ms,
        "grain": max((there.source.grain for there in found.values()), default=0.0),
        **(bindings or {}),
    }
    definitions = [definition for definition in prefix if definition]
    head = f"WITH {', '.join(definitions)} " if definitions else ""
    return Query(context, head + " ".join(sql.split()), values, found, key)


def counted(number: int, thing: str) -> str:
    """Return a number of things as a sentence begins: "One order", "1,234 orders"."""
    if number == 1:
        return f"One {thing}"
    ends_in_ies = thing.endswith("y") and thing[-2] not in "aeiou"
    plural = f"{thing[:-1]}ies" if ends_in_ies else f"{thing}s"
    return f"{number:,} {plural}"


def raise_left_out(answers: Mapping[str, Answer], reasons: Mapping[str, str], thing: str) -> None:
    """Raise `NotCheckedError` where the answers hold rows of a word that `reasons` explains."""
    left_out = [
        f"{counted(answers[word].total, thing)} left out: {reason}"
        for word, reason in reasons.items()
        if word in answers
    ]
    if left_out:
        raise NotCheckedError("; ".join(left_out))


def _need(context: AuditContext, relation: str) -> Bound:
    there = bound(context, relation)
    if there is None:
        raise NotApplicableError(f"the file has no table of {relation.replace('_', ' ')}")
    return there


def _check_columns(there: Bound, names: str) -> None:
    missing = [name for name in names.split() if name not in there.columns]
    if missing:
        raise NotCheckedError(f"{there.table.name} has nothing for {', '.join(missing)}")


def _definition(relation: str, there: Bound | None, names: list[str]) -> str:
    """Return the relation as a common table expression; "" where the table itself is one."""
    if there is None:
        nothing = ", ".join(f"NULL AS {name}" for name in names)
        return f"{relation} AS (SELECT {nothing} WHERE 0)"
    if not there.is_translated and there.columns.issuperset(names):
        return ""
    columns = there.source.columns or {}
    parts = [
        f"{columns[name].sql if name in columns else name} AS {name}"
        if name in there.columns
        else f"NULL AS {name}"
        for name in names
    ]
    where = f" WHERE {there.source.where}" if there.source.where else ""
    return (
        f"{relation} AS NOT MATERIALIZED (SELECT {', '.join(parts)} "
        f"FROM main.{quote_identifier(there.table.name)}{where})"
    )


def _columns(source: Source, names: set[str]) -> frozenset[str]:
    if source.columns is None:
        return frozenset(names)
    return frozenset(
        ours
        for ours, theirs in source.columns.items()
        if all(name.lower() in names for name in theirs.uses)
    )


def _with_values(sql: str, values: Mapping[str, SqliteValue]) -> str:
    for name in sorted(values, key=len, reverse=True):
        value = values[name]
        if isinstance(value, int | float) or value is None:
            sql = sql.replace(f":{name}", "NULL" if value is None else repr(value))
        else:
            sql = sql.replace(f":{name}", "'" + str(value).replace("'", "''") + "'")
    return sql
