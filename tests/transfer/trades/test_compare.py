"""A trade history beside a database: the same, only here, only there, told differently."""

from __future__ import annotations

import csv
import gzip
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress, ProgressSampler
from cts_console.sqlite import open_database
from cts_console.transfer.trades import EXCHANGE_FORMATS, compare_trades
from tests.transfer.trades.books import (
    EXPORTS,
    START_MS,
    Fill,
    add_fills,
    binance,
    make_fills,
    table,
)

FILLS = make_fills(40)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_of_its_own_trades_is_the_same(name: str, book: Path, history: Path) -> None:
    exchange, export = EXPORTS[name]
    add_fills(book, exchange, FILLS)
    history.write_text(export(FILLS))
    before = book.read_bytes()
    told = compare_trades(book, history)
    assert (told.format, told.account.exchange, told.same) == (name, exchange, len(FILLS))
    assert told.is_equal, told
    assert book.read_bytes() == before


@pytest.mark.parametrize("name", EXPORTS)
def test_what_one_side_lacks(name: str, book: Path, history: Path) -> None:
    exchange, export = EXPORTS[name]
    add_fills(book, exchange, FILLS[:-7])
    # The first trade of the database lies before the span of the file.
    history.write_text(export([fill for fill in FILLS if fill.at_ms != START_MS]))
    told = compare_trades(book, history)
    assert told.only_in_file.total == 6
    assert told.only_in_database.total == 0
    assert told.same == len(FILLS) - 2 - 6

    history.write_text(export([*FILLS[:11], *FILLS[13:]]))
    told = compare_trades(book, history)
    assert told.only_in_database.total == 2
    assert {trade.pair for trade in told.only_in_database.shown} == {"BTCUSDT"}


@pytest.mark.parametrize("name", ["bybit spot with fee coin", "coinbase fills", "kraken trades"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("price", "39999"), ("amount", "7"), ("fee", "0.9"), ("side", "other")],
)
def test_the_same_id_told_differently(
    name: str, field: str, value: str, book: Path, history: Path
) -> None:
    exchange, export = EXPORTS[name]
    add_fills(book, exchange, FILLS)
    if field == "side":
        value = "sell" if FILLS[3].side == "buy" else "buy"
    changed = replace(FILLS[3], **{field: value})  # type: ignore[arg-type]  # every field is text
    history.write_text(export([*FILLS[:3], changed, *FILLS[4:]]))
    told = compare_trades(book, history)
    assert (told.same, told.only_in_file.total, told.only_in_database.total) == (43, 0, 0)
    (difference,) = told.different.shown
    assert difference.fields == (field,)
    assert getattr(difference.file, field) == value


def test_equal_trades_of_one_second_are_counted(book: Path, history: Path) -> None:
    fills = [Fill(n, at_ms=START_MS + 100 * n) for n in range(5)]
    add_fills(book, "binance", fills[:2])
    history.write_text(binance(fills))
    told = compare_trades(book, history)
    assert (told.same, told.only_in_file.total) == (2, 3)
    history.write_text(binance(fills[:1]))
    told = compare_trades(book, history)
    assert (told.same, told.only_in_database.total) == (1, 1)


def test_a_second_that_was_rounded_is_the_same(book: Path, history: Path) -> None:
    add_fills(book, "binance", [Fill(1, at_ms=START_MS - 300)])
    history.write_text(binance([Fill(1)]))
    assert compare_trades(book, history).is_equal


def test_a_clock_that_is_off_makes_no_second_trade(book: Path, history: Path) -> None:
    add_fills(book, "binance", [Fill(1, at_ms=START_MS - 4_000)])
    history.write_text(binance([Fill(1)]))
    told = compare_trades(book, history)
    assert told.only_in_file.total == 0
    assert [each.fields for each in told.different.shown] == [("executed_at",)]


def test_ids_of_another_kind_make_no_second_trade(book: Path, history: Path) -> None:
    export = EXPORTS["kraken trades"][1]
    add_fills(book, "kraken", FILLS)
    history.write_text(export(FILLS).replace("TRADE-", "T"))
    told = compare_trades(book, history)
    assert (told.only_in_file.total, told.different.total) == (0, len(FILLS))
    assert told.different.shown[0].fields == ("exchange_trade_id",)


