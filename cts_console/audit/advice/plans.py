"""What SQLite does today for every known query: the ground of IDX-04 and IDX-05."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cts_console.audit.advice.model import Model, load_statistics, open_model
from cts_console.audit.advice.queries import KnownQueries, KnownQuery, read_known_queries
from cts_console.audit.reading import Part, Reading
from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError
from cts_console.errors import CtsError
from cts_console.sqlite import compile_query

_MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A known query and its plans."""

    query: KnownQuery
    """The query."""
    objects: frozenset[str]
    """The tables and views that it touches, in lower case."""
    today: tuple[str, ...]
    """The plan's steps with the file's statistics."""
    untold: tuple[str, ...]
    """The plan's steps without statistics, as in a file of which nothing is known yet."""


@dataclass(frozen=True, slots=True)
class KnownPlans:
    """What became of the known queries."""

    known: KnownQueries
    """The queries."""
    planned: tuple[PlannedQuery, ...]
    """Those that compile."""
    unplanned: tuple[str, ...]
    """For each of the others its name and the reason."""
    left_out: dict[str, str]
    """Tables, by their name in lower case, of which the copy lacks something, and what."""

    @property
    def problems(self) -> list[str]:
        """What kept a query out, told for a person; empty for nothing."""
        return [text for text in (self.known.problem, *self.unplanned) if text]


def known_plans(context: AuditContext) -> KnownPlans:
    """Return what `KNOWN_PLANS` read. Raises `NotCheckedError` where it could not be read."""
    (result,) = context.results(KNOWN_PLANS)
    if result.value is None:
        raise NotCheckedError(result.failure)
    return result.value


def told(problems: Sequence[str]) -> str:
    """Return what stays open as one text, the first few in full."""
    more = len(problems) - _MOST_TOLD
    return "; ".join(problems[:_MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")


def troubles(steps: Sequence[str]) -> tuple[str, ...]:
    """Return the steps of a plan that an index could end.

    A scan of a whole table or index, a sort in a temporary b-tree, an index that is made for one
    query and thrown away (https://sqlite.org/eqp.html).
    """
    return tuple(
        step
        for step in steps
        if _is_scan(step) or step.startswith("USE TEMP B-TREE") or " USING AUTOMATIC " in step
    )


def uses(steps: Sequence[str], index: str) -> bool:
    """Return whether a plan uses the index of this name."""
    mark = f" INDEX {index}"
    return any(step.endswith(mark) or f"{mark} (" in step for step in steps)


def _is_scan(step: str) -> bool:
    # A virtual table takes no index, and a row of constants needs none.
    return step.startswith("SCAN ") and not (" VIRTUAL TABLE " in step or "CONSTANT ROW" in step)


def _plan(context: AuditContext) -> list[Part[KnownPlans]]:
    known = read_known_queries(context)
    if not known.queries and known.problem:
        raise NotCheckedError(known.problem)
    if not known.queries:
        raise NotApplicableError("no queries are known for this file; `audit --query SQL` adds one")
    return [Part("the plans of the known queries", 1.0, lambda here: _read(here, known))]


def _read(context: AuditContext, known: KnownQueries) -> KnownPlans:
    touched: dict[KnownQuery, frozenset[str]] = {}
    unplanned: list[str] = []
    for query in known.queries:
        try:
            touched[query] = compile_query(context.connection, query.sql).objects
        except CtsError as error:
            unplanned.append(_reason(query, error))
    with open_model(context, frozenset().union(*touched.values())) as model:
        untold = _plans(model, touched, unplanned)
        load_statistics(model, context)
        planned = tuple(
            PlannedQuery(query, touched[query], compile_query(model.connection, query.sql).steps, t)
            for query, t in untold.items()
        )
        return KnownPlans(known, planned, tuple(unplanned), model.left_out)


def _plans(
    model: Model, touched: dict[KnownQuery, frozenset[str]], unplanned: list[str]
) -> dict[KnownQuery, tuple[str, ...]]:
    """Return the plan of every query that compiles on the copy."""
    plans: dict[KnownQuery, tuple[str, ...]] = {}
    for query, objects in touched.items():
        missing = [model.left_out[name] for name in sorted(objects) if name in model.left_out]
        try:
            plans[query] = compile_query(model.connection, query.sql).steps
        except CtsError as error:
            unplanned.append(f"{query.id}: {missing[0]}" if missing else _reason(query, error))
    return plans


def _reason(query: KnownQuery, error: CtsError) -> str:
    """Return why `query` has no plan; raise what ends the whole reading."""
    if error.code != "usage":
        raise error
    return f"{query.id}: {error.message.removesuffix('.')}"


KNOWN_PLANS: Final[Reading[KnownPlans]] = Reading("the plans of the known queries", _plan)
