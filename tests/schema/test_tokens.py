"""Cutting SQL into tokens: nothing is lost, and nothing hides in a string or a comment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cts_console.schema import normal_form, read_index_clauses, read_table_clauses, read_tokens


@given(st.text())
def test_any_text_has_tokens_in_order_that_do_not_overlap(sql: str):
    tokens = read_tokens(sql)
    end = 0
    for token in tokens:
        assert token.start >= end
        assert sql[token.start : token.end] == token.text != ""
        end = token.end


@given(st.text())
def test_a_string_a_quoted_name_and_a_comment_are_one_token_or_none(text: str):
    string = "'" + text.replace("'", "''") + "'"
    name = '"' + text.replace('"', '""') + '"'
    comment = "/*" + text.replace("*/", "* /") + "*/"
    tokens = read_tokens(f"a {string} {comment} {name} b")
    assert [token.kind for token in tokens] == ["word", "string", "name", "word"]
    assert [token.value for token in tokens] == ["a", text, text, "b"]


@given(st.text(), st.text())
def test_clauses_of_any_text_are_found_or_not_but_never_fail(one: str, other: str):
    read_index_clauses(f"CREATE INDEX i ON t ({one}) WHERE {other}")
    read_table_clauses(f"CREATE TABLE t (a CHECK ({one}), {other})")
    read_table_clauses(one)
    read_index_clauses(other)


def test_the_look_of_a_text_does_not_count_and_its_meaning_does():
    assert normal_form("A  =\n1 -- x") == normal_form("a=1")
    assert normal_form("a = 'X'") != normal_form("a = 'x'")
    assert normal_form('"A"') != normal_form('"a"')
    assert normal_form("a = b") != normal_form("a == b")


def test_checks_and_generated_columns_are_told_from_the_rest():
    clauses = read_table_clauses(
        "CREATE TABLE t (a INT CHECK (a > (1)) DEFAULT (random()), 'b' AS (a + 1), "
        "c GENERATED ALWAYS AS (f(a, ')')) STORED CHECK (c), CONSTRAINT x CHECK (a < b) "
        "CHECK (b < c), FOREIGN KEY (a) REFERENCES t (a))"
    )
    assert [(clause.place, clause.column, clause.sql) for clause in clauses] == [
        ("check", "a", "a > (1)"),
        ("generated", "b", "a + 1"),
        ("generated", "c", "f(a, ')')"),
        ("check", "c", "c"),
        ("check", "", "a < b"),
        ("check", "", "b < c"),
    ]
