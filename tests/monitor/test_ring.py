from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cts_console.monitor.ring import Ring


@given(capacity=st.integers(1, 9), values=st.lists(st.floats(allow_nan=False), max_size=40))
def test_the_view_is_the_last_rows_in_order_and_in_one_piece(capacity, values):
    ring = Ring(capacity, 2)
    for number, value in enumerate(values):
        ring.append((float(number), value))
        expected = values[max(0, number + 1 - capacity) : number + 1]
        view = ring.view()
        assert view[1].tolist() == expected
        assert view[0].tolist() == list(range(number + 1 - len(expected), number + 1))
        assert view[0].flags.c_contiguous
        assert len(ring) == len(expected)


def test_an_empty_ring_has_an_empty_view():
    assert Ring(5, 3).view().shape == (3, 0)


def test_a_column_that_comes_later_was_its_value_before():
    ring = Ring(3, 1)
    ring.append((1.0,))
    ring.add_column(0.0)
    ring.append((2.0, 7.0))
    assert ring.columns == 2
    assert np.array_equal(ring.view(), [[1.0, 2.0], [0.0, 7.0]])
