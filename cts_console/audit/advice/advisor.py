"""Which indexes are missing for the known queries, what each would do, and what it would cost."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cts_console.audit.advice.expert import Expert, open_expert
from cts_console.audit.advice.model import Model, load_statistics, open_model
from cts_console.audit.advice.plans import KnownPlans, PlannedQuery, troubles
from cts_console.audit.advice.proposals import (
    Proposal,
    Served,
    Trials,
    is_redundant,
    replaced_by,
)
from cts_console.audit.advice.sample import Distribution, NoSampleError, open_sample
from cts_console.audit.rule import AuditContext
from cts_console.errors import CtsError
from cts_console.schema import Index
from cts_console.sqlite import quote_identifier

FEWEST_ROWS: Final = 1_000
"""A smaller table is read as a whole as fast as an index is."""
_EXPERT_TIMEOUT_S: Final = 10.0
# The rest of a rule's time is for weighing what was found.
_ASKING_SHARE: Final = 0.7
_WEIGHING_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Price:
    """What an index costs."""

    size_bytes: int
    """About how much of the file it would take."""
    insert_us: float
    """By how many microseconds one insert would get longer."""
    sampled_rows: int
    """On how many rows of the table this was measured."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One index that is missing."""

    proposal: Proposal
    """The index."""
    served: tuple[Served, ...]
    """The queries that need it."""
    replaces: tuple[Index, ...]
    """Indexes of the table with whose terms it begins."""
    price: Price | None
    """What it costs; None where `unpriced` says why nobody knows."""
    unpriced: str = ""
    """Why there is no price."""


@dataclass(slots=True)
class Advisor:
    """Finds the missing indexes of one file."""

    context: AuditContext
    plans: KnownPlans
    problems: list[str] = field(default_factory=list)
    """What stays open, told for a person."""
    _started_s: float = field(default_factory=time.monotonic)
    _large: dict[str, bool] = field(default_factory=dict)

    def advise(self) -> Iterator[Advice]:
        """Yield what is missing.

        Raises `CtsError`: cancelled, timeout, locked, damaged, and what `open_expert` raises where
        nobody can propose anything.
        """
        slow = [planned for planned in self.plans.planned if self._is_slow(planned)]
        if not slow:
            return
        objects = frozenset().union(*(planned.objects for planned in slow))
        with open_model(self.context, objects) as model:
            trials = Trials(model)
            proposed = self._ask(model, trials, slow)
            load_statistics(model, self.context)
            trials.distributions = self._distributions(proposed)
            tried = [trials.serve(planned, found) for planned, found in proposed.items()]
            served = _folded(trials, [each for each in tried if each is not None])
            for proposal in dict.fromkeys(p for each in served for p in each.by):
                price, unpriced = self._weigh(proposal)
                queries = tuple(each for each in served if proposal in each.by)
                yield Advice(proposal, queries, replaced_by(proposal), price, unpriced)

    def _is_slow(self, planned: PlannedQuery) -> bool:
        """Return whether an index could matter to a query, and none is there for it."""
        if not troubles(planned.today) or not any(map(self._is_large, planned.objects)):
            return False
        # The index of the catalogue exists: that SQLite prefers another way is its statistics'
        # doing (IDX-07) or right.
        existing = {index.name for index in self.context.schema.indexes}
        return planned.query.index not in existing

    def _is_large(self, name: str) -> bool:
        table = self.context.schema.tables_by_name().get(name)
        if table is None or table.virtual:
            return False
        if name not in self._large:
            rows = self.context.connection.read_int(
                f"SELECT count(1) FROM (SELECT 1 FROM main.{quote_identifier(table.name)} "
                f"LIMIT {FEWEST_ROWS})"
            )
            self._large[name] = rows == FEWEST_ROWS
        return self._large[name]

    def _ask(
        self, model: Model, trials: Trials, slow: Sequence[PlannedQuery]
    ) -> dict[PlannedQuery, list[Proposal]]:
        """Ask the expert about every slow query; return those for which it knows something."""
        proposed: dict[PlannedQuery, list[Proposal]] = {}
        with open_expert(model, self.context.cancel) as expert:
            for number, planned in enumerate(slow):
                self.context.progress(number, len(slow), "queries", planned.query.id)
                proposed[planned] = self._ask_about(expert, trials, planned)
        return {planned: found for planned, found in proposed.items() if found}

    def _ask_about(self, expert: Expert, trials: Trials, planned: PlannedQuery) -> list[Proposal]:
        left_s = self._left_s(_ASKING_SHARE)
        if left_s <= 0:
            self.problems.append(f"{planned.query.id}: the time of this rule was over")
            return []
        try:
            statements = expert.propose(planned.query.sql, min(left_s, _EXPERT_TIMEOUT_S))
        except CtsError as error:
            if error.code == "cancelled":
                raise
            self.problems.append(f"{planned.query.id}: {error.message.removesuffix('.')}")
            return []
        return [proposal for proposal in trials.read(statements) if self._is_wanted(proposal)]

    def _is_wanted(self, proposal: Proposal) -> bool:
        name = proposal.table.name.lower()
        if not self._is_large(name) or is_redundant(proposal):
            return False
        missing = self.plans.left_out.get(name)
        if missing is not None and missing not in self.problems:
            # The index that is not copied may be the one that serves.
            self.problems.append(missing)
        return missing is None

    def _distributions(
        self, proposed: dict[PlannedQuery, list[Proposal]]
    ) -> dict[Proposal, Distribution]:
        """Return what a sample says of how the values of each proposal are distributed."""
        found: dict[Proposal, Distribution] = {}
        for proposal in dict.fromkeys(p for proposals in proposed.values() for p in proposals):
            if self._left_s(_WEIGHING_SHARE) <= 0:
                self.problems.append(f"{proposal.table.name}: the time of this rule was over")
                break
            try:
                with open_sample(self.context, proposal.table, proposal.keys) as sample:
                    found[proposal] = sample.statistics()
            except NoSampleError:
                continue
        return found

    def _weigh(self, proposal: Proposal) -> tuple[Price | None, str]:
        if self._left_s(_WEIGHING_SHARE) <= 0:
            return None, "the time of this rule was over"
        try:
            with open_sample(self.context, proposal.table, proposal.keys) as sample:
                return Price(sample.index_bytes(), sample.insert_us(), sample.rows), ""
        except NoSampleError as error:
            return None, str(error)

    def _left_s(self, share: float) -> float:
        """Return how much of this share of the rule's time is left, in seconds."""
        self.context.cancel.raise_if_cancelled()
        return self._started_s + share * self.context.rule_timeout_s - time.monotonic()


def _folded(trials: Trials, served: list[Served]) -> list[Served]:
    """Return `served` without indexes for which a longer one of them does as well."""
    proposals = dict.fromkeys(proposal for each in served for proposal in each.by)
    for short in sorted(proposals, key=lambda proposal: len(proposal.keys)):
        for long in (proposal for proposal in proposals if short.begins(proposal)):
            again = [_with_longer(trials, each, short, long) for each in served]
            if None not in again:
                served = [each for each in again if each is not None]
                break
    return served


def _with_longer(trials: Trials, served: Served, short: Proposal, long: Proposal) -> Served | None:
    if short not in served.by:
        return served
    instead = dict.fromkeys(long if proposal == short else proposal for proposal in served.by)
    return trials.serve(served.planned, tuple(instead))
