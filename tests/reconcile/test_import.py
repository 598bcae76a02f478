"""Missing trades imported: once, whole or absent, audited first, and taken back."""

from __future__ import annotations

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from cts_console.audit import RULES, run_audit
from cts_console.bulk import list_batches, resume_batch, undo_batch
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.reconcile import import_missing, reconcile_document, resume_import
from cts_console.sqlite import open_database
from cts_console.transfer.trades import compare_trades
from tests.processes import IDLE_ENGINE, a_process, wait_for_line
from tests.transfer.trades.books import (
    EXPORTS,
    START_MS,
    Fill,
    add_fills,
    binance,
    kraken,
    make_fills,
    order_id,
    read_ledger,
    trade_id,
)

FILLS = make_fills(40)
LEDGER_RULES = [rule.id for rule in RULES if rule.category == "ledger"]

# Imports the file when it is told to, and says what came of it.
IMPORTER = """
import sys
from cts_console.reconcile import import_missing
print("ready", flush=True)
sys.stdin.readline()
made = import_missing(sys.argv[1], sys.argv[2])
print("wrote", made.written.trades, flush=True)
"""

# Stops for good at a moment of the import: after so many trades were written or brought over.
KILLED = """
import os, signal, sys
from cts_console.reconcile import import_missing
from cts_console.bulk.batches import Batch
keep, confirm, seen = Batch.add_slice, Batch.confirm, []
def add_slice(self, read, written, changeset):
    number = keep(self, read, written, changeset)
    if sys.argv[3] == "before" and number >= int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
    return number
def confirmed(self, number):
    if sys.argv[3] == "after" and number >= int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
    confirm(self, number)
Batch.add_slice, Batch.confirm = add_slice, confirmed
import_missing(sys.argv[1], sys.argv[2])
"""


def counted(path: Path) -> int:
    with open_database(path) as connection:
        return connection.read_int("SELECT count(*) FROM trades")


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_missing_comes_in_once(name: str, book: Path, history: Path) -> None:
    exchange, export = EXPORTS[name]
    add_fills(book, exchange, FILLS[:20])
    before = read_ledger(book)
    history.write_text(export(FILLS))
    made = import_missing(book, history)
    assert (made.state, made.written.trades, made.findings) == ("imported", 24, ())
    assert made.written.orders_made == 24
    assert made.is_equal_now
    assert compare_trades(book, history).is_equal

    found = run_audit(book, rules=LEDGER_RULES).findings
    assert [(each.rule, each.severity) for each in found] == []

    for export_again in (export(FILLS), export(FILLS[::-1]), export(FILLS[5:])):
        history.write_text(export_again)
        assert import_missing(book, history).state == "nothing_missing"
    assert counted(book) == 44

    with open_database(book, "read_write") as connection:
        assert undo_batch(connection, str(made.batch_id)) == 0
    assert read_ledger(book) == before


def test_orders_that_were_made_up_say_so(book: Path, history: Path) -> None:
    history.write_text(binance(FILLS[:2]))
    import_missing(book, history)
    with open_database(book) as connection:
        rows = connection.read_rows(
            "SELECT client_order_id, exchange_order_id, exchange_trade_id, t.position_id, status "
            "FROM orders o JOIN trades t ON t.order_id = o.id"
        )
    for client, exchange, trade, position, status in rows:
        assert str(client).startswith("import:")
        assert exchange == client
        assert str(trade).startswith("file:1000:")
        assert (position, status) == (None, "filled")


def test_an_order_that_is_there_is_used(book: Path, history: Path) -> None:
    add_fills(book, "kraken", FILLS[:2])
    with open_database(book, "read_write") as connection:
        # The engine knew of the second fill of this order, and never wrote it.
        connection.execute("UPDATE orders SET amount = 0.003, filled = 0.003 WHERE id = 1")
    other = replace(FILLS[0], number=77, amount="0.002", fee="0")
    history.write_text(kraken([*FILLS[:2], other]).replace(order_id(other), order_id(FILLS[0])))
    made = import_missing(book, history)
    assert made.state == "imported"
    assert (made.written.orders_used, made.written.orders_made) == (1, 0)
    with open_database(book) as connection:
        assert connection.read_int("SELECT order_id FROM trades WHERE id = 3") == 1


