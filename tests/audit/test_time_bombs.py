"""SCH-06's reading of expressions: neither fooled by what looks like a call nor by its dress."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cts_console.audit.rules.schema.sch_06 import read_changing_functions
from cts_console.errors import CtsError
from cts_console.sqlite import open_memory_database, quote_identifier, quote_text
from cts_console.sqlite.inspection import read_foreign_rows

NONE: frozenset[str] = frozenset()
CALLS = ("random()", "datetime('now')", "CURRENT_TIMESTAMP", "strftime('%s')", "date()")
NOISE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
CALL = st.sampled_from(CALLS)


@given(before=NOISE, call=CALL, after=NOISE)
def test_a_call_in_a_string_is_none(before: str, call: str, after: str):
    assert read_changing_functions(f"a <> {quote_text(before + call + after)}", NONE) == []


@given(before=NOISE, call=CALL, after=NOISE)
def test_a_call_in_a_quoted_name_is_none(before: str, call: str, after: str):
    name = quote_identifier(f"x{before}{call}{after}")
    assert read_changing_functions(f"{name} > 0", NONE) == []


@given(before=NOISE, call=CALL, after=NOISE)
def test_a_call_in_a_comment_is_none(before: str, call: str, after: str):
    inside = (before + call + after).replace("*/", "")
    assert read_changing_functions(f"a > /* {inside} */ 0", NONE) == []
    line = inside.replace("\n", " ")
    assert read_changing_functions(f"a > -- {line}\n 0", NONE) == []


@given(noise=NOISE, call=CALL)
def test_a_call_is_seen_whatever_stands_around_it(noise: str, call: str):
    comment = "/*" + noise.replace("*/", "") + "*/"
    dressed = f"a <> {quote_text(noise)} {comment} AND ({comment}{call}{comment}) > b"
    assert len(read_changing_functions(dressed, NONE)) == 1


@given(
    st.sampled_from(("date", "time", "datetime", "julianday", "unixepoch", "strftime")),
    st.lists(
        st.sampled_from(
            ("'now'", "'NOW'", "at", "'localtime'", "'utc'", "'+1 day'", "'auto'", "'subsec'")
        ),
        max_size=3,
    ),
)
def test_it_agrees_with_sqlite(function: str, arguments: list[str]):
    if function == "strftime":
        arguments = ["'%s'", *arguments]
    expression = f"{function}({', '.join(arguments)})"
    with open_memory_database() as connection:
        connection.execute(f"CREATE TABLE t (at, x AS ({expression}))")
        try:
            connection.execute_foreign("INSERT INTO t (at) VALUES ('2024-02-03 04:05:06')")
            read_foreign_rows(connection, "SELECT x FROM t")
        except CtsError as error:
            message = error.message
        else:
            message = ""
    if "non-deterministic" in message:
        assert read_changing_functions(expression, frozenset({"at", "x"}))
    else:
        assert message == ""
