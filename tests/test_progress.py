"""Stop and progress: what every worker shares."""

from __future__ import annotations

import threading

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress, ProgressSampler

HOPE_S = 60.0
AN_HOUR_S = 3600.0


def step(done: int) -> Progress:
    return Progress(done, 100, "rows")


# The sampler


def test_the_first_and_the_last_always_pass() -> None:
    seen: list[Progress] = []
    sampler = ProgressSampler(seen.append, interval_s=AN_HOUR_S)
    for done in range(100):
        sampler.report(step(done))
    sampler.finish(step(100))
    sampler.finish(step(100))
    assert [progress.done for progress in seen] == [0, 100, 100]


def test_without_an_interval_all_pass() -> None:
    seen: list[Progress] = []
    sampler = ProgressSampler(seen.append, interval_s=0)
    for done in range(10):
        sampler.report(step(done))
    assert [progress.done for progress in seen] == list(range(10))


def test_after_the_interval_the_next_passes() -> None:
    seen: list[Progress] = []
    sampler = ProgressSampler(seen.append, interval_s=0.001)
    done = 0
    while len(seen) < 3:
        sampler.report(step(done))
        done += 1
    assert seen[0].done == 0
    assert seen[1].done < seen[2].done


def test_nobody_may_be_listening() -> None:
    sampler = ProgressSampler(None)
    sampler.report(step(1))
    sampler.finish(step(2))


# The token


def test_a_fresh_token_stops_nothing() -> None:
    token = CancelToken()
    assert not token.cancelled
    token.raise_if_cancelled()
    assert not token.wait(0)


def test_a_stop_is_for_good() -> None:
    token = CancelToken()
    token.cancel()
    token.cancel()
    assert token.cancelled
    assert token.wait(AN_HOUR_S)
    with pytest.raises(CtsError) as caught:
        token.raise_if_cancelled()
    assert caught.value.code == "cancelled"


def test_a_stop_wakes_who_waits() -> None:
    token = CancelToken()
    woken: list[bool] = []
    thread = threading.Thread(target=lambda: woken.append(token.wait(AN_HOUR_S)))
    thread.start()
    token.cancel()
    thread.join(HOPE_S)
    assert woken == [True]


def test_interrupts_run_in_the_block_only() -> None:
    token = CancelToken()
    calls: list[str] = []
    with token.subscribed(lambda: calls.append("early")):
        pass
    with (
        token.subscribed(lambda: calls.append("outer")),
        token.subscribed(lambda: calls.append("inner")),
    ):
        token.cancel()
    assert calls == ["outer", "inner"]


def test_a_block_that_fails_is_unsubscribed() -> None:
    token = CancelToken()
    calls: list[str] = []
    with pytest.raises(ValueError, match="x"), token.subscribed(lambda: calls.append("x")):
        raise ValueError("x")
    token.cancel()
    assert calls == []


def test_no_interrupt_comes_after_its_block() -> None:
    """A block that ends while the stop is being carried out waits for it.

    Otherwise the interrupt would hit the first statement of the next job.
    """
    token = CancelToken()
    order: list[str] = []
    carrying_out, left = threading.Event(), threading.Event()

    def slow() -> None:
        carrying_out.set()
        # The block below cannot end before; without the promise it would, at once.
        left.wait(0.1)

    def work() -> None:
        with token.subscribed(lambda: order.append("interrupt")):
            assert carrying_out.wait(HOPE_S)
        order.append("left")
        left.set()

    with token.subscribed(slow):
        thread = threading.Thread(target=work)
        ready = threading.Thread(target=token.cancel)
        thread.start()
        while len(token._callbacks) < 2:
            token.wait(0.001)
        ready.start()
        ready.join(HOPE_S)
        thread.join(HOPE_S)
    assert order == ["interrupt", "left"]


def test_a_stop_from_within_an_interrupt() -> None:
    """Ctrl-C may come while the main thread carries out a stop already."""
    token = CancelToken()
    calls: list[int] = []

    def again() -> None:
        calls.append(1)
        if len(calls) == 1:
            token.cancel()

    with token.subscribed(again):
        token.cancel()
    assert len(calls) == 2


# How much is done


@pytest.mark.parametrize(
    ("progress", "fraction", "text"),
    [
        (Progress(1, 4, "rows"), 0.25, ""),
        (Progress(9, 4, "pages"), 1.0, ""),
        (Progress(0, None, "rows"), None, ""),
        (Progress(1, 4, "rows", bytes_done=30, bytes_total=40), 0.25, "30 of 40 bytes"),
        (Progress(1, None, "rows", bytes_done=212_000_000), None, "212 MB"),
        (Progress.of_bytes(212_300_000, 480_000_000, ""), 212.3 / 480, "212 of 480 MB"),
        (Progress.of_bytes(50_000, 2_500_000, ""), 0.02, "0.1 of 2.5 MB"),
        # All is read, and what is done with it takes its own time.
        (Progress(1, None, "rows", bytes_done=40_000, bytes_total=40_000), None, "40.0 of 40.0 KB"),
    ],
)
def test_how_much_is_done(progress: Progress, fraction: float | None, text: str) -> None:
    assert progress.fraction == pytest.approx(fraction)
    assert progress.bytes_text == text
