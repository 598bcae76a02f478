"""The row of audits: listed, read one by one, thinned out; findings seen and accepted."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cts_console.documents import instant
from cts_console.sqlite import open_database
from cts_console.store import (
    Acceptance,
    DatabaseIdentity,
    Sighting,
    Store,
    audits,
    open_store,
    store_path,
)
from tests.store import test_store
from tests.store.test_identity import ID, identity_of, make
from tests.store.test_store import HERE, THERE

DAY_MS = 86_400_000
NOW_MS = time.time_ns() // 1_000_000
NOBODY = DatabaseIdentity(None, "9", "9", "x", "/nowhere/c.db")
SIGHTING = Sighting("f1", "IDX-01", "idx \udcff", 1_000)
ACCEPTED = Acceptance("f1", "IDX-01", "idx \udcff", "known", 2_000, None)


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


def days_ago(days: float) -> str:
    return str(instant(round(NOW_MS - days * DAY_MS)))


def document(**changes: Any) -> dict[str, Any]:
    return test_store.document(**{"started_at": days_ago(0), **changes})


# The list


def test_the_list_has_everything_but_the_documents(store: Store) -> None:
    first = store.record_audit(HERE, document())
    second = store.record_audit(HERE, document(profile="deep"))
    store.record_audit(THERE, document())
    lines = store.list_audits(HERE)
    assert [(line.id, line.profile) for line in lines] == [(second, "deep"), (first, "standard")]
    line = lines[1]
    assert (line.critical, line.error, line.warning, line.info, line.accepted) == (1, 2, 3, 4, 5)
    assert store.list_audits(NOBODY) == []


def test_any_audit_of_the_database_is_read(store: Store) -> None:
    first = store.record_audit(HERE, document(findings=["a"]))
    store.record_audit(HERE, document(findings=["b"]))
    other = store.record_audit(THERE, document())
    found = store.read_audit(HERE, first)
    assert found is not None
    assert found.document["findings"] == ["a"]
    assert found.original is None
    assert store.read_audit(HERE, other) is None
    assert store.read_audit(NOBODY, first) is None


def test_the_order_is_that_of_the_numbers_however_the_clock_was_set(store: Store) -> None:
    store.record_audit(HERE, document(started_at=days_ago(1)))
    later = store.record_audit(HERE, document(started_at=days_ago(30)))
    last = store.read_last_audit(HERE)
    assert last is not None
    assert last.id == later == store.list_audits(HERE)[0].id


def test_one_is_compared_with_the_last_of_its_profile_else_with_the_last(store: Store) -> None:
    assert store.read_earlier_audit(HERE, "deep") is None
    deep = store.record_audit(HERE, document(profile="deep"))
    quick = store.record_audit(HERE, document(profile="quick"))
    for profile, number in (("deep", deep), ("quick", quick), ("standard", quick)):
        found = store.read_earlier_audit(HERE, profile)
        assert found is not None
        assert found.id == number


def test_a_copy_has_the_past_of_its_original_until_it_has_its_own(
    store: Store, tmp_path: Path
) -> None:
    path, copy, again = (make(tmp_path / "a.db", ID), tmp_path / "b.db", tmp_path / "c.db")
    first = store.record_audit(identity_of(path), document())
    shutil.copy(path, copy)
    found = store.read_earlier_audit(identity_of(copy), "standard")
    assert found is not None
    assert (found.id, found.original) == (first, str(path))
    assert store.list_audits(identity_of(copy)) == []
    own = store.record_audit(identity_of(copy), document())
    found = store.read_earlier_audit(identity_of(copy), "standard")
    assert found is not None
    assert (found.id, found.original) == (own, None)
    # By its number the original's is read all the same, never the other way round.
    by_number = store.read_audit(identity_of(copy), first)
    assert by_number is not None
    assert by_number.original == str(path)
    assert store.read_audit(identity_of(path), own) is None
    shutil.copy(copy, again)
    assert store.read_audit(identity_of(again), first) is not None


# Thinning out


def test_all_of_the_last_days_then_one_a_week_of_each_profile(store: Store) -> None:
    for days in range(200, 0, -1):
        store.record_audit(HERE, document(started_at=days_ago(days)))
    oldest_deep = store.record_audit(HERE, document(started_at=days_ago(400), profile="deep"))
    store.record_audit(HERE, document(started_at=days_ago(0)))
    lines = store.list_audits(HERE)
    young = [line for line in lines if NOW_MS - line.started_at_ms < 90 * DAY_MS]
    old = [line for line in lines if line not in young and line.profile == "standard"]
    assert len(young) == 90
    weeks = [line.started_at_ms // (7 * DAY_MS) for line in old]
    assert 15 <= len(weeks) <= 17
    # The week in which the 90 days begin may have one that is old and some that are not.
    assert len(set(weeks)) == len(weeks)
    assert oldest_deep in {line.id for line in lines}


def test_many_audits_of_one_day_are_bounded_too(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "MOST_RECENT", 20)
    deep = store.record_audit(HERE, document(profile="deep"))
    for _ in range(50):
        store.record_audit(HERE, document())
    numbers = [line.id for line in store.list_audits(HERE)]
    assert len(numbers) == 21
    assert deep in numbers
    assert numbers[:20] == list(range(deep + 50, deep + 30, -1))


def test_large_documents_do_not_let_the_file_grow_without_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "MOST_BYTES", 300_000)
    deep = store.record_audit(HERE, document(profile="deep", findings=[os.urandom(50_000).hex()]))
    sizes = []
    for _ in range(40):
        store.record_audit(HERE, document(findings=[os.urandom(25_000).hex()]))
        sizes.append(store_path().stat().st_size)
    with open_database(store_path()) as connection:
        kept = connection.read_int("SELECT sum(length(document)) FROM audits")
        pages = connection.read_int("PRAGMA page_count") * 4096
    assert kept < 400_000
    assert pages < 700_000
    assert deep in {line.id for line in store.list_audits(HERE)}


def test_other_databases_are_left_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        store.record_audit(THERE, document())
    monkeypatch.setattr(audits, "MOST_RECENT", 1)
    store.record_audit(HERE, document())
    assert len(store.list_audits(THERE)) == 5


# Findings


def test_sightings(store: Store) -> None:
    other = replace(SIGHTING, fingerprint="f2", rule="IDX-02", object=None)
    first = store.record_audit(HERE, document(), ["IDX-01", "IDX-02"], [SIGHTING, other])
    second = store.record_audit(THERE, document(), ["IDX-01"], [SIGHTING])
    one, other = (replace(sighting, first_audit=first) for sighting in (SIGHTING, other))
    assert store.read_sightings(HERE) == {"f1": one, "f2": other}
    # Seen again: as old as it was. Not seen by a rule that was not asked: still there.
    store.record_audit(HERE, document(), ["IDX-01"], [replace(SIGHTING, since_ms=5_000)])
    assert store.read_sightings(HERE) == {"f1": one, "f2": other}
    store.record_audit(HERE, document(), ["IDX-01"], [])
    assert store.read_sightings(HERE) == {"f2": other}
    assert store.read_sightings(THERE) == {"f1": replace(SIGHTING, first_audit=second)}
    # Back again: a new row begins.
    third = store.record_audit(HERE, document(), ["IDX-01"], [SIGHTING])
    assert store.read_sightings(HERE)["f1"].first_audit == third
    assert store.read_sightings(NOBODY) == {}


def test_accepting_and_withdrawing(store: Store) -> None:
    store.accept(HERE, ACCEPTED)
    assert store.read_accepted(HERE) == {"f1": ACCEPTED}
    anew = replace(ACCEPTED, reason="still", until_ms=9_000)
    store.accept(HERE, anew)
    assert store.read_accepted(HERE) == {"f1": anew}
    assert store.read_accepted(THERE) == {}
    assert store.withdraw(HERE, "f1")
    assert not store.withdraw(HERE, "f1")
    assert store.read_accepted(HERE) == {}


# A schema that was changed


@pytest.mark.parametrize(
    "change",
    [
        "CREATE INDEX i ON system_settings (value)",
        "CREATE TABLE one_more (a)",
        "ALTER TABLE system_settings ADD COLUMN note",
    ],
)
def test_a_file_without_id_is_the_same_after_a_change_of_its_schema(
    store: Store, tmp_path: Path, change: str
) -> None:
    path = make(tmp_path / "a.db")
    store.record_audit(identity_of(path), document())
    with open_database(path, "read_write") as connection:
        connection.execute(change)
    assert len(store.list_audits(identity_of(path))) == 1
    store.record_audit(identity_of(path), document())
    # From now on it is known by its new schema, also when it moves.
    assert len(store.list_audits(identity_of(path.rename(tmp_path / "b.db")))) == 2


def test_a_file_that_moved_and_changed_is_another(store: Store, tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    store.record_audit(identity_of(path), document())
    path = path.rename(tmp_path / "b.db")
    with open_database(path, "read_write") as connection:
        connection.execute("CREATE TABLE one_more (a)")
    assert store.list_audits(identity_of(path)) == []


def test_a_file_that_kept_few_of_its_tables_is_another(store: Store, tmp_path: Path) -> None:
    path = make(tmp_path / "a.db")
    with open_database(path, "read_write") as connection:
        connection.execute("CREATE TABLE b (a); CREATE TABLE c (a)")
    store.record_audit(identity_of(path), document())
    with open_database(path, "read_write") as connection:
        connection.execute("DROP TABLE b; DROP TABLE c; CREATE TABLE orders (a)")
    assert store.list_audits(identity_of(path)) == []
