"""The queries of `audit`: added, listed, looked at, forgotten; never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.cli.console import Console, digest
from tests.cli.shapes import INSTANT

QUERY = "SELECT * FROM site_logs WHERE message = ?"


def listed(console: Console, path: Path) -> list[str]:
    answer = console.run("audit", path, "--list-queries", "--json")
    assert answer.status == 0
    assert answer.document["database"] == str(path)
    for row in answer.document["queries"]:
        assert set(row) == {"id", "sql", "added_at", "last_seen_at"}
        assert INSTANT.fullmatch(row["added_at"])
        assert INSTANT.fullmatch(row["last_seen_at"])
    return [row["sql"] for row in answer.document["queries"]]


def test_a_query_is_looked_at_and_kept(console: Console, cts: Path) -> None:
    with open_database(cts, "read_write") as connection:
        connection.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)"
            " INSERT INTO site_logs (level, category, message) SELECT 'info', 'x', 'm' || i FROM n"
        )
    before = digest(cts)
    answer = console.run("audit", cts, "--rule", "IDX-04", "--query", QUERY, "--json")
    (finding,) = answer.document["findings"]
    assert finding["object"] == "site_logs.message"
    assert finding["evidence"]["rows"][0][0] == "own.1"
    assert finding["fix_sql"].startswith("CREATE INDEX ")
    again = console.run("audit", cts, "--rule", "IDX-04", "--json").document
    assert [row["fingerprint"] for row in again["findings"]] == [finding["fingerprint"]]
    assert listed(console, cts) == [QUERY]
    shown = console.run("audit", cts, "--list-queries").out
    assert "own.1" in shown
    assert QUERY in shown
    console.run("audit", cts, "--rule", "IDX-04", "--forget-query", "own.1", "--fail-on", "warning")
    assert listed(console, cts) == []
    assert digest(cts) == before


def test_the_list_can_be_changed_without_an_audit(console: Console, cts: Path) -> None:
    other = "DELETE FROM site_logs WHERE created_at < :t"
    arguments = ("--list-queries", "--query", QUERY, "--query", other, "--query", QUERY, "--json")
    document = console.run("audit", cts, *arguments).document
    assert [row["sql"] for row in document["queries"]] == [QUERY, other]
    console.run("audit", cts, "--list-queries", "--forget-query", QUERY)
    assert listed(console, cts) == [other]
    assert console.run("status", cts, "--json").document["performance"]["last_audit"] is None


@pytest.mark.parametrize(
    "options",
    [
        ("--query", "SELECT * FROM gone"),
        ("--query", "PRAGMA journal_mode = DELETE"),
        ("--query", "SELECT 1; SELECT 2"),
        ("--query", QUERY, "--query", "SELECT gone FROM site_logs"),
        ("--forget-query", "own.1"),
        ("--query", QUERY, "--profile", "nothing"),
        ("--query", QUERY, "--fail-on", "nothing"),
    ],
)
def test_what_is_refused_changes_nothing(
    console: Console, cts: Path, options: tuple[str, ...]
) -> None:
    before = digest(cts)
    console.run("audit", cts, *options, "--json").assert_refused("usage")
    assert listed(console, cts) == []
    assert digest(cts) == before


def test_the_list_needs_a_database(console: Console) -> None:
    console.run("audit", "--list-queries", "--json").assert_refused("usage")


def test_values_that_may_be_secret_are_not_listed(console: Console, cts: Path) -> None:
    sql = "SELECT id FROM users WHERE password_hash = 's3cr3t'"
    answer = console.run("audit", cts, "--query", sql, "--list-queries", "--json")
    assert "s3cr3t" not in answer.out
    assert "password_hash" in answer.out