def test_an_order_that_was_made_up_grows(book: Path, history: Path) -> None:
    parts = [replace(FILLS[1], number=n, at_ms=START_MS + n) for n in range(3)]

    def export(fills: list[Fill]) -> str:
        text = kraken(fills)
        for fill in fills:
            text = text.replace(order_id(fill), "O-1")
        return text

    history.write_text(export(parts[1:2]))
    first = import_missing(book, history)
    grown_from = read_ledger(book)
    history.write_text(export(parts))
    second = import_missing(book, history)
    assert (second.written.orders_made, second.written.orders_used) == (0, 1)
    assert run_audit(book, rules=LEDGER_RULES).findings == ()
    with open_database(book, "read_write") as connection:
        (row,) = connection.read_rows(
            "SELECT amount, filled, created_at, closed_at, fee_total FROM orders"
        )
        assert row == (0.006, 0.006, START_MS, START_MS + 2, 0.06)
        assert undo_batch(connection, str(second.batch_id)) == 0
        assert read_ledger(book) == grown_from
        assert undo_batch(connection, str(first.batch_id)) == 0
    assert read_ledger(book) == ([], [])


def test_new_findings_stop_the_import(book: Path, history: Path) -> None:
    add_fills(book, "kraken", FILLS[:2])
    before = read_ledger(book)
    # A second fill of an order that is full: it would be overfilled.
    other = replace(FILLS[0], number=77, at_ms=START_MS + 50)
    history.write_text(kraken([*FILLS[:2], other]).replace(order_id(other), order_id(FILLS[0])))
    made = import_missing(book, history)
    assert (made.state, made.batch_id) == ("stopped", None)
    assert "ORD-01" in {each.finding.rule for each in made.findings}
    assert read_ledger(book) == before
    assert not made.is_equal_now

    made = import_missing(book, history, overrule=True)
    assert (made.state, made.written.trades) == ("imported", 1)
    with open_database(book, "read_write") as connection:
        undo_batch(connection, str(made.batch_id))
    assert read_ledger(book) == before


def test_an_order_of_another_pair_is_left_alone(book: Path, history: Path) -> None:
    add_fills(book, "kraken", FILLS[:1])
    other = replace(FILLS[0], number=77, base="DOGE", quote="EUR", price="0.1", amount="50")
    history.write_text(kraken([other, FILLS[5]]).replace(order_id(other), order_id(FILLS[0])))
    made = import_missing(book, history)
    assert made.written.trades == 1
    (refused,) = made.written.refusals
    assert "another pair or side" in refused.reason
    assert not made.is_equal_now


def test_a_dry_run_writes_nothing(book: Path, history: Path) -> None:
    history.write_text(binance(FILLS))
    before = book.read_bytes()
    made = import_missing(book, history, dry_run=True)
    assert (made.state, made.written.trades, made.batch_id) == ("rehearsed", len(FILLS), None)
    assert book.read_bytes() == before
    assert list_batches() == []
    document = reconcile_document(made.comparison, made)
    assert json.loads(json.dumps(document))["import"]["state"] == "rehearsed"


def test_a_history_without_ids_and_one_with_ids_make_no_trade_twice(
    book: Path, history: Path
) -> None:
    minutes = EXPORTS["bybit spot with fee coin"][1]
    history.write_text(minutes(FILLS))
    import_missing(book, history)
    assert compare_trades(book, history).is_equal
    # The same trades, with ids of another kind and exact times.
    text = minutes(FILLS).replace("TRADE-", "T-")
    history.write_text(text)
    assert compare_trades(book, history).only_in_file.total == 0


def test_a_coarse_time_is_remembered(book: Path, history: Path) -> None:
    fills = [replace(fill, at_ms=fill.at_ms + 700) for fill in FILLS]
    history.write_text(binance(fills))
    import_missing(book, history)
    text = binance(fills)
    # The engine's own record of one of them, to the millisecond, is the same trade.
    lines = text.splitlines()
    exact = [lines[0], *(line[:19] + ".700" + line[19:] for line in lines[1:])]
    history.write_text("\n".join(exact))
    told = compare_trades(book, history)
    assert (told.same, told.only_in_file.total) == (len(fills), 0)


def test_two_imports_at_once_import_once(book: Path, history: Path) -> None:
    history.write_text(binance(FILLS))
    with a_process(IMPORTER, book, history) as one, a_process(IMPORTER, book, history) as two:
        wait_for_line(one, "ready")
        wait_for_line(two, "ready")
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda process: process.communicate("\n"), (one, two)))
    assert counted(book) == len(FILLS)
    assert [one.returncode, two.returncode] == [0, 0], answers
    assert sum(int(out.split()[-1]) for out, _ in answers) == len(FILLS)
    assert compare_trades(book, history).is_equal


