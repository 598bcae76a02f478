"""The side database: what goes in comes out, for its owner alone, from several consoles at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cts_console.errors import CtsError
from cts_console.sqlite import open_database, side_file
from cts_console.store import (
    DatabaseIdentity,
    Failure,
    SizeSample,
    Store,
    StoredFix,
    open_store,
    rename_damaged_store,
    store_path,
)
from tests.sqlite.children import ROOT, Engine, hash_file, run_python

HERE = DatabaseIdentity(None, "1", "2", "abc", "/nowhere/a.db")
THERE = DatabaseIdentity(None, "1", "3", "abc", "/nowhere/b.db")


def document(**changes: Any) -> dict[str, Any]:
    return {
        "database": "/nowhere/a.db",
        "profile": "standard",
        "started_at": "2026-01-02T03:04:05.678Z",
        "duration_ms": 12.5,
        "summary": {"critical": 1, "error": 2, "warning": 3, "info": 4, "accepted": 5},
        "checks": [{"rule": "INT-01", "status": "passed"}],
        "findings": [],
        **changes,
    }


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


# What goes in comes out


def test_the_last_audit(store: Store) -> None:
    assert store.read_last_audit(HERE) is None
    first = store.record_audit(HERE, document())
    second = store.record_audit(HERE, document(profile="deep"))
    store.record_audit(THERE, document(profile="quick"))
    assert second > first
    audit = store.read_last_audit(HERE)
    assert audit is not None
    assert (audit.id, audit.profile, audit.duration_ms) == (second, "deep", 12.5)
    assert audit.started_at_ms == 1_767_323_045_678
    assert audit.document == document(profile="deep")


def test_the_last_audit_of_a_profile(store: Store) -> None:
    deep = store.record_audit(HERE, document(profile="deep"))
    store.record_audit(HERE, document(profile="quick"))
    store.record_audit(THERE, document(profile="deep"))
    audit = store.read_last_audit(HERE, "deep")
    assert audit is not None
    assert audit.id == deep
    assert store.read_last_audit(HERE, "standard") is None


def test_the_summary_can_be_asked_for_without_the_document(store: Store) -> None:
    store.record_audit(HERE, document())
    with open_database(store_path()) as connection:
        row = connection.read_row("SELECT critical, error, warning, info, accepted FROM audits")
    assert row == (1, 2, 3, 4, 5)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(json_values)
def test_any_document_comes_back_as_it_was(store: Store, value: object) -> None:
    store.record_audit(HERE, document(findings=value))
    audit = store.read_last_audit(HERE)
    assert audit is not None
    assert audit.document["findings"] == value


def test_names_that_are_no_unicode_do_not_stop_an_audit(store: Store) -> None:
    store.record_audit(HERE, document(findings=["table \udcff"]))
    audit = store.read_last_audit(HERE)
    assert audit is not None
    assert audit.document["findings"] == ["table \udcff"]


FIX = StoredFix(
    at_ms=1_767_323_045_678,
    rule="IDX-01",
    fingerprint="f" * 16,
    object="again",
    title="Index again repeats first",
    statements=("DROP INDEX a", "CREATE INDEX a ON t (a)"),
    backup="/a/b.db",
    outcome="unknown",
    note="not yet",
    app_version="0.1",
)


def test_fixes_come_back_the_last_one_first(store: Store) -> None:
    assert store.read_fixes(HERE, 9) == []
    begun = replace(FIX, outcome="begun", note=None, owner="ours")
    first = store.record_fix(HERE, begun)
    odd = replace(FIX, object=None, title="\udcff", backup=None, note=None)
    second = store.record_fix(HERE, odd)
    third = store.record_fix(THERE, FIX)
    assert store.read_unsettled_fixes(HERE) == [replace(begun, id=first)]
    fixed = replace(FIX, id=first, outcome="fixed", note=None)
    assert store.update_fix(fixed)
    assert not store.update_fix(replace(fixed, id=third + 1))
    assert store.read_unsettled_fixes(HERE) == []
    assert store.read_fixes(HERE, 9) == [replace(odd, id=second), fixed]
    assert store.read_fixes(HERE, 1) == [replace(odd, id=second)]
    assert store.read_fixes(THERE, 9) == [replace(FIX, id=third)]
    store.forget_fix(second)
    assert store.read_fixes(HERE, 9) == [fixed]


def test_queries(store: Store) -> None:
    store.record_query(HERE, "SELECT 1", at_ms=10)
    store.record_query(HERE, "SELECT 2", at_ms=20)
    store.record_query(HERE, "SELECT 1", at_ms=30)
    store.record_query(THERE, "SELECT 1")
    first, second = store.read_queries(HERE)
    assert (first.sql, first.added_at_ms, first.last_seen_at_ms) == ("SELECT 1", 10, 30)
    assert (second.sql, second.added_at_ms, second.last_seen_at_ms) == ("SELECT 2", 20, 20)
    store.forget_query(first)
    store.forget_query(first)
    assert store.read_queries(HERE) == [second]
    (other,) = store.read_queries(THERE)
    assert other.added_at_ms == other.last_seen_at_ms > 10**12
    assert store.read_queries(DatabaseIdentity(None, "9", "9", "x", "/nowhere/c.db")) == []


def test_failures(store: Store) -> None:
    full = Failure("migrate", "migration_failed", "near x", "005_x.sql", 3, "SELEKT", "0.1.0", 50)
    store.record_failure(HERE, full)
    store.record_failure(HERE, Failure("backup", "disk_full", "full", at_ms=70))
    store.record_failure(HERE, Failure("audit", "locked", "locked", at_ms=60))
    store.record_failure(THERE, Failure("audit", "locked", "locked"))
    assert [failure.at_ms for failure in store.read_failures(HERE)] == [70, 60, 50]
    assert store.read_failures(HERE)[-1] == full
    assert len(store.read_failures(HERE, limit=2)) == 2
    assert store.read_failures(THERE)[0].at_ms > 1_700_000_000_000


def test_size_samples(store: Store) -> None:
    for at_ms in (30, 10, 20, 20):
        store.record_size_sample(HERE, SizeSample(at_ms * 4096, 5, at_ms, 7, at_ms))
    store.record_size_sample(THERE, SizeSample(1, 2, 3, 4))
    assert [sample.at_ms for sample in store.read_size_samples(HERE)] == [10, 20, 30]
    assert store.read_size_samples(HERE, since_ms=20)[0] == SizeSample(81920, 5, 20, 7, 20)
    assert store.read_size_samples(THERE)[0].at_ms > 1_700_000_000_000


def test_it_is_kept(store: Store) -> None:
    store.record_audit(HERE, document())
    store.close()
    with open_store() as again:
        assert again.read_last_audit(HERE) is not None


# Where it lies, and for whom


def test_it_lies_in_the_users_folder(store: Store, console_home: Path) -> None:
    assert store_path() == console_home / "data" / "console.db"
    assert store_path().is_file()
    if os.name == "posix":
        assert store_path().parent.stat().st_mode & 0o777 == 0o700
        for path in store_path().parent.iterdir():
            assert path.stat().st_mode & 0o777 == 0o600, path


def test_reading_is_not_writing(store: Store) -> None:
    store.record_audit(HERE, document())
    store.close()
    before = hash_file(store_path())
    with open_store() as again:
        again.read_last_audit(HERE)
        again.read_failures(HERE)
        again.read_size_samples(HERE)
        again.read_database(HERE)
    assert hash_file(store_path()) == before


# Several consoles

CONSOLE = """
import sys
from cts_console.store import DatabaseIdentity, SizeSample, open_store
identity = DatabaseIdentity(None, "1", "2", "abc", "/nowhere/a.db")
print("ready", flush=True)
sys.stdin.readline()
first_ms = int(sys.argv[1])
for at_ms in range(first_ms, first_ms + 20):
    with open_store() as store:
        store.record_size_sample(identity, SizeSample(1, 0, 0, 0, at_ms))
