"""`audit --compare`, `audit accept` and `audit history`, and side databases that fail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cts_console.sqlite import open_database
from cts_console.store import Acceptance, identify, open_store, store_path
from tests.cli.console import Console, digest
from tests.cli.shapes import AUDIT, assert_shape


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    path = tmp_path / "flawed.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)")
        connection.execute("CREATE INDEX one ON t (a); CREATE INDEX two ON t (a)")
    return path


def change(path: Path, sql: str) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(sql)


def run(console: Console, path: Path, *options: object) -> Any:
    answer = console.run("audit", path, *options, "--json")
    assert_shape(answer.document, AUDIT)
    return answer.document


def of_rule(findings: Any, rule: str = "IDX-01") -> Any:
    (finding,) = [finding for finding in findings if finding["rule"] == rule]
    return finding


# Comparing


def test_new_same_and_fixed(console: Console, flawed: Path) -> None:
    first = run(console, flawed)
    assert "compared_with" not in first
    assert of_rule(first["findings"])["change"] is None
    second = run(console, flawed, "--compare", "latest")
    assert second["compared_with"] == {
        "id": first["kept"]["id"],
        "started_at": first["started_at"],
        "profile": "standard",
        "original": None,
    }
    assert of_rule(second["findings"])["change"] == "same"
    assert of_rule(second["findings"])["since"] == first["started_at"]
    change(flawed, "DROP INDEX two")
    third = run(console, flawed, "--compare", first["kept"]["id"])
    fixed = of_rule(third["fixed"])
    assert fixed["fingerprint"] == of_rule(first["findings"])["fingerprint"]
    assert fixed["change"] == "fixed"
    change(flawed, "CREATE INDEX two ON t (a)")
    fourth = run(console, flawed, "--compare", "latest")
    assert of_rule(fourth["findings"])["change"] == "new"
    assert of_rule(fourth["findings"])["since"] == fourth["started_at"]


def test_people_see_what_changed(console: Console, flawed: Path) -> None:
    assert "No earlier audit is kept" in console.run("audit", flawed, "--compare", "latest").out
    change(flawed, "DROP INDEX two")
    assert "FIXED  IDX-01" in console.run("audit", flawed, "--compare", "latest").out
    change(flawed, "CREATE INDEX two ON t (a)")
    shown = console.run("audit", flawed, "--compare", "latest").out
    assert "NEW WARNING  IDX-01" in shown
    assert "Against audit 2" in shown
    assert "NEW" not in console.run("audit", flawed, "--compare", "latest").out


def test_chosen_rules_are_compared_with_what_was_asked(console: Console, flawed: Path) -> None:
    run(console, flawed)
    picked = run(console, flawed, "--rule", "STO-01", "--compare", "latest")
    assert picked["fixed"] == []
    assert of_rule(picked["unknown"])["change"] == "unknown"
    assert "one of the two audits says nothing" in (
        console.run("audit", flawed, "--rule", "STO-01", "--compare", "latest").out
    )


def test_a_copy_is_compared_with_its_original(console: Console, cts: Path) -> None:
    change(cts, "CREATE INDEX again ON orders (status); CREATE INDEX more ON orders (status)")
    first = run(console, cts, "--profile", "quick")
    copy = Path(shutil.copy(cts, cts.with_name("copy.db")))
    second = run(console, copy, "--profile", "quick", "--compare", "latest")
    assert second["compared_with"]["id"] == first["kept"]["id"]
    assert second["compared_with"]["original"] == str(cts)
    assert {finding["change"] for finding in second["findings"]} == {"same"}
    shown = console.run("audit", copy, "--profile", "quick", "--compare", first["kept"]["id"]).out
    assert f"of {cts}, of which this is a copy" in shown


@pytest.mark.parametrize("which", ["77", "yesterday"])
def test_an_audit_that_does_not_exist(console: Console, flawed: Path, which: str) -> None:
    run(console, flawed)
    console.run("audit", flawed, "--compare", which, "--json").assert_refused("usage")


# Accepting


def test_an_accepted_finding_is_folded_away_and_fails_nothing(
    console: Console, flawed: Path
) -> None:
    before = digest(flawed)
    found = of_rule(run(console, flawed)["findings"])
    warned = console.run("audit", flawed, "--rule", "IDX-01", "--fail-on", "warning")
    assert warned.status == 1
    assert found["fingerprint"] in warned.out
    words = ("audit", "accept", flawed, found["fingerprint"])
    answer = console.run(*words, "--reason", "known", "--until", "2999-01-31", "--json")
    assert answer.status == 0
    (accepted,) = answer.document["accepted"]
    assert accepted["until"] == "2999-01-31T23:59:59.999Z"
    assert (accepted["rule"], accepted["reason"], accepted["expired"]) == ("IDX-01", "known", False)
    quiet = console.run("audit", flawed, "--rule", "IDX-01", "--fail-on", "warning")
    assert quiet.status == 0
    assert "1 accepted" in quiet.out
    assert found["title"] not in quiet.out
    document = run(console, flawed)
    assert of_rule(document["findings"])["accepted"]["reason"] == "known"
    listed = console.run("audit", "accept", flawed, "--list")
    assert found["fingerprint"] in listed.out
    assert console.run(*words, "--withdraw").status == 0
    assert console.run("audit", flawed, "--rule", "IDX-01", "--fail-on", "warning").status == 1
    assert "No finding is accepted" in console.run("audit", "accept", flawed, "--list").out
    assert digest(flawed) == before


def test_it_comes_back_when_its_day_is_over(console: Console, flawed: Path) -> None:
    found = of_rule(run(console, flawed)["findings"])
    with open_database(flawed) as connection:
        identity = identify(connection)
    with open_store() as store:
        until_ms = 1_700_000_000_000
        store.accept(
            identity, Acceptance(found["fingerprint"], "IDX-01", None, "known", 1, until_ms)
        )
    document = run(console, flawed)
    back = of_rule(document["findings"])
    assert (back["accepted"], back["accepted_until"]) == (None, "2023-11-14T22:13:20.000Z")
    assert document["summary"]["accepted"] == 0
    answer = console.run("audit", flawed, "--fail-on", "warning")
    assert answer.status == 1
    assert "It was accepted until 2023-11-14T22:13:20.000Z." in answer.out
    (listed,) = console.run("audit", "accept", flawed, "--list", "--json").document["accepted"]
    assert listed["expired"] is True


def test_what_cannot_be_accepted(console: Console, flawed: Path) -> None:
    name = of_rule(run(console, flawed)["findings"])["fingerprint"]
    for words in (
        (name,),
        (),
        (name, "--reason", ""),
        (name, "--reason", "known", "--until", "soon"),
        ("f" * 16, "--reason", "known"),
        (name, "--withdraw"),
    ):
        console.run("audit", "accept", flawed, *words, "--json").assert_refused("usage")
    gone = console.run("audit", "accept", flawed.with_name("no.db"), name, "--list", "--json")
    gone.assert_refused("not_found")


def test_the_status_counts_it_apart(console: Console, flawed: Path) -> None:
    found = of_rule(run(console, flawed)["findings"])
    console.run("audit", "accept", flawed, found["fingerprint"], "--reason", "known")
    database = console.run("status", flawed, "--json").document["database"]
    assert database["accepted"] == 1
    assert not any(found["title"] in issue for issue in database["issues"])


# History


def test_history(console: Console, flawed: Path) -> None:
    assert "no audit is kept" in console.run("audit", "history", flawed).out
    first = run(console, flawed)
    change(flawed, "DROP INDEX two")
    second = run(console, flawed)
    document = console.run("audit", "history", flawed, "--json").document
    assert document["total"] == 2
    newest, oldest = document["audits"]
    assert (newest["id"], oldest["id"]) == (second["kept"]["id"], first["kept"]["id"])
    assert newest["started_at"] == second["started_at"]
    assert newest["summary"]["warning"] == second["summary"]["warning"]
    assert newest["change"]["from"] == oldest["id"]
    assert newest["change"]["fixed"] >= 1
    assert oldest["change"] is None
    shown = console.run("audit", "history", flawed, "--limit", "1").out
    assert second["started_at"] in shown
    assert "1 of 2 shown" in shown
    console.run("audit", "history", flawed, "--limit", "0", "--json").assert_refused("usage")


@pytest.mark.parametrize("name", ["accept", "fix", "history"])
def test_a_file_of_that_name_is_audited_all_the_same(
    console: Console, flawed: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flawed.rename(flawed.with_name(name))
    monkeypatch.chdir(flawed.parent)
    for words in ((f"./{name}",), ("--", name), ("--profile", "quick", name)):
        document = console.run("audit", "--json", *words).document
        assert document["database"] == str(flawed.with_name(name))


def test_help(console: Console) -> None:
    told = console.run("audit", "--help").out
    assert "--compare" in told
    assert "audit accept" in told
    assert "audit history" in told
    assert "audit fix" in told
    assert "cts-console audit accept" in console.run("audit", "accept", "--help").out
    assert "--apply" in console.run("audit", "fix", "--help").out
    assert "--limit" in console.run("audit", "history", "--help").out


# Records that cannot be used


@pytest.fixture
def locked() -> Iterator[None]:
    with open_store():
        pass
    with open_database(store_path(), "read_write") as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def assert_audited(console: Console, path: Path, code: str) -> None:
    document = run(console, path, "--rule", "IDX-01", "--compare", "latest")
    assert document["compare_error"]["code"] == document["kept"]["error"]["code"] == code
    assert document["compared_with"] is None
    assert of_rule(document["findings"])["change"] is None
    whole = run(console, path)
    assert (whole["kept"]["id"], whole["kept"]["error"]["code"]) == (None, code)
    shown = console.run("audit", path, "--compare", "latest").out
    assert "could not be compared" in shown
    assert "could not be kept" in shown
    console.run("audit", "history", path, "--json").assert_refused(code)
    console.run("audit", "accept", path, "f" * 16, "--reason", "x", "--json").assert_refused(code)


@pytest.mark.usefixtures("locked")
def test_locked(console: Console, flawed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cts_console.store.store.BUSY_TIMEOUT_MS", 10)
    assert_audited(console, flawed, "locked")


def test_damaged(console: Console, flawed: Path) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().write_bytes(b"not a database at all" * 100)
    assert_audited(console, flawed, "not_a_database")


def test_from_a_newer_version(console: Console, flawed: Path) -> None:
    with open_store():
        pass
    change(store_path(), "PRAGMA user_version = 99")
    assert_audited(console, flawed, "too_new")
