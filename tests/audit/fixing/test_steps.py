"""Only statements of the closed set are steps; whatever else a text holds, it is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.audit.fixing.steps import read_steps
from cts_console.audit.rules.indexes.idx_06 import ORPHANS
from cts_console.errors import CtsError
from cts_console.sqlite import quote_identifier

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "-- nothing",
        "DROP TABLE orders",
        "DROP INDEX",
        "DROP INDEX a, b",
        "DROP INDEX IF EXISTS a",
        "DROP INDEX main.a",
        "DROP INDEX 'a'",
        "DROP INDEX a; DROP TABLE orders",
        "DROP INDEX a; DELETE FROM orders",
        "DELETE FROM orders",
        "DELETE FROM sqlite_stat1",
        "DELETE FROM sqlite_stat1 WHERE 1",
        f"DELETE FROM orders WHERE {ORPHANS}",
        f"DELETE FROM sqlite_schema WHERE {ORPHANS}",
        f"DELETE FROM sqlite_stat1 WHERE {ORPHANS} OR 1",
        "UPDATE orders SET price = 1",
        "INSERT INTO orders DEFAULT VALUES",
        "CREATE TABLE t (a)",
        "CREATE UNIQUE INDEX a ON t (a)",
        "CREATE TEMP VIEW a AS SELECT 1",
        "CREATE INDEX a ON t",
        "ANALYZE orders",
        "VACUUM INTO '/tmp/x.db'",
        "PRAGMA writable_schema = ON",
        "PRAGMA main.journal_mode = DELETE",
        "PRAGMA journal_mode(DELETE)",
        "PRAGMA analysis_limit = x",
        "PRAGMA user_version = 1 + 1",
        "PRAGMA user_version = -x",
        "ATTACH '/tmp/x.db' AS x",
        "EXPLAIN DROP INDEX a",
        "SELECT 1",
    ],
)
def test_what_is_no_fix(sql: str) -> None:
    with pytest.raises(CtsError) as raised:
        read_steps(sql)
    assert raised.value.code == "usage"


@pytest.mark.parametrize(
    ("sql", "kind", "name", "value"),
    [
        ("drop index `a b`;", "drop_index", "a b", ""),
        ("CREATE INDEX [a] ON \"t\" (b) WHERE c = ';'", "create_index", "a", ""),
        ("PRAGMA application_id = -1", "set_pragma", "application_id", "-1"),
        ("PRAGMA journal_mode = WAL", "set_pragma", "journal_mode", "WAL"),
        (f"DELETE FROM sqlite_stat4 WHERE {ORPHANS}", "delete_statistics", "sqlite_stat4", ""),
    ],
)
def test_what_is_one(sql: str, kind: str, name: str, value: str) -> None:
    (step,) = read_steps(sql)
    assert (step.kind, step.name, step.value) == (kind, name, value)


@given(NAMES)
def test_a_name_stays_a_name(name: str) -> None:
    (step,) = read_steps(f"DROP INDEX {quote_identifier(name)}")
    assert (step.kind, step.name) == ("drop_index", name)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(CtsError):
        assert read_steps(text)
