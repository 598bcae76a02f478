"""A log that checkpoints do not keep small.

What it finds: more than four times `wal_autocheckpoint` (1,000 pages in the profile) of frames, and
more than 16 MB, that no checkpoint has copied into the main file yet.

Why a trader cares: a reader that never ends, or checkpoints that never finish, let the log grow
until the disk is full; every read gets slower with it, and a copy of the main file alone lacks
everything in it.

What to do: find the program that keeps a read transaction open (a forgotten viewer, a dashboard)
and close it; then a checkpoint can finish: `cts-console checkpoint`.

Tolerance and false positives: the size of the `-wal` alone says nothing, because SQLite keeps a log
that it has finished with and writes over it from the start: only frames that are still pending
count. Right after one very large transaction they may be pending for a moment, so the number is
read twice, a fifth of a second apart. A program that checkpoints by itself at long intervals is
reported between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.facts import read_file_facts, read_wal_frames
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.pragmas import PROFILES

AUTOCHECKPOINT_PAGES: Final = int(PROFILES["trading"]["wal_autocheckpoint"])
TIMES_TOO_MANY: Final = 4
LEAST_BYTES: Final = 16_000_000
_BETWEEN_READS_S: Final = 0.2


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding where far too many frames are pending."""
    connection = context.connection
    if not context.header.is_wal:
        raise NotApplicableError("not in WAL mode")
    if connection.immutable:
        raise NotApplicableError("opened as a file that nobody writes, without its log")
    frames = read_wal_frames(connection)
    if frames is None or not _is_too_much(frames.pending, context.header.page_size):
        return
    if context.cancel.wait(_BETWEEN_READS_S):
        context.cancel.raise_if_cancelled()
    frames = read_wal_frames(connection)
    if frames is None or not _is_too_much(frames.pending, context.header.page_size):
        return
    pending_bytes = frames.pending * context.header.page_size
    wal_bytes = read_file_facts(connection.path).wal_bytes
    yield RULE.finding(
        object="wal",
        cause="pending frames",
        title=f"{pending_bytes / 1e6:,.1f} MB of commits are in the log alone",
        detail=(
            f"{frames.pending:,} of {frames.log:,} frames of the -wal are not in the main file, "
            f"where a checkpoint is due every {AUTOCHECKPOINT_PAGES:,}. Some program keeps a read "
            "transaction open, or no checkpoint finishes. The log grows until the disk is full."
        ),
        recommendation=(
            "Close the program that keeps reading, then run `cts-console checkpoint`. Never delete "
            "the -wal: it holds committed data."
        ),
        evidence=Evidence.of(
            ("wal_frames", "frames_checkpointed", "frames_pending", "pending_bytes", "wal_bytes"),
            [(frames.log, frames.backfilled, frames.pending, pending_bytes, wal_bytes)],
        ),
        sql="PRAGMA wal_checkpoint(NOOP)",
    )


def _is_too_much(pending: int, page_size: int) -> bool:
    return pending > TIMES_TOO_MANY * AUTOCHECKPOINT_PAGES and pending * page_size > LEAST_BYTES


RULE = Rule(
    id="STO-02",
    title="Log far larger than checkpoints should leave it",
    category="storage",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
