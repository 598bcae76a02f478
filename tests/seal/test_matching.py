"""Seals of a file that is not known any more: found by its rows, and told whose they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cts_console.audit import AuditResult, run_audit
from cts_console.audit.seal import Verified, seal_file, seal_tables, verify_file
from cts_console.errors import CtsError
from cts_console.store import open_store, store_path
from tests.audit.case import Case, build
from tests.seal.test_seal import ROWS, run

BLOCK = 4_096
SCHEMA = (
    "CREATE TABLE trades (id INTEGER PRIMARY KEY, symbol TEXT, price REAL)",
    "CREATE TABLE log (line TEXT)",
)


def fill(path: Path, symbol: str = "BTC", rows: int = ROWS) -> None:
    run(
        path,
        *SCHEMA,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
        f"{rows}) INSERT INTO trades SELECT i, '{symbol}', i * 0.5 FROM n",
        "INSERT INTO log VALUES ('a'), ('b')",
    )


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A file without an id of its own, of which two tables are sealed."""
    path = tmp_path / "live" / "bot.db"
    path.parent.mkdir()
    fill(path)
    seal_tables(path, ["trades", "log"])
    return path


def restore(backup: Path, path: Path) -> None:
    """Put a new file in the place of the old one, as restoring does."""
    copy = path.with_name("restoring")
    shutil.copyfile(backup, copy)
    copy.replace(path)


def missing(verified: Verified) -> list[object]:
    return [key for v in verified.verdicts for d in v.differs for (key,) in d.missing]


def int_07(path: Path) -> AuditResult:
    return run_audit(path, profile="deep", rules=["INT-07"])


@pytest.mark.parametrize("rows", [ROWS - 3, 2_000])
def test_an_older_backup_that_is_restored_lacks_what_was_sealed(
    live: Path, tmp_path: Path, rows: int
):
    backup = tmp_path / "backup.db"
    fill(backup, rows=rows)
    restore(backup, live)
    verified = verify_file(live)
    assert missing(verified) == list(range(rows + 1, ROWS + 1))[: len(missing(verified))]
    assert len(missing(verified)) == ROWS - rows
    origin = verified.origin
    assert origin is not None
    assert (origin.path, origin.is_copy) == (str(live), False)
    there = min(rows, BLOCK)
    assert origin.matched_by == (
        f"its place, its schema and {there + 2:,} of the first {BLOCK + 2:,} sealed rows"
    )
    (finding,) = int_07(live).findings
    assert f"The seals were kept for {live}, and are matched by its place" in finding.detail
    # Sealing it would make the loss look right.
    with pytest.raises(CtsError) as raised:
        seal_file(live, ["trades"])
    assert raised.value.code == "damaged"
    assert str(live) in raised.value.message
    assert seal_file(live, ["trades"], anew=True).seals[0].rows == rows
    assert verify_file(live).origin is None


def test_a_moved_file_goes_on_with_all_of_its_seals(live: Path, tmp_path: Path):
    moved = tmp_path / "elsewhere.db"
    shutil.copyfile(live, moved)  # as to another disk
    live.unlink()
    run(moved, "CREATE TABLE more (a)", "INSERT INTO trades (symbol) VALUES ('new')")
    verified = verify_file(moved)
    assert verified.origin is not None
    assert verified.origin.matched_by == f"{BLOCK + 2:,} of the first {BLOCK + 2:,} sealed rows"
    assert [v.is_true for v in verified.verdicts] == [True, True]
    assert int_07(moved).checks[0].status == "passed"
    sealed = seal_file(moved, ["trades"])
    assert (sealed.seals[0].rows, sealed.origin) == (ROWS + 1, verified.origin)
    # Now both are its own.
    again = verify_file(moved)
    assert again.origin is None
    assert {v.table: v.is_true for v in again.verdicts} == {"trades": True, "log": True}


def test_a_copy_is_compared_and_not_judged(live: Path, tmp_path: Path):
    copy = tmp_path / "copy.db"
    shutil.copyfile(live, copy)
    run(copy, "DELETE FROM trades WHERE id = 7")
    verified = verify_file(copy)
    assert verified.origin is not None
    assert verified.origin.is_copy
    assert missing(verified) == [7]
    result = int_07(copy)
    assert result.checks[0].status == "not_applicable"
    assert f"{live}, which is still there" in str(result.checks[0].note)
    # It begins seals of its own, and those of the other stay as they are.
    assert seal_file(copy, ["trades"]).seals[0].rows == ROWS - 1
    assert [v.table for v in verify_file(copy).verdicts] == ["trades"]
    assert [v.is_true for v in verify_file(live).verdicts] == [True, True]


def test_a_copy_of_a_database_with_an_id(tmp_path: Path):
    original = tmp_path / "a.db"
    build(original, Case("", "", base="cts"))
    seal_tables(original)
    copy = tmp_path / "b.db"
    shutil.copyfile(original, copy)
    origin = verify_file(copy).origin
    assert origin is not None
    assert (origin.path, origin.matched_by, origin.is_copy) == (
        str(original),
        "the id of the database",
        True,
    )


@pytest.mark.parametrize("change", ["", "DROP TABLE log", "ALTER TABLE trades DROP price"])
def test_another_database_in_its_place_has_no_seal(live: Path, tmp_path: Path, change: str):
    other = tmp_path / "other.db"
    fill(other, symbol="ETH")
    # Both logs begin with the same two lines.
    run(other, change or "SELECT 1")
    restore(other, live)
    with pytest.raises(CtsError) as raised:
        verify_file(live)
    assert raised.value.title == "No seal"
    assert int_07(live).checks[0].status == "not_applicable"
    assert seal_file(live, ["trades"]).origin is None


def test_a_damaged_seal_matches_nothing(live: Path, tmp_path: Path):
    copy = tmp_path / "copy.db"
    shutil.copyfile(live, copy)
    run(store_path(), "UPDATE seal_blocks SET keys = x'00', hash = zeroblob(32)")
    with pytest.raises(CtsError) as raised:
        verify_file(copy)
    assert raised.value.title == "No seal"


def test_looking_for_seals_makes_nobody_known(live: Path, tmp_path: Path):
    copy = tmp_path / "copy.db"
    shutil.copyfile(live, copy)
    verify_file(copy)
    with open_store() as store:
        assert store._connection.read_int("SELECT count(*) FROM databases") == 1
