"""`statement` on files: the demo to its last digit, files of other programs, a writer beside it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import pytest

from cts_console.audit import ground
from cts_console.errors import CtsError
from cts_console.sqlite import open_database, quote_identifier
from cts_console.statement.numbers import EXACT
from tests.audit.case import Case, build, make
from tests.audit.foreign_rows import (
    PLAIN,
    freqtrade_order,
    freqtrade_position,
    hummingbot_fill,
    legacy_trade,
)
from tests.audit.rows import row
from tests.audit.writers import end_writing, writing
from tests.cli.console import Console, digest
from tests.processes import ROOT

OCTOBER = ("--from", "2019-10-01", "--to", "2019-11-01")
MAY = ("--from", "2024-05-01", "--to", "2024-06-01")


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_the_demo_to_its_last_digit(console: Console, demo: Path, method: str) -> None:
    before = digest(demo)
    answer = console.run("statement", demo, *OCTOBER, "--method", method, "--json")
    document = answer.document
    assert answer.status == 0
    assert document["complete"]
    assert document["trades"] == 12_477
    check = document["position_check"]
    assert (check["closed"], check["compared"], check["equal"]) == (88, 88, 88)
    assert check["largest_difference"] == "0"
    with open_database(demo) as connection:
        kept = connection.read_rows("SELECT realized_pnl FROM positions WHERE status = 'closed'")
    profit = sum(Decimal(repr(value)) for (value,) in kept)
    (cycles,) = [line for line in document["symbols"] if line["connection"] == "Cycles"]
    assert Decimal(cycles["net"]) == profit
    (held,) = document["positions"]
    assert held["closing"]["quantity"] == "867601"
    assert digest(demo) == before


def test_a_zone_moves_the_period_and_the_parts_make_the_whole(console: Console, demo: Path) -> None:
    def trades(start: str, end: str) -> int:
        words = ("--from", start, "--to", end, "--tz", "Europe/Berlin", "--json")
        document = console.run("statement", demo, *words).document
        assert document["period"]["time_zone"] == "Europe/Berlin"
        return int(document["trades"])

    parts = [trades("2019-10-11", "2019-10-12"), trades("2019-10-12", "2019-10-14")]
    assert sum(parts) == 12_477
    assert parts[0] == trades("2019-10-10T22:00Z", "2019-10-11T22:00Z")


def test_the_csv_adds_up_to_the_statement(console: Console, demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "october.csv"
    document = console.run("statement", demo, *OCTOBER, "--csv", target, "--json").document
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == document["trades"]
    (total,) = document["totals"]
    with localcontext(EXACT):
        realised = sum(Decimal(row["realised_profit"] or 0) for row in rows)
        assert realised == Decimal(total["gross"])
        assert sum(Decimal(row["fee"]) for row in rows) == Decimal(total["fees"])
    again = console.run("statement", demo, *OCTOBER, "--csv", target, "--json")
    again.assert_refused("usage")


def test_a_csv_cannot_become_a_part_of_the_database(console: Console, demo: Path) -> None:
    for name in ("demo.db", "demo.db-wal", "demo.db-journal"):
        target = demo.with_name(name)
        console.run("statement", demo, *OCTOBER, "--csv", target, "--json").assert_refused("usage")
    assert [path.name for path in demo.parent.glob("demo.db*")] == ["demo.db"]


def test_it_tells_the_last_audit_or_that_there_is_none(console: Console, demo: Path) -> None:
    assert "Not audited" in console.run("statement", demo, *OCTOBER).out
    audit = console.run("audit", demo, "--profile", "quick", "--json").document
    told = console.run("statement", demo, *OCTOBER, "--json").document["audit"]
    assert told["started_at"] == audit["started_at"]
    assert told["summary"] == audit["summary"]
    shown = console.run("statement", demo, *OCTOBER).out
    assert f"Last quick audit, {audit['started_at']}" in shown
    assert shown.index("Assumed, checked by nobody") < shown.index("Realised profit by symbol")


def test_a_sealed_ledger_and_what_the_seal_leaves_out(console: Console, demo: Path) -> None:
    root = console.run("seal", demo, "trades", "--json").document["root"]
    (seal,) = console.run("statement", demo, *OCTOBER, "--json").document["seal"]
    assert (seal["state"], seal["root"], seal["rows"]) == ("as_sealed", root, 12_477)
    assert seal["columns_left_out"] == ["fee", "fee_currency", "position_id", "realized_pnl"]
    shown = console.run("statement", demo, *OCTOBER).out
    assert f"root {root}" in shown
    assert "does not cover these columns, which may be set later: fee, fee_currency," in shown
    with open_database(demo, "read_write") as connection:
        guards = connection.read_rows(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'trades'"
        )
        for (name,) in guards:
            connection.execute(f"DROP TRIGGER {quote_identifier(str(name))}")
        connection.execute("UPDATE trades SET price = price * 1.01 WHERE id = 5000")
    answer = console.run("statement", demo, *OCTOBER, "--json")
    assert answer.status == 1
    assert answer.document["seal"][0]["differing"] == ["5000"]
    assert "INCOMPLETE  Table trades differs" in console.run("statement", demo, *OCTOBER).out


def test_a_pdf_beside_the_document(console: Console, demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "october.pdf"
    before = digest(demo)
    command = [sys.executable, "-m", "cts_console", "statement", str(demo), *OCTOBER]
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    run = subprocess.run(
        [*command, "--pdf", str(target), "--json"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["pdf"] == str(target)
    assert target.read_bytes().startswith(b"%PDF-")
    assert digest(demo) == before
    again = console.run("statement", demo, *OCTOBER, "--pdf", target, "--json")
    again.assert_refused("usage")


def test_names_are_refused_before_anything_is_added_up(
    console: Console, demo: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    for words, code in (
        (("--pdf", demo), "usage"),
        (("--pdf", demo.with_name("demo.db-wal")), "usage"),
        (("--pdf", tmp_path / "none" / "x.pdf"), "not_found"),
        (("--csv", new, "--pdf", new), "usage"),
    ):
        console.run("statement", demo, *OCTOBER, *words, "--json").assert_refused(code)
    assert not new.exists()


def test_a_pdf_that_cannot_be_written_leaves_the_rest(
    console: Console, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise CtsError("disk_full", "Full", "The disk is full.", "Free some space.")

    monkeypatch.setattr("cts_console.printing.write_pdf_statement", fail)
    csv_file = tmp_path / "new.csv"
    words = ("--csv", csv_file, "--pdf", tmp_path / "new.pdf", "--json")
    answer = console.run("statement", demo, *OCTOBER, *words)
    assert (answer.status, answer.document["pdf"]) == (2, None)
    assert "The disk is full." in answer.err
    assert csv_file.exists()
    assert not (tmp_path / "new.pdf").exists()


def test_an_empty_period(console: Console, cts: Path, demo: Path) -> None:
    for database in (cts, demo):
        answer = console.run("statement", database, *MAY)
        assert answer.status == 0
        assert "No trades in this period." in answer.out


def test_a_file_without_trades_or_with_nothing(console: Console, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    make(other, "CREATE TABLE notes (text)")
    console.run("statement", other, *MAY, "--json").assert_refused("foreign_file")
    (tmp_path / "empty.db").touch()
    answer = console.run("statement", tmp_path / "empty.db", *MAY, "--json")
    answer.assert_refused("not_a_database")


def test_bad_values_in_a_file_without_types(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    at = 1_714_557_600_000
    values: dict[str, object] = {
        "connection_id": 1,
        "order_id": 1,
        "trading_pair_id": "BTC/USDT",
        "side": "buy",
        "price": "100.10",
        "amount": "0.3",
        "fee": 0.0,
        "executed_at": at,
    }
    rows: list[dict[str, object]] = [
        {},
        {"price": None},
        {"amount": "much"},
        {"executed_at": "2024-05-01"},
        {"exchange_trade_id": "a", "amount": 1.0},
        {"exchange_trade_id": "a", "amount": 1.0},
        {"exchange_trade_id": "a", "amount": 2.0},
        # No id is not an id that was there before.
        {"exchange_trade_id": "", "amount": 1.0},
        {"exchange_trade_id": "", "amount": 1.0},
    ]
    sql = "".join(row("trades", id=n, **{**values, **more}) for n, more in enumerate(rows, 1))
    make(path, PLAIN + sql)
    answer = console.run("statement", path, *MAY, "--json")
    assert answer.status == 1
    document = answer.document
    assert not document["complete"]
    counted = {remark["kind"]: remark["trades"] for remark in document["exceptions"]}
    assert counted["unreadable"] == 3
    assert counted["no_exchange_id"] == 3
    assert (counted["twice"], counted["twice_otherwise"]) == (1, 1)
    (line,) = document["symbols"]
    assert (line["trades"], line["bought"], line["turnover"]) == (4, "3.3", "330.33")
    assert "INCOMPLETE" in console.run("statement", path, *MAY).out


def test_files_of_other_programs(console: Console, tmp_path: Path) -> None:
    sold = {"side": "sell", "price": 110.0, "executed_at": "2024-05-02 10:00:00"}
    cases = {
        "cts_legacy": legacy_trade(1) + legacy_trade(2, **sold),
        "hummingbot": hummingbot_fill(1),
        "freqtrade": freqtrade_position(1) + freqtrade_order(1),
    }
    for base, sql in cases.items():
        path = tmp_path / f"{base}.db"
        build(path, Case(base, sql, base=base))  # type: ignore[arg-type]  # names of `Base`
        answer = console.run(
            "statement", path, "--from", "2024-01-01", "--to", "2025-01-01", "--json"
        )
        assert answer.status in (0, 1), answer
        (line,) = answer.document["symbols"]
        assert line["trades"] >= 1, base
        told = {remark["kind"] for remark in answer.document["exceptions"]}
        assert ("fees_not_kept" in told) == (base == "freqtrade")
        if base == "cts_legacy":
            assert (line["gross"], line["quote"]) == ("20", "USDT")


def test_beside_a_busy_writer(console: Console, demo: Path) -> None:
    with open_database(demo, "read_write") as connection:
        connection.execute("CREATE TABLE ticks (id INTEGER PRIMARY KEY, note TEXT)")
    with writing(demo) as writer:
        answer = console.run("statement", demo, *OCTOBER, "--json")
        commits, failed = end_writing(writer)
    assert (answer.status, failed) == (0, 0)
    assert commits > 0
    assert answer.document["position_check"]["equal"] == 88


def test_it_moves_to_a_copy_when_it_would_hold_a_writer_up(
    console: Console, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert console.run("seal", demo).status == 0
    monkeypatch.setattr(ground.Ground, "holds_somebody_up", lambda self: self.mode == "live")
    answer = console.run("statement", demo, *OCTOBER, "--json")
    assert answer.status == 0
    assert answer.document["position_check"]["equal"] == 88
    assert answer.document["seal"][0]["state"] == "as_sealed"
    assert any("private copy" in note for note in answer.document["notes"])


def test_there_is_no_statement_over_several_commits(
    console: Console, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise CtsError("disk_full", "No room", "The disk is full.", "")

    monkeypatch.setattr(ground.Ground, "holds_somebody_up", lambda self: self.mode == "live")
    monkeypatch.setattr(ground, "open_private_copy", no_room)
    target = tmp_path / "never.csv"
    answer = console.run("statement", demo, *OCTOBER, "--csv", target, "--json")
    answer.assert_refused("locked")
    assert "(no room)" in answer.document["error"]["message"]
    assert not list(tmp_path.glob("never*"))
