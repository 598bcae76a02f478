"""A fix as a new SQL file, for the program that owns the database or for a person to read."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cts_console import __version__
from cts_console.audit.fixing.model import FixPlan
from cts_console.errors import CtsError
from cts_console.maintenance.disk import (
    rename_without_overwriting,
    sync_file,
    sync_folder,
    told_as,
)

_TITLE: Final = "The SQL cannot be written"
_PREFIX_CHARACTERS: Final = 50


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
    with told_as(_TITLE, named):
        place = named.parent.resolve() / named.name
        _check_is_free(place)
        prefix = f"{place.name[:_PREFIX_CHARACTERS]}.partial-{os.getpid()}-"
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=place.parent)
        os.close(descriptor)
        partial = Path(name)
        try:
            partial.write_bytes(_script(plan).encode("utf-8", "surrogatepass"))
            sync_file(partial)
            rename_without_overwriting(partial, place)
            sync_folder(place.parent)
        finally:
            partial.unlink(missing_ok=True)
    return place


def _check_is_free(place: Path) -> None:
    if not place.parent.is_dir():
        raise CtsError(
            "not_found", "No such folder", f"{place.parent} does not exist.", "Create it first."
        )
    if os.path.lexists(place):
        raise CtsError(
            "usage",
            "The name is taken",
            f"{place} exists already; it is not written over.",
            "Choose another name.",
        )


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
