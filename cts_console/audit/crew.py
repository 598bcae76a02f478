"""Run tasks side by side on the connections of a `Ground`, and hand their outcomes to the caller.

The caller's thread directs: it gives each idle connection the heaviest task that waits, watches
whether the reads hold somebody up, and moves to a copy where they do; tasks that this interrupts
run again there. A task runs in a thread of the crew, on one connection, and changes nothing shared.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Any, Final

from cts_console.audit.ground import Ground
from cts_console.audit.rule import AuditContext
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress, ProgressCallback

_POLL_S: Final = 0.02
# Looks (`Connection.guard`) per page that an integrity check takes, until some were counted.
_LOOKS_PER_PAGE: Final = 0.036
_LOOKS_PER_REPORT: Final = 16
_MOST_OF_A_TASK: Final = 0.99


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work for one connection."""

    name: str
    """What a person reads while it runs."""
    weight: float
    """About how many pages it reads."""
    run: Callable[[AuditContext], Any]
    """Does it. It raises nothing but `CtsError("cancelled")`."""
    token: Any
    """By which the caller knows it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A task that has ended."""

    task: Task
    """The task."""
    value: Any
    """What it returned; None where it was stopped."""
    is_stopped: bool
    """Whether the person stopped it."""
    was_too_long: bool
    """Whether it was ended because it held somebody up, with no copy to move to."""


class Crew:
    """Runs tasks. Add some, take the outcomes, add more meanwhile."""

    def __init__(
        self,
        ground: Ground,
        context: AuditContext,
        timeout_s: float,
        on_progress: ProgressCallback,
    ) -> None:
        self._ground = ground
        self._context = context
        self._timeout_s = timeout_s
        self._ready: list[Task] = []
        self._running: dict[Future[Any], tuple[Task, int]] = {}
        self._stop = CancelToken()
        self._meter = _Meter(on_progress)

    def add(self, task: Task) -> None:
        """Let `task` run as soon as a connection is free."""
        self._ready.append(task)
        self._ready.sort(key=lambda each: each.weight, reverse=True)
        self._meter.add(task)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield each task's outcome as it ends, until none is left."""
        with ThreadPoolExecutor(thread_name_prefix="audit") as pool:
            try:
                with self._context.cancel.subscribed(self._interrupt):
                    while self._ready or self._running:
                        if self._context.cancel.cancelled and not self._running:
                            yield from self._give_up()
                        self._hand_out(pool)
                        ended, _ = wait(self._running, _POLL_S, FIRST_COMPLETED)
                        for future in ended:
                            yield self._take(future)
                        if not self._context.cancel.cancelled and self._ground.holds_somebody_up():
                            yield from self._let_go()
            finally:
                self._interrupt()

    def _interrupt(self) -> None:
        self._stop.cancel()

    def _give_up(self) -> Iterator[Outcome]:
        stopped, self._ready = self._ready, []
        for task in stopped:
            yield Outcome(task, None, is_stopped=True, was_too_long=False)

    def _hand_out(self, pool: ThreadPoolExecutor) -> None:
        if self._context.cancel.cancelled:
            return
        busy = {number for _, number in self._running.values()}
        for number in range(len(self._ground.connections)):
            if self._ready and number not in busy:
                self._ground.begin_slice()
                task = self._ready.pop(0)
                future = pool.submit(self._run, task, number, self._stop)
                self._running[future] = (task, number)

    def _run(self, task: Task, number: int, stop: CancelToken) -> Any:
        connection = self._ground.connections[number]
        meter = self._meter

        def told(progress: Progress) -> None:
            meter.told(task, progress)

        context = replace(self._context, connection=connection, cancel=stop, on_progress=told)
        on_look = meter.begin(task)
        with connection.guard(cancel=stop, timeout_s=self._timeout_s, on_look=on_look):
            return task.run(context)

    def _take(self, future: Future[Any]) -> Outcome:
        task, _ = self._running.pop(future)
        try:
            value = future.result()
        except CtsError as error:
            if error.code != "cancelled":
                raise
            return Outcome(task, None, is_stopped=True, was_too_long=False)
        self._meter.end(task)
        return Outcome(task, value, is_stopped=False, was_too_long=False)

    def _let_go(self) -> Iterator[Outcome]:
        """End what holds somebody up, and go on where it does not."""
        self._interrupt()
        again: list[Task] = []
        for future in list(self._running):
            wait((future,))
            outcome = self._take(future)
            if not outcome.is_stopped:
                yield outcome
            elif self._ground.mode == "live":
                again.append(outcome.task)
            else:
                yield replace(outcome, is_stopped=False, was_too_long=True)
        self._stop = CancelToken()
        if self._ground.mode == "live":
            self._move()
        self._ready = sorted([*again, *self._ready], key=lambda task: task.weight, reverse=True)

    def _move(self) -> None:
        try:
            self._ground.move_to_copy()
        except CtsError as error:
            # Stopped meanwhile: what waits is given up next.
            if error.code != "cancelled":
                raise


class _Running:
    """A task that runs, as the meter sees it."""

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self.share = 0.0
        self.looks = 0


class _Meter:
    """Makes one progress out of what several tasks tell, in pages."""

    def __init__(self, on_progress: ProgressCallback) -> None:
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._total = self._done = 0.0
        self._running: dict[int, _Running] = {}
        self._note = ""
        self._seen_looks = self._seen_pages = 0.0

    def add(self, task: Task) -> None:
        """Count a task that waits."""
        self._total += task.weight

    def begin(self, task: Task) -> Callable[[], None]:
        """A task begins, perhaps again; return what is to be called at each look of its guard."""
        running = _Running(task.weight)
        with self._lock:
            self._running[id(task)] = running
            self._note = task.name
        self._report()

        def on_look() -> None:
            # By one thread alone, and tens of thousands of times: the lock is not for it.
            running.looks += 1
            if running.looks % _LOOKS_PER_REPORT == 0:
                self._look(task, running)

        return on_look

    def told(self, task: Task, progress: Progress) -> None:
        """A task tells how far it is."""
        with self._lock:
            if progress.total:
                self._advance(task, progress.done / progress.total)
            if progress.note:
                self._note = progress.note
        self._report()

    def _look(self, task: Task, running: _Running) -> None:
        with self._lock:
            rate = self._seen_looks / self._seen_pages if self._seen_pages else _LOOKS_PER_PAGE
            self._advance(task, running.looks / max(1.0, task.weight * rate))
        self._report()

    def end(self, task: Task) -> None:
        """A task has ended."""
        with self._lock:
            running = self._running.pop(id(task), None)
            if running is not None:
                self._done += running.weight
                self._seen_looks += running.looks
                self._seen_pages += running.weight
        self._report()

    def _advance(self, task: Task, share: float) -> None:
        running = self._running.get(id(task))
        if running is not None:
            running.share = max(running.share, min(share, _MOST_OF_A_TASK))

    def _report(self) -> None:
        with self._lock:
            begun = sum(each.weight * each.share for each in self._running.values())
            progress = Progress(round(self._done + begun), round(self._total), "pages", self._note)
        self._on_progress(progress)
