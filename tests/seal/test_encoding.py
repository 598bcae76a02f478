"""No two rows have the same bytes, and the fast encoding is the one that is defined."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from cts_console.audit.seal import encoding
from cts_console.audit.seal.encoding import (
    encode_rows,
    encode_slowly,
    key_from_json,
    key_to_json,
    pack_keys,
    unpack_keys,
)

WHOLE = st.integers(-(2**63), 2**63 - 1)
VALUES = st.one_of(
    st.none(),
    WHOLE,
    st.floats(allow_nan=False),
    st.text(st.characters(codec=None)),
    st.binary(max_size=40),
    st.sampled_from([0, 0.0, -0.0, 1, 1.0, "1", b"1", "", b"", "N", b"N"]),
)
ROWS = st.lists(st.lists(VALUES, max_size=4).map(tuple), max_size=4)


def exact(rows):
    """Rows as Python tells them apart by type and bit: 1 == 1.0, and 0.0 == -0.0."""
    return [
        [(type(v).__name__, struct.pack("<d", v) if isinstance(v, float) else v) for v in row]
        for row in rows
    ]


@given(ROWS, ROWS)
def test_different_rows_have_different_bytes(one, other):
    assert (encode_rows(one) == encode_rows(other)) == (exact(one) == exact(other))


@given(st.lists(st.tuples(VALUES, VALUES), max_size=3), st.data())
def test_one_other_value_gives_other_bytes(rows, data):
    rows = [*rows, (None, 1)]
    at = data.draw(st.integers(0, len(rows) - 1))
    changed = [*rows]
    changed[at] = (data.draw(VALUES), rows[at][1])
    assert (encode_rows(changed) == encode_rows(rows)) == (exact(changed) == exact(rows))


@given(ROWS)
def test_the_fast_encoding_is_the_defined_one(rows):
    assert encode_slowly(rows) == encoding._encode_fast(rows)
    assert encode_slowly(rows) == b"".join(encoding._encode_each_fast(rows))
    assert encode_rows is encoding._encode_fast


def test_the_bytes_are_those_of_every_seal_made_before():
    rows = [(None, 1, 2**40, -(2**40), 1.5, "é", b"\xff")]
    assert encode_rows(rows).hex() == (
        "28070000004e6901000000"
        "6c03000000000000000004"
        "6cfdffffff000000000004"
        "67000000000000f83f7502000000c3a97301000000ff"
    )


@given(st.lists(st.tuples(WHOLE), max_size=20), st.lists(st.tuples(VALUES, VALUES), max_size=9))
def test_keys_come_back(numbers, keys):
    assert unpack_keys(pack_keys(numbers)) == numbers
    assert exact(unpack_keys(pack_keys(keys))) == exact(keys)
    for key in keys:
        assert exact([key_from_json(key_to_json(key))]) == exact([key])
