"""What stands behind a statement: the seal, verified while it is made, and the last audit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cts_console.audit import audit_document, keep_audit, run_audit
from cts_console.audit.seal import seal_tables
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database
from cts_console.statement import (
    Period,
    SealCheck,
    audit_lines,
    seal_lines,
    statement_document,
)
from cts_console.store import store_path
from tests.statement.files import MAY, TRADES, make_file, stated, trade, write

LATER_MS = MAY.end_ms + 1_000


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    return make_file(tmp_path / "trades.db", map(trade, range(1, 11)))


def check(path: Path) -> SealCheck:
    (only,) = stated(path).seals
    return only


def told(path: Path) -> str:
    return "\n".join(seal_lines(statement_document(stated(path))["seal"]))


def test_without_a_seal_it_says_how_to_make_one(trades: Path):
    assert statement_document(stated(trades))["seal"] is None
    assert "`cts-console seal` makes one" in told(trades)


def test_the_seal_is_verified_while_the_statement_is_made(trades: Path):
    (seal,) = seal_tables(trades, ["trades"])
    found = check(trades)
    assert (found.state, found.root, found.rows, found.blocks) == ("as_sealed", seal.root, 10, 1)
    assert (found.made_at_ms, found.rows_after, found.of_period_after) == (seal.at_ms, 0, 0)
    assert stated(trades).is_complete
    assert seal.root in told(trades)
    assert "as sealed." in told(trades)
    assert "No row came after the seal." in told(trades)


def test_a_sealed_table_that_was_altered_makes_it_incomplete(trades: Path):
    seal_tables(trades, ["trades"])
    write(trades, "UPDATE trades SET price = 101.0 WHERE id = 4", "DELETE FROM trades WHERE id = 7")
    statement = stated(trades)
    (found,) = statement.seals
    assert (found.state, found.blocks_differing) == ("differs", 1)
    assert (found.differing, found.missing) == (("4",), ("7",))
    assert not statement.is_complete
    assert statement.remarks[0].kind == "differs_from_seal"
    assert "NOT as sealed" in told(trades)
    assert "first rows differing: 4; first rows missing: 7" in told(trades)


def test_what_is_outside_the_period_counts_as_well(trades: Path):
    """An opening position is made of sealed trades from before the period."""
    seal_tables(trades, ["trades"])
    write(trades, "UPDATE trades SET price = 1.0 WHERE id = 1")
    assert not stated(trades, Period(MAY.end_ms, MAY.end_ms + 1, "UTC")).is_complete


def test_trades_after_the_seal_are_counted(trades: Path):
    seal_tables(trades, ["trades"])
    write(trades, trade(11), trade(12), trade(13, executed_at=LATER_MS))
    found = check(trades)
    assert (found.state, found.rows_after, found.of_period_after) == ("as_sealed", 3, 2)
    assert stated(trades).is_complete
    assert "trades of the period among them is 2." in told(trades)
    assert "3 rows came after the seal, which does not cover them" in told(trades)


def test_a_seal_of_an_empty_table_covers_nothing(tmp_path: Path):
    path = make_file(tmp_path / "new.db", [])
    seal_tables(path, ["trades"])
    write(path, trade(1), trade(2))
    found = check(path)
    assert (found.state, found.rows, found.of_period_after) == ("as_sealed", 0, 2)


def test_trades_that_are_not_in_the_order_of_their_rowids_are_not_counted(tmp_path: Path):
    schema = TRADES.replace("id INTEGER PRIMARY KEY", "id")
    path = make_file(tmp_path / "plain.db", [trade(5), trade(6)], schema)
    seal_tables(path, ["trades"])
    write(path, trade(1))
    found = check(path)
    assert (found.rows_after, found.of_period_after) == (1, None)
    assert "1 row came after the seal" in told(path)
    assert "is not known" in told(path)


def test_rows_between_the_sealed_ones_are_not_taken_for_later_ones(tmp_path: Path):
    schema = TRADES.replace("id INTEGER PRIMARY KEY", "id TEXT PRIMARY KEY")
    schema = schema.replace(");", ") WITHOUT ROWID;")
    path = make_file(tmp_path / "keyed.db", [trade(1, id="a"), trade(2, id="c")], schema)
    seal_tables(path, ["trades"])
    write(path, trade(3, id="b"))
    found = check(path)
    assert (found.state, found.rows_after, found.of_period_after) == ("as_sealed", 1, None)


def test_a_column_that_is_gone_is_told(trades: Path):
    seal_tables(trades, ["trades"])
    write(trades, "ALTER TABLE trades DROP COLUMN note")
    found = check(trades)
    assert found.state == "differs"
    assert "note" in told(trades)


def test_a_damaged_side_database_leaves_it_unknown(trades: Path):
    seal_tables(trades, ["trades"])
    for suffix in ("-wal", "-shm"):
        store_path().with_name(store_path().name + suffix).unlink(missing_ok=True)
    store_path().write_bytes(b"no database at all" * 100)
    statement = stated(trades)
    (found,) = statement.seals
    assert (found.state, found.root) == ("unknown", None)
    assert found.reason
    assert statement.trades == 10
    assert statement.is_complete
    assert "is not known" in told(trades)
    (line,) = audit_lines(statement_document(statement))
    assert line.startswith("Whether the database was audited is not known: ")
    assert statement.notes == ()


def test_a_damaged_seal_leaves_it_unknown(trades: Path):
    seal_tables(trades, ["trades"])
    with open_database(store_path(), "read_write") as connection:
        connection.execute("UPDATE seals SET root = 'ff'")
    found = check(trades)
    assert found.state == "unknown"
    assert "blocks do not give its root" in found.reason


def test_a_table_that_cannot_be_sealed_any_more_leaves_it_unknown(trades: Path):
    (seal,) = seal_tables(trades, ["trades"])
    schema = TRADES.replace("id INTEGER PRIMARY KEY", "rowid, oid, _rowid_, id")
    write(trades, "DROP TABLE trades", schema, trade(1))
    found = check(trades)
    assert (found.state, found.root) == ("unknown", seal.root)
    assert "is not known" in told(trades)


@pytest.mark.parametrize("note", ["verifying", "adding up"])
def test_a_stop_while_it_is_made_leaves_no_file(trades: Path, tmp_path: Path, note: str):
    seal_tables(trades, ["trades"])
    stop = CancelToken()

    def on_progress(progress: Progress) -> None:
        if progress.note.startswith(note):
            stop.cancel()

    with pytest.raises(CtsError) as caught:
        stated(trades, csv=tmp_path / "new.csv", on_progress=on_progress, cancel=stop)
    assert caught.value.code == "cancelled"
    assert not list(tmp_path.glob("new*"))


def keep_one(path: Path, profile: str = "quick") -> None:
    result = run_audit(path, profile=profile)  # type: ignore[arg-type]  # a profile's name
    keep_audit(result, audit_document(result))


def lines(path: Path, period: Period = MAY) -> list[str]:
    return audit_lines(statement_document(stated(path, period)))


def test_the_audit_says_what_it_left_out(trades: Path):
    assert lines(trades) == ["Not audited: no audit of this database is kept."]
    keep_one(trades)
    first, *rest = lines(trades)
    assert first.startswith("Last quick audit, ")
    assert any(
        line.startswith("Not asked: the quick profile leaves them out (") and "more)" in line
        for line in rest
    )
    assert not any("older" in line for line in rest)


def test_an_audit_of_before_the_newest_trade_is_older(trades: Path):
    keep_one(trades)
    now_ms = time.time_ns() // 1_000_000
    write(trades, trade(11, executed_at=now_ms + 60_000))
    around = Period(now_ms - 1_000, now_ms + 120_000, "UTC")
    assert any("older than the newest trade" in line for line in lines(trades, around))
    assert not any("older" in line for line in lines(trades))