def test_what_an_engine_wrote_meanwhile_is_not_written_again(book: Path, history: Path) -> None:
    traded: list[int] = []

    def trade(progress: Progress) -> None:
        if progress.note == "auditing the copy" and not traded:
            traded.append(1)
            add_fills(book, "binance", FILLS[:5])

    history.write_text(binance(FILLS))
    made = import_missing(book, history, on_progress=trade)
    assert made.written.already_there == 5
    assert counted(book) == len(FILLS)
    assert compare_trades(book, history).is_equal


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_kill_leaves_all_or_nothing(moment: str, number: int, book: Path, history: Path) -> None:
    fills = make_fills(300)
    history.write_text(binance(fills))
    with a_process(KILLED, book, history, moment, number) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert counted(book) == (0 if moment == "before" else len(fills))
    (batch,) = list_batches(book)
    assert batch.state == "coming"
    with open_database(book, "read_write") as connection:
        assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
        if moment == "before":
            assert resume_import(connection, batch.id) == len(fills)
        else:
            with pytest.raises(CtsError, match="import of trades"):
                resume_batch(connection, batch.id)
            assert undo_batch(connection, batch.id) == 0
    assert counted(book) == (len(fills) if moment == "before" else 0)


def test_beside_an_engine_it_comes_in_slices(book: Path, history: Path) -> None:
    fills = make_fills(600)
    history.write_text(kraken(fills))
    with a_process(IDLE_ENGINE, book) as engine:
        wait_for_line(engine, "open")
        made = import_missing(book, history)
        assert made.written.trades == len(fills)
        assert len(made.slice_seconds) > 1
        assert run_audit(book, rules=LEDGER_RULES).findings == ()
        with open_database(book, "read_write") as connection:
            assert undo_batch(connection, str(made.batch_id)) == 0
    assert counted(book) == 0


def test_killed_between_slices_it_is_finished_later(book: Path, history: Path) -> None:
    fills = make_fills(2_000)
    history.write_text(kraken(fills))
    with a_process(IDLE_ENGINE, book) as engine:
        wait_for_line(engine, "open")
        with a_process(KILLED, book, history, "after", 1) as process:
            assert process.wait(60) == -signal.SIGKILL
        assert 0 < counted(book) < len(fills)
        (batch,) = list_batches(book)
        with open_database(book, "read_write") as connection:
            assert resume_import(connection, batch.id) == len(fills)
            with pytest.raises(CtsError, match="is done"):
                resume_import(connection, batch.id)
    assert counted(book) == len(fills)
    assert compare_trades(book, history).is_equal
    with open_database(book, "read_write") as connection:
        assert undo_batch(connection, batch.id) == 0
    assert read_ledger(book) == ([], [])


@pytest.mark.parametrize("note", ["bringing trades over", "writing trades", "auditing the copy"])
def test_a_stop_leaves_nothing(note: str, book: Path, history: Path) -> None:
    history.write_text(kraken(make_fills(600)))
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.note == note:
            cancel.cancel()

    script = IDLE_ENGINE if note == "bringing trades over" else "print('open', flush=True)"
    with a_process(script, book) as engine:
        wait_for_line(engine, "open")
        with pytest.raises(CtsError) as caught:
            import_missing(book, history, on_progress=stop, cancel=cancel)
    assert caught.value.code == "cancelled"
    assert counted(book) == 0
    assert list_batches(book) == []


def test_later_trades_of_the_engine_hold_a_batch_back(book: Path, history: Path) -> None:
    history.write_text(kraken(FILLS[:2]))
    made = import_missing(book, history)
    with open_database(book, "read_write") as connection:
        connection.execute(
            "INSERT INTO trades (connection_id, order_id, trading_pair_id, exchange_trade_id, "
            "side, price, amount, executed_at) SELECT connection_id, id, trading_pair_id, 'later', "
            "side, 1, 1, created_at FROM orders WHERE id = 1"
        )
        with pytest.raises(CtsError) as caught:
            undo_batch(connection, str(made.batch_id))
        assert caught.value.code == "constraint"
    assert counted(book) == 3


