"""`audit fix`: shown, applied, saved, refused; and in the history afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cts_console.audit import identify_file
from cts_console.audit.fixing.applying import apply_steps
from cts_console.sqlite import open_database
from cts_console.store import StoredFix, open_store, store_path
from tests.cli.console import Console, snapshot
from tests.cli.shapes import INSTANT, Maybe, assert_shape
from tests.processes import IDLE_ENGINE, a_process, wait_for_line

STEP = {"kind": str, "sql": str}
APPLIED = {
    "at": INSTANT,
    "duration_ms": float,
    "backup": Maybe(str),
    "outcome": str,
    "note": Maybe(str),
    "kept": {"id": Maybe(int), "error": Maybe({"code": str, "message": str, "hint": str})},
}
FIX = {
    "database": str,
    "rule": str,
    "fingerprint": str,
    "object": Maybe(str),
    "table": Maybe(str),
    "title": str,
    "steps": [STEP],
    "passage": str,
    "estimated_hold_s": float,
    "alone": bool,
    "users": str,
    "backup_bytes": int,
    "export_reason": Maybe(str),
    "refusal": Maybe(str),
    "applied": Maybe(APPLIED),
    "output": Maybe(str),
}
KEPT = {
    "at": INSTANT,
    "rule": str,
    "fingerprint": str,
    "object": Maybe(str),
    "title": str,
    "statements": [str],
    "backup": Maybe(str),
    "outcome": str,
    "note": Maybe(str),
    "app_version": str,
}
TWICE = "CREATE INDEX first ON orders (price); CREATE INDEX again ON orders (price)"


def change(path: Path, sql: str) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(sql)


def found(console: Console, path: Path, rule: str = "IDX-01") -> str:
    document = console.run("audit", path, "--profile", "quick", "--json").document
    (fingerprint,) = [one["fingerprint"] for one in document["findings"] if one["rule"] == rule]
    return str(fingerprint)


def fix(console: Console, path: Path, *words: object) -> Any:
    return console.run("audit", "fix", path, *words, "--json")


@pytest.fixture
def flawed(cts: Path) -> Path:
    change(cts, TWICE)
    return cts


def test_it_is_shown_and_then_applied(console: Console, flawed: Path) -> None:
    name = found(console, flawed)
    before = snapshot(flawed.parent)
    shown = fix(console, flawed, name)
    assert_shape(shown.document, FIX)
    assert (shown.status, shown.document["applied"]) == (0, None)
    assert shown.document["steps"] == [{"kind": "drop_index", "sql": 'DROP INDEX "again"'}]
    told = console.run("audit", "fix", flawed, name).out
    assert 'DROP INDEX "again"' in told
    assert "Nothing was changed" in told
    assert snapshot(flawed.parent) == before
    answer = fix(console, flawed, name, "--apply")
    assert_shape(answer.document, FIX)
    applied = answer.document["applied"]
    assert (answer.status, applied["outcome"], applied["note"]) == (0, "fixed", None)
    assert Path(applied["backup"]).is_file()
    fix(console, flawed, name, "--apply").assert_refused("usage")


def test_the_history_lists_it_after_the_audits(console: Console, flawed: Path) -> None:
    name = found(console, flawed)
    told = console.run("audit", "fix", flawed, name, "--apply", "--no-backup").out
    assert "Made no backup" in told
    assert "the finding is gone" in told
    document = console.run("audit", "history", flawed, "--json").document
    (kept,) = document["fixes"]
    assert_shape(kept, KEPT)
    assert (kept["fingerprint"], kept["backup"], kept["outcome"]) == (name, None, "fixed")
    shown = console.run("audit", "history", flawed).out
    assert shown.index("profile") < shown.index("Fixes") < shown.index("IDX-01")


def test_what_did_not_help_is_exit_1(
    console: Console, flawed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apply_and_undo(*arguments: Any, **named: Any) -> None:
        apply_steps(*arguments, **named)
        change(flawed, "CREATE INDEX again ON orders (price)")

    name = found(console, flawed)
    monkeypatch.setattr("cts_console.audit.fixing.running.apply_steps", apply_and_undo)
    answer = fix(console, flawed, name, "--apply", "--no-backup")
    assert (answer.status, answer.document["applied"]["outcome"]) == (1, "still_there")


def test_the_gate(console: Console, flawed: Path) -> None:
    change(flawed, "PRAGMA auto_vacuum = NONE; VACUUM")
    name = found(console, flawed, "PRG-01")
    with a_process(IDLE_ENGINE, flawed) as engine:
        wait_for_line(engine, "open")
        assert "Refused as it is now" in console.run("audit", "fix", flawed, name).out
        fix(console, flawed, name, "--apply").assert_refused("locked")
        answer = fix(console, flawed, name, "--apply", "--overrule")
    assert (answer.status, answer.document["applied"]["outcome"]) == (0, "fixed")


def test_a_foreign_file_is_saved_as_sql(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "albums.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "CREATE TABLE albums (title); CREATE INDEX one ON albums (title);"
            "CREATE INDEX two ON albums (title)"
        )
    name = found(console, path)
    assert "--output" in console.run("audit", "fix", path, name).out
    before = path.read_bytes()
    fix(console, path, name, "--apply").assert_refused("foreign_file")
    target = tmp_path / "fix.sql"
    answer = fix(console, path, name, "--output", target)
    assert (answer.status, answer.document["output"]) == (0, str(target))
    assert 'DROP INDEX "two";' in target.read_text("utf-8")
    assert path.read_bytes() == before
    fix(console, path, name, "--output", target).assert_refused("usage")


@pytest.mark.parametrize(
    "words",
    [
        ("f" * 16,),
        ("f" * 16, "--rule", "IDX-01"),
        ("f" * 16, "--rule", "IDX-99"),
        ("f" * 16, "--rule", "IDX-01", "--apply", "--output", "x.sql"),
    ],
)
def test_what_cannot_be_fixed(console: Console, flawed: Path, words: tuple[str, ...]) -> None:
    fix(console, flawed, *words).assert_refused("usage")


def test_a_file_that_is_not_there(console: Console, tmp_path: Path) -> None:
    fix(console, tmp_path / "no.db", "f" * 16, "--rule", "IDX-01").assert_refused("not_found")


def test_records_that_fail_are_told(console: Console, flawed: Path) -> None:
    name = found(console, flawed)
    for suffix in ("-wal", "-shm"):
        store_path().with_name(store_path().name + suffix).unlink(missing_ok=True)
    store_path().write_bytes(b"no database at all" * 100)
    fix(console, flawed, name).assert_refused("not_a_database")
    answer = console.run("audit", "fix", flawed, name, "--rule", "IDX-01", "--apply")
    assert answer.status == 0
    assert "could not be kept in the history" in answer.out


def test_a_fix_that_ended_in_the_middle_is_told_until_its_rule_is_asked(
    console: Console, cts: Path
) -> None:
    begun = StoredFix(
        at_ms=1_700_000_000_000,
        rule="IDX-07",
        fingerprint="f" * 16,
        object=None,
        title="[red]No statistics",
        statements=("ANALYZE",),
        backup=None,
        outcome="begun",
        note=None,
        app_version="1",
        owner="of a process that is gone",
    )
    with open_store() as store:
        store.record_fix(identify_file(cts), begun)
    (told,) = console.run("audit", cts, "--profile", "quick", "--json").document["unsettled_fixes"]
    assert_shape(told, KEPT)
    assert told["outcome"] == "unknown"
    shown = " ".join(console.run("audit", cts, "--profile", "quick").out.split())
    assert "([red]No statistics): it ended in the middle, and nobody saw" in shown
    assert f"audit fix DATABASE {'f' * 16} --rule IDX-07" in shown
    # A standard audit asks IDX-07.
    asked = console.run("audit", cts, "--profile", "standard", "--json").document
    assert asked["unsettled_fixes"] == []
    (kept,) = console.run("audit", "history", cts, "--json").document["fixes"]
    assert kept["outcome"] == "fixed"
