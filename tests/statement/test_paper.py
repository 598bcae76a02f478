"""What a statement prints: nothing is dropped, what comes from a file is no markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cts_console.audit.report import PIECE
from cts_console.audit.seal import seal_tables
from cts_console.statement import (
    Statement,
    audit_lines,
    remark_text,
    seal_lines,
    statement_document,
)
from cts_console.statement.paper import read_entries, render_statement
from tests.audit.rows import row
from tests.audit.test_secrets import HEX, KEY, PHRASE, SECRETS
from tests.statement.files import MAY, make_file, stated, trade, write

EVIL = "<img src=x>&\u202eevil\x07/USDT"


def text_of(markup: str) -> str:
    """Return what a person reads of markup."""
    plain = re.sub(r"<[^>]+>", "", markup)
    for name, sign in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#39;", "'"),
        ("&#34;", '"'),
        ("&amp;", "&"),
    ):
        plain = plain.replace(name, sign)
    return plain


def test_the_first_piece_has_all_that_the_numbers_rest_on(tmp_path: Path):
    path = make_file(
        tmp_path / "t.db",
        [trade(1), trade(2, fee_currency="BNB"), trade(3, price="much"), trade(4, side="sell")],
    )
    (seal,) = seal_tables(path, ["trades"])
    write(path, "UPDATE trades SET amount = 2.0 WHERE id = 1")
    rates = tuple(f"COIN{number}=USDT:{number}" for number in range(1, 121))
    statement = stated(path, rates=rates, entries=10)
    document = statement_document(statement)
    first = text_of(render_statement(statement).split(PIECE)[0])
    assert len(document["assumptions"]) > 120
    for line in (
        *document["assumptions"],
        *map(remark_text, document["exceptions"]),
        *audit_lines(document),
        *seal_lines(document["seal"]),
        seal.root,
        "INCOMPLETE: the totals lack",
    ):
        assert line in first


def test_what_comes_from_a_file_is_no_markup(tmp_path: Path):
    path = make_file(
        tmp_path / "<b>t&.db",
        [trade(1, trading_pair_id=EVIL, fee_currency="<u>"), trade(2, trading_pair_id=EVIL)],
    )
    statement = stated(path, entries=10)
    rows = "".join(f"{name} {cells}" for name, cells in read_entries(statement))
    assert "\u202e" not in rows
    assert "\x07" not in rows
    markup = render_statement(statement)
    assert "<img" not in markup
    assert "<u>" not in markup
    assert "<b>t&" not in markup
    assert "\u202e" not in markup
    assert "\x07" not in markup
    assert "&lt;img src=x&gt;&amp;\\u202eevil\\x07/USDT" in markup


def test_pieces_come_from_the_template_alone(tmp_path: Path):
    calm = make_file(tmp_path / "a.db", [trade(1)])
    evil = make_file(tmp_path / "b.db", [trade(1, trading_pair_id=f"{PIECE}/USDT")])
    counts = {len(render_statement(stated(path)).split(PIECE)) for path in (calm, evil)}
    assert len(counts) == 1


def test_page_one_says_how_many_trades_are_listed_and_where_the_others_are(tmp_path: Path):
    path = make_file(tmp_path / "t.db", map(trade, range(1, 251)))

    def first(csv: Path | None = None, entries: int = 150) -> str:
        return text_of(render_statement(stated(path, csv=csv, entries=entries)).split(PIECE)[0])

    cut = "250, of which the first 150 are listed at the end; all of them are in the CSV"
    assert cut in first()
    csv = tmp_path / "all.csv"
    assert f"are listed at the end; all of them are in {csv}" in first(csv)
    assert len(csv.read_text().splitlines()) == 251
    assert "250, all listed at the end" in first(entries=250)
    assert "250, not listed here; all of them are in the CSV" in first(entries=0)
    assert listed(stated(path, entries=150))[:2] == ["1", "2"]
    assert len(listed(stated(path, entries=150))) == 150


def listed(statement: Statement) -> list[str]:
    """Return the ids of the trades that are printed."""
    return [cells[1].text for _, cells in read_entries(statement)]


def test_many_currencies_do_not_push_the_assumptions_away(tmp_path: Path):
    quotes = [f"Q{number}" for number in range(20)]
    path = make_file(
        tmp_path / "t.db",
        (trade(n, trading_pair_id=f"BTC/{q}", fee=0) for n, q in enumerate(quotes, 1)),
    )
    first, second, *_ = render_statement(stated(path)).split(PIECE)
    assert "In total" not in first
    assert "The totals of 20 quote currencies follow" in text_of(first)
    assert all(quote in text_of(second) for quote in quotes)


def test_long_tables_are_bounded_and_the_rest_counted(tmp_path: Path):
    path = make_file(
        tmp_path / "t.db", (trade(n, trading_pair_id=f"B{n}/USDT") for n in range(1, 1_003))
    )
    text = text_of(render_statement(stated(path)))
    assert "B1000/USDT" in text
    assert text.count("2 more are not listed here; the JSON document has all of them.") == 2


def test_a_period_without_trades_says_so(tmp_path: Path):
    path = make_file(tmp_path / "t.db", [trade(1, executed_at=MAY.end_ms)])
    text = text_of(render_statement(stated(path)))
    assert "No trades in this period." in text
    assert "COMPLETE" in text


@pytest.mark.parametrize("rates", [(), ("BNB=USDT:300",)])
def test_a_fee_in_a_third_currency(tmp_path: Path, rates: tuple[str, ...]):
    path = make_file(tmp_path / "t.db", [trade(1, fee=0.01, fee_currency="BNB")])
    text = text_of(render_statement(stated(path, rates=rates)))
    assert ("INCOMPLETE" in text) == (not rates)
    assert ("converted" if rates else "not converted") in text
    assert ("-3.00000000" in text) == bool(rates)


def test_no_secret_is_printed(tmp_path: Path):
    path = make_file(
        tmp_path / "t.db",
        [
            "CREATE TABLE exchange_connections (id INTEGER PRIMARY KEY, name, api_key, secret);",
            row("exchange_connections", id=1, name="Main", api_key=KEY, secret=HEX),
            trade(1, note=PHRASE, exchange_trade_id=KEY),
            trade(2, note=HEX, exchange_trade_id=KEY),
            trade(3, note=HEX, order_id=KEY, position_id=HEX, price="much"),
        ],
    )
    seal_tables(path, ["trades"])
    write(path, f"UPDATE trades SET note = '{PHRASE}x' WHERE id = 2")
    statement = stated(path, entries=10)
    assert not statement.is_complete
    printed = render_statement(statement) + str(statement_document(statement))
    printed += str(list(read_entries(statement)))
    assert not [secret for secret in SECRETS if secret[:6] in printed]
