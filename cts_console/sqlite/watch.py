"""What `Connection.guard` looks at while a statement runs or waits."""

from __future__ import annotations

import time
from collections.abc import Callable

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, cancelled_error


class Watch:
    """What a `guard` looks at: the stop, the clock, and the time spent waiting for a lock."""

    def __init__(
        self,
        cancel: CancelToken | None,
        timeout_s: float | None,
        on_wait: Callable[[float], None] | None,
        on_look: Callable[[], None] | None,
    ) -> None:
        self._on_look = on_look
        self._cancel = cancel
        self._timeout_s = timeout_s
        self._deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        self._on_wait = on_wait
        self._timed_out = False

    @property
    def verdict(self) -> CtsError | None:
        """Why this guard ended a statement, or None where it did not."""
        if self._cancel is not None and self._cancel.cancelled:
            return cancelled_error()
        if self._timed_out:
            return CtsError(
                "timeout",
                "Not finished in time",
                f"The work was stopped after its limit of {self._timeout_s:g} s.",
                "Allow more time, or ask for less.",
            )
        return None

    def is_over(self) -> bool:
        """Whether the running statement must end; SQLite's progress handler."""
        if self._on_look is not None:
            self._on_look()
        if self._cancel is not None and self._cancel.cancelled:
            return True
        if self._deadline_s is not None and time.monotonic() >= self._deadline_s:
            self._timed_out = True
        return self._timed_out

    def report_wait(self, waited_s: float) -> None:
        """Tell whoever asked that another process has held the lock for so long."""
        if self._on_wait is not None:
            self._on_wait(waited_s)

    def nap(self, nap_s: float) -> None:
        """Sleep, unless the stop comes first."""
        if self._cancel is None:
            time.sleep(nap_s)
        else:
            self._cancel.wait(nap_s)
