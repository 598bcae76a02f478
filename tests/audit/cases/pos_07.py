"""Cases of POS-07: several open positions in one slot."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_position
from tests.audit.rows import ago, position

DEFECT = (
    Case("two", position() + position(2), base="cts", objects=("positions",)),
    Case(
        "two slots, three positions each",
        "".join(position(number, side="long") for number in (1, 2, 3))
        + "".join(position(number, side="short") for number in (4, 5, 6)),
        base="cts",
        objects=("positions",),
        confidence="likely",
        severity="critical",
    ),
    Case(
        "freqtrade",
        freqtrade_position() + freqtrade_position(2),
        base="freqtrade",
        objects=("trades",),
    ),
)

NEAR_MISS = (
    Case("another side", position() + position(2, side="short"), base="cts"),
    Case("another pair", position() + position(2, trading_pair_id=2), base="cts"),
    Case("another connection", position() + position(2, connection_id=2), base="cts"),
    Case(
        "one of them closed",
        position() + position(2, status="closed", closed_at=ago(9)),
        base="cts",
    ),
    Case(
        "legacy, no connection to tell",
        "INSERT INTO strategies_real (symbol, side, entry_price, volume, status) VALUES"
        " ('BTCUSDT', 'long', 100, 1, 'open'), ('BTCUSDT', 'long', 100, 1, 'open');",
        base="cts_legacy",
    ),
    Case(
        "freqtrade, one of them closed",
        freqtrade_position() + freqtrade_position(2, is_open=0, close_date="2024-05-02 00:00:00"),
        base="freqtrade",
    ),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
)
