"""A fix in the console's own records: written as soon as it stands, completed when it was checked.

Whoever ends the program between the two still finds in the history that the file was changed.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cts_console import __version__
from cts_console.audit.fixing.model import FixOutcome, FixPlan
from cts_console.audit.known import identify_file
from cts_console.errors import CtsError
from cts_console.store import StoredFix, open_store

_NOT_CHECKED_YET: Final = "the rule was not asked again"


class FixKeeper:
    """Keeps one fix. A side database that fails is told and undoes nothing."""

    def __init__(self, path: Path, plan: FixPlan, backup: Path | None) -> None:
        self._path = path
        self._fix = StoredFix(
            at_ms=0,
            rule=plan.rule,
            fingerprint=plan.fingerprint,
            object=plan.object,
            title=plan.title,
            statements=tuple(step.sql for step in plan.steps),
            backup=None if backup is None else str(backup),
            outcome="unknown",
            note=_NOT_CHECKED_YET,
            app_version=__version__,
        )
        self._kept: dict[str, Any] = {"id": None, "error": None}

    def begin(self) -> int:
        """Keep that the file was changed just now; return when (milliseconds, UTC)."""
        self._fix = replace(self._fix, at_ms=time.time_ns() // 1_000_000)
        self._kept = self._write()
        return self._fix.at_ms

    def finish(self, outcome: FixOutcome, note: str | None) -> dict[str, Any]:
        """Keep what the rule said; return `{"id": number | None, "error": error object | None}`."""
        self._fix = replace(self._fix, outcome=outcome, note=note)
        if self._kept["id"] is None:
            return self._write()
        try:
            with open_store() as store:
                store.record_fix_outcome(self._kept["id"], outcome, note)
        except CtsError as error:
            return {"id": self._kept["id"], "error": error.as_document()}
        return self._kept

    def _write(self) -> dict[str, Any]:
        try:
            identity = identify_file(self._path)
            with open_store() as store:
                return {"id": store.record_fix(identity, self._fix), "error": None}
        except CtsError as error:
            return {"id": None, "error": error.as_document()}
