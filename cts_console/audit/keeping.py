"""Keep an audit in the side database. An audit that could not be kept is an audit all the same.

Only a whole audit is kept: the last one is what people go by, and one rule that passed, or an audit
that was stopped, would hide what the whole one before it found.
"""

from __future__ import annotations

from typing import Any

from cts_console.audit.result import AuditResult
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.store import identify, open_store


def keep_audit(result: AuditResult, document: dict[str, Any]) -> dict[str, Any]:
    """Record `document` and return `{"id": number | None, "error": error object | None}`.

    Both are None for an audit that is not whole.
    """
    if not result.is_whole:
        return {"id": None, "error": None}
    try:
        with open_look(result.path) as connection:
            identity = identify(connection)
        with open_store() as store:
            return {"id": store.record_audit(identity, document), "error": None}
    except CtsError as error:
        return {"id": None, "error": error.as_document()}
