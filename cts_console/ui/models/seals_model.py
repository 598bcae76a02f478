"""The tables that are sealed or can be, with what is known of each; and what differs in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from PySide6.QtCore import QObject, Qt

from cts_console.audit.seal import SealedTable, TableVerdict, key_text
from cts_console.sqlite import Row
from cts_console.ui.clock import Clock
from cts_console.ui.colors import Token
from cts_console.ui.models.listed import Index, ListedModel, Role
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme

SealState = Literal["not_sealed", "unverified", "as_sealed", "differs", "unreadable"]

MOST_ROWS: Final = 1_000
"""Rows that are listed of what differs."""
_ROOT_CHARACTERS: Final = 12
_ICONS: Final[dict[SealState, tuple[str, Token]]] = {
    "not_sealed": ("mdi6.circle-outline", "muted"),
    "unverified": ("mdi6.help-circle-outline", "warn"),
    "as_sealed": ("mdi6.check-circle-outline", "ok"),
    "differs": ("mdi6.alert-octagon-outline", "bad"),
    "unreadable": ("mdi6.bug-outline", "bad"),
}
_STATE, _ROOT = 1, 5
_NUMBERS: Final = (2, 3)


@dataclass(frozen=True, slots=True)
class SealItem:
    """One table with its seal and what verifying said of that seal in this session."""

    sealed: SealedTable
    """The table and its kept seal."""
    verdict: TableVerdict | None = None
    """What came of verifying exactly this seal; None where it was not verified."""
    verified_at_ms: int = 0
    """When that was, milliseconds since the epoch."""

    @property
    def state(self) -> SealState:
        """What can be said of the table; a seal that was not verified says nothing."""
        if self.sealed.problem:
            return "unreadable"
        if self.sealed.seal is None:
            return "not_sealed"
        if self.sealed.is_gone:
            return "differs"
        if self.verdict is None:
            return "unverified"
        return "as_sealed" if self.verdict.is_true else "differs"

    @property
    def root(self) -> str:
        """The root of its seal, hex; "" without one."""
        return "" if self.sealed.seal is None else self.sealed.seal.root


def _rows_since(item: SealItem) -> int:
    return -1 if item.sealed.rows_since is None else item.sealed.rows_since


_SORT_KEYS: Final[tuple[Callable[[SealItem], Any], ...]] = (
    lambda item: item.sealed.table.casefold(),
    lambda item: item.state,
    lambda item: -1 if item.sealed.seal is None else item.sealed.seal.rows,
    _rows_since,
    lambda item: 0 if item.sealed.seal is None else item.sealed.seal.at_ms,
    lambda item: item.root,
)


class SealsModel(ListedModel[SealItem]):
    """Serves the tables of one file."""

    def __init__(self, theme: Theme, clock: Clock, parent: QObject | None = None) -> None:
        titles = (
            self.tr("Table"),
            self.tr("State"),
            self.tr("Sealed rows"),
            self.tr("Since then"),
            self.tr("Sealed at"),
            self.tr("Root"),
        )
        super().__init__(titles, _SORT_KEYS, parent)
        self._theme = theme
        self._clock = clock
        theme.changed.connect(self._on_look)
        clock.changed.connect(self._on_look)

    @property
    def items(self) -> list[SealItem]:
        """Every table."""
        return list(self._every)

    def set_items(self, items: Iterable[SealItem]) -> None:
        """Show these in place of the ones before."""
        self._every = list(items)
        self._arrange()

    def state_text(self, item: SealItem) -> str:
        """Return what can be said of a table."""
        state = item.state
        if item.sealed.is_gone and state == "differs":
            return self.tr("NOT as sealed: the table is gone")
        if state in ("as_sealed", "differs"):
            at = self._clock.text(item.verified_at_ms // 1000 * 1000)
            told = self.tr("as sealed (verified {0})")
            return (told if state == "as_sealed" else self.tr("NOT as sealed ({0})")).format(at)
        if state == "not_sealed":
            return self.tr("not sealed")
        if state == "unreadable":
            return self.tr("the kept seal cannot be read")
        return self.tr("sealed, not verified in this session")

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        item = self.item(index.row()) if index.isValid() else None
        if item is None:
            return None
        column = index.column()
        if role == Role.DisplayRole:
            return self._cell(item, column)
        if role == Role.DecorationRole and column == _STATE:
            return self._theme.icon(*_ICONS[item.state])
        if role == Role.TextAlignmentRole:
            return self._alignment(column)
        return self._tip(item, column) if role == Role.ToolTipRole else None

    def _cell(self, item: SealItem, column: int) -> str:
        seal = item.sealed.seal
        return (
            one_line(item.sealed.table),
            self.state_text(item),
            f"{seal.rows:,}" if seal is not None else "–",
            self._since_text(item),
            self._clock.text(seal.at_ms // 1000 * 1000) if seal is not None else "–",
            f"{item.root[:_ROOT_CHARACTERS]}…" if item.root else "–",
        )[column]

    def _since_text(self, item: SealItem) -> str:
        if item.sealed.seal is None or item.sealed.is_gone:
            return "–"
        since = item.sealed.rows_since
        return self.tr("unknown") if since is None else f"{since:,}"

    def _tip(self, item: SealItem, column: int) -> str:
        if column == _ROOT:
            return item.root
        return tip_text(item.sealed.problem or self._cell(item, column))

    def _name(self, item: SealItem) -> str:
        return item.sealed.table

    def _matching(self) -> list[SealItem]:
        return self._every

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        is_number = column in _NUMBERS
        side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _on_look(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, len(self._titles) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


@dataclass(frozen=True, slots=True)
class DifferentRow:
    """A row that is not what was sealed, or a block of which no row can be named."""

    block: int
    """Its block, from 0."""
    name: str
    """Its key, or the first and the last key of the block."""
    is_missing: bool
    """Whether it is gone."""
    key: Row | None
    """Its key; None for a block."""


def different_rows(verdict: TableVerdict) -> list[DifferentRow]:
    """Return what differs, at most `MOST_ROWS`, in order."""
    rows: list[DifferentRow] = []
    for row in _every_row(verdict):
        if len(rows) == MOST_ROWS:
            break
        rows.append(row)
    return rows


def count_different(verdict: TableVerdict) -> int:
    """Return how many rows and blocks `different_rows` would list without its limit."""
    named = (len(d.keys) + len(d.missing) or 1 for d in verdict.differs)
    return sum(named) + verdict.more_blocks


def _every_row(verdict: TableVerdict) -> Iterator[DifferentRow]:
    for difference in verdict.differs:
        number = difference.block
        for key in difference.keys:
            yield DifferentRow(number, key_text(key), False, key)
        for key in difference.missing:
            yield DifferentRow(number, key_text(key), True, key)
        if not difference.keys and not difference.missing:
            first, last = key_text(difference.from_key), key_text(difference.to_key)
            yield DifferentRow(number, f"{first} – {last}", False, None)


class DifferencesModel(ListedModel[DifferentRow]):
    """Serves what differs in one table."""

    def __init__(self, parent: QObject | None = None) -> None:
        titles = (self.tr("Block"), self.tr("Row"), self.tr("What"))
        keys = (lambda row: row.block, lambda row: row.name, lambda row: row.is_missing)
        super().__init__(titles, keys, parent)

    def set_verdict(self, verdict: TableVerdict | None) -> None:
        """Show what differs by another verdict, or nothing."""
        self._every = [] if verdict is None else different_rows(verdict)
        self._arrange()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        row = self.item(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == Role.TextAlignmentRole:
            return self._alignment(index.column())
        what = self.tr("missing") if row.is_missing else self.tr("differs")
        if row.key is None:
            what = self.tr("the block differs; which of its rows is not known")
        cells = (f"{row.block:,}", one_line(row.name), what)
        if role == Role.DisplayRole:
            return cells[index.column()]
        return tip_text(cells[index.column()]) if role == Role.ToolTipRole else None

    def _name(self, item: DifferentRow) -> str:
        return f"{item.block} {item.name}"

    def _matching(self) -> list[DifferentRow]:
        return self._every
