"""Read a table in key order, a block at a time: no statement lasts longer than a block.

Rows of a table with a rowid come in its order, also where another primary key is declared: new rows
are at its end, so a seal can be extended by them. Tables WITHOUT ROWID come in the order of their
key. Between two blocks a writer may commit: sealed rows of an append-only table do not change by
that, and if one does, its block's hash tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from cts_console.audit.seal.aggregates import SLICE_ROWS, HashedRows, RowsHash, RowsMarks
from cts_console.errors import CtsError
from cts_console.schema import Schema, Table, rowid_name
from cts_console.schema.secret_names import looks_secret
from cts_console.sqlite import Connection, Kind, Row, SqliteValue, aggregate, quote_identifier

_FUNCTION: Final = "cts_seal_hash"
_MOST_COLUMNS: Final = 100
APPEND_ONLY: Final = ("trades", "audit_logs")
"""What is sealed in a CTS database where nobody names a table."""
# Migration 066 lets these be set once after the fill: no tampering.
_SET_LATER: Final = {"trades": ("fee", "fee_currency", "position_id", "realized_pnl")}


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table in key order."""

    values: list[Row]
    """Their sealed columns."""
    keyed: list[Row]
    """The same rows, with their keys in them."""
    key_places: tuple[int, ...]
    """Where in `keyed` the key's values are."""

    @property
    def keys(self) -> list[Row]:
        """The keys of all rows."""
        return self._keys(self.keyed)

    @property
    def last_key(self) -> Row | None:
        """The key of the last row; None where there is no row."""
        last = self._keys(self.keyed[-1:])
        return last[0] if last else None

    def among(self, keys: Collection[Row]) -> Rows:
        """Return those that have one of these keys."""
        places = [place for place, key in enumerate(self.keys) if key in keys]
        values = [self.values[at] for at in places]
        return Rows(values, [self.keyed[at] for at in places], self.key_places)

    def _keys(self, rows: list[Row]) -> list[Row]:
        if len(self.key_places) == 1:
            (place,) = self.key_places
            return [(row[place],) for row in rows]
        return list(map(itemgetter(*self.key_places), rows))


