from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.errors import CtsError
from cts_console.pragmas import PRAGMAS, PROFILES, Pragma, find_pragma
from cts_console.sqlite import Connection


def test_sqlite_knows_every_name(connection: Connection):
    known = {name for (name,) in connection.read_rows("SELECT name FROM pragma_pragma_list")}
    assert {pragma.name for pragma in PRAGMAS} <= known


def test_names_are_unique_and_each_tells_in_one_sentence_what_it_does():
    assert len({pragma.name for pragma in PRAGMAS}) == len(PRAGMAS)
    for pragma in PRAGMAS:
        assert pragma.doc.endswith(".")
        assert pragma.doc.count(". ") == 0


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_a_profile_names_settings_and_values_of_the_catalogue(profile):
    for name, value in PROFILES[profile].items():
        assert find_pragma(name).normalize(value) == value


@given(st.text())
def test_a_name_is_found_or_refused(name):
    if name.strip().lower() in {pragma.name for pragma in PRAGMAS}:
        assert find_pragma(name).name == name.strip().lower()
        return
    with pytest.raises(CtsError) as caught:
        find_pragma(name)
    assert caught.value.code == "usage"


@given(st.sampled_from(PRAGMAS), st.text() | st.integers().map(str))
def test_a_value_becomes_a_word_of_the_catalogue_or_digits_and_nothing_else(pragma: Pragma, value):
    try:
        normal = pragma.normalize(value)
    except CtsError:
        return
    if pragma.words:
        assert normal in pragma.words
    else:
        assert pragma.minimum <= int(normal) <= pragma.maximum
        assert normal.lstrip("-").isascii()
    assert pragma.normalize(normal) == normal


@pytest.mark.parametrize(
    ("name", "given_value", "normal"),
    [
        ("synchronous", "full", "FULL"),
        ("synchronous", "2", "FULL"),
        ("foreign_keys", "yes", "ON"),
        ("foreign_keys", "0", "OFF"),
        ("journal_mode", "WAL", "wal"),
        ("cache_size", " -64000 ", "-64000"),
        ("Busy_Timeout", "0030", "30"),
    ],
)
def test_a_value_may_be_written_in_any_way_that_sqlite_takes(name, given_value, normal):
    assert find_pragma(name).normalize(given_value) == normal


def test_a_journal_mode_has_no_number():
    with pytest.raises(CtsError):
        find_pragma("journal_mode").normalize("0")
