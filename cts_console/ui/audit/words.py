"""What the Audit tab says of the audit that it shows."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QObject

from cts_console.audit import STOPPED, select_rules
from cts_console.ui.audit.ages import ago_text
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.clock import Clock
from cts_console.ui.text import duration_text, one_line
from cts_console.ui.widgets.basics import State

_MOST_FIXES: Final = 3


class AuditWords(QObject):
    """Makes the sentences; it shows none."""

    def __init__(self, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock

    def title(self, profile: str, *, is_whole: bool) -> str:
        """Return the name of an audit of this profile, or of rules that a person chose."""
        if not is_whole:
            return self.tr("Audit of chosen rules")
        return self.tr("{0} audit").format(profile.capitalize())

    def describe(self, shown: ShownAudit, is_outdated: bool) -> tuple[str, State]:
        """Return what the shown audit is, how old, and what to think of that."""
        if shown.is_stopped:
            asked = sum(check.note != STOPPED for check in shown.checks)
            told = self.tr("Stopped after {0} of {1} rules. A stopped audit is not kept.")
            return told.format(asked, len(shown.checks)), "warn"
        title = self.title(shown.document["profile"], is_whole=shown.is_whole)
        at = self._clock.text(shown.started_at_ms // 1000 * 1000)
        age = ago_text(time.time() - shown.started_at_ms / 1000)
        took = duration_text(shown.document["duration_ms"])
        text = self.tr("{0} {1} in {2}, {3}").format(title, age, took, at)
        if shown.keeping_error:
            told = self.tr("{0}. It could not be kept: {1}")
            return told.format(text, one_line(shown.keeping_error)), "warn"
        if is_outdated:
            return self.tr("{0}, before this console wrote to the file").format(text), "warn"
        if shown.is_stored:
            text = self.tr("{0}; the file may have changed since").format(text)
        if not shown.is_whole:
            text = self.tr("{0}; it is not kept").format(text)
        return text, ""

    def note(self, shown: ShownAudit) -> str:
        """Return how the file was read, and which fixes nobody saw end; "" for nothing to say."""
        parts = [str(shown.document.get("note") or "")]
        told = self.tr("The fix of {0} of {1} (“{2}”): {3}.")
        parts += [
            told.format(
                fix.rule,
                self._clock.text(fix.at_ms // 1000 * 1000),
                one_line(fix.title, 200),
                one_line(fix.note or "", 400),
            )
            for fix in shown.unsettled[-_MOST_FIXES:]
        ]
        if len(shown.unsettled) > _MOST_FIXES:
            more = self.tr("Nobody saw the end of {0} earlier fixes either.")
            parts.append(more.format(f"{len(shown.unsettled) - _MOST_FIXES:,}"))
        return " ".join(part for part in parts if part)

    def never_title(self) -> str:
        """Return what is said of a file without an audit."""
        return self.tr("This file has not been audited yet")

    def never_text(self) -> str:
        """Return what an audit is."""
        return self.tr(
            "An audit asks up to {0} questions: from damaged pages and rows without a parent "
            "to indexes that repeat others. It only reads and can be stopped at any time. "
            "Quick takes under a second on any size; deep reads every page."
        ).format(len(select_rules("deep")))

    def never_action(self, profile: str) -> str:
        """Return what the button says."""
        return self.tr("Run a {0} audit").format(profile)
