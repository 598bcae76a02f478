"""A fix as a new SQL file, for the program that owns the database or for a person to read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from cts_console import __version__
from cts_console.audit.fixing.model import FixPlan
from cts_console.errors import CtsError
from cts_console.transfer.new_file import new_file


def export_fix(plan: FixPlan, target: str | os.PathLike[str]) -> Path:
    """Write the statements of `plan` into the new file `target` and return its absolute path.

    Raises `CtsError`: usage where the name is taken (nothing is ever written over) or does not end
    in `.sql`, not_found, no_permission and read_only for its folder, disk_full.
    """
    named = Path(target)
    if "\0" in os.fspath(target) or named.suffix.lower() != ".sql":
        raise CtsError(
            "usage", "Not a name for SQL", f"{os.fspath(target)!r} does not end in .sql.", "Add it."
        )
    with new_file(named, "The SQL cannot be written") as file:
        file.write(_script(plan).encode("utf-8", "surrogatepass"))
    return named.parent.resolve() / named.name


def _script(plan: FixPlan) -> str:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    head = [
        f"Fix of a finding, written by CTS Console {__version__} on {now}",
        f"Database: {plan.path}",
        f"Rule:     {plan.rule} (finding {plan.fingerprint})",
        f"Finding:  {plan.title}",
        plan.export_reason or "Not applied: it was saved to be looked at.",
        "Make a backup first. Others cannot write while it runs.",
    ]
    statements = [f"{step.sql};" for step in plan.steps]
    if not any(step.is_outside for step in plan.steps):
        statements = ["BEGIN IMMEDIATE;", *statements, "COMMIT;"]
    return "\n".join([*(f"-- {_one_line(text)}" for text in head), "", *statements, ""])


def _one_line(text: str) -> str:
    """Return `text` so that it cannot end the comment that it stands in."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
