from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.transfer.row_lines import RowLines

STEPS = st.integers(1, 3) | st.integers(200, 70_000)


@given(st.lists(st.one_of(st.integers(0, 40), st.lists(STEPS, max_size=12)), max_size=8))
def test_every_row_keeps_its_line(parts):
    lines = RowLines()
    expected: list[int] = []
    line = 2
    for part in parts:
        steps = [1] * part if isinstance(part, int) else part
        some = list(accumulate(steps, initial=line))[: len(steps)]
        lines.add(range(line, line + part) if isinstance(part, int) else some)
        line += sum(steps)
        expected += some
    assert [lines.line_of(row) for row in range(len(expected))] == expected
    with pytest.raises(IndexError):
        lines.line_of(len(expected))


def test_a_plain_file_takes_one_span():
    lines = RowLines()
    for first in range(2, 1_000_002, 10_000):
        lines.add(range(first, first + 10_000))
    assert len(lines._spans) == 1
    assert lines.line_of(999_999) == 1_000_001
