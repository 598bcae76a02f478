"""Find a table, column or index by a part of its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cts_console.schema.objects import Schema

HitKind = Literal["table", "view", "column", "index", "trigger"]
_RANK: Final[dict[HitKind, int]] = {"table": 0, "view": 0, "index": 1, "column": 2, "trigger": 3}


@dataclass(frozen=True, slots=True)
class NameHit:
    """An object whose name was found."""

    kind: HitKind
    """What it is."""
    owner: str
    """The table or view that it belongs to, or that it is."""
    name: str
    """Its own name."""


def search_names(schema: Schema, text: str, *, limit: int = 200) -> list[NameHit]:
    """Return the objects whose name holds `text`, whatever the case, the closest first.

    "table.column" finds a column of that table. No text finds nothing.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return []
    owner_part, dot, column_part = wanted.rpartition(".")
    hits = [
        hit
        for hit in _names(schema)
        if wanted in hit.name.casefold()
        or (
            dot
            and hit.kind == "column"
            and owner_part in hit.owner.casefold()
            and column_part in hit.name.casefold()
        )
    ]
    hits.sort(key=lambda hit: (*_closeness(hit.name.casefold(), wanted), _RANK[hit.kind]))
    return hits[:limit]


def _closeness(name: str, wanted: str) -> tuple[bool, bool]:
    return (name != wanted, not name.startswith(wanted))


def _names(schema: Schema) -> list[NameHit]:
    hits: list[NameHit] = []
    for table in schema.tables:
        hits.append(NameHit("table", table.name, table.name))
        hits += [NameHit("column", table.name, column.name) for column in table.columns]
        hits += [NameHit("index", table.name, index.name) for index in table.indexes]
    for view in schema.views:
        hits.append(NameHit("view", view.name, view.name))
        hits += [NameHit("column", view.name, column.name) for column in view.columns]
    hits += [NameHit("trigger", trigger.table, trigger.name) for trigger in schema.triggers]
    return hits
