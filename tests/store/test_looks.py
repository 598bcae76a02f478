"""When a person looked last: kept per database, never unseen, as it was where nothing is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from cts_console.store import Sighting, Store, StoredLook, migrations, open_store, store_path
from cts_console.store.migrations import MIGRATIONS
from tests.store.test_history import DAY_MS, NOBODY, NOW_MS, days_ago, document, store
from tests.store.test_identity import ID, identity_of, make
from tests.store.test_store import HERE, THERE

__all__ = ["store"]


def test_nobody_looked(store: Store) -> None:
    assert store.read_look(HERE) is None
    store.record_audit(HERE, document())
    assert store.read_look(HERE) is None


def test_a_look_is_kept_and_what_it_does_not_tell_stays(store: Store) -> None:
    store.record_look(HERE, StoredLook(1_000, '{"a": 1}', None))
    assert store.read_look(HERE) == StoredLook(1_000, '{"a": 1}', None)
    store.record_look(HERE, StoredLook(2_000, None, 7))
    assert store.read_look(HERE) == StoredLook(2_000, '{"a": 1}', 7)
    store.record_look(HERE, StoredLook(3_000, '{"b": 2}', None))
    assert store.read_look(HERE) == StoredLook(3_000, '{"b": 2}', 7)
    assert store.read_look(THERE) is None
    assert store.read_look(NOBODY) is None


def test_what_was_seen_stays_seen_whatever_the_clock_says(store: Store) -> None:
    store.record_look(HERE, StoredLook(9_000, None, 7))
    store.record_look(HERE, StoredLook(1_000, None, 5))
    assert store.read_look(HERE) == StoredLook(1_000, None, 7)
    store.record_look(HERE, StoredLook(1_000, None, 0))
    assert store.read_look(HERE) == StoredLook(1_000, None, 7)


def test_a_moved_file_keeps_its_look_and_a_copy_starts_without(
    store: Store, tmp_path: Path
) -> None:
    path = make(tmp_path / "a.db", database_id=ID)
    look = StoredLook(1_000, "{}", 3)
    store.record_look(identity_of(path), look)
    moved = path.rename(tmp_path / "b.db")
    assert store.read_look(identity_of(moved)) == look
    store.record_look(identity_of(moved), look)
    copy = Path(shutil.copy(moved, tmp_path / "copy.db"))
    assert store.read_look(identity_of(copy)) is None
    store.record_look(identity_of(copy), StoredLook(5_000, None, None))
    assert store.read_look(identity_of(moved)) == look


def test_sightings_of_before_there_were_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = MIGRATIONS.index(migrations._LOOKS)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:released])
        with open_store():
            pass
    with open_database(store_path(), "read_write") as connection:
        connection.execute(
            "INSERT INTO databases (id, device, inode, content_hash, last_path, first_seen_at, "
            "last_seen_at) VALUES (1, ?, ?, ?, ?, 1, 1)",
            (HERE.device, HERE.inode, HERE.content_hash, HERE.path),
        )
        connection.execute("INSERT INTO sightings VALUES (1, 'f', 'IDX-01', 'null', 5)")
    with open_store() as store:
        assert store.read_sightings(HERE) == {"f": Sighting("f", "IDX-01", None, 5, None)}


def test_the_past_of_a_copy_is_that_of_its_original_until_it_has_one(
    store: Store, tmp_path: Path
) -> None:
    path, copy = make(tmp_path / "a.db", database_id=ID), tmp_path / "copy.db"
    first = store.record_audit(identity_of(path), document())
    shutil.copy(path, copy)
    lines, original = store.list_past(identity_of(copy))
    assert ([line.id for line in lines], original) == ([first], str(path))
    own = store.record_audit(identity_of(copy), document())
    lines, original = store.list_past(identity_of(copy))
    assert ([line.id for line in lines], original) == ([own], None)
    assert store.list_past(NOBODY) == ([], None)


def test_the_last_audit_up_to_a_number(store: Store) -> None:
    numbers = [
        store.record_audit(HERE, document(profile=profile))
        for profile in ("standard", "deep", "standard")
    ]
    for up_to, wanted in ((numbers[2], numbers[2]), (numbers[1], numbers[0])):
        found = store.read_last_audit(HERE, "standard", up_to)
        assert found is not None
        assert found.id == wanted
    assert store.read_last_audit(HERE, None, numbers[0] - 1) is None


def test_what_is_thinned_out_is_absent_from_the_past(store: Store) -> None:
    for days in range(120, 0, -1):
        store.record_audit(HERE, document(started_at=days_ago(days)))
    lines, _original = store.list_past(HERE)
    old = [line for line in lines if NOW_MS - line.started_at_ms > 90 * DAY_MS]
    assert len(old) < 7
    assert all(store.read_audit(HERE, line.id) is not None for line in lines)
