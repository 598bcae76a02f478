"""A fix in the console's own records: begun before the file is changed, settled when it is known.

Whoever ends the program in between still finds in the history that a fix was begun, what it was to
run and where its backup is (`audit/unsettled.py`).
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from cts_console import __version__
from cts_console.audit.fixing.model import FixOutcome, FixPlan
from cts_console.audit.unsettled import NOT_CHECKED_YET, FixLock
from cts_console.errors import CtsError
from cts_console.store import DatabaseIdentity, StoredFix, open_store

_NOTHING_KEPT: Final[dict[str, Any]] = {"id": None, "error": None}
_log = logging.getLogger(__name__)


class FixKeeper:
    """Keeps one fix, from `begin` to the end of the block; leaving it lets go of its lock.

    A side database that fails is told and holds nothing up.
    """

    def __init__(self, plan: FixPlan) -> None:
        self._identity: DatabaseIdentity | None = None
        self._lock: FixLock | None = None
        self._fix = StoredFix(
            at_ms=0,
            rule=plan.rule,
            fingerprint=plan.fingerprint,
            object=plan.object,
            title=plan.title,
            statements=tuple(step.sql for step in plan.steps),
            backup=None,
            outcome="begun",
            note=None,
            app_version=__version__,
        )
        self._kept = _NOTHING_KEPT

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._lock is not None:
            self._lock.release()

    @property
    def at_ms(self) -> int:
        """When the file was changed; milliseconds since the epoch, UTC."""
        return self._fix.at_ms

    def begin(self, identity: DatabaseIdentity, backup: Path | None) -> None:
        """Keep that the file is about to be changed, and where the backup of before is."""
        self._identity = identity
        told = None if backup is None else str(backup)
        try:
            self._lock = FixLock()
        except CtsError as error:
            _log.warning("a fix has no lock: %s", error.message)
            self._fix = replace(self._fix, backup=told)
            return
        self._fix = replace(self._fix, backup=told, owner=self._lock.owner, at_ms=_now_ms())
        self._write()

    def done(self) -> None:
        """Keep that the file was changed just now."""
        self._fix = replace(self._fix, outcome="unknown", note=NOT_CHECKED_YET, at_ms=_now_ms())
        self._write()

    def finish(self, outcome: FixOutcome | Literal["partly"], note: str | None) -> dict[str, Any]:
        """Keep what came of it; return `{"id": number | None, "error": error object | None}`."""
        at_ms = self._fix.at_ms or _now_ms()
        self._fix = replace(self._fix, outcome=outcome, note=note, owner=None, at_ms=at_ms)
        self._write()
        return self._kept

    def forget(self) -> None:
        """Nothing of it is in the file. Where that cannot be kept it stays one without an end."""
        if self._fix.id:
            try:
                with open_store() as store:
                    store.forget_fix(self._fix.id)
            except CtsError as error:
                _log.warning("a fix that left nothing stays in the history: %s", error.message)

    def _write(self) -> None:
        try:
            with open_store() as store:
                is_there = bool(self._fix.id) and store.update_fix(self._fix)
                if not is_there and self._identity is not None:
                    number = store.record_fix(self._identity, self._fix)
                    self._fix = replace(self._fix, id=number)
        except CtsError as error:
            self._kept = {"id": self._fix.id or None, "error": error.as_document()}
        else:
            self._kept = {"id": self._fix.id, "error": None}


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
