"""The disk is too full for what the database may need next.

What it finds: less free disk than the log takes at its peak, than a VACUUM writes, or than the file
grows in a week.

Why a trader cares: on a full disk the engine's commits fail. It goes on trading at the exchange,
and cannot write what it did.

What to do: free some space on that disk, or move the file to a larger one before it is full.

Tolerance and false positives: the log's peak is taken as four times `wal_autocheckpoint` (16 MB
with pages of 4 KiB), less what it has already; a reader that never ends makes
it larger without limit. A VACUUM writes all pages in use a second time, as log or journal, and a
temporary copy that may lie on another disk and does not count here. Growth is told by the sizes
that this console kept; without them that part is not checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.facts import read_file_facts
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.growth import read_growth
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.pragmas import PROFILES

_PEAK_PAGES: Final = 4 * int(PROFILES["trading"]["wal_autocheckpoint"])
_WEEK_DAYS: Final = 7
_Need = tuple[str, int]


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding where something does not fit."""
    free_bytes = context.disk.free_bytes
    if free_bytes is None:
        raise NotCheckedError("this system does not tell how much of the disk is free")
    needs = _file_needs(context)
    open_question = ""
    try:
        week_bytes = max(0, round(read_growth(context).bytes_a_day * _WEEK_DAYS))
        needs.append(("a week of growth", week_bytes))
    except NotCheckedError as reason:
        open_question = f"a week of growth: {reason}"
    lacking = [need for need in needs if need[1] > free_bytes]
    if lacking:
        yield _finding(free_bytes, needs, lacking)
    if open_question:
        raise NotCheckedError(open_question)


def _file_needs(context: AuditContext) -> list[_Need]:
    header, facts = context.header, read_file_facts(context.path)
    used_bytes = facts.size_bytes - header.freelist_count * header.page_size
    needs: list[_Need] = [("a VACUUM", max(0, used_bytes))]
    if header.is_wal:
        # What the log has taken of the disk already is not needed a second time.
        peak = max(0, _PEAK_PAGES * header.page_size - facts.wal_bytes)
        needs.insert(0, ("the log's peak", peak))
    return needs


def _finding(free_bytes: int, needs: list[_Need], lacking: list[_Need]) -> Finding:
    names = " and ".join(name for name, _ in lacking)
    return RULE.finding(
        object="disk",
        cause="too full",
        title=f"The disk has no room for {names}: {free_bytes / 1e6:,.1f} MB are free",
        detail=(
            "Once the disk is full, every commit fails: the engine cannot write what it did at the "
            "exchange."
        ),
        recommendation="Free some space on the disk, or move the file to a larger one.",
        evidence=Evidence.of(
            ("for", "needed bytes", "free bytes", "fits"),
            [
                (name, size, free_bytes, "no" if (name, size) in lacking else "yes")
                for name, size in needs
            ],
        ),
    )


RULE = Rule(
    id="STO-03",
    title="Disk too full",
    category="storage",
    severity="error",
    profile="quick",
    needs=Needs(schema=False),
    check=check,
)
