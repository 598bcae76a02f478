"""Cases of MKT-05: prices that leave their neighbours and come back."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, candle, candles

_FOUND = ("market_data.close",)
_QUIET = candles(60)


def _closes(*closes: float, timeframe: str = "1m") -> str:
    return "".join(
        candle(n, MIDNIGHT + n * 60_000, close, timeframe=timeframe)
        for n, close in enumerate(closes, 1)
    )


_CALM = tuple(100.0 + n % 5 / 10 for n in range(30))
_WILD = tuple(100.0 * 2.0 ** (n % 3) for n in range(60))

DEFECT = (
    Case(
        "one candle up",
        _closes(*_CALM, 200.0, *_CALM),
        base="cts",
        objects=_FOUND,
        confidence="likely",
    ),
    Case("one candle down", _closes(*_CALM, 1.0, *_CALM), base="cts", objects=_FOUND),
    Case("three candles", _closes(*_CALM, 160.0, 170.0, 160.0, *_CALM), base="cts", objects=_FOUND),
    Case(
        "the neighbours do not move",
        _closes(*[100.0] * 15, 151.0, *[100.0] * 15),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "an unknown timeframe",
        _closes(*_CALM, 200.0, *_CALM, timeframe="7m"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "the price step is not known",
        "DROP TABLE trading_pairs;" + _closes(*[100.0] * 15, 151.0, *[100.0] * 15),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("a move that stays", _closes(*_CALM, *[2 * close for close in _CALM]), base="cts"),
    Case("a move that stays for four candles", _closes(*_CALM, *[200.0] * 4, *_CALM), base="cts"),
    Case("less than half as high again", _closes(*_CALM, 145.0, *_CALM), base="cts"),
    Case("a market that moves that much", _closes(*_WILD), base="cts"),
    Case("too few neighbours", _closes(*[100.0] * 5, 200.0, *[100.0] * 4), base="cts"),
    Case("the newest candle", _closes(*_CALM, 200.0), base="cts"),
    Case("the first candle", _closes(200.0, *_CALM), base="cts"),
    Case("ticks", base="cts_legacy", status="not_applicable"),
    Case("freqtrade keeps no candles", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no candles", base="hummingbot", status="not_applicable"),
)
