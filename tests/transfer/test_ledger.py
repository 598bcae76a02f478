"""Candles map by themselves; a real ledger takes only what can never be in it twice."""

from __future__ import annotations

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import open_database
from cts_console.transfer import ImportRequest, run_import

# Three rows of each of two symbols, as the sample file candles_5m.csv.gz writes them.
CANDLES = """symbol,timestamp,open,high,low,close,volume
ADA/BTC,1515560100000,5.330000000000001e-05,5.330000000000001e-05,5.288e-05,5.29e-05,431401.97
ADA/BTC,1515560400000,5.29e-05,5.294e-05,5.269e-05,5.27e-05,311565.65
ADA/BTC,1515560700000,5.27e-05,5.28e-05,5.26e-05,5.27e-05,300000
ZEC/BTC,1515560100000,0.03919,0.03928791,0.03919,0.03928789,14.09480345
ZEC/BTC,1515560400000,0.03919,0.03928791,0.03919,0.03928789,14.09480345
ZEC/BTC,1515561000000,0.03919,0.03928791,0.03919,0.03928789,14.09480345
"""
SECONDS = "unix,Open,High,Low,Close,Volume\n" + "".join(
    f"{1_515_560_400 + n * 3600},1,2,0.5,1.5,10\n" for n in range(30)
)
PAIRS = """
INSERT INTO trading_pairs (id, exchange_id, symbol, base_currency, quote_currency)
VALUES (901, 1, 'ADABTC', 'ADA', 'BTC'), (902, 1, 'ZEC/BTC', 'ZEC', 'BTC')
"""


def market(path):
    with open_database(path) as connection:
        return connection.read_rows(
            "SELECT trading_pair_id, timeframe, count(*), min(open_time) FROM market_data "
            "GROUP BY 1, 2 ORDER BY 1"
        )


def with_pairs(path) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(PAIRS)


def test_candles_find_their_pair_and_their_time_frame(cts, write) -> None:
    with_pairs(cts)
    many = CANDLES + "".join(
        f"ADA/BTC,{1_515_561_000_000 + n * 300_000},1,2,0.5,1,1\n" for n in range(20)
    )
    result = run_import(cts, write(many), ImportRequest("market_data"))
    assert market(cts) == [(901, "5m", 23, 1515560100000), (902, "5m", 3, 1515560100000)]
    assert result.mapping["symbol"] == "trading_pair_id"
    with pytest.raises(CtsError, match="UNIQUE"):
        run_import(cts, write(many), ImportRequest("market_data"))


def test_candles_of_an_unknown_pair_are_refused(cts, write) -> None:
    with pytest.raises(CtsError, match="line 2: trading_pair_id: 'ADA/BTC' is no known"):
        run_import(cts, write(CANDLES), ImportRequest("market_data", constants={"timeframe": "5m"}))
    with_pairs(cts)
    with open_database(cts, "read_write") as connection:
        connection.execute(PAIRS.replace("901, 1", "911, 2").replace("902, 1", "912, 2"))
    with pytest.raises(CtsError, match=r"several trading pairs \(901, 911\)"):
        run_import(cts, write(CANDLES), ImportRequest("market_data", constants={"timeframe": "5m"}))


def test_two_pairs_are_never_mixed_by_a_constant(cts, write) -> None:
    with_pairs(cts)
    request = ImportRequest("market_data", constants={"trading_pair_id": "901", "timeframe": "5m"})
    with pytest.raises(CtsError, match="'ZEC/BTC' is not the symbol of trading pair 901"):
        run_import(cts, write(CANDLES), request)


def test_what_the_file_lacks_is_asked_for(cts, write) -> None:
    with pytest.raises(CtsError, match="market_data needs trading_pair_id") as caught:
        run_import(cts, write(SECONDS), ImportRequest("market_data"))
    assert "--set trading_pair_id=" in caught.value.hint
    result = run_import(
        cts, write(SECONDS), ImportRequest("market_data", constants={"trading_pair_id": "1"})
    )
    assert market(cts) == [(1, "1h", 30, 1_515_560_400_000)]
    assert any("timeframe is 1h" in note for note in result.notes)


def test_a_time_frame_that_does_not_show_is_asked_for(cts, write) -> None:
    content = SECONDS.replace(str(1_515_560_400 + 3600), str(1_515_560_400 + 3500))
    with pytest.raises(CtsError, match="steps of one known") as caught:
        run_import(
            cts, write(content), ImportRequest("market_data", constants={"trading_pair_id": "1"})
        )
    assert "--set timeframe=" in caught.value.hint


TRADE = "order_id,connection_id,trading_pair_id,side,price,amount,executed_at"


@pytest.mark.parametrize("table", ["trades", "orders", "positions"])
def test_a_ledger_takes_no_rows_without_their_key(cts, write, table) -> None:
    content = {
        "trades": f"{TRADE}\n1,1,1,buy,1,1,1700000000000\n",
        "orders": "connection_id,trading_pair_id,client_order_id,side,order_type,amount\n",
        "positions": "portfolio_id,connection_id,trading_pair_id,side,quantity,entry_price,"
        "opened_at\n",
    }[table]
    if table == "orders":
        run_import(cts, write(content), ImportRequest(table))
        return
    with pytest.raises(CtsError, match="a real ledger") as caught:
        run_import(cts, write(content), ImportRequest(table))
    assert caught.value.code == "usage"


@pytest.mark.parametrize("key", ["", "\\N"])
def test_a_trade_without_its_exchange_s_id_is_refused(cts, write, key) -> None:
    from cts_console.transfer import ReadOptions

    content = f"{TRADE},exchange_trade_id\n1,1,1,buy,1,1,1700000000000,{key}\n"
    request = ImportRequest("trades", options=ReadOptions(null_texts=("\\N",)))
    with pytest.raises(CtsError, match="line 2: exchange_trade_id: no value"):
        run_import(cts, write(content), request)


def test_append_only_rows_are_never_replaced_past_their_triggers(cts, write) -> None:
    content = f"{TRADE},exchange_trade_id\n1,1,1,buy,1,1,1700000000000,x\n"
    with pytest.raises(CtsError, match="append-only"):
        run_import(cts, write(content), ImportRequest("trades", on_conflict="replace"))


def test_a_script_never_writes_a_ledger(cts, write) -> None:
    script = "INSERT INTO trades (order_id, exchange_trade_id) VALUES (1, 'x');"
    with pytest.raises(CtsError, match="append-only"):
        run_import(cts, write(script), ImportRequest("trades"))
    with pytest.raises(CtsError, match="real ledger"):
        run_import(cts, write(script.replace("trades", "orders")), ImportRequest("orders"))
    # Nor one that makes as if it made the table first.
    made = "CREATE TABLE IF NOT EXISTS trades (id);\n" + script
    with pytest.raises(CtsError, match="append-only"):
        run_import(cts, write(made), ImportRequest("trades"))
