"""Quoting, checked by SQLite itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.errors import CtsError
from cts_console.sqlite import open_memory_database, quote_identifier, quote_text

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
names = texts.filter(lambda name: not name.lower().startswith("sqlite_"))


@given(texts)
def test_a_text_comes_back_as_it_was(value: str) -> None:
    with open_memory_database() as connection:
        assert connection.read_value(f"SELECT {quote_text(value)}") == value


@given(names, texts)
def test_any_name_is_one_name(table: str, column: str) -> None:
    with open_memory_database() as connection:
        connection.execute(
            f"CREATE TABLE {quote_identifier(table)} ({quote_identifier(column)} TEXT)"
        )
        connection.execute(f"INSERT INTO {quote_identifier(table)} VALUES ('x')")
        sql = f"SELECT {quote_identifier(column)} FROM {quote_identifier(table)}"
        assert connection.read_rows(sql) == [("x",)]
        assert connection.read_rows("SELECT name FROM sqlite_schema") == [(table,)]
        info = f"SELECT name FROM pragma_table_info({quote_text(table)})"
        assert connection.read_rows(info) == [(column,)]


@pytest.mark.parametrize("quote", [quote_identifier, quote_text])
@pytest.mark.parametrize("text", ["\0", "a\0b", "a\0"])
def test_a_nul_is_refused(quote: object, text: str) -> None:
    assert callable(quote)
    with pytest.raises(CtsError) as caught:
        quote(text)
    assert caught.value.code == "usage"
    assert "\0" not in caught.value.message
