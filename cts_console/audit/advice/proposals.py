"""From what the expert proposes to what SQLite would really use."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from cts_console.audit.advice.model import Model
from cts_console.audit.advice.plans import PlannedQuery, troubles, uses
from cts_console.audit.advice.sample import Distribution
from cts_console.audit.redundancy import find_redundant
from cts_console.errors import CtsError
from cts_console.schema import Index, IndexKey, Table
from cts_console.sqlite import compile_query, quote_identifier

# No file has an index of this name.
_TRIED: Final = f"tried_{uuid.uuid4().hex}"
_NEW_INDEXES: Final = """
    SELECT m.tbl_name, m.name, x.cid, x.name, x."desc", x.coll
    FROM sqlite_schema AS m, temp.pragma_index_xinfo(m.name) AS x
    WHERE m.type = 'index' AND m.rowid > ? AND x.key ORDER BY m.rowid, x.seqno
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An index that may be missing."""

    table: Table
    """Its table."""
    keys: tuple[IndexKey, ...]
    """Its terms: columns, never expressions."""

    @property
    def terms(self) -> str:
        """The terms as SQL."""
        return ", ".join(self._term(key) for key in self.keys)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(str(key.column) for key in self.keys)

    def create_sql(self, name: str) -> str:
        """Return the statement that creates it under `name`."""
        return (
            f"CREATE INDEX {quote_identifier(name)} ON {quote_identifier(self.table.name)} "
            f"({self.terms})"
        )

    def begins(self, other: Proposal) -> bool:
        """Return whether `other` has the same terms and more."""
        return (
            self.table.name == other.table.name
            and len(self.keys) < len(other.keys)
            and self.keys == other.keys[: len(self.keys)]
        )

    def as_index(self, name: str) -> Index:
        """Return it as an index of the table, to compare it with the others."""
        return Index(
            name=name,
            table=self.table.name,
            unique=False,
            origin="c",
            keys=self.keys,
            tail=(),
            partial=False,
            where=None,
            sql=None,
            root_page=0,
        )

    def _term(self, key: IndexKey) -> str:
        text = quote_identifier(str(key.column))
        if key.collation.upper() != "BINARY" or "collate" in self.table.sql.lower():
            text += f" COLLATE {quote_identifier(key.collation)}"
        return f"{text} DESC" if key.descending else text


@dataclass(frozen=True, slots=True)
class Served:
    """What proposals do for one query."""

    planned: PlannedQuery
    """The query and its plan today."""
    after: tuple[str, ...]
    """Its plan with them, in which they have passing names"""
    by: tuple[Proposal, ...]
    """Those that it needs, in the order of their numbers."""

    @property
    def ended(self) -> tuple[str, ...]:
        """The steps of today's plan that are gone then."""
        left = Counter(troubles(self.planned.today)) - Counter(troubles(self.after))
        return tuple(left.elements())


