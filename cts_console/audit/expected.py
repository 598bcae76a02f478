"""What the schema of a CTS database should be: what its applied migrations make.

Migrations that are pending are left out: what they would make is missing because of them (MIG-01).
"""

from __future__ import annotations

from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError
from cts_console.errors import CtsError
from cts_console.migrate import read_schema_after
from cts_console.schema import Index, Schema, normal_form


def read_expected(context: AuditContext) -> Schema:
    """Return the schema that the applied migrations make.

    Raises `NotApplicableError` where there are none, and `NotCheckedError` where some are not
    shipped with this console, or the applied ones do not run without the others.
    """
    status = context.migrations()
    if status is None:
        raise NotApplicableError("not a CTS database")
    unknown = [item.file for item in status.items if item.state == "missing"]
    if unknown:
        raise NotCheckedError(
            f"{unknown[0]} is applied and not shipped with this console, which therefore does not "
            "know what the schema should be"
        )
    applied = frozenset(item.file for item in status.items if item.state in ("applied", "changed"))
    if not applied:
        raise NotApplicableError("no migration is applied yet")
    try:
        return read_schema_after(applied)
    except CtsError as error:
        raise NotCheckedError(
            "the applied migrations do not run without the pending ones, so that the schema that "
            f"they should have made is not known: {error.message}"
        ) from error


def same_index(one: Index, other: Index) -> bool:
    """Return whether two indexes are the same but for their names."""
    return _shape(one) == _shape(other)


def _shape(index: Index) -> tuple[object, ...]:
    keys = tuple(
        (
            (key.column or "").lower(),
            normal_form(key.expression or ""),
            key.descending,
            key.collation.lower(),
        )
        for key in index.keys
    )
    return index.table.lower(), index.unique, keys, normal_form(index.where or "")
