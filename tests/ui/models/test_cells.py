"""How values look: what they are is seen before they are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.schema.browse_cells import Cut
from cts_console.ui.clock import Clock
from cts_console.ui.models.cells import cell_look, cell_tip, is_numeric_type, looks_like_instants

CLOCK = Clock("utc")


def text(cell, *, as_instant: bool = False) -> str:
    return cell_look(cell, as_instant=as_instant, clock=CLOCK).text


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_keep_all_their_digits(value):
    assert int(text(value)) == value


@given(st.floats(allow_nan=False))
def test_reals_read_back_the_same(value):
    assert float(text(value)) == value


def test_null_empty_and_long_values_look_unlike_text():
    null = cell_look(None, as_instant=False, clock=CLOCK)
    assert (null.text, null.tone, null.italic) == ("NULL", "muted", True)
    word = cell_look("NULL", as_instant=False, clock=CLOCK)
    assert (word.tone, word.italic) == ("text", False)
    assert cell_look("", as_instant=False, clock=CLOCK).tone == "muted"
    assert text(Cut("blob", 1200, "")) == "BLOB 1.2 KB"
    assert text(Cut("text", 3_000_000, "")) == "TEXT 3.0 MB"
    assert text(Cut("text", 900, "x" * 50)) == "x" * 50 + "…"
    assert "no valid text" in cell_tip(Cut("broken", 3, "a\ufffd"), as_instant=False, clock=CLOCK)


def test_nothing_in_a_text_can_leave_its_line():
    for hostile in ("a\nb", "a\tb", "a\u202eb", "a\x00b", "\u2028"):
        shown = text(hostile)
        assert shown.isprintable()
        assert hostile[0] in shown or hostile == "\u2028"


def test_instants_show_their_stored_value_in_the_tip():
    assert text(1_700_000_000_000, as_instant=True) == "2023-11-14 22:13:20"
    tip = cell_tip(1_700_000_000_000, as_instant=True, clock=CLOCK)
    assert "UTC" in tip
    assert "1700000000000 (ms)" in tip
    assert text(42, as_instant=True) == "42"


def test_a_column_is_one_of_instants_only_by_name_and_every_value():
    good = [1_700_000_000, None, 1_700_000_001]
    assert looks_like_instants("created_at", [*good])
    assert not looks_like_instants("price", [*good])
    assert not looks_like_instants("created_at", [*good, 7])
    assert not looks_like_instants("created_at", [None, None])
    assert not looks_like_instants("created_at", [*good, "2023"])


@pytest.mark.parametrize(
    ("declared", "expected"),
    [("INTEGER", True), ("real", True), ("DECIMAL(10,2)", True), ("TEXT", False), ("", False)],
)
def test_numeric_types(declared, expected):
    assert is_numeric_type(declared) == expected
