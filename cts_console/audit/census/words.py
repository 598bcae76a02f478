"""The words of status, side and type columns in CTS tables: what GEN-02 asks.

The words are those of the schema's own CHECK constraints (a test compares them). Only columns
without such a CHECK are asked about, and only in tables of CTS, present or v3.1: another program
has words of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Final

from cts_console.audit.census.inquiry import Inquiry
from cts_console.audit.census.subject import Subject
from cts_console.audit.rule import AuditContext
from cts_console.audit.trading import Bound, shape
from cts_console.schema import Column, Table, read_table_clauses, read_tokens
from cts_console.sqlite import quote_text

_SIDES: Final = "buy sell"
_DIRECTIONS: Final = "long short"
VOCABULARY: Final[Mapping[str, Mapping[str, str]]] = {
    "orders": {
        "side": _SIDES,
        "order_type": "market limit stop_market stop_limit take_profit",
        "status": "pending open partially_filled filled cancelled rejected expired",
        "time_in_force": "GTC IOC FOK GTX",
    },
    "trades": {"side": _SIDES},
    "positions": {"side": _DIRECTIONS, "status": "open closed liquidated"},
    "exchange_positions": {
        "side": _DIRECTIONS,
        "sync_status": "pending synced mismatch stale error",
    },
    "pseudo_positions": {"side": _DIRECTIONS, "status": "active closed cancelled"},
    "trading_pairs": {"market_type": "spot swap future"},
    "bot_instances": {"status": "stopped running paused error"},
    "trade_engine_state": {"status": "stopped starting running paused error"},
    "preset_trade_engine": {"status": "stopped testing running paused error"},
    "connection_coordination": {"status": "idle busy stale error"},
    "symbol_processing_queue": {"status": "pending processing done failed"},
    "indications": {
        "indication_type": "direction move active optimal auto",
        "status": "active consumed expired",
    },
    "strategies": {"strategy_type": "base main real block dca trailing custom"},
    "presets": {"preset_type": "main base real optimal auto"},
    "data_cleanup_log": {"status": "running success partial failed"},
    "batch_processor_stats": {"status": "ok partial failed"},
}
"""Relation -> column -> the words it may hold."""

# v3.1: what is known of its words. The rest of its status columns had none written down.
_OF_LEGACY: Final = frozenset({"orders", "trades", "positions", "pseudo_positions"})

# How other programs, and exchanges, spell the same thing.
_FAMILIES: Final[Mapping[str, Mapping[str, str]]] = {
    "orders.status": {
        "canceled": "cancelled",
        "cancel": "cancelled",
        "closed": "filled",
        "done": "filled",
        "executed": "filled",
        "complete": "filled",
        "completed": "filled",
        "new": "open",
        "active": "open",
        "created": "pending",
        "partial": "partially_filled",
        "partially": "partially_filled",
        "failed": "rejected",
        "error": "rejected",
    },
    "orders.side": {"long": "buy", "short": "sell", "b": "buy", "s": "sell"},
    "trades.side": {"long": "buy", "short": "sell", "b": "buy", "s": "sell"},
    "orders.order_type": {
        "stop": "stop_market",
        "stop_loss": "stop_market",
        "stop_loss_limit": "stop_limit",
        "take_profit_market": "take_profit",
    },
    "positions.side": {"buy": "long", "sell": "short"},
    "positions.status": {"active": "open", "close": "closed"},
    "pseudo_positions.side": {"buy": "long", "sell": "short"},
    "pseudo_positions.status": {"open": "active", "close": "closed", "canceled": "cancelled"},
}
# v3.1 wrote one or the other of these; only both in one column are a trouble.
_EITHER: Final[Mapping[str, Mapping[str, str]]] = {
    "positions.side": {"buy": "long", "sell": "short"},
    "positions.status": {"active": "open"},
    "pseudo_positions.side": {"buy": "long", "sell": "short"},
}


def column_of(subject: Subject, column: Column) -> str | None:
    """Return the CTS name, as `relation.column`, of a column with a vocabulary, or None."""
    for there in subject.bounds:
        relation = there.source.relation
        whose = shape(there.source)
        if relation not in VOCABULARY or whose == "other":
            continue
        if whose == "cts_legacy" and relation not in _OF_LEGACY:
            continue
        for ours in VOCABULARY[relation]:
            if _theirs(there, ours) == column.name.lower():
                return f"{relation}.{ours}"
    return None


def words_of(name: str) -> frozenset[str]:
    """Return the words that a column, named as `relation.column`, may hold."""
    relation, _, column = name.partition(".")
    return frozenset(VOCABULARY[relation][column].split())


def proposal(name: str, word: str) -> str | None:
    """Return the word of the vocabulary that `word` stands for, or None where nobody knows."""
    plain = word.strip().lower().replace(" ", "_").replace("-", "_")
    known = {known.lower(): known for known in words_of(name)}
    return known.get(plain) or _FAMILIES.get(name, {}).get(plain)


def is_harmless(name: str, words: frozenset[str], word: str) -> bool:
    """Return whether v3.1 may have meant `word`, one of `words`, and used no other for it."""
    either = _EITHER.get(name, {})
    return word in either and not words & set(either.values())


def strange(name: str, harmless: frozenset[str] = frozenset()) -> str:
    """Return the condition that holds for values outside the vocabulary and `harmless`."""
    listed = ", ".join(quote_text(word) for word in sorted(words_of(name) | harmless))
    return f"{{b}} NOT IN ({listed})"


def strange_count(name: str) -> str:
    """Return the measure that counts values outside the vocabulary."""
    return f"count(*) FILTER (WHERE {strange(name)})"


def _theirs(there: Bound, ours: str) -> str | None:
    """Return the column that holds our column there as it is written, in lower case."""
    columns = there.source.columns
    if columns is None:
        return ours
    made = columns.get(ours)
    return made.uses[0].lower() if made is not None and made.uses else None


def _has_list(table: Table, column: Column) -> bool:
    """Return whether a CHECK of the table lists what the column may hold."""
    for clause in read_table_clauses(table.sql):
        if clause.place != "check":
            continue
        tokens = read_tokens(clause.sql)
        for token, behind in itertools.pairwise(tokens):
            if token.value.lower() == column.name.lower() and behind.is_word("IN"):
                return True
    return False


def _measures(_: AuditContext, subject: Subject, column: Column) -> tuple[str, ...]:
    name = column_of(subject, column)
    if name is None or _has_list(subject.table, column):
        return ()
    return (strange_count(name),)


WORDS: Final = Inquiry(
    _measures, "no CTS table here has a status, side or type column without a CHECK"
)
