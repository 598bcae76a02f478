"""What a statement prints: nothing is dropped, what comes from a file is no markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cts_console.audit.report import PIECE
from cts_console.audit.seal import seal_tables
from cts_console.statement import audit_lines, remark_text, seal_lines, statement_document
from cts_console.statement.paper import read_content, render_statement
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
        *audit_lines(document["audit"]),
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
    markup = render_statement(stated(path, entries=10))
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


def test_trades_are_bounded_and_the_others_counted(tmp_path: Path):
    path = make_file(tmp_path / "t.db", map(trade, range(1, 251)))
    content = read_content(stated(path, entries=150))
    assert (content.trades.listed, content.trades.total, len(content.trades.pages)) == (150, 250, 3)
    text = text_of(render_statement(stated(path, entries=150)))
    assert "The first 150 of 250, pair by pair; the CSV has 100 more." in text
    assert "All 250, pair by pair." in text_of(render_statement(stated(path, entries=1_000)))


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
    assert not [secret for secret in SECRETS if secret[:6] in printed]