class TableReader:
    """Reads the sealed columns of one table."""

    def __init__(self, connection: Connection, table: Table, columns: tuple[str, ...]) -> None:
        self._connection = connection
        self.key_columns = table.primary_key if table.without_rowid else ()
        rowid = rowid_name(table)
        if any(looks_secret(name) for name in self.key_columns):
            raise refused(table.name, "its key may hold a secret, and a seal tells keys")
        if not self.key_columns and rowid is None:
            raise refused(table.name, "its rowid is hidden by columns of the same names")
        keys = [quote_identifier(name) for name in self.key_columns] or [str(rowid)]
        self.is_numbered_by_sqlite = not self.key_columns and table.rowid_alias is None
        """Whether VACUUM may number its rows anew: no key of its own keeps the numbers."""
        self._width = len(keys)
        self._key_sql = f"({', '.join(keys)})" if self._width > 1 else keys[0]
        self._marks_sql = f"({', '.join('?' * self._width)})"
        self._order_sql = ", ".join(keys)
        self._columns = [quote_identifier(name) for name in columns]
        if all(key in self._columns for key in keys):
            self._key_places = tuple(self._columns.index(key) for key in keys)
            self._own_keys: list[str] = []
        else:
            # A rowid without a column of its own: read in front of the columns, and not sealed.
            self._key_places = tuple(range(self._width))
            self._own_keys = keys
        self._table_sql = f"main.{quote_identifier(table.name)}"
        self.name = table.name

    def read(
        self, after: Row | None, *, upto: Row | None = None, most: int | None = None
    ) -> Iterator[Rows]:
        """Yield slices of the rows after a key, up to another, at most so many.

        A read transaction is open until the iterator ends. `UnicodeDecodeError` comes where a text
        is no valid UTF-8: `read_raw` reads it.
        """
        return self._read(self._columns, after, upto, most)

    def read_raw(
        self, after: Row | None, *, upto: Row | None = None, most: int | None = None
    ) -> Iterator[Rows]:
        """Yield what `read` yields, where a text is no valid UTF-8: its bytes come as surrogates.

        Valid text is the same in both.
        """
        typed = [f"typeof({c}) = 'text'" for c in self._columns]
        bytes_ = [
            f"CASE WHEN {is_text} THEN CAST({c} AS BLOB) ELSE {c} END"
            for c, is_text in zip(self._columns, typed, strict=True)
        ]
        count = len(self._columns)
        for rows in self._read([*bytes_, *typed], after, upto, most):
            values = [_decoded(row[:count], row[count:]) for row in rows.values]
            decoded = Rows(values, rows.keyed if self._own_keys else values, self._key_places)
            if not all(map(_is_bindable, decoded.keys)):
                raise refused(self.name, "a key is no valid text")
            yield decoded

    def hash_block(self, after: Row | None, upto: Row) -> tuple[int, bytes] | None:
        """Return number and hash of the rows after a key up to another; None where it cannot tell.

        This is what verifying spends its time with, so the rows stay inside SQLite, which hands
        them to `RowsHash`. Their order is the one in which they lie, which SQL does not promise:
        only a hash that is the expected one says something.
        """
        if len(self._columns) > _MOST_COLUMNS:
            return None
        where, bindings = self._where(after, upto)
        try:
            with aggregate(self._connection, _FUNCTION, RowsHash):
                ((rows, digest),) = self._connection.read_rows(
                    f"SELECT count(*), {_FUNCTION}({', '.join(self._columns)}) "
                    f"FROM {self._table_sql} NOT INDEXED{where}",
                    bindings,
                )
        except UnicodeDecodeError:
            return None
        return (rows, digest) if isinstance(rows, int) and isinstance(digest, bytes) else None

    def mark_block(self, after: Row | None, most: int) -> HashedRows | None:
        """Return hash, keys and short hashes of the next rows after a key, at most so many.

        None where it cannot tell: only rows with a rowid are read so, and only where they came in
        its order, which SQL does not promise for an aggregate function and which is looked at.
        """
        if self.key_columns or len(self._columns) >= _MOST_COLUMNS:
            return None
        where, bindings = self._where(after, None)
        rowid = self._order_sql
        last = f"SELECT {rowid} FROM {self._table_sql}{where} ORDER BY {rowid} LIMIT 1"
        sign = "AND" if where else " WHERE"
        rows = RowsMarks()
        try:
            with aggregate(self._connection, _FUNCTION, lambda: rows):
                self._connection.read_rows(
                    f"SELECT {_FUNCTION}({', '.join([rowid, *self._columns])}) "
                    f"FROM {self._table_sql} NOT INDEXED{where} {sign} {rowid} <= "
                    f"coalesce(({last} OFFSET {most - 1}), {2**63 - 1})",
                    [*bindings, *bindings],
                )
        except UnicodeDecodeError:
            return None
        return rows.result()

    def count_after(self, key: Row | None) -> int:
        """Return how many rows come after a key."""
        where, bindings = self._where(key, None)
        return self._connection.read_int(f"SELECT count(*) FROM {self._table_sql}{where}", bindings)

    def _read(
        self, columns: list[str], after: Row | None, upto: Row | None, most: int | None
    ) -> Iterator[Rows]:
        where, bindings = self._where(after, upto)
        limit = "" if most is None else f" LIMIT {most}"
        own = len(self._own_keys)
        stream = self._connection.stream_rows(
            f"SELECT {', '.join([*self._own_keys, *columns])} FROM {self._table_sql}{where} "
            f"ORDER BY {self._order_sql}{limit}",
            bindings,
        )
        while rows := list(islice(stream, SLICE_ROWS)):
            yield Rows([row[own:] for row in rows] if own else rows, rows, self._key_places)

    def _where(self, after: Row | None, upto: Row | None) -> tuple[str, list[SqliteValue]]:
        bounds = [(">", after), ("<=", upto)]
        terms = [f"{self._key_sql} {sign} {self._marks_sql}" for sign, key in bounds if key]
        where = f" WHERE {' AND '.join(terms)}" if terms else ""
        return where, [value for _, key in bounds if key for value in key]


def find_table(schema: Schema, name: str) -> Table:
    """Return the table to seal. Raises `CtsError("usage")` where it cannot be sealed."""
    by_name = {table.name.lower(): table for table in schema.tables}
    table = by_name.get(name.lower())
    if table is None:
        raise refused(name, "there is no table of this name")
    if table.virtual or table.is_internal or table.problem:
        raise refused(name, "it is no ordinary table")
    return table


def sealed_columns(table: Table, kind: Kind | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns to seal and those to leave out.

    Left out is what a CTS database lets its programs set later, and what is computed on reading.
    """
    later = _SET_LATER.get(table.name.lower(), ()) if kind == "cts" else ()
    left_out = [c.name for c in table.columns if c.name in later or c.generated == "virtual"]
    return tuple(c.name for c in table.columns if c.name not in left_out), tuple(left_out)


def _decoded(values: Row, is_text: Row) -> Row:
    decoded: list[Any] = [
        value.decode("utf-8", "surrogateescape") if flag and isinstance(value, bytes) else value
        for value, flag in zip(values, is_text, strict=True)
    ]
    return tuple(decoded)


def _is_bindable(key: Row) -> bool:
    texts = (value for value in key if isinstance(value, str))
    return not any("\ud800" <= character <= "\udfff" for text in texts for character in text)


def refused(table: str, reason: str) -> CtsError:
    """Return the error with which a table is not sealed."""
    return CtsError(
        "usage",
        "This table cannot be sealed",
        f"{table} cannot be sealed: {reason}.",
        "`cts-console stats DATABASE` names the tables.",
    )