def test_another_amount_of_the_same_order_at_the_same_time(book: Path, history: Path) -> None:
    export = EXPORTS["kraken trades"][1]
    add_fills(book, "kraken", FILLS)
    changed = replace(FILLS[3], amount="7")
    history.write_text(export([*FILLS[:3], changed, *FILLS[4:]]).replace(f"TRADE-{3:09d}", "TX"))
    told = compare_trades(book, history)
    assert told.only_in_file.total == told.only_in_database.total == 0
    assert [each.fields for each in told.different.shown] == [("amount",)]


def test_an_id_far_from_its_time_is_found(book: Path, history: Path) -> None:
    exchange, export = EXPORTS["coinbase fills"]
    add_fills(book, exchange, [replace(FILLS[1], at_ms=START_MS + 7_200_000_000)])
    history.write_text(export([FILLS[1]]))
    told = compare_trades(book, history)
    assert told.only_in_file.total == 0
    assert told.different.shown[0].fields == ("executed_at",)


def test_lines_with_one_id(book: Path, history: Path) -> None:
    export = EXPORTS["kraken trades"][1]
    history.write_text(export([FILLS[0], FILLS[1], FILLS[0], replace(FILLS[1], amount="3")]))
    told = compare_trades(book, history)
    assert (told.only_in_file.total, told.repeated) == (2, 1)
    assert [(row.line, "id of an earlier line" in row.reason) for row in told.unreadable.shown] == [
        (5, True)
    ]


def test_a_trade_with_oneself_has_one_id_on_both_sides(book: Path, history: Path) -> None:
    export = EXPORTS["coinbase fills"][1]
    both = [Fill(1), Fill(1, side="sell")]
    add_fills(book, "coinbase", both[:1])
    history.write_text(export(both))
    told = compare_trades(book, history)
    assert (told.same, told.only_in_file.total, told.different.total) == (1, 1, 0)


@pytest.mark.parametrize("pair", ["XXBTZEUR", "XBT/EUR", "XBTEUR", "BTC/EUR", "XDGEUR", "XXLMXXBT"])
def test_the_names_of_kraken(pair: str, book: Path, history: Path) -> None:
    history.write_text(
        table(
            "txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin,misc,ledgers",
            [("T1", "O1", pair, "2024-01-01 00:00:00.1234", "buy", "limit", *"1110", "", "", "")],
        ).replace(",0,,", ",1,0,,"),
    )
    told = compare_trades(book, history)
    assert told.only_in_file.total + told.unreadable.total == 1, told
    assert told.unknown_pairs == ()


def test_unknown_pairs_are_told_and_never_made(book: Path, history: Path) -> None:
    hostile = "=cmd|' /C calc'!A1"
    history.write_text(binance([replace(FILLS[0], base=hostile), *FILLS[:3]]))
    told = compare_trades(book, history)
    assert (told.only_in_file.total, told.unknown_pairs) == (3, ((f"{hostile}USDT", 1),))
    assert not told.is_equal


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("40000.0", "abc", "the price is 'abc'"),
        ("40000.0", "-1", "which cannot be"),
        ("SELL", "GIVE", "neither buy nor sell"),
        ("0.001BTC", "0.001ETH", "no number of BTC"),
        ("0.01USDT", "a\x00b", "is no name"),
        ("2023-11-14", "2023-14-11", "does not exist"),
    ],
)
def test_a_line_that_is_no_trade_is_told(
    old: str, new: str, reason: str, book: Path, history: Path
) -> None:
    text = binance(FILLS[:1])
    assert old in text
    history.write_text(text.replace(old, new) + binance(FILLS[1:2]).splitlines()[1])
    told = compare_trades(book, history)
    assert told.only_in_file.total == 1
    (line,) = told.unreadable.shown
    assert line.line == 2
    assert reason in line.reason


