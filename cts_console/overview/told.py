"""What is new since a person last looked, as the part of `status` that says so."""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from cts_console.documents import instant
from cts_console.errors import CtsError
from cts_console.overview.looking import find_news, look_of, record_look
from cts_console.overview.mark import LookMark
from cts_console.overview.news import (
    Profit,
    read_appended,
    read_largest,
    read_trading_news,
)
from cts_console.sqlite import Connection, Kind
from cts_console.store import DatabaseIdentity, identify, open_store

Document = dict[str, Any]

# `status` answers in well under a second: what is not read by then is unknown.
_TIME_S: Final = 0.3
_LEAST_S: Final = 0.05
_SET_BACK: Final = (
    "The last look lies in the future: the clock was set back since. What is counted by time is "
    "unknown."
)


def empty_news() -> Document:
    """Return the `news` of a file of which nothing is known."""
    return {
        "since": None,
        "findings": {"new": None, "worse": None, "came_back": None},
        "trades": None,
        "closed_positions": None,
        "errors": None,
        "engine_stops": None,
        "appended": None,
        "note": None,
    }


def read_news(
    connection: Connection, original: Path, kind: Kind, size_bytes: int, *, seen: bool
) -> Document:
    """Return what is new in the file at `original`, which `connection` reads, since the last look.

    The file is of this kind and size. With `seen` this is the look from which the next one counts.
    Where the console's own records cannot be used, `note` says why. Raises `CtsError`: locked,
    cancelled.
    """
    now_ms = time.time_ns() // 1_000_000
    news = empty_news()
    try:
        identity = identify(connection, original=original)
        with open_store() as store:
            look = look_of(store.read_look(identity))
            findings = find_news(store, identity, look, now_ms)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        news["note"] = f"What is new cannot be told: {error.message} {error.hint}".strip()
        return news
    news["since"] = instant(look.at_ms)
    news["findings"] = {
        "new": None if findings.new is None else len(findings.new),
        "worse": findings.worse,
        "came_back": None if findings.came_back is None else len(findings.came_back),
    }
    now = LookMark(now_ms, size_bytes, read_largest(connection))
    if look.mark is not None:
        _add_contents(news, connection, kind, look.mark, now)
    if seen:
        _keep(news, identity, now, findings.last_audit)
    return news


def _keep(news: Document, identity: DatabaseIdentity, mark: LookMark, last_audit: int) -> None:
    """Keep that the news were seen, or say that they could not be."""
    try:
        record_look(identity, mark, last_audit, mark.at_ms)
    except CtsError as error:
        news["note"] = f"That it was seen cannot be kept: {error.message} {error.hint}".strip()


def _add_contents(
    news: Document, connection: Connection, kind: Kind, mark: LookMark, now: LookMark
) -> None:
    """Add what was traded and appended between two looks, as far as time allows."""
    deadline_s = time.monotonic() + _TIME_S
    if mark.at_ms > now.at_ms:
        news["note"] = _SET_BACK
    elif kind == "cts":
        with connection.guard(timeout_s=_TIME_S):
            trading = read_trading_news(connection, mark.at_ms)
        news["trades"], news["errors"] = trading.trades, trading.errors
        news["engine_stops"] = trading.engine_stops
        if trading.profits is not None:
            news["closed_positions"] = [_profit(profit) for profit in trading.profits]
    with connection.guard(timeout_s=max(_LEAST_S, deadline_s - time.monotonic())):
        appended = read_appended(connection, mark.largest, now.largest)
    # What could not be counted in time would be guessed from the rowids.
    if time.monotonic() < deadline_s + _LEAST_S:
        news["appended"] = [asdict(table) for table in appended]


def _profit(profit: Profit) -> Document:
    """Return a currency's profit; a sum that is no number in JSON is unknown."""
    told = asdict(profit)
    return told if math.isfinite(profit.realized_pnl) else told | {"realized_pnl": None}
