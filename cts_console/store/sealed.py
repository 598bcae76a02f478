"""Databases with kept seals that may be those of a file which is not known, or has none itself.

A file without an id of its own is another once it is restored as a new file. Who asks compares its
rows with the first block of each seal: what is found here is a candidate, and nothing more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cts_console.sqlite import Connection
from cts_console.store.databases import find_database, find_family
from cts_console.store.identity import DatabaseIdentity, file_number
from cts_console.store.records import SealedDatabase
from cts_console.store.seals import read_seals

_MOST: Final = 50
_MOST_LOOKED_AT: Final = 1_000


def read_sealed(connection: Connection, identity: DatabaseIdentity) -> list[SealedDatabase]:
    """Return other databases that have seals, the likeliest first, at most 50.

    Of a database with an id those with the same one; else those without: which lay at the same
    path, which are not any more where they lay, which have the same schema, which were seen last.
    """
    rows = connection.read_rows(
        "SELECT d.id, d.device, d.inode, d.last_path, d.last_path = ?2, d.content_hash IS ?3 "
        "FROM databases AS d WHERE d.database_id IS ?1 AND d.id IS NOT ?4 "
        "AND EXISTS (SELECT 1 FROM seals AS s WHERE s.database = d.id) "
        "ORDER BY d.last_seen_at DESC, d.id DESC LIMIT ?5",
        (
            identity.database_id,
            identity.path,
            identity.content_hash,
            find_database(connection, identity),
            _MOST_LOOKED_AT,
        ),
    )
    family = find_family(connection, identity)
    found = [
        SealedDatabase(
            id=number,  # type: ignore[arg-type]  # STRICT columns
            path=str(path),
            is_in_place=file_number(str(path)) == (device, inode),
            is_same_place=bool(same_place),
            has_same_schema=bool(same_schema),
            is_original=number in family,
        )
        for number, device, inode, path, same_place, same_schema in rows
    ]
    found.sort(key=lambda one: (not one.is_same_place, one.is_in_place, not one.has_same_schema))
    return [
        replace(one, first_blocks=tuple(read_seals(connection, one.id, most_blocks=1)))
        for one in found[:_MOST]
    ]
