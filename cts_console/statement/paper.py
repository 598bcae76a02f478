"""A statement as markup for paper: page one says what the numbers rest on, the numbers follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

from cts_console import __version__
from cts_console.audit.report.content import Grid
from cts_console.audit.report.render import PIECE, report_template
from cts_console.audit.report.texts import Cell, moment, shown, words
from cts_console.statement.document import statement_document
from cts_console.statement.model import Entry, Statement
from cts_console.statement.numbers import rounded_text
from cts_console.statement.words import (
    DECIMALS_SHOWN,
    audit_lines,
    check_text,
    period_text,
    remark_text,
    seal_lines,
)

Document = dict[str, Any]

_METHODS: Final = {"average": "average cost", "fifo": "first in, first out"}
_ROWS: Final = 1_000
_TOTALS_ON_PAGE_ONE: Final = 6
_IDS_NAMED: Final = 5
_NAME_CHARACTERS: Final = 60
_TEXT_CHARACTERS: Final = 2_000
_ENTRY_COLUMNS: Final = (
    "time",
    "trade",
    "side",
    "price",
    "amount",
    "fee",
    "realised",
    "position",
)
_AMOUNTS_FROM: Final = _ENTRY_COLUMNS.index("price")


@dataclass(frozen=True, slots=True)
class Content:
    """What is printed: plain texts, cut and made visible."""

    version: str
    """The version of the console."""
    name: str
    """The name of the database."""
    facts: tuple[tuple[str, str], ...]
    """What the statement is over."""
    is_complete: bool
    """Whether nothing is known that the totals lack."""
    totals: Grid
    """One row per quote currency."""
    totals_fit: bool
    """Whether they may stand above the rest of page one."""
    trust: tuple[str, ...]
    """The seal, the audit, how the file was read."""
    exceptions: tuple[tuple[str, str], ...]
    """A mark and what it says."""
    assumptions: tuple[str, ...]
    """All of them."""
    tables: tuple[tuple[str, Grid], ...]
    """Profit, fees and positions, each under its heading."""
    check: str
    """The comparison with the file's own profit; "" for none."""
    listed: str
    """How many trades follow, of how many; "" for none."""
    decimals: int
    """How many decimals amounts have."""


def render_statement(statement: Statement) -> str:
    """Return the statement as markup, `PIECE` between what may be on different pages.

    Raises `CtsError("internal")` where the installation lacks the templates.
    """
    template = report_template("statement/statement.html")
    return template.render(content=read_content(statement), piece=Markup(PIECE))


def read_content(statement: Statement) -> Content:
    """Return what is printed of a statement."""
    document = statement_document(statement)
    return Content(
        version=__version__,
        name=shown(statement.database.name, _NAME_CHARACTERS),
        facts=_facts(statement, document),
        is_complete=statement.is_complete,
        totals=_amounts(
            document["totals"],
            ("quote", "trades"),
            ("turnover", "gross", "fees", "net", "funding"),
        ),
        totals_fit=len(document["totals"]) <= _TOTALS_ON_PAGE_ONE,
        trust=_texts(
            (
                *seal_lines(document["seal"]),
                *audit_lines(document),
                *document["notes"],
            )
        ),
        exceptions=tuple(_exceptions(document["exceptions"])),
        assumptions=_texts(document["assumptions"]),
        tables=tuple(_tables(document)),
        check=shown(check_text(document["position_check"]), _TEXT_CHARACTERS),
        listed=_listed(statement) if statement.entries else "",
        decimals=DECIMALS_SHOWN,
    )


def _facts(statement: Statement, document: Document) -> tuple[tuple[str, str], ...]:
    return (
        ("Database", shown(document["database"], _TEXT_CHARACTERS)),
        ("Period", shown(period_text(document["period"]), _TEXT_CHARACTERS)),
        ("Method", _METHODS[statement.method]),
        ("Trades", _listed(statement)),
        ("Made", moment(statement.made_at_ms)),
    )