def test_a_line_that_was_cut_off_is_no_trade(book: Path, history: Path) -> None:
    history.write_text(binance(FILLS[:2])[:-12])
    told = compare_trades(book, history)
    assert (told.only_in_file.total, told.unreadable.total) == (1, 1)
    assert "6 cells under 7 columns" in told.unreadable.shown[0].reason


def test_every_way_in_which_the_file_is_written(book: Path, tmp_path: Path) -> None:
    add_fills(book, "binance", FILLS)
    text = binance(FILLS)
    (tmp_path / "a").write_text(text, encoding="utf-8-sig")
    (tmp_path / "b").write_text(text, encoding="utf-16")
    (tmp_path / "c").write_bytes(gzip.compress(text.replace(",", ";").encode()))
    (tmp_path / "d").write_text("\n" + text.replace(",", "\t").replace("Date(UTC)", "  DATE(utc) "))
    sheet = openpyxl.Workbook()
    for line in text.splitlines():
        sheet.active.append(line.split(","))
    sheet.save(tmp_path / "e")
    with zipfile.ZipFile(tmp_path / "f", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("history.csv", text)
    (tmp_path / "g").write_bytes(gzip.compress(text.encode("utf-16-le")))
    for name in "abcdefg":
        assert compare_trades(book, tmp_path / name).same == len(FILLS), name


def test_a_history_among_others_is_named(book: Path, tmp_path: Path) -> None:
    add_fills(book, "binance", FILLS)
    with zipfile.ZipFile(tmp_path / "packed", "w") as packed:
        packed.writestr("other.csv", "a,b\n")
        packed.writestr("history.csv", binance(FILLS))
    with pytest.raises(CtsError, match=r"holds 'other\.csv', 'history\.csv'"):
        compare_trades(book, tmp_path / "packed")
    assert compare_trades(book, tmp_path / "packed", part="history.csv").is_equal


def test_cells_of_a_sheet_are_text_as_it_was_written(book: Path, tmp_path: Path) -> None:
    export = EXPORTS["bybit spot with fee coin"][1]
    sheet = openpyxl.Workbook()
    sheet.active.append(["UID: 1"])
    header, first, second = csv.reader(export(FILLS[:2]).splitlines())
    price = header.index("Filled Price")
    sheet.active.append(header)
    sheet.active.append([*first[:price], 40000.123456789, *first[price + 1 :]])
    sheet.active.append([])
    sheet.active.append([*second[:price], "=1+1", *second[price + 1 :]])
    sheet.save(tmp_path / "book")
    told = compare_trades(book, tmp_path / "book")
    assert [(row.where, row.price) for row in told.only_in_file.shown] == [(3, "40000.123456789")]
    assert [(row.line, row.reason) for row in told.unreadable.shown] == [
        (5, "the price is '=1+1', which is no number")
    ]


def test_a_row_is_found_by_its_line_and_progress_by_its_bytes(book: Path, history: Path) -> None:
    text = binance(FILLS).splitlines(keepends=True)
    history.write_text("".join([text[0], '"two\nlines"\n', *text[1:]]))
    told: list[Progress] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProgressSampler, "is_due", True)
        result = compare_trades(book, history, on_progress=told.append)
    assert [row.line for row in result.unreadable.shown] == [2]
    assert result.only_in_file.shown[0].where == 4
    read = [step for step in told if step.note == "reading the file"]
    assert {step.bytes_total for step in read} == {history.stat().st_size}
    assert read[-1].bytes_done == history.stat().st_size


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "usage"),
        (b"id,symbol,timestamp\n1,2,3\n", "usage"),
        (b"\xff\xfe\x00", "damaged"),
        (b"Date(UTC),Pair\xff\n", "damaged"),
        (b"PK\x03\x04nothing", "damaged"),
        (b"\x1f\x8bnothing", "damaged"),
        (binance(FILLS[:1]).encode() + b'"never closed\n', "damaged"),
        (binance(FILLS[:1]).encode() + "Zürich".encode("cp1252"), "damaged"),
        (binance(FILLS[:1]).encode() + b"x" * 100_001, "damaged"),
    ],
)
def test_files_that_are_none(content: bytes, code: str, book: Path, history: Path) -> None:
    history.write_bytes(content)
    with pytest.raises(CtsError) as caught:
        compare_trades(book, history)
    assert caught.value.code == code


