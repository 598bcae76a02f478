"""Keep an audit in the side database. An audit that could not be kept is an audit all the same."""

from __future__ import annotations

from typing import Any

from cts_console.audit.result import AuditResult
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.store import identify, open_store


def keep_audit(result: AuditResult, document: dict[str, Any]) -> dict[str, Any]:
    """Record `document` and return `{"id": number | None, "error": error object | None}`."""
    try:
        with open_look(result.path) as connection:
            identity = identify(connection)
        with open_store() as store:
            return {"id": store.record_audit(identity, document), "error": None}
    except CtsError as error:
        return {"id": None, "error": error.as_document()}
