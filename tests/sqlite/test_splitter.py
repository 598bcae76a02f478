"""The splitter against SQLite itself, on scripts made to mislead it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.paths import migrations_dir
from cts_console.sqlite import open_memory_database, split_statements, without_comments

BLANKS = " \t\n\f\r\ufeff"


def sql_of(text: str) -> list[str]:
    return [statement.sql for statement in split_statements(text)]


# Scripts whose statements are known

comments = st.one_of(
    st.text("ab;'\"`[]END */-", max_size=12).map(lambda t: "--" + t.replace("\n", "") + "\n"),
    st.text("ab;'\"`[]END\n-", max_size=12).map(lambda t: f"/* {t} */"),
)
blanks = st.one_of(st.sampled_from([" ", "\n", "\r\n", "\t", " \n "]), comments)
gaps = st.lists(blanks, min_size=1, max_size=3).map("".join).map(lambda gap: f" {gap} ")
between = st.lists(st.one_of(blanks, st.just(";")), max_size=4).map("".join)
texts = st.text("ab;'\"`[]-/*\nENDé日", max_size=10)
literals = texts.map(lambda text: "'" + text.replace("'", "''") + "'")
aliases = st.one_of(
    texts.map(lambda text: '"' + text.replace('"', '""') + '"'),
    texts.map(lambda text: "`" + text.replace("`", "``") + "`"),
    texts.map(lambda text: "[" + text.replace("]", "") + "]"),
)


@st.composite
def selects(draw: st.DrawFn) -> list[str]:
    value = draw(literals)
    return draw(
        st.sampled_from(
            [
                ["SELECT", value, "AS", draw(aliases)],
                ["INSERT", "INTO", "log", "VALUES", f"({value})"],
                ["SELECT", "CASE", "WHEN", value, "=", "'x'", "THEN", "1", "ELSE", "2", "END"],
                ["WITH", "c", "AS", f"(SELECT {value} AS a)", "SELECT", "a", "FROM", "c"],
                ["UPDATE", "log", "SET", "a", "=", value, "WHERE", "a", "=", value],
            ]
        )
    )


@st.composite
def statements(draw: st.DrawFn) -> str:
    """One statement, ended by a semicolon, with comments wherever SQL allows them."""
    words = draw(selects())
    if draw(st.booleans()):
        number = draw(st.integers(0, 10**9))
        kind = draw(st.sampled_from(["", "TEMP", "TEMPORARY"]))
        body = [
            word
            for inner in draw(st.lists(selects(), min_size=1, max_size=3))
            for word in [*(inner if inner[0] != "WITH" else ["SELECT", "1"]), ";"]
        ]
        words = [
            "create",
            kind,
            "Trigger",
            "IF",
            "NOT",
            "EXISTS",
            f"g{number}",
            "AFTER",
            "INSERT",
            "ON",
            "log",
            "BEGIN",
            *body,
            "end",
        ]
        if draw(st.booleans()):
            words = ["EXPLAIN", *words]
    text = words[0]
    for word in words[1:]:
        text += draw(gaps) + word
    return text + draw(st.one_of(st.just(""), gaps)) + ";"


@given(st.lists(st.tuples(between, statements()), max_size=6), between)
def test_a_script_splits_into_its_statements(parts: list[tuple[str, str]], tail: str) -> None:
    script, expected_lines = "", []
    for gap, statement in parts:
        script += gap
        expected_lines.append(script.count("\n") + 1)
        script += statement
    found = split_statements(script + tail)
    assert [part.line for part in found] == expected_lines
    for part, (_, expected) in zip(found, parts, strict=True):
        assert part.sql.endswith(expected)
        before = part.sql.removesuffix(expected)
        assert without_comments(before).strip(BLANKS) == ""


@given(st.lists(st.tuples(between, statements()), max_size=6))
def test_the_pieces_do_what_the_whole_does(parts: list[tuple[str, str]]) -> None:
    script = "CREATE TABLE log (a);" + "".join(gap + statement for gap, statement in parts)
    with open_memory_database() as whole, open_memory_database() as pieces:
        whole.execute(script)
        for statement in split_statements(script):
            pieces.execute(statement.sql)
        for sql in (
            "SELECT sql FROM sqlite_schema",
            "SELECT sql FROM sqlite_temp_schema",
            "SELECT a FROM log",
        ):
            assert whole.read_rows(sql) == pieces.read_rows(sql)


@given(st.text("ab ;'\"`[]-/*\nENDCREATTRIGGERBEGIN"))
def test_any_text_splits_without_loss(text: str) -> None:
    rest = text
    for statement in split_statements(text):
        before, found, rest = rest.partition(statement.sql)
        assert found
        assert without_comments(before).strip(BLANKS + ";") == ""
        assert 1 <= statement.line <= text.count("\n") + 1
    assert without_comments(rest).strip(BLANKS + ";") == ""


# Single cases


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        ";;;",
        " ; ; ",
        "-- only words",
        "/* ; */",
        "\ufeff",
        "\ufeff;\r\n;",
        "/* open",
        "--",
    ],
)
def test_no_statement(text: str) -> None:
    assert split_statements(text) == []


def test_a_last_statement_needs_no_semicolon() -> None:
    assert sql_of("SELECT 1;\nSELECT 2") == ["SELECT 1;", "SELECT 2"]


@pytest.mark.parametrize(
    "head",
    [
        "CREATE TRIGGER g",
        "create temp trigger g",
        "CREATE /* x; */ TEMPORARY -- y;\n TRIGGER IF NOT EXISTS g",
        "CREATE/**/TRIGGER g",
        "\ufeffCREATE TRIGGER g",
        "EXPLAIN CREATE TRIGGER g",
        "EXPLAIN QUERY PLAN CREATE TRIGGER g",
        "-- first a comment;\nCREATE TRIGGER g",
        ";;; CREATE TRIGGER g",
    ],
)
def test_a_trigger_is_one_statement(head: str) -> None:
    body = (
        " AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN 1 THEN 'END;' ELSE 2 END; "
        'SELECT 1 AS "END"; -- END;\n SELECT CASE 1 WHEN 1 THEN 2 END; END /* ; */ ;'
    )
    found = sql_of(head + body + " SELECT 2;")
    assert len(found) == 2
    assert found[0].endswith("END /* ; */ ;")
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute(found[0])


def test_a_trigger_without_its_end_keeps_what_follows() -> None:
    assert len(sql_of("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; SELECT 2;")) == 1


def test_words_that_only_look_like_a_trigger() -> None:
    assert len(sql_of("CREATE TABLE trigger_log (a); SELECT 'CREATE TRIGGER'; SELECT 1")) == 3
    assert len(sql_of('CREATE TABLE "TRIGGER" (a); CREATE INDEX i ON "TRIGGER" (a);')) == 2


def test_begin_and_end_outside_a_trigger() -> None:
    assert sql_of("BEGIN; SELECT 1; END; BEGIN IMMEDIATE; COMMIT") == [
        "BEGIN;",
        "SELECT 1;",
        "END;",
        "BEGIN IMMEDIATE;",
        "COMMIT",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'open; SELECT 2;",
        'SELECT "open; SELECT 2;',
        "SELECT [open; SELECT 2;",
        "SELECT `open; SELECT 2;",
        "SELECT 1 /* open; SELECT 2;",
    ],
)
def test_what_is_never_closed_runs_to_the_end(text: str) -> None:
    assert sql_of(text) == [text]


def test_lines_of_a_windows_file() -> None:
    found = split_statements(
        "\ufeff-- head\r\nSELECT 1;\r\n\r\n/* two\r\nlines */\r\nSELECT 2;\r\n"
    )
    assert [(statement.line, statement.sql[-9:]) for statement in found] == [
        (2, "SELECT 1;"),
        (6, "SELECT 2;"),
    ]


def test_letters_that_python_takes_for_white_space_stay() -> None:
    assert sql_of("SELECT 1 AS a\u00a0;SELECT 2 AS \u2003")[1] == "SELECT 2 AS \u2003"


def test_without_comments_keeps_strings() -> None:
    assert without_comments("a--b\n'--c'/*d*/\"/*e*/\"") == "a \n'--c' \"/*e*/\""


def test_our_own_migrations_split_as_sqlite_reads_them() -> None:
    scripts = sorted(migrations_dir().glob("*.sql"))
    assert scripts
    for script in scripts:
        found = split_statements(script.read_text(encoding="utf-8"))
        assert found
        for statement in found:
            bare = without_comments(statement.sql)
            is_trigger = "CREATE TRIGGER" in bare
            assert is_trigger == (bare.rstrip(BLANKS + ";").endswith("END") and "BEGIN" in bare)


# Time


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "INSERT INTO t VALUES (1);\n" * n,
        lambda n: "CREATE TRIGGER g AFTER INSERT ON t BEGIN\n" + "SELECT 1; SELECT 2;\n" * n,
        lambda n: "SELECT '" + "abcdefghijklmnopqrst" * n,
        lambda n: "/* a comment;;;;; */\n" * n,
        lambda n: "-- ''''''''''''''''\n" * n,
        lambda n: "'" * (20 * n) + "x",
        lambda n: "/*" * (10 * n),
        lambda n: ";" * (5 * n),
    ],
    ids=["statements", "open trigger", "open string", "comments", "lines", "quotes", "stars", ";"],
)
def test_the_time_grows_with_the_text(make: Callable[[int], str]) -> None:
    """Twenty times the text may take a hundred times as long; a square would be four hundred."""
    small, large = make(2_500), make(50_000)

    def seconds(text: str) -> float:
        start = time.process_time()
        split_statements(text)
        return time.process_time() - start

    assert seconds(large) < 100 * max(min(seconds(small) for _ in range(3)), 0.001)
