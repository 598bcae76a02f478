"""One market under several spellings.

What it finds: symbols that name the same pair in one exchange and market type, or on one
connection, and differ in their signs or letters: BTC/USDT, BTC-USDT, BTC_USDT, BTCUSDT, btcusdt.
Asked of the table of pairs, and of the tables of orders, trades, positions and market data that
keep symbols themselves.

Why a trader cares: they are two markets to every sum. Half of a position lies under one name and
half under the other; a stop looks at a price series that ended when the spelling changed.

What to do: choose one spelling (BTC/USDT is the one of the CTS schema), have every program write
it, and merge the rows with the program that owns the file.

Tolerance and false positives: BTC/USDT:USDT is the swap, another market than BTC/USDT, and so is
any symbol with more in it than the two coins. Where both spellings show where the first coin ends
and differ there, they are two pairs. Tables of over a million rows are read by a deep audit alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.audit.census import Subject, raise_for, read_subjects
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import counted
from cts_console.errors import CtsError
from cts_console.schema import rowid_name
from cts_console.sqlite import SqliteValue, quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows

# The names of a symbol, and of what tells one exchange or account from another, in the field.
_SYMBOLS: Final = ("symbol", "pair", "ft_pair")
_SCOPES: Final = ("exchange_id", "market_type", "connection_id", "exchange", "market")
_MOST_SPELLINGS: Final = 100_000
_SIGNS: Final = re.compile(r"[-/_ ]")

_Scope = tuple[SqliteValue, ...]


@dataclass(frozen=True, slots=True)
class _Spelling:
    """One symbol as one exchange or account has it."""

    first_row: SqliteValue
    scope: _Scope
    symbol: str
    rows: int


def same_market(one: str, other: str) -> bool:
    """Return whether two symbols of one exchange and market type name the same pair."""
    pair, _, settled = one.upper().partition(":")
    other_pair, _, other_settled = other.upper().partition(":")
    if settled != other_settled or _SIGNS.sub("", pair) != _SIGNS.sub("", other_pair):
        return False
    parts, other_parts = _SIGNS.split(pair), _SIGNS.split(other_pair)
    return len(parts) == 1 or len(other_parts) == 1 or parts == other_parts


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per column of symbols."""
    asked = [
        (subject, symbol)
        for subject in read_subjects(context)
        if subject.bounds
        for symbol in _columns(subject, _SYMBOLS)
    ]
    if not asked:
        raise NotApplicableError("no table of trading data keeps symbols")
    left_out: list[str] = []
    for done, (subject, symbol) in enumerate(asked):
        context.progress(done, len(asked), "tables", f"symbols of {subject.table.name}")
        if context.is_too_large(subject.table):
            left_out.append(
                f"{subject.table.name}: over a million rows are read by a deep audit alone"
            )
            continue
        try:
            spellings, sql = _read(context, subject, symbol)
        except CtsError as error:
            if error.code not in ("usage", "damaged"):
                raise
            left_out.append(f"{subject.table.name}: {error.message}")
            continue
        several = _several(spellings)
        if several:
            yield _finding(subject, symbol, several, sql)
        if len(spellings) == _MOST_SPELLINGS:
            left_out.append(f"{subject.table.name}: has more than {_MOST_SPELLINGS:,} symbols")
    raise_for(left_out)


def _columns(subject: Subject, names: Iterable[str]) -> list[str]:
    there = {column.name.lower(): column for column in subject.table.columns}
    return [
        there[name].name for name in names if name in there and there[name].generated != "virtual"
    ]


def _read(context: AuditContext, subject: Subject, symbol: str) -> tuple[list[_Spelling], str]:
    """Return the spellings, and the query that gives them.

    Only printable ASCII: other text may be no valid UTF-8, and is no symbol.
    """
    name = f"{quote_identifier(symbol)} COLLATE BINARY"
    scope = [quote_identifier(column) for column in _columns(subject, _SCOPES)]
    scopes = [
        f"CASE WHEN typeof({c}) <> 'text' OR {c} NOT GLOB '*[^ -~]*' THEN {c} END" for c in scope
    ]
    rowid = rowid_name(subject.table)
    key = "NULL" if rowid is None else f"min({rowid})"
    sql = (
        f"SELECT {', '.join([key, *scopes, name])}, count(*) FROM {subject.name} "
        f"WHERE typeof({name}) = 'text' AND length({name}) <= 60 AND {name} NOT GLOB '*[^ -~]*' "
        f"GROUP BY {', '.join([*scopes, name])} LIMIT {_MOST_SPELLINGS}"
    )
    rows = read_foreign_rows(context.connection, sql)
    spellings = [
        _Spelling(row[0], row[1:-2], str(row[-2]), row[-1] if isinstance(row[-1], int) else 0)
        for row in rows
    ]
    return spellings, sql


def _several(spellings: list[_Spelling]) -> list[_Spelling]:
    """Return the spellings of the markets that have more than one."""
    grouped: dict[tuple[_Scope, str], list[_Spelling]] = defaultdict(list)
    for spelling in spellings:
        letters = _SIGNS.sub("", spelling.symbol.upper())
        grouped[spelling.scope, letters].append(spelling)
    return [
        one
        for group in grouped.values()
        for one in group
        if any(one is not other and same_market(one.symbol, other.symbol) for other in group)
    ]


def _finding(subject: Subject, symbol: str, several: list[_Spelling], sql: str) -> Finding:
    names = list(dict.fromkeys(spelling.symbol for spelling in several))
    listed = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    column = f"{subject.table.name}.{symbol}"
    scope = _columns(subject, _SCOPES)
    return RULE.finding(
        object=column,
        table=subject.table.name,
        cause="several spellings",
        title=f"{counted(len(names), 'spelling')} of the same markets in {column}",
        detail=(
            f"Found: {listed}. Each is a market of its own to every query that groups or joins by "
            "it: positions, volumes and price series are split between them."
        ),
        recommendation=(
            "Choose one spelling, have every program write it, and merge the rows with the program "
            "that owns the file."
        ),
        evidence=Evidence.of(
            ("rowid", *scope, symbol, "rows"),
            [(s.first_row, *s.scope, s.symbol, s.rows) for s in several],
        ),
        sql=sql,
        confidence="likely",
    )


RULE = Rule(
    id="GEN-09",
    title="One market under several spellings",
    category="generic",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
