"""A trace parts where the audit's rules find something, and nowhere else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, open_database
from cts_console.trace import TraceSubject, trace_on
from cts_console.trace.model import SubjectKind
from tests.audit.case import Case, build

# Rule -> (where its subjects lie, the names under which a trace compares the same).
RULES = {
    "pos_01": ("positions", {"quantity"}),
    "pos_02": ("positions", {"entry_price"}),
    "pos_03": ("positions", {"realized_pnl"}),
    "pos_04": ("positions", {"rest"}),
    "pos_15": ("positions", {"quantity"}),
    "ord_01": ("orders", {"filled"}),
    "ord_02": ("orders", {"remaining"}),
    "ord_08": ("orders", {"average_price"}),
    "ord_10": ("orders", {"fee_total"}),
    "trd_04": ("orders", {"side", "trading_pair_id", "connection_id"}),
    "trd_06": ("orders", {"cost"}),
    "trd_12": ("orders", {"position_id"}),
}
OTHERWISE = {
    # It is POS-15 that finds it.
    ("pos_01", "no trade at all"),
    # The convention is what most positions of a connection have: one alone does not tell.
    ("pos_03", "after fees where the others are before them"),
    # Text as a time is no reason to wait for the rule; a trace reads it.
    ("trd_12", "times that are text"),
}
_TABLES = {
    ("positions", "cts_legacy"): "strategies_real",
    ("positions", "freqtrade"): "trades",
    ("orders", "hummingbot"): "Order",
}


def parts(connection: Connection, case: Case, where: str, names: set[str]) -> bool:
    """Return whether the trace of any subject of the file parts at one of these names."""
    table = _TABLES.get((where, case.base), where)
    if not connection.read_rows("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)):
        return False
    kind: SubjectKind = "position" if where == "positions" else "order"
    for (key,) in connection.read_rows(f'SELECT id FROM "{table}" WHERE id IS NOT NULL'):
        try:
            trace = trace_on(connection, TraceSubject(kind, key))
        except CtsError as error:
            if error.code != "foreign_file":
                raise
            continue
        if any(each.name in names for event in trace.events for each in event.differs):
            return True
    return False


@pytest.mark.parametrize("rule", RULES)
def test_the_cases_of_a_rule(tmp_path: Path, rule: str):
    cases = import_module(f"tests.audit.cases.{rule}")
    where, names = RULES[rule]
    found: list[str] = []
    expected: list[str] = []
    for number, case in enumerate((*cases.DEFECT, *cases.NEAR_MISS)):
        if (rule, case.name) in OTHERWISE or case.engine:
            continue
        path = tmp_path / f"{number}.db"
        build(path, case)
        with open_database(path) as connection:
            if parts(connection, case, where, names):
                found.append(case.name)
        if case.objects:
            expected.append(case.name)
    assert found == expected
    assert expected
