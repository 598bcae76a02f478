"""A log or journal was left beside the file by a program that did not end well.

What it finds: a `-wal` with committed data that the main file lacks and that nobody has open; a
`-wal` that does not belong to this file (its header is damaged, its frames carry other salts, its
page size is another one, or the file is not in WAL mode); a hot `-journal`, which holds what must
be undone of a write that was cut off.

Why a trader cares: the last orders and executions exist in the log alone, and a copy of the main
file loses them. A log of another file is read into this one by SQLite and damages it. Beside a hot
journal the main file is in the middle of a change.

What to do: never delete either of them. Copy the file together with them first. A log with
committed data goes into the main file when the program starts again, or by
`cts-console checkpoint`; a hot journal is rolled back when the program opens the file again.

Tolerance and false positives: an empty `-wal` is none, nor is one whose data a checkpoint has
copied already, or one without a commit. What a running program has open is no left-over. Elsewhere
than on Linux the system does not tell who has a file open: then a `-wal` is not judged; nor does it
tell of programs in another container. Of a very long log only a part is compared with the main
file; the finding then says "likely".
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cts_console.audit.facts import has_live_journal, read_wal_frames
from cts_console.audit.finding import Confidence, Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.wal_log import WalLog, read_wal_log
from cts_console.maintenance import read_users
from cts_console.sqlite import Row, side_file

_COLUMNS: Final = ("file", "bytes", "frames", "committed frames", "why")
_ASIDE: Final = "Copy the database together with it aside first, and delete neither."


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for a hot journal and one for a left-over log."""
    journal, wal = side_file(context.path, "-journal"), side_file(context.path, "-wal")
    # Where a program is in the middle of its change, SQLite reads the file in place. A journal
    # that it would have to roll back makes the audit read a private copy.
    if context.is_copy and has_live_journal(context.path):
        yield _journal_finding(journal)
    log = _left_over(context, wal)
    if log is None:
        return
    problem = log.problem or _why_foreign(context, log)
    if problem:
        yield _foreign_finding(wal, log, problem)
        return
    committed = _committed_frames(context, log)
    confidence = _is_needed(context, wal, log) if committed else None
    # Asked once more: a program that opened the file meanwhile looks after its log itself.
    if confidence is not None and _left_over(context, wal) is not None:
        yield _committed_finding(wal, log, committed, confidence)


def _left_over(context: AuditContext, wal: Path) -> WalLog | None:
    """Return the log beside the file where nobody else has the file open, else None."""
    log = read_wal_log(wal)
    if log is None:
        return None
    users = read_users(context.path)
    if users.holders:
        return None
    if not users.known:
        raise NotCheckedError(f"{wal.name} is there, and {users.describe()}")
    # A program that just ended may have emptied or taken away its log meanwhile.
    return read_wal_log(wal)


def _why_foreign(context: AuditContext, log: WalLog) -> str:
    header = context.header
    if log.page_size != header.page_size:
        return f"its pages have {log.page_size} bytes, those of the file {header.page_size}"
    if log.pages and not header.is_wal and not context.is_copy:
        return "the file is not in WAL mode, so that it cannot have written it"
    return ""


def _committed_frames(context: AuditContext, log: WalLog) -> int:
    """Return how many frames are committed, by SQLite's own count where it reads the log itself."""
    frames = None if context.is_copy else read_wal_frames(context.connection)
    return len(log.pages) if frames is None else frames.log


def _is_needed(context: AuditContext, wal: Path, log: WalLog) -> Confidence | None:
    """Return how certain it is that the main file lacks pages of the log; None where it has all.

    A private copy holds them in any case: there nothing can be compared.
    """
    if context.is_copy:
        return "likely"
    last = {page: frame for frame, page in enumerate(log.pages)}
    try:
        with wal.open("rb") as stream:
            for page, frame in last.items():
                context.cancel.raise_if_cancelled()
                stream.seek(log.offset(frame))
                data = stream.read(log.page_size)
                offset = (page - 1) * log.page_size
                if data != context.connection.read_bytes(offset, log.page_size):
                    return "certain"
    except FileNotFoundError:
        return None
    return None if log.is_whole else "likely"


def _journal_finding(journal: Path) -> Finding:
    return RULE.finding(
        object="-journal",
        cause="hot journal",
        title=f"{journal.name} holds a write that was cut off",
        detail=(
            "A program was killed in the middle of a commit. The main file holds a part of it, and "
            "the journal what must be undone. A copy of the main file alone is damaged."
        ),
        recommendation=(
            f"{_ASIDE} Then start the program that writes: SQLite undoes the half-written commit "
            "as soon as it opens the file."
        ),
        evidence=Evidence.of(_COLUMNS, [_row(journal, None, None, "hot")]),
    )


def _foreign_finding(wal: Path, log: WalLog, problem: str) -> Finding:
    return RULE.finding(
        object="-wal",
        cause="foreign log",
        title=f"{wal.name} does not belong to this file: {problem}",
        detail=(
            "Nobody has the file open, and the log beside it is not its own, or damaged. SQLite "
            "either reads nothing of it, so that commits are lost, or reads pages of another file "
            "into this one."
        ),
        recommendation=(
            f"{_ASIDE} Before any program writes, find out where the log comes from: a backup that "
            "was put back beside an old log, or a copy that took only one of the two."
        ),
        evidence=Evidence.of(_COLUMNS, [_row(wal, log.frames, len(log.pages), problem)]),
    )


def _committed_finding(wal: Path, log: WalLog, committed: int, confidence: Confidence) -> Finding:
    return RULE.finding(
        object="-wal",
        cause="committed",
        title=f"{wal.name} holds commits that nobody has brought into the main file",
        detail=(
            f"{committed:,} committed frames are in a log that no program seen from here has open: "
            "the one that wrote it was killed, or ended while another was still looking. A copy of "
            "the main file alone loses them."
        ),
        recommendation=(
            f"{_ASIDE} Then start the program that writes, or run `cts-console checkpoint`: "
            "either brings them into the main file."
        ),
        evidence=Evidence.of(_COLUMNS, [_row(wal, log.frames, committed, "committed")]),
        confidence=confidence,
    )


def _row(path: Path, frames: int | None, committed: int | None, why: str) -> Row:
    size_bytes = path.stat().st_size if path.exists() else None
    return (path.name, size_bytes, frames, committed, why)


RULE = Rule(
    id="INT-04",
    title="Log or journal left behind",
    category="integrity",
    severity="error",
    profile="quick",
    needs=Needs(schema=False),
    check=check,
)
