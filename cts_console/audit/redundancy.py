"""Which indexes of a table repeat another one: the ground of IDX-01, IDX-02 and IDX-08.

Decided in one place, so that one index is reported by one rule. Two terms are the same where the
column (or the expression's text), the collation and the direction are the same. An index is
compared only with one that covers the same rows: both full, or both with the same WHERE.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cts_console.schema import Index, IndexKey, Table, normal_form

Reason = Literal["constraint", "duplicate", "prefix"]

_Term = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Redundant:
    """An index that another one stands in for."""

    index: Index
    """The index that could go."""
    by: Index | None
    """The one that stays; None for the table's own rowid."""
    reason: Reason
    """`constraint`: the other stands for a UNIQUE or PRIMARY KEY; `duplicate`: the other is the
    same; `prefix`: the other begins with the same terms."""
    same_order: bool
    """Whether the other one gives the rows in the very same order, rowid included."""


def find_redundant(table: Table) -> tuple[Redundant, ...]:
    """Return the indexes of `table` that repeat another, each once."""
    alias = table.rowid_alias
    rowid_cid = next((i for i, column in enumerate(table.columns) if column is alias), None)
    terms = {index.name: _terms(index.keys, rowid_cid) for index in table.indexes}
    found: list[Redundant] = []
    staying: list[Index] = [index for index in table.indexes if index.origin != "c"]
    for index in table.indexes:
        if index.origin != "c":
            continue
        repeated = _repeated(index, staying, terms, has_alias=rowid_cid is not None)
        if repeated is None:
            staying.append(index)
        else:
            found.append(repeated)
    full = {i.name: terms[i.name] + _terms(i.tail, rowid_cid) for i in table.indexes}
    for index in staying:
        longer = _longer(index, staying, terms)
        if longer is not None:
            mine = full[index.name]
            same = full[longer.name][: len(mine)] == mine
            found.append(Redundant(index, longer, "prefix", same))
    return tuple(found)


def _repeated(
    index: Index, staying: list[Index], terms: dict[str, tuple[_Term, ...]], *, has_alias: bool
) -> Redundant | None:
    mine = terms[index.name]
    if has_alias and not index.partial and mine == (_ROWID,):
        return Redundant(index, None, "constraint", same_order=True)
    for other in staying:
        if terms[other.name] != mine or not _same_rows(index, other):
            continue
        if other.origin != "c":
            return Redundant(index, other, "constraint", same_order=True)
        if other.unique == index.unique:
            return Redundant(index, other, "duplicate", same_order=True)
    return None


def _longer(
    index: Index, staying: list[Index], terms: dict[str, tuple[_Term, ...]]
) -> Index | None:
    """Return the longest index that begins as `index` does, or None."""
    if index.origin != "c" or index.unique:
        return None
    mine = terms[index.name]
    candidates = [
        other
        for other in staying
        if other is not index
        and terms[other.name][: len(mine)] == mine
        and _same_rows(index, other)
        and (len(terms[other.name]) > len(mine) or other.unique)
    ]
    return max(candidates, key=lambda other: len(terms[other.name]), default=None)


def _same_rows(one: Index, other: Index) -> bool:
    if not one.partial and not other.partial:
        return True
    # A condition whose text could not be read is equal to none.
    if one.where is None or other.where is None:
        return False
    return normal_form(one.where) == normal_form(other.where)


def _terms(keys: tuple[IndexKey, ...], rowid_cid: int | None) -> tuple[_Term, ...]:
    return tuple(_term(key, rowid_cid) for key in keys)


def _term(key: IndexKey, rowid_cid: int | None) -> _Term:
    cid = -1 if key.cid == rowid_cid else key.cid
    if cid == -1 and not key.descending:
        # The rowid is an integer: a collation does not touch it.
        return _ROWID
    expression = normal_form(key.expression) if key.expression else ()
    # An expression whose text could not be read is equal to nothing, itself included.
    unread = object() if cid == -2 and not expression else None
    return (cid, expression, key.collation.lower(), key.descending, unread)


_ROWID: _Term = (-1,)
