"""What a transaction changed, recorded by SQLite itself, so that it can be taken back.

SQLite's session extension (https://sqlite.org/sessionintro.html) records the changes of tables that
have a declared primary key; a changeset holds the rows before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

import apsw

from cts_console.errors import CtsError
from cts_console.sqlite.connection import Connection
from cts_console.sqlite.identifiers import quote_identifier, quote_text

# So many changes are looked at to learn whether a transaction was committed; it is all or none.
_LOOKED_AT: Final = 100


@contextmanager
def recorded_changes(connection: Connection) -> Iterator[Callable[[], bytes]]:
    """Record what the block changes in every table; the function returns it as a changeset."""
    session = apsw.Session(connection.raw, "main")
    try:
        session.attach()
        yield session.changeset
    finally:
        session.close()


def has_changes(connection: Connection, changeset: bytes) -> bool:
    """Return whether a changeset, all of which was committed or nothing, is in the database.

    Rows that somebody changed or deleted since are no proof against it: one that is there decides.
    """
    with connection._translated(foreign_sql=True):
        return any(
            _is_there(connection, change)
            for change in islice(apsw.Changeset.iter(changeset), _LOOKED_AT)
        )


def undo_changes(connection: Connection, changeset: bytes) -> int:
    """Take the changes back, in the open transaction; return how many rows were left as they are.

    A row that somebody changed since is left. Triggers do not run meanwhile: those that guard an
    append-only table would refuse, and what triggers did is in the changeset itself. Raises
    `CtsError`: constraint where other rows refer to what would go, and what SQLite reports.
    """
    left = 0
    is_referred_to = False

    def on_conflict(reason: int, _change: apsw.TableChange) -> int:
        nonlocal left, is_referred_to
        if reason == apsw.SQLITE_CHANGESET_FOREIGN_KEY:
            is_referred_to = True
            return apsw.SQLITE_CHANGESET_ABORT
        left += reason != apsw.SQLITE_CHANGESET_NOTFOUND
        return apsw.SQLITE_CHANGESET_OMIT

    raw = connection.raw
    raw.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
    try:
        with connection._translated():
            # Without the flag ON DELETE RESTRICT would refuse parents whose children go next.
            apsw.Changeset.apply(
                apsw.Changeset.invert(changeset),
                raw,
                conflict=on_conflict,
                flags=apsw.SQLITE_CHANGESETAPPLY_FKNOACTION,
            )
    except CtsError as error:
        # SQLite's own word for it is a constraint that failed, and no more.
        if is_referred_to:
            raise _referred_to(connection) from error
        raise
    finally:
        raw.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 1)
    return left


def _is_there(connection: Connection, change: apsw.TableChange) -> bool:
    names = [
        str(name)
        for (name,) in connection.raw.execute(
            f"SELECT name FROM temp.pragma_table_info({quote_text(change.name)}, 'main')"
        )
    ]
    values = change.new if change.new is not None else ()
    keys = change.old if change.old is not None and change.op == "UPDATE" else values
    wanted = {
        name: keys[place] if place in change.pk_columns else value
        for place, (name, value) in enumerate(zip(names, values, strict=False))
    }
    known = {name: value for name, value in wanted.items() if value is not apsw.no_change}
    if not known:
        return False
    condition = " AND ".join(f"{quote_identifier(name)} IS ?" for name in known)
    sql = f"SELECT 1 FROM main.{quote_identifier(change.name)} WHERE {condition}"
    return any(connection.raw.execute(sql, tuple(known.values())))


def _referred_to(connection: Connection) -> CtsError:
    return CtsError(
        "constraint",
        "Other rows refer to these",
        f"{connection.path}: rows that came later refer to rows of this batch.",
        "Take those back first.",
    )