"""


def test_consoles_that_start_at_the_same_moment() -> None:
    consoles = [
        subprocess.Popen(
            [sys.executable, "-c", CONSOLE, str(base)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for base in (1000, 2000, 3000)
    ]
    for console in consoles:
        assert console.stdout is not None
        assert console.stdout.readline() == "ready\n"
    for console in consoles:
        assert console.stdin is not None
        console.stdin.write("go\n")
        console.stdin.flush()
    for console in consoles:
        console.communicate()
        assert console.returncode == 0
    with open_store() as store:
        assert len(store.read_size_samples(HERE)) == 60
    with open_database(store_path()) as connection:
        assert connection.read_int("SELECT count(*) FROM databases") == 1


def test_two_open_stores_see_each_others_records(store: Store) -> None:
    with open_store() as other:
        other.record_audit(HERE, document())
    assert store.read_last_audit(HERE) is not None


# Trouble: each is told, none is final


def test_a_locked_store(store: Store) -> None:
    store.record_audit(HERE, document())
    store._connection.set_busy_timeout(20)
    with Engine(store_path()) as engine:
        engine.execute("BEGIN IMMEDIATE")
        with pytest.raises(CtsError) as caught:
            store.record_audit(HERE, document())
        assert caught.value.code == "locked"
        assert "records" in caught.value.title
        assert str(store_path()) in caught.value.message
        assert store.read_last_audit(HERE) is not None
        engine.execute("COMMIT")
        assert store.record_audit(HERE, document()) == 2


def test_a_store_that_is_no_database(console_home: Path) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().write_text("my notes")
    with pytest.raises(CtsError) as caught:
        open_store()
    assert caught.value.code == "not_a_database"
    assert "move" in caught.value.hint
    assert store_path().read_text() == "my notes"


def test_an_empty_file_becomes_the_store(console_home: Path) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().touch()
    with open_store() as store:
        store.record_audit(HERE, document())


def test_a_damaged_store_is_kept_and_can_be_moved_aside(store: Store) -> None:
    store.record_audit(HERE, document())
    store.close()
    data = bytearray(store_path().read_bytes())
    data[100:4096] = b"\x99" * 3996
    store_path().write_bytes(data)
    for _ in range(2):
        with pytest.raises(CtsError) as caught:
            open_store()
        assert caught.value.code == "damaged"
        assert "move" in caught.value.hint
        assert store_path().read_bytes() == data
    aside = rename_damaged_store()
    assert aside is not None
    assert aside.read_bytes() == data
    assert not store_path().exists()
    with open_store() as fresh:
        assert fresh.read_last_audit(HERE) is None
    assert aside.read_bytes() == data


def test_the_side_files_move_along(store: Store) -> None:
    store.record_audit(HERE, document())
    store.close()
    side_file(store_path(), "-wal").write_bytes(b"frames")
    first = rename_damaged_store()
    assert first is not None
    assert side_file(first, "-wal").read_bytes() == b"frames"
    assert rename_damaged_store() is None
    open_store().close()
    second = rename_damaged_store()
    assert second not in (None, first)


def test_a_damaged_document_is_told(store: Store) -> None:
    store.record_audit(HERE, document())
    store._connection.execute("UPDATE audits SET document = x'00ff'")
    with pytest.raises(CtsError) as caught:
        store.read_last_audit(HERE)
    assert caught.value.code == "damaged"
    assert store.record_audit(HERE, document()) == 2
    assert store.read_last_audit(HERE) is not None


def test_a_newer_store_is_left_alone(store: Store) -> None:
    store._connection.execute("PRAGMA user_version = 99")
    store.close()
    before = hash_file(store_path())
    with pytest.raises(CtsError) as caught:
        open_store()
    assert caught.value.code == "too_new"
    assert "99" in caught.value.message
    assert hash_file(store_path()) == before


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE theirs (a)", "PRAGMA application_id = 7", "PRAGMA user_version = 1"]
)
def test_another_programs_file_is_left_alone(console_home: Path, sql: str) -> None:
    store_path().parent.mkdir(parents=True)
    with open_database(store_path(), "read_write", create=True) as connection:
        connection.execute(sql)
    before = store_path().read_bytes()
    with pytest.raises(CtsError) as caught:
        open_store()
    assert caught.value.code == "foreign_file"
    assert store_path().read_bytes() == before


def test_a_full_store_keeps_what_it_has(store: Store) -> None:
    store.record_audit(HERE, document())
    pages = store._connection.read_int("PRAGMA page_count")
    store._connection.read_value(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CtsError) as caught:
        store.record_audit(HERE, document(findings=[os.urandom(30_000).hex()]))
    assert caught.value.code == "disk_full"
    audit = store.read_last_audit(HERE)
    assert audit is not None
    assert audit.document == document()
    assert store.read_failures(HERE) == []


def test_a_killed_console_leaves_a_whole_store() -> None:
    code = (
        "import os, sys\n"
        "from cts_console.store import open_store\n"
        "from cts_console.store.store import Store\n"
        "from tests.store.test_store import HERE, document\n"
        "store = open_store()\n"
        "store.record_audit(HERE, document())\n"
        "with store._writing(HERE):\n"
        "    store._connection.execute('DELETE FROM audits')\n"
        "    print('done', flush=True)\n"
        "    os._exit(0)\n"
    )
    assert run_python(code) == "done"
    with open_store() as store:
        assert store.read_last_audit(HERE) is not None
