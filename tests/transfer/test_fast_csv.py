"""What SQLite's own CSV table may take: numbers that become what Python makes of them."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from cts_console.sqlite import open_memory_database
from cts_console.transfer.fast_csv import _test

REAL: Any = SimpleNamespace(
    must_have=True,
    converter=SimpleNamespace(
        look_up=None,
        decimal_comma=False,
        null_texts=None,
        affinity="real",
        unit=None,
    ),
)
CELLS = st.one_of(
    st.text("0123456789.-+eE", min_size=1, max_size=16),
    st.text("0123456789.-+eE x,\t\n/:", max_size=16),
    st.floats(allow_nan=False).map(repr),
)


@given(CELLS)
@example("-1e999")
@example("1e999")
@example("-1.8e308")
@example("+1e999")
@example(" -1e999")
@example(".5")
@example("-.5")
@example("/5")
@example("-0.0")
def test_what_sqlite_takes_is_the_number_that_is_written(cell: str) -> None:
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE cells (c TEXT, real REAL)")
        connection.execute("INSERT INTO cells VALUES (?1, ?1)", (cell,))
        ((taken, kind, real),) = connection.read_rows(
            f"SELECT ({_test(REAL, 'c')}), typeof(real), real FROM cells"
        )
    assert isinstance(real, float | str)
    if taken:
        assert (kind, real) == ("real", float(cell))
        assert math.isfinite(float(real))
    elif len(cell) <= 15 and kind == "real":
        assert not math.isfinite(float(real))
