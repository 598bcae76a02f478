"""What a fix does, costs and did, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from cts_console.audit.fixing import FixPlan, FixResult, FixStep
from cts_console.ui.text import one_line

_LONGEST: Final = 1_000
_SHORT_S: Final = 0.1


class FixWords(QObject):
    """Makes the sentences; it shows none."""

    def steps(self, plan: FixPlan) -> str:
        """Return one sentence per statement."""
        return "\n".join(self._step(step) for step in plan.steps)

    def cost(self, plan: FixPlan) -> str:
        """Return how long others could not write, and who they are."""
        told = {
            "whole": self.tr("Others cannot write for {0}. All of it is done, or nothing."),
            "slices": self._slices(plan),
            "no_transaction": self.tr(
                "Others cannot write for {0}. SQLite takes it in no transaction, and each "
                "statement is whole or absent by itself."
            ),
        }[plan.passage]
        text = told.format(self.hold(plan))
        if plan.gate_reason:
            return text  # the reason names them
        users = one_line(plan.users.describe(), _LONGEST)
        return f"{text} {users[:1].upper()}{users[1:]}."

    def hold(self, plan: FixPlan) -> str:
        """Return for how long the write lock would be held."""
        if plan.hold_s < _SHORT_S:
            return self.tr("less than 0.1 s")
        if plan.hold_s < 60:
            return self.tr("about {0:.1f} s").format(plan.hold_s)
        return self.tr("about {0:.0f} min").format(plan.hold_s / 60)

    def done(self, result: FixResult) -> str:
        """Return what was done, where the backup lies, and what the second look said."""
        plan = result.plan
        parts = [
            self.tr("Applied to {0}: {1}.").format(
                one_line(plan.path.name), one_line(plan.title, _LONGEST)
            ),
            {
                "fixed": self.tr("The rule was asked again, and the finding is gone."),
                "still_there": self.tr("The rule was asked again, and finds it still."),
                "unknown": self.tr("Whether it helped is unknown: {0}"),
            }[result.outcome].format(one_line(result.note or "", _LONGEST)),
            self._backup(result.backup),
        ]
        error = result.kept["error"]
        if error is not None:
            told = self.tr("It could not be kept in the history: {0}")
            parts.append(told.format(one_line(error["message"], _LONGEST)))
        return " ".join(parts)

    def _slices(self, plan: FixPlan) -> str:
        told = self.tr("It goes in steps of {0} at most, so that others write in between.")
        if any(step.kind == "incremental_vacuum" for step in plan.steps):
            stays = self.tr(
                "Pages that were given back when it is stopped stay so, and are counted; applying "
                "it again goes on from there."
            )
        else:
            stays = self.tr("All of it is written at the end, or nothing.")
        return f"{told} {stays}"

    def _backup(self, path: Path | None) -> str:
        if path is None:
            return self.tr("No backup was made.")
        return self.tr("The backup is {0}.").format(one_line(str(path), _LONGEST))

    def _step(self, step: FixStep) -> str:
        told = {
            "drop_index": self.tr("Drops the index {0}; no row is touched."),
            "drop_view": self.tr("Drops the view {0}; no row is touched."),
            "drop_trigger": self.tr("Drops the trigger {0}; no row is touched."),
            "create_index": self.tr("Builds the index {0} on {1}; no row is changed."),
            "create_view": self.tr("Makes the view {0} as the migrations define it."),
            "create_trigger": self.tr("Makes the trigger {0} as the migrations define it."),
            "limit_analysis": self.tr("Lets SQLite look at about {2} entries of each index."),
            "analyze": self.tr("Writes the statistics by which SQLite chooses an index anew."),
            "set_pragma": self.tr("Sets {0} to {2}, for every program that uses the file."),
            "incremental_vacuum": self.tr("Gives the free pages of the file back to the disk."),
            "vacuum": self.tr(
                "Writes the whole file anew without its gaps; meanwhile that takes disk for up to "
                "two more copies."
            ),
            "delete_statistics": self.tr(
                "Deletes from {0} the statistics of tables and indexes that are gone."
            ),
        }[step.kind]
        return told.format(one_line(step.name), one_line(step.table), one_line(step.value))