def test_the_database_itself_refuses_a_second_time(book: Path, history: Path) -> None:
    """Whatever is done around it: the constraints stand behind the look before writing."""
    history.write_text(binance(FILLS[:1]))
    import_missing(book, history)
    with open_database(book, "read_write") as connection:
        columns = (
            "connection_id, trading_pair_id, client_order_id, exchange_order_id, side, order_type, "
            "amount"
        )
        with pytest.raises(CtsError, match="UNIQUE"):
            connection.execute(f"INSERT INTO orders ({columns}) SELECT {columns} FROM orders")
        same = "connection_id, order_id, trading_pair_id, exchange_trade_id, side, price, amount"
        with pytest.raises(CtsError, match="UNIQUE"):
            connection.execute(
                f"INSERT INTO trades ({same}, executed_at) SELECT {same}, executed_at FROM trades"
            )


def test_equal_trades_of_unequally_exact_times_all_come_in(book: Path, history: Path) -> None:
    text = kraken([Fill(1, at_ms=START_MS + 123), Fill(2, at_ms=START_MS)])
    # As exports do that leave out a fraction of nothing.
    history.write_text(text.replace(".0000,", ","))
    made = import_missing(book, history)
    assert (made.written.trades, made.written.already_there) == (2, 0)
    assert compare_trades(book, history).is_equal


def test_an_equal_trade_that_was_taken_back_comes_in_again(book: Path, history: Path) -> None:
    alike = [Fill(n) for n in range(3)]
    batches = []
    for count in (1, 2, 3):
        history.write_text(binance(alike[:count]))
        batches.append(str(import_missing(book, history).batch_id))
    with open_database(book, "read_write") as connection:
        undo_batch(connection, batches[0])
    assert counted(book) == 2
    assert import_missing(book, history).written.trades == 1
    assert import_missing(book, history).state == "nothing_missing"
    assert counted(book) == 3


def test_trades_that_came_in_without_ids_are_known_by_them_later(book: Path, history: Path) -> None:
    export = EXPORTS["bybit spot with fee coin"][1]
    text = export(FILLS)
    for fill in FILLS:
        text = text.replace(trade_id(fill), "--")
    history.write_text(text)
    assert import_missing(book, history).written.trades == len(FILLS)
    history.write_text(export(FILLS))
    told = compare_trades(book, history)
    assert (told.same, told.is_equal) == (len(FILLS), True)


def test_a_trade_that_the_database_refuses_is_named(book: Path, history: Path) -> None:
    history.write_text(binance([FILLS[0], replace(FILLS[1], price="9e14", amount="9e14")]))
    with pytest.raises(CtsError, match=r"line 3 were refused: .*CHECK") as caught:
        import_missing(book, history)
    assert caught.value.code == "constraint"
    assert counted(book) == 0


@pytest.mark.parametrize("hours", [-5, 2])
def test_times_of_another_zone_make_no_trade_twice(hours: int, book: Path, history: Path) -> None:
    add_fills(book, "binance", FILLS)
    shifted = [replace(fill, at_ms=fill.at_ms + hours * 3_600_000) for fill in FILLS]
    history.write_text(binance(shifted))
    told = compare_trades(book, history)
    assert told.shift_ms == hours * 3_600_000
    assert import_missing(book, history).state == "stopped"
    assert counted(book) == len(FILLS)


def test_hostile_names_stay_text(book: Path, history: Path) -> None:
    hostile = "=cmd|' /C calc'!A1"
    history.write_text(kraken(FILLS[:1]).replace(trade_id(FILLS[0]), hostile))
    import_missing(book, history)
    with open_database(book) as connection:
        assert connection.read_value("SELECT exchange_trade_id FROM trades") == hostile
    assert compare_trades(book, history).is_equal


def test_the_run_is_told_to_the_database(book: Path, history: Path) -> None:
    history.write_text(binance(FILLS))
    import_missing(book, history)
    with open_database(book) as connection:
        rows = connection.read_rows(
            "SELECT operation, table_name, rows_requested, rows_written, status "
            "FROM batch_processor_stats"
        )
    assert rows == [("insert", "trades", len(FILLS), len(FILLS), "ok")]


def test_a_read_only_file_keeps_every_byte(book: Path, history: Path) -> None:
    history.write_text(binance(FILLS))
    before = book.read_bytes()
    book.chmod(0o444)
    compare_trades(book, history)
    assert book.read_bytes() == before
