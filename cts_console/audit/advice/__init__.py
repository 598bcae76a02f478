"""Index advice: which indexes the known queries miss, and which indexes none of them uses."""

from __future__ import annotations

from cts_console.audit.advice.advisor import FEWEST_ROWS, Advice, Advisor, Price
from cts_console.audit.advice.plans import (
    KNOWN_PLANS,
    KnownPlans,
    PlannedQuery,
    known_plans,
    told,
    troubles,
    uses,
)
from cts_console.audit.advice.proposals import Proposal, Served, named_plan
from cts_console.audit.advice.queries import (
    KnownQueries,
    KnownQuery,
    read_catalogue,
    read_known_queries,
    shown_sql,
)

__all__ = [
    "FEWEST_ROWS",
    "KNOWN_PLANS",
    "Advice",
    "Advisor",
    "KnownPlans",
    "KnownQueries",
    "KnownQuery",
    "PlannedQuery",
    "Price",
    "Proposal",
    "Served",
    "known_plans",
    "named_plan",
    "read_catalogue",
    "read_known_queries",
    "shown_sql",
    "told",
    "troubles",
    "uses",
]