@dataclass(slots=True)
class Trials:
    """Tries proposals on the model."""

    model: Model
    distributions: Mapping[Proposal, Distribution] = field(default_factory=dict)
    """How the values of a proposal are distributed, where a sample tells."""

    def read(self, statements: Iterable[str]) -> tuple[Proposal, ...]:
        """Return what CREATE INDEX statements of the expert mean."""
        connection = self.model.connection
        with self.model.trial():
            last = connection.read_int("SELECT max(rowid) FROM sqlite_schema")
            for sql in statements:
                try:
                    connection.execute_foreign(sql)
                except CtsError as error:
                    # `usage`: it was misled by a name, and is not believed.
                    if error.code != "usage":
                        raise
            rows = connection.read_rows(_NEW_INDEXES, (last,))
        found: dict[tuple[str, str], list[IndexKey]] = {}
        for table, index, cid, column, descending, collation in rows:
            key = IndexKey(
                cid=cid if isinstance(cid, int) else -1,
                column=None if column is None else str(column),
                expression=None,
                descending=bool(descending),
                collation=str(collation),
            )
            found.setdefault((str(table).lower(), str(index)), []).append(key)
        proposals = (
            _without_rowid_tail(self.model.tables[table], keys)
            for (table, _), keys in found.items()
        )
        return tuple(proposal for proposal in proposals if proposal is not None)

    def serve(self, planned: PlannedQuery, proposals: Sequence[Proposal]) -> Served | None:
        """Return what `proposals` do for a query, or None where they end no trouble of its plan.

        Only those count without which a trouble stays, which SQLite uses as soon as they exist,
        and would still use once it knows how their values are distributed.
        """
        needed = self._needed(planned, tuple(proposals))
        after = self._plan(planned, needed)
        told = self._plan(planned, needed, told=True)
        least = len(troubles(planned.today))
        names = [_name(number) for number in range(len(needed))]
        for steps in (after, told):
            if len(troubles(steps)) >= least or not all(uses(steps, name) for name in names):
                return None
        return Served(planned, after, needed)

    def _needed(
        self, planned: PlannedQuery, proposals: tuple[Proposal, ...]
    ) -> tuple[Proposal, ...]:
        """Return `proposals` without those that end nothing."""
        needed = proposals
        left = len(troubles(self._plan(planned, needed)))
        for proposal in proposals:
            without = tuple(other for other in needed if other is not proposal)
            if len(troubles(self._plan(planned, without))) <= left:
                needed = without
        return needed

    def _plan(
        self, planned: PlannedQuery, proposals: Sequence[Proposal], *, told: bool = False
    ) -> tuple[str, ...]:
        with self.model.trial():
            for number, proposal in enumerate(proposals):
                self.model.connection.execute(proposal.create_sql(_name(number)))
            if told:
                self._tell(proposals)
            return compile_query(self.model.connection, planned.query.sql).steps

    def _tell(self, proposals: Sequence[Proposal]) -> None:
        """Give the planner the statistics of the samples for the tables of `proposals`."""
        rows: dict[tuple[str, str], str] = {}
        for number, proposal in enumerate(proposals):
            found = self.distributions.get(proposal)
            if found is not None:
                table = proposal.table.name
                self.model.drop_statistics(table)
                rows |= {(table, index): stat for index, stat in found.existing.items()}
                rows[table, _name(number)] = found.tried
        self.model.add_statistics([(*key, stat) for key, stat in rows.items()])


def is_redundant(proposal: Proposal) -> bool:
    """Return whether an index of the table already begins with these terms."""
    return any(found.index.name == _TRIED for found in find_redundant(_with(proposal)))


def replaced_by(proposal: Proposal) -> tuple[Index, ...]:
    """Return the indexes of the table that the new one would stand in for."""
    return tuple(
        found.index
        for found in find_redundant(_with(proposal))
        if found.by is not None and found.by.name == _TRIED
    )


def _with(proposal: Proposal) -> Table:
    table = proposal.table
    return replace(table, indexes=(*table.indexes, proposal.as_index(_TRIED)))


def _name(number: int) -> str:
    return f"{_TRIED}_{number + 1}"


def _without_rowid_tail(table: Table, keys: list[IndexKey]) -> Proposal | None:
    """Return the proposal without a rowid at its end, which every index has there anyway."""
    while keys and not keys[-1].descending and _is_rowid(table, keys[-1]):
        keys = keys[:-1]
    if not keys or any(key.column is None for key in keys):
        return None
    return Proposal(table, tuple(keys))


def _is_rowid(table: Table, key: IndexKey) -> bool:
    alias = table.rowid_alias
    return key.cid == -1 or (alias is not None and key.column == alias.name)


def named_plan(served: Served, names: Mapping[Proposal, str]) -> str:
    """Return the plan after, in one line, with the indexes by their `names`."""
    plan = "; ".join(served.after)
    # From the last to the first: `…_1` begins `…_10`.
    for number, proposal in reversed(list(enumerate(served.by))):
        plan = plan.replace(_name(number), names[proposal])
    return plan
