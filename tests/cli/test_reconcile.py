"""`reconcile` and `batches`: the demo beside its own trades, what is missing, imported, undone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.cli.console import Answer, Console, digest
from tests.cli.shapes import SHAPES, assert_shape
from tests.cli.test_tables import assert_harmless
from tests.transfer.trades.books import read_ledger

HEADER = "Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n"


def export(database: Path, account: int) -> list[str]:
    """Return the demo's trades of one account as Binance would export them."""
    with open_database(database) as connection:
        rows = connection.read_rows(
            "SELECT executed_at, side, price, amount, cost, fee, fee_currency FROM trades "
            "WHERE connection_id = ? ORDER BY executed_at, id",
            (account,),
        )
    lines = []
    for at, side, *numbers, currency in rows:
        moment = datetime.fromtimestamp(int(str(at)) // 1000, UTC)
        price, amount, cost, fee = (format(Decimal(repr(number)), "f") for number in numbers)
        lines.append(
            f"{moment:%Y-%m-%d %H:%M:%S},XRPETH,{str(side).upper()},{price},{amount}XRP,"
            f"{cost}ETH,{fee}{currency!s}\n"
        )
    return lines


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history.csv"


def reconcile(console: Console, database: Path, history: Path, *more: object) -> Answer:
    answer = console.run("reconcile", database, history, *more, "--json")
    if answer.status < 2:
        assert_shape(answer.document, SHAPES["reconcile", "never.csv"])
    return answer


@pytest.mark.parametrize("account", [1, 2])
def test_the_demo_beside_its_own_trades(
    console: Console, demo: Path, history: Path, account: int
) -> None:
    lines = export(demo, account)
    history.write_text(HEADER + "".join(lines))
    before = digest(demo)
    answer = reconcile(console, demo, history, "--connection", account)
    assert answer.status == 0
    assert answer.document["equal"]
    assert answer.document["same"] == len(lines) > 1_000
    assert digest(demo) == before
    shown = console.run("reconcile", demo, history, "--connection", account)
    assert (shown.status, shown.err) == (0, "")
    assert f"{len(lines):,}" in shown.out


def test_trades_that_are_missing_are_imported_and_undone(
    console: Console, demo: Path, history: Path
) -> None:
    lines = export(demo, 1)
    # A month before, so that the demo lacks them.
    older = [line.replace("2019-10-", "2019-09-") for line in lines[:300]]
    history.write_text(HEADER + "".join([*lines[300:], *older]))
    before = read_ledger(demo)
    words = (demo, history, "--connection", 1)

    answer = reconcile(console, *words)
    assert answer.status == 1
    assert answer.document["only_in_file"]["total"] == 300
    assert answer.document["only_in_database"]["total"] == 300
    assert answer.document["import"] is None

    dry = reconcile(console, *words, "--dry-run")
    assert (dry.status, dry.document["import"]["state"]) == (1, "rehearsed")
    assert read_ledger(demo) == before

    made = reconcile(console, *words, "--import")
    assert made.document["import"]["state"] == "imported", made.document["import"]
    assert made.document["import"]["trades"] == 300
    assert any("marked demo" in note for note in made.document["notes"])
    again = reconcile(console, *words, "--import")
    assert again.document["import"]["state"] == "nothing_missing"

    batch = made.document["import"]["batch"]
    listed = console.run("batches", demo, "--json")
    assert_shape(listed.document, SHAPES["batches",])
    assert [(row["id"], row["state"]) for row in listed.document["batches"]] == [(batch, "done")]
    assert batch in console.run("batches", demo).out
    undone = console.run("batches", demo, "--undo", batch, "--json")
    assert undone.document["undone"] == {"id": batch, "rows_left": 0}
    assert read_ledger(demo) == before


def test_what_is_shown_to_people(console: Console, demo: Path, history: Path) -> None:
    lines = export(demo, 1)
    broken = lines[5].replace(",XRPETH,", ",\x1b[31mETH,")
    history.write_text(HEADER + "".join([*lines[1:5], broken, "[red]=cmd,,,,,,\n", *lines[7:]]))
    answer = console.run("reconcile", demo, history, "--connection", 1)
    assert answer.status == 1
    assert "Only in the database" in answer.out
    assert "is no trade" in answer.out
    assert_harmless(answer.out)
    made = console.run("reconcile", demo, history, "--connection", 1, "--import")
    assert "Nothing is missing" in made.out


def test_refusals(console: Console, demo: Path, history: Path, tmp_path: Path) -> None:
    history.write_text("a,b\n1,2\n")
    reconcile(console, demo, history).assert_refused("usage")
    history.write_text(HEADER)
    # The demo has two enabled connections of Binance.
    answer = reconcile(console, demo, history)
    answer.assert_refused("usage")
    assert "1 'Holding' (binance)" in answer.document["error"]["hint"]
    reconcile(console, demo, tmp_path / "gone.csv").assert_refused("not_found")
    console.run("batches", demo, "--undo", "none", "--json").assert_refused("usage")
    console.run("batches", demo, "--resume", "../..", "--json").assert_refused("usage")
