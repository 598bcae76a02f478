"""Free pages that the file keeps.

What it finds: at least a tenth of the file, and at least 1 MB, that holds nothing: pages that
deleted rows left behind, which SQLite fills again before the file grows.

Why a trader cares: backups and copies carry them along, and a disk may be fuller than its data.

What to do: with incremental auto-vacuum, `PRAGMA incremental_vacuum` gives them back in small
steps. Otherwise only VACUUM does, which writes the whole file anew and needs it to itself.

Tolerance and false positives: a file that is soon to grow again gains nothing. Space within pages
that are partly filled is not counted here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule

LEAST_SHARE: Final = 0.10
LEAST_BYTES: Final = 1_000_000
_INCREMENTAL: Final = 2


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding where a good part of the file is free."""
    connection = context.connection
    free = connection.read_int("PRAGMA freelist_count")
    pages = connection.read_int("PRAGMA page_count")
    free_bytes = free * context.header.page_size
    if not pages or free / pages < LEAST_SHARE or free_bytes < LEAST_BYTES:
        return
    in_steps = connection.read_int("PRAGMA auto_vacuum") == _INCREMENTAL
    yield RULE.finding(
        object="freelist",
        cause="free pages",
        title=f"{free / pages:.0%} of the file is free: {free_bytes / 1e6:,.1f} MB",
        detail=(
            f"{free:,} of {pages:,} pages hold nothing. SQLite fills them before the file grows; "
            "until then every backup copies them."
        ),
        recommendation=(
            "Give them back in small steps with incremental_vacuum."
            if in_steps
            else "VACUUM gives them back. It writes the whole file anew: do it while no program "
            "has the file open, with free disk for a second copy."
        ),
        evidence=Evidence.of(
            ("free_pages", "pages", "page_size", "free_bytes"),
            [(free, pages, context.header.page_size, free_bytes)],
        ),
        sql="SELECT * FROM temp.pragma_freelist_count, temp.pragma_page_count",
        fix_sql="PRAGMA incremental_vacuum" if in_steps else "VACUUM",
    )


RULE = Rule(
    id="STO-01",
    title="Free pages in the file",
    category="storage",
    severity="info",
    profile="quick",
    needs=Needs(),
    check=check,
)
