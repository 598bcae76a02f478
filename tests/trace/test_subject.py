"""Which position or order a finding is about."""

from __future__ import annotations

import pytest

from cts_console.trace import TraceSubject, subject_of_evidence

CASES = [
    (("POS-01", "positions", ("id", "quantity"), [(7, 1.0)]), ("position", 7, False)),
    (("GEN-04", "Orders", ("rowid", "price"), [(3, 0.0)]), ("order", 3, True)),
    (("ORD-03", "Order", ("id",), [("abc",)]), ("order", "abc", False)),
    (("POS-11", "strategies_real", ("id",), [("s",)]), ("position", "s", False)),
    (("POS-05", "trades", ("id", "quantity"), [(4, 1.0)]), ("position", 4, False)),
    (("TRD-12", "trades", ("id", "order_id", "position_id"), [(1, 2, 3)]), ("order", 2, False)),
    (("TRD-13", "trades", ("id", "position_id"), [(1, None), (2, 3)]), ("position", 3, False)),
    (("TRD-07", "trades", ("id", "fee"), [(1, -1.0)]), None),
    (("POS-01", "positions", ("id",), []), None),
    (("GEN-03", None, ("id",), [(1,)]), None),
    (("PF-01", "portfolios", ("id",), [(1,)]), None),
]


@pytest.mark.parametrize(("evidence", "expected"), CASES, ids=lambda case: str(case)[:40])
def test_the_evidence_tells(evidence, expected):
    rule, table, columns, rows = evidence
    found = subject_of_evidence(rule, table, columns, rows, 12)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found.subject == TraceSubject(*expected)
        assert found.rows == 12
