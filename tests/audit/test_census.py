"""The census: one pass per table, whatever the tables are like."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from cts_console.audit import AuditResult, run_audit
from cts_console.audit.census.times import FORMS, UNITS, form_sql, unit_of
from cts_console.audit.census.words import VOCABULARY, proposal, words_of
from cts_console.audit.rules.generic.gen_09 import same_market
from cts_console.sqlite import open_database, open_memory_database
from cts_console.startup import run_startup
from tests.audit.case import damage_page, make

CENSUS_RULES = ["SCH-08", "GEN-02", "GEN-03", "GEN-04", "GEN-05", "GEN-06", "GEN-07"]


def audit(path: Path, *rules: str) -> AuditResult:
    return run_audit(path, profile="deep", rules=rules or CENSUS_RULES)


def test_a_damaged_table_is_not_checked_and_the_others_are(tmp_path: Path):
    path = tmp_path / "a.db"
    make(
        path,
        "CREATE TABLE broken (price REAL); INSERT INTO broken VALUES (1);"
        "CREATE TABLE whole (price REAL, at DATETIME); INSERT INTO whole VALUES ('x', 1);",
    )
    damage_page("broken")(path)
    result = audit(path, "SCH-08", "GEN-03")
    assert {finding.object for finding in result.findings} >= {"whole.price"}
    for check in result.checks:
        if check.rule in ("SCH-08", "GEN-03"):
            assert check.note is not None
            assert "broken" in check.note
            assert "whole" not in check.note
    states = {check.rule: check.status for check in result.checks}
    assert (states["SCH-08"], states["GEN-03"]) == ("found", "not_checked")


def test_views_triggers_and_virtual_columns_are_not_run(tmp_path: Path):
    path = tmp_path / "a.db"
    make(
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n REAL, boom REAL AS (abs(id)));"
        "INSERT INTO t (n) VALUES (1); CREATE VIEW v AS SELECT boom AS price FROM t;"
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
        " replace(sql, 'abs(id)', 'abs(-9223372036854775807 - id)') WHERE name = 't';",
    )
    result = audit(path)
    assert {check.status for check in result.checks} <= {"not_checked", "not_applicable"}
    assert all("t.boom" in (c.note or "") for c in result.checks if c.status == "not_checked")


def test_no_text_that_may_be_a_secret_gets_into_the_evidence(tmp_path: Path):
    path = tmp_path / "a.db"
    secret = "sk_live_51Habcdefghijklmnop"
    make(
        path,
        f"CREATE TABLE t (price REAL, api_key REAL, doc JSON, k TEXT PRIMARY KEY) WITHOUT ROWID;"
        f"INSERT INTO t VALUES (1, 1, '{{}}', 'a'), ('{secret}', 'short', '{secret}', '{secret}');",
    )
    result = audit(path)
    assert {f.object for f in result.findings} == {"t.price", "t.api_key", "t.doc"}
    assert secret not in repr(result)
    assert "short" not in repr(result)


def test_a_table_of_2000_columns_with_long_names_is_read(tmp_path: Path):
    path = tmp_path / "a.db"
    names = [f"{'long_' * 20}{number}_at" for number in range(2000)]
    make(
        path,
        f"CREATE TABLE t ({', '.join(f'{name} DATETIME' for name in names)});"
        f"INSERT INTO t ({names[0]}, {names[-1]}) VALUES (1700000000, '2024-05-01 10:00:00'),"
        " (1700000000000, '2024-05-01T10:00:00Z');",
    )
    result = audit(path, "GEN-05", "GEN-03")
    assert {finding.object for finding in result.findings} == {f"t.{names[0]}", f"t.{names[-1]}"}
    assert {check.status for check in result.checks} == {"found", "passed"}


def test_a_table_that_takes_too_long_is_not_checked(tmp_path: Path):
    path = tmp_path / "a.db"
    make(
        path,
        "CREATE TABLE t (n REAL); WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
        " WHERE i < 100000) INSERT INTO t SELECT i FROM c;",
    )
    result = run_audit(path, rules=["GEN-03"], rule_timeout_s=1e-6)
    assert [check.status for check in result.checks] == ["not_checked"]


def test_the_vocabulary_is_that_of_the_schema(tmp_path: Path):
    path = tmp_path / "cts.db"
    run_startup(path)
    with open_database(path) as connection:
        for relation, columns in VOCABULARY.items():
            sql = str(
                connection.read_value("SELECT sql FROM sqlite_schema WHERE name = ?", (relation,))
            )
            for column in columns:
                listed = re.search(rf"\b{column} IN \(([^)]*)\)", sql)
                assert listed is not None, f"{relation}.{column}"
                assert set(re.findall(r"'([^']*)'", listed[1])) == words_of(f"{relation}.{column}")


@pytest.mark.parametrize(
    ("column", "word", "known"),
    [
        ("orders.status", "Canceled", "cancelled"),
        ("orders.status", "PARTIALLY-FILLED", "partially_filled"),
        ("orders.status", "closed", "filled"),
        ("orders.side", "BUY", "buy"),
        ("orders.time_in_force", "gtc", "GTC"),
        ("orders.status", "lost", None),
        ("bot_instances.status", "closed", None),
    ],
)
def test_another_spelling_comes_with_the_word_it_stands_for(
    column: str, word: str, known: str | None
):
    assert proposal(column, word) == known


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        (1_700_000_000, "seconds"),
        (1_700_000_000.5, "seconds"),
        (1_700_000_000_000, "milliseconds"),
        (1_700_000_000_000_000, "microseconds"),
        (1_700_000_000_000_000_000, "nanoseconds"),
        (0, None),
        (-1, None),
        (2024, None),
        (9_999_999_999, None),
        (9_223_372_036_854_775_807, None),
        (None, None),
    ],
)
def test_a_number_is_an_instant_in_one_unit_at_most(number: float | None, unit: str | None):
    found = unit_of(number)
    assert (found.name if found else None) == unit


def test_no_number_is_an_instant_in_two_units():
    for one, other in pairwise(UNITS):
        assert one.last < other.first


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("'2024-05-01 10:00:00'", FORMS[0]),
        ("'2024-05-01 10:00'", FORMS[0]),
        ("'2024-05-01 10:00:00.123456'", FORMS[0]),
        ("'2024-05-01 10:00:00Z'", FORMS[1]),
        ("'2024-05-01 10:00:00.123456+00:00'", FORMS[1]),
        ("'2024-05-01 10:00:00+02'", FORMS[2]),
        ("'2024-05-01T10:00:00'", FORMS[3]),
        ("'2024-05-01T10:00:00.000Z'", FORMS[4]),
        ("'2024-05-01T10:00:00-00:00'", FORMS[4]),
        ("'2024-05-01T10:00:00+0530'", FORMS[5]),
        ("'1700000000'", "seconds as text"),
        ("'1700000000000'", "milliseconds as text"),
        ("1700000000", "seconds"),
        ("1700000000000.0", "milliseconds"),
        ("7", "number"),
        ("0", None),
        ("NULL", None),
        ("'2024-05-01'", None),
        ("'2024-05-01 later'", None),
        ("'20240501100000'", None),
        ("'Mon May 01 2024'", None),
        ("x'323032342d30352d30312031303a30303a3030'", None),
        ("CAST(x'ff' AS TEXT)", None),
    ],
)
def test_the_form_of_an_instant(value: str, form: str | None):
    with open_memory_database() as connection:
        sql = form_sql().replace("{b}", "c").replace("{c}", "c")
        assert connection.read_value(f"SELECT {sql} FROM (SELECT {value} AS c)") == form


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("BTC/USDT", "BTC-USDT", True),
        ("BTC/USDT", "btcusdt", True),
        ("BTC_USDT", "BTCUSDT", True),
        ("BTC/USDT", "BTC/USDT:USDT", False),
        ("BTC/USDT:USDT", "BTC-USDT:USDT", True),
        ("BTC/USDT:USDT", "BTC/USDT:BTC", False),
        ("AB/CD", "ABC/D", False),
        ("BTC-USDT", "BTC-USDT-SWAP", False),
        ("BTC/USDT", "ETH/USDT", False),
    ],
)
def test_two_spellings_of_one_market(one: str, other: str, same: bool):
    assert same_market(one, other) is same_market(other, one) is same
