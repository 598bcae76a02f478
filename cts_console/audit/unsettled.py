"""Fixes of which nobody saw the end: is a console still at them, and what does their rule say now?

A fix is kept before it changes the file. Its process holds a lock meanwhile, which the system drops
however the process ends, so that a fix under way is told from one that ended in the middle.
"""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from cts_console.audit.document import instant
from cts_console.maintenance.disk import told_as
from cts_console.owner_lock import is_held, take_lock
from cts_console.paths import ensure_private_dir, user_data_dir
from cts_console.store import DatabaseIdentity, Store, StoredFix

NOT_CHECKED_YET: Final = "the rule was not asked again"
_LOCK_KEPT_S: Final = 86_400
_log = logging.getLogger(__name__)


class FixLock:
    """The lock of the process that applies a fix; `owner` is its name."""

    def __init__(self) -> None:
        """Take a lock of its own. Raises `CtsError` where the folder of the records fails."""
        self.owner = uuid.uuid4().hex
        path = _lock_path(self.owner)
        ensure_private_dir(path.parent)
        with told_as("The console's own records cannot be used", path.parent):
            self._descriptor = take_lock(path)
            _sweep(path.parent)

    def release(self) -> None:
        """Let go of it; nobody needs the file any more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            _remove(self.owner)


def is_unsettled(fix: StoredFix) -> bool:
    """Return whether its process ended before it told the end."""
    return fix.owner is not None and not is_held(_lock_path(fix.owner))


def tell_unsettled(fix: StoredFix) -> StoredFix:
    """Return a fix as a person is to read it: one under way and one without an end say so."""
    if fix.owner is None:
        return fix
    if not is_unsettled(fix):
        return replace(fix, outcome="running", note="a console is at it now")
    return replace(fix, outcome="unknown", note=f"{_ended(fix)}; {_how_to_find_out(fix)}")


def read_unsettled(store: Store, identity: DatabaseIdentity) -> list[StoredFix]:
    """Return the fixes of which nobody saw the end, told as such, the oldest first.

    Raises `CtsError` where the side database fails.
    """
    fixes = store.read_unsettled_fixes(identity)
    return [tell_unsettled(fix) for fix in fixes if is_unsettled(fix)]


def settle_fixes(
    store: Store,
    identity: DatabaseIdentity,
    *,
    answered: Collection[str],
    found: Collection[str],
    asked_at_ms: int,
    ended: Collection[int] | None = None,
) -> None:
    """Keep what rules that were asked since `asked_at_ms` say of fixes that ended in the middle.

    `answered` are the rules that told all, `found` the fingerprints of what was found, `ended` the
    numbers of fixes that had ended before; without them their times say it, which lie once a clock
    was set back. Any other fix stays unknown. Raises `CtsError` where the side database fails.
    """
    for fix in store.read_unsettled_fixes(identity):
        is_known = fix.rule in answered or fix.fingerprint in found
        is_before = fix.at_ms < asked_at_ms if ended is None else fix.id in ended
        if fix.owner is None or not is_before or not is_known or not is_unsettled(fix):
            continue
        outcome = "still_there" if fix.fingerprint in found else "fixed"
        note = f"{_ended(fix)}; the rule was asked again at {instant(asked_at_ms)}"
        store.update_fix(replace(fix, outcome=outcome, note=note, owner=None))
        _remove(fix.owner)


def _ended(fix: StoredFix) -> str:
    if fix.outcome == "begun":
        return "it ended in the middle, and nobody saw whether it was done"
    return "it was done, and ended before the rule was asked again"


def _how_to_find_out(fix: StoredFix) -> str:
    return (
        f"a deep audit asks {fix.rule} again, and so does "
        f"`cts-console audit fix DATABASE {fix.fingerprint} --rule {fix.rule}`"
    )


def _lock_path(owner: str) -> Path:
    # The name comes from the records: it may lead nowhere else.
    return user_data_dir() / "fixes" / f"{Path(owner).name}.lock"


def _sweep(folder: Path) -> None:
    """Delete what killed processes left: a lock that is not there is held by nobody either."""
    # A young one may be about to be taken.
    oldest_s = time.time() - _LOCK_KEPT_S
    for path in folder.glob("*.lock"):
        with suppress(FileNotFoundError):  # another console sweeps as well
            if path.stat().st_mtime < oldest_s and not is_held(path):
                path.unlink()


def _remove(owner: str) -> None:
    try:
        _lock_path(owner).unlink(missing_ok=True)
    except OSError as error:
        # Windows does not delete what somebody looks at. An empty file stays, which nobody holds.
        _log.info("the lock of a fix stays: %s", error)
