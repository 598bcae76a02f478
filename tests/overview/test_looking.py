"""What is new since a person looked: by numbers of audits, for the database wherever it lies."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cts_console.audit import accept_finding, audit_document, identify_file, keep_audit, run_audit
from cts_console.errors import CtsError
from cts_console.overview import (
    FindingNews,
    LastLook,
    LookMark,
    read_finding_news,
    read_last_look,
    read_overview,
    record_look,
)
from cts_console.overview.look import FIRST_LOOK_MS
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database
from cts_console.store import Acceptance, open_store, store_path

NOW = time.time_ns() // 1_000_000
MARK = LookMark(NOW - 1_000, 4096, {"t": 1})


@pytest.fixture
def flawed(tmp_path: Path) -> Path:
    path = tmp_path / "flawed.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (a, b); CREATE INDEX one ON t (a)")
    return path


def change(path: Path, sql: str) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(sql)


def audit(path: Path, started_at_ms: int | None = None) -> int:
    """Audit the file and keep that, if need be with a clock that was wrong."""
    result = run_audit(path)
    if started_at_ms is not None:
        result = replace(result, started_at_ms=started_at_ms)
    number = keep_audit(result, audit_document(result))["id"]
    assert isinstance(number, int)
    return number


def look(path: Path, number: int | None, now_ms: int = NOW) -> LastLook:
    record_look(identify_file(path), MARK, number, now_ms)
    return read_last_look(path)


def news(path: Path, last: LastLook | None = None) -> FindingNews:
    found = read_finding_news(last or read_last_look(path))
    assert found is not None
    return found


def new(path: Path) -> int | None:
    found = news(path).new
    return None if found is None else len(found)


def test_at_a_first_look_nothing_is_called_new(flawed: Path) -> None:
    number = audit(flawed)
    assert read_last_look(flawed).at_ms is None
    assert news(flawed) == FindingNews(None, None, None, number)


def test_what_a_later_audit_finds_is_new_until_somebody_looks(flawed: Path) -> None:
    last = look(flawed, audit(flawed))
    assert (last.at_ms, last.mark) == (NOW, MARK)
    assert news(flawed).new == frozenset()
    change(flawed, "CREATE INDEX two ON t (a)")
    number = audit(flawed)
    found = news(flawed)
    assert found.new is not None
    assert (len(found.new), found.worse, found.last_audit) == (1, 0, number)
    audit(flawed)
    assert news(flawed).new == found.new
    look(flawed, number)
    assert new(flawed) == 0


def test_what_was_gone_and_came_again_is_new(flawed: Path) -> None:
    change(flawed, "CREATE INDEX two ON t (a)")
    look(flawed, audit(flawed))
    change(flawed, "DROP INDEX two")
    audit(flawed)
    assert new(flawed) == 0
    change(flawed, "CREATE INDEX two ON t (a)")
    audit(flawed)
    assert new(flawed) == 1


def test_what_is_accepted_is_not_new_and_comes_back_when_its_date_is_over(flawed: Path) -> None:
    last = look(flawed, audit(flawed))
    change(flawed, "CREATE INDEX two ON t (a)")
    audit(flawed)
    (name,) = news(flawed).new or frozenset[str]()
    accept_finding(flawed, name, reason="known")
    assert new(flawed) == 0
    identity = identify_file(flawed)
    for until_ms, came_back in ((NOW + 1, {name}), (NOW - 1, set())):
        with open_store() as store:
            store.accept(identity, Acceptance(name, "IDX-01", "two", "known", 1, until_ms))
        assert news(flawed, last).came_back == frozenset(came_back)


def test_findings_that_are_worse(flawed: Path) -> None:
    change(
        flawed,
        "PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY);"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id)); INSERT INTO c VALUES (1, 7)",
    )
    last = look(flawed, audit(flawed))
    change(flawed, "PRAGMA foreign_keys = OFF; INSERT INTO c VALUES (2, 8)")
    audit(flawed)
    assert news(flawed, last).worse == 1
    # Nothing of this profile was seen: nobody knows.
    assert news(flawed, replace(last, seen_audit=0)).worse is None


def test_a_clock_that_is_set_back_hides_nothing(flawed: Path) -> None:
    look(flawed, audit(flawed, NOW + 10**9), NOW + 10**9)
    change(flawed, "CREATE INDEX two ON t (a)")
    audit(flawed, NOW)
    (name,) = news(flawed).new or frozenset[str]()
    with open_store() as store:
        accepted = Acceptance(name, "IDX-01", "two", "known", 1, NOW - 5)
        store.accept(identify_file(flawed), accepted)
    # When that look was, nobody knows.
    assert news(flawed).came_back == frozenset({name})


def test_an_overview_since_a_look_in_the_future(flawed: Path) -> None:
    future = LookMark(NOW + 10**9, 1, {"t": 0})
    change(flawed, "INSERT INTO t VALUES (1, 2)")
    with open_database(flawed) as connection:
        found = read_overview(connection, future, NOW)
    assert (found.is_set_back, found.is_first) == (True, False)
    assert found.since_ms == NOW - FIRST_LOOK_MS
    assert [(row.table, row.rows) for row in found.appended or ()] == [("t", 1)]


def test_a_moved_file_keeps_its_look_and_a_copy_has_none(flawed: Path) -> None:
    look(flawed, audit(flawed))
    moved = flawed.rename(flawed.with_name("moved.db"))
    assert read_last_look(moved).mark == MARK
    copy = Path(shutil.copy(moved, flawed.with_name("copy.db")))
    assert read_last_look(copy).at_ms is None


def test_a_mark_of_an_older_window_is_taken_over_once(flawed: Path) -> None:
    before = audit(flawed, NOW - 5_000)
    change(flawed, "CREATE INDEX two ON t (a)")
    audit(flawed, NOW)
    taken = read_last_look(flawed, MARK)
    assert (taken.at_ms, taken.mark, taken.seen_audit) == (MARK.at_ms, MARK, before)
    assert new(flawed) == 1
    assert read_last_look(flawed, replace(MARK, at_ms=5)).mark == MARK


@pytest.mark.parametrize(
    "text",
    [
        '{"at_ms": 1e400, "size_bytes": 1, "largest": {}}',
        f'{{"at_ms": {10**30}, "size_bytes": 1, "largest": {{}}}}',
        f'{{"at_ms": 1, "size_bytes": 1, "largest": {{"t": {2**63}}}}}',
        '{"at_ms": -1, "size_bytes": 1, "largest": {}}',
    ],
)
def test_a_mark_that_no_look_left_is_none(text: str) -> None:
    assert LookMark.of_text(text) is None


@pytest.fixture
def locked() -> Iterator[None]:
    with open_store():
        pass
    with open_database(store_path(), "read_write") as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def assert_first_look(path: Path, code: str) -> None:
    last = read_last_look(path, MARK)
    assert (last.at_ms, last.mark) == (None, None)
    assert last.problem is not None
    assert last.problem.code == code
    assert last.problem.hint
    assert last.identity is not None
    with pytest.raises(CtsError):
        record_look(last.identity, MARK)


@pytest.mark.usefixtures("locked")
def test_locked_records(flawed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cts_console.store.store.BUSY_TIMEOUT_MS", 10)
    assert_first_look(flawed, "locked")


def test_damaged_records(flawed: Path) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().write_bytes(b"not a database at all" * 100)
    assert_first_look(flawed, "not_a_database")


def test_records_of_a_newer_console(flawed: Path) -> None:
    with open_store():
        pass
    change(store_path(), "PRAGMA user_version = 99")
    assert_first_look(flawed, "too_new")


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    last = read_last_look(tmp_path / "no.db")
    assert last.problem is not None
    assert last.problem.code == "not_found"
    assert read_finding_news(last) is None


def test_a_stop_is_a_stop(flawed: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CtsError) as raised:
        read_last_look(flawed, cancel=token)
    assert raised.value.code == "cancelled"
