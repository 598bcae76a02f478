"""Run a simulated engine on an open connection: claim, write in the pace that was asked, release.

A commit is short and whole. Where another process holds the write lock it is waited for as an
engine should: SQLite's busy timeout, then again after a pause that grows.
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cts_console.engine.simulated.engine import BEAT_S, Engine
from cts_console.engine.simulated.options import SimulationOptions
from cts_console.engine.simulated.pace import Pace
from cts_console.engine.simulated.prices import Series, Symbol
from cts_console.engine.simulated.venue import Venue, claim_venue, release_venue
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection

BUSY_TIMEOUT_MS: Final = 200
LONGEST_WAIT_S: Final = 60.0
"""After so long without the write lock the engine gives up."""
_LONGEST_GOODBYE_S: Final = 5.0
# A crash of the machine may take the last invented commits; a crash of the program takes none.
_PRAGMAS: Final = "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536"
_FIRST_PAUSE_S: Final = 0.01
_LONGEST_PAUSE_S: Final = 0.5

Written = tuple[Counter[str], Counter[str]]


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What a simulated engine wrote."""

    rows: dict[str, int]
    """Rows appended, by table."""
    changed: dict[str, int]
    """Rows changed in place, by table."""
    commits: int
    """Transactions that were committed."""
    duration_ms: float
    """From the first to the last of them."""
    busy_retries: int
    """How often the write lock was not to be had within the busy timeout."""
    stopped: bool
    """Whether it was stopped before its time was over."""
    released: bool
    """Whether it could say goodbye; otherwise its lease ends by itself."""


def run_engine(
    connection: Connection,
    symbols: Sequence[Symbol],
    make_series: Callable[[Symbol, random.Random], Series],
    timeframe: str,
    options: SimulationOptions,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> SimulationResult:
    """Write like a trading engine until the time is over or `cancel` says so.

    `connection` is a `read_write` one, in WAL mode, to a CTS database that may hold invented
    data; the caller has made sure of that. A stop is no error. Raises `CtsError`: locked (nobody
    let go of the write lock for `LONGEST_WAIT_S`), not_found (the file is gone or another one has
    its name), disk_full, and what else SQLite says; the transaction at work is then rolled back.
    """
    rng = random.Random(options.seed)
    series = [make_series(symbol, rng) for symbol in symbols]
    run = _Run(connection, cancel or CancelToken(), ProgressSampler(on_progress, 0.2))
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    connection.execute(_PRAGMAS)
    try:
        venue = run.claim(tuple(symbols))
    except CtsError as error:
        if error.code != "cancelled":
            raise
        return run.result(stopped=True, released=True)
    engine = Engine(venue, symbols, series, timeframe, rng, time.time_ns() // 1_000_000)
    released = False
    try:
        stopped = run.work(engine, options)
    finally:
        released = run.release(venue)
    return run.result(stopped=stopped, released=released)


class _Run:
    def __init__(
        self, connection: Connection, cancel: CancelToken, sampler: ProgressSampler
    ) -> None:
        self._connection = connection
        self._cancel = cancel
        self._sampler = sampler
        self._rows: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()
        self._commits = 0
        self._busy_retries = 0
        self._started_s = time.perf_counter()
        self._file = _read_file_number(connection.path)
        self._looked_at_s = time.monotonic()

    def claim(self, symbols: tuple[Symbol, ...]) -> Venue:
        added: Counter[str] = Counter()
        made: list[Venue] = []

        def write() -> Written:
            now_ms = time.time_ns() // 1_000_000
            made.append(claim_venue(self._connection, symbols, now_ms, added))
            return added, Counter()

        self._commit(write, LONGEST_WAIT_S, self._cancel)
        return made[-1]

    def work(self, engine: Engine, options: SimulationOptions) -> bool:
        """Write commit after commit; return whether it was stopped."""
        start_s = time.monotonic()
        end_s = math.inf if options.seconds is None else start_s + options.seconds
        pace = Pace(options.rows_per_s, options.burst, start_s)
        while (now_s := time.monotonic()) < end_s:
            due_s = pace.next_s(now_s)
            # It says that it lives however little it has to write.
            until_s = min(due_s, now_s + BEAT_S, end_s)
            self._check_file(now_s)
            if self._cancel.wait(max(0.0, until_s - now_s)):
                return True
            if until_s == end_s:
                continue
            rows = options.commit_rows if due_s <= until_s else 0
            try:
                added = self._commit(
                    partial(engine.write, self._connection, rows), LONGEST_WAIT_S, self._cancel
                )
            except CtsError as error:
                if error.code == "cancelled":
                    return True
                raise
            pace.count(added)
            self._report(now_s - start_s)
        return False

    def release(self, venue: Venue) -> bool:
        """Say goodbye, stopped or not; return whether the lock was to be had for it."""

        def write() -> Written:
            return release_venue(self._connection, venue, time.time_ns() // 1_000_000)

        try:
            self._commit(write, _LONGEST_GOODBYE_S, CancelToken())
        except CtsError:
            return False
        return True

    def result(self, *, stopped: bool, released: bool) -> SimulationResult:
        return SimulationResult(
            rows=dict(sorted(self._rows.items())),
            changed=dict(sorted(self._changed.items())),
            commits=self._commits,
            duration_ms=(time.perf_counter() - self._started_s) * 1000,
            busy_retries=self._busy_retries,
            stopped=stopped,
            released=released,
        )

    def _commit(
        self, write: Callable[[], Written], longest_wait_s: float, cancel: CancelToken
    ) -> int:
        """Run `write` as one transaction and return how many rows it added."""
        connection = self._connection
        self._take_lock(longest_wait_s, cancel)
        try:
            added, changed = write()
            connection.execute("COMMIT")
        except BaseException:
            connection.roll_back("ROLLBACK")
            raise
        self._rows += added
        self._changed += changed
        self._commits += 1
        return added.total()

    def _check_file(self, now_s: float) -> None:
        """Look once in a while whether the file still has its name: nobody finds it otherwise."""
        if now_s - self._looked_at_s < BEAT_S:
            return
        self._looked_at_s = now_s
        path = self._connection.path
        if _read_file_number(path) != self._file:
            raise CtsError(
                "not_found",
                "The database is gone",
                f"{path} is not the file any more into which the engine was writing.",
                "Start it again on the file that is there now.",
            )

    def _take_lock(self, longest_wait_s: float, cancel: CancelToken) -> None:
        give_up_s = time.monotonic() + longest_wait_s
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                # Only the wait can be stopped: what follows is short, and whole.
                with self._connection.guard(cancel=cancel):
                    self._connection.execute("BEGIN IMMEDIATE")
                return
            except CtsError as error:
                if error.code != "locked" or time.monotonic() > give_up_s:
                    raise
            self._busy_retries += 1
            cancel.wait(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _report(self, elapsed_s: float) -> None:
        rows = self._rows.total()
        rate = rows / elapsed_s if elapsed_s > 0 else None
        note = f"{self._commits:,} commits"
        self._sampler.report(Progress(rows, None, "rows", note, rate))


def _read_file_number(path: Path) -> tuple[int, int] | None:
    """Return device and inode of the file at `path`; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