def _exceptions(remarks: Sequence[Document]) -> Iterator[tuple[str, str]]:
    for remark in remarks:
        text = remark_text(remark)
        if remark["ids"]:
            named = [shown(str(name), _NAME_CHARACTERS) for name in remark["ids"][:_IDS_NAMED]]
            text += f" The first: {', '.join(named)}."
        yield ("INCOMPLETE" if remark["makes_incomplete"] else ""), shown(text, _TEXT_CHARACTERS)


def _tables(document: Document) -> Iterator[tuple[str, Grid]]:
    names: tuple[str, ...] = ("connection", "symbol", "quote", "trades")
    amounts = ("turnover", "gross", "fees", "net")
    yield "Realised profit by symbol", _amounts(document["symbols"], names, amounts)
    fees = [{**fee, "treatment": words(fee["treatment"])} for fee in document["fees"]]
    yield "Fees", _amounts(fees, ("currency", "treatment", "trades"), ("amount",))
    names = ("connection", "symbol", "book")
    for when in ("opening", "closing"):
        held = [
            {**row, **row[when]}
            for row in document["positions"]
            if row[when]["average"] is not None
        ]
        table = _amounts(held, names, ("quantity", "average", "cost"))
        yield f"{when.capitalize()} positions", table


def _amounts(rows: Sequence[Document], names: Sequence[str], amounts: Sequence[str]) -> Grid:
    columns = [Cell(name, is_number=name == "trades") for name in names]
    columns += [Cell(name, is_number=True) for name in amounts]
    cells = (
        (
            *(_named(row[name], is_number=name == "trades") for name in names),
            *(_amount(Decimal(row[name])) for name in amounts),
        )
        for row in rows[:_ROWS]
    )
    return Grid(tuple(columns), tuple(cells), len(rows))


def entry_columns() -> tuple[Cell, ...]:
    """Return the headings of the trades."""
    return tuple(
        Cell(name, is_number=place >= _AMOUNTS_FROM) for place, name in enumerate(_ENTRY_COLUMNS)
    )


def read_entries(statement: Statement) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Yield the trades that the statement holds: the name of the book, and what is told of each."""
    for entry in statement.entries:
        yield _book(entry), _entry(entry, statement)


def _listed(statement: Statement) -> str:
    """Return how many of the trades are listed, and where all of them are."""
    total, listed = statement.trades, len(statement.entries)
    if listed == total:
        return f"{total:,}, all listed at the end" if total else "0"
    some = f"of which the first {listed:,} are listed at the end" if listed else "not listed here"
    if statement.csv is None:
        where = "all of them are in the CSV of the statement, where one is asked for (--csv FILE)"
    else:
        where = f"all of them are in {shown(str(statement.csv), _TEXT_CHARACTERS)}"
    return f"{total:,}, {some}; {where}"


def _book(entry: Entry) -> str:
    names = (entry.connection, entry.symbol, entry.book)
    return " · ".join(shown(name, _NAME_CHARACTERS) for name in names)


def _entry(entry: Entry, statement: Statement) -> tuple[Cell, ...]:
    fee = Cell(
        f"{_rounded(entry.fee)} {shown(entry.fee_currency or '', _NAME_CHARACTERS)}".strip(),
        is_number=True,
    )
    return (
        Cell(statement.period.told(entry.at_ms).replace("T", " ")),
        _named(entry.id.hex() if isinstance(entry.id, bytes) else entry.id),
        Cell(entry.side),
        _amount(entry.price),
        _amount(entry.amount),
        fee if entry.fee else Cell("", is_number=True),
        Cell("", is_number=True) if entry.realised is None else _amount(entry.realised),
        _amount(entry.position),
    )


def _named(value: object, *, is_number: bool = False) -> Cell:
    text = (
        f"{value:,}" if is_number else shown("" if value is None else str(value), _NAME_CHARACTERS)
    )
    return Cell(text, is_number=is_number)


def _amount(number: Decimal) -> Cell:
    return Cell(_rounded(number), is_number=True)


def _rounded(number: Decimal) -> str:
    return rounded_text(number, DECIMALS_SHOWN)


def _texts(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(shown(line, _TEXT_CHARACTERS) for line in lines)
