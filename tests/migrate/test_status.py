"""What is applied, pending, changed, missing, out of order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cts_console.migrate import MigrationFile
from cts_console.migrate.files import number_of
from cts_console.migrate.status import compare
from cts_console.migrate.tracking import TrackedMigration

NAMES = tuple(f"{number:03d}_step.sql" for number in range(8))


def a_file(name: str, checksum: str = "a" * 64) -> MigrationFile:
    return MigrationFile(name, number_of(name), checksum, "SELECT 1;", no_transaction=False)


def a_row(name: str, checksum: str = "a" * 64) -> TrackedMigration:
    return TrackedMigration(name, checksum, 1_700_000_000_000, 3)


def states(files: list[MigrationFile], rows: list[TrackedMigration], **more: object) -> list[str]:
    return [item.state for item in compare(tuple(files), tuple(rows), **more).items]  # type: ignore[arg-type] # `failed` alone


def test_each_state() -> None:
    files = [a_file(name) for name in NAMES[:5]]
    rows = [a_row(NAMES[0]), a_row(NAMES[2], "b" * 64), a_row("900_gone.sql")]
    found = states(files, rows, failed=[NAMES[4]])
    assert found == ["applied", "out_of_order", "changed", "pending", "failed", "missing"]


def test_a_clean_database_is_one_where_everything_is_applied() -> None:
    files = tuple(a_file(name) for name in NAMES)
    rows = tuple(a_row(name) for name in NAMES)
    assert compare(files, rows).is_clean
    assert not compare(files, rows[:-1]).is_clean
    assert not compare(files, (*rows, a_row("900_gone.sql"))).is_clean


@given(present=st.sets(st.sampled_from(NAMES)), applied=st.sets(st.sampled_from(NAMES)))
def test_applied_and_pending_add_up(present: set[str], applied: set[str]) -> None:
    files = tuple(a_file(name) for name in sorted(present))
    rows = tuple(a_row(name) for name in sorted(applied))
    status = compare(files, rows)
    assert status.total == len(present)
    assert status.applied == len(present & applied)
    assert status.applied + status.pending == status.total
    assert len(status.items) == len(present | applied)