def test_the_real_sample_is_no_history_of_an_exchange(book: Path, history: Path) -> None:
    history.write_text("id,symbol,timestamp,side,price,amount,cost\n")
    with pytest.raises(CtsError) as caught:
        compare_trades(book, history)
    for known in EXCHANGE_FORMATS:
        assert known.name in caught.value.hint


def test_whose_trades_they_are(book: Path, history: Path) -> None:
    history.write_text(binance(FILLS))
    with pytest.raises(CtsError, match="connection 2 is of bybit"):
        compare_trades(book, history, connection_id=2)
    with pytest.raises(CtsError, match="no connection 9"):
        compare_trades(book, history, connection_id=9)
    with open_database(book, "read_write") as connection:
        connection.execute("UPDATE exchange_connections SET is_enabled = 0 WHERE id = 1")
    with pytest.raises(CtsError, match="no enabled connection of binance"):
        compare_trades(book, history)
    assert compare_trades(book, history, connection_id=1).only_in_file.total == len(FILLS)


def test_other_databases_are_refused(tmp_path: Path, history: Path) -> None:
    history.write_text(binance(FILLS))
    with open_database(tmp_path / "other.db", "read_write", create=True) as connection:
        connection.execute("CREATE TABLE trades (id INTEGER PRIMARY KEY)")
    with pytest.raises(CtsError) as caught:
        compare_trades(tmp_path / "other.db", history)
    assert caught.value.code == "foreign_file"


def test_a_stop_leaves_nothing_behind(book: Path, history: Path, console_home: Path) -> None:
    history.write_text(binance(FILLS))
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CtsError) as caught:
        compare_trades(book, history, cancel=cancel)
    assert caught.value.code == "cancelled"
    assert list(console_home.rglob("trades.db*")) == []


def test_contracts_of_binance(book: Path, history: Path) -> None:
    with open_database(book, "read_write") as connection:
        connection.execute(
            "INSERT INTO trading_pairs (exchange_id, symbol, base_currency, quote_currency, "
            "market_type) SELECT id, 'BTC/USDT:USDT', 'BTC', 'USDT', 'swap' FROM exchanges "
            "WHERE name = 'binance'; "
            "INSERT INTO trading_pairs (exchange_id, symbol, base_currency, quote_currency, "
            "market_type) SELECT id, 'BTC/USD:BTC', 'BTC', 'USD', 'swap' FROM exchanges "
            "WHERE name = 'binance'"
        )
    history.write_text(
        "Date(UTC),Symbol,Side,Price,Quantity,Amount,Fee,Realized Profit,Fee Coin\n"
        "2024-01-01 00:00:00,BTCUSDT,BUY,42000,0.5,21000,8.4,0,USDT\n"
        "2024-01-01 00:00:01,BTCUSD,BUY,42000,1,100,0.00001,0,BTC\n"
    )
    told = compare_trades(book, history)
    assert [trade.pair for trade in told.only_in_file.shown] == ["BTC/USDT:USDT"]
    # Settled in bitcoin: its cost is no product of price and amount.
    assert told.unknown_pairs == (("BTCUSD", 1),)


def test_lines_above_the_header(book: Path, history: Path) -> None:
    export = EXPORTS["bybit spot with fee coin"][1]
    history.write_text("UID: 1,Company Name: ,Country:\n" + export(FILLS[:2]))
    told = compare_trades(book, history)
    assert [trade.where for trade in told.only_in_file.shown] == [3, 4]


def test_a_file_that_is_gone(book: Path, tmp_path: Path) -> None:
    for path, code in ((tmp_path / "gone.csv", "not_found"), (tmp_path, "not_a_file")):
        with pytest.raises(CtsError) as caught:
            compare_trades(book, path)
        assert caught.value.code == code
    shutil.copy(book, tmp_path / "as.csv")
    with pytest.raises(CtsError) as caught:
        compare_trades(book, tmp_path / "as.csv")
    assert caught.value.code in ("damaged", "usage")
