"""`self-test` as a person and a script read it."""

from __future__ import annotations

import pytest

from cts_console.cli.program import build_program
from cts_console.errors import CtsError
from cts_console.selftest import SelfTest, Step
from tests.cli.console import Console
from tests.cli.shapes import STEP, assert_shape

DOCUMENT = {
    "version": str,
    "sqlite_version": str,
    "frozen": bool,
    "program": str,
    "ok": bool,
    "duration_ms": (int, float),
    "steps": [STEP],
}


def a_test(*, ok: bool) -> SelfTest:
    steps = (Step("resources", True, 1.5, "all there"), Step("demo", ok, 20.0, "<b>no</b>"))
    return SelfTest(steps, 21.5)


@pytest.mark.parametrize(("ok", "status"), [(True, 0), (False, 1)])
def test_the_exit_status_is_the_verdict(
    console: Console, monkeypatch: pytest.MonkeyPatch, ok: bool, status: int
) -> None:
    asked: list[bool] = []

    def run(*, with_window: bool, **_more: object) -> SelfTest:
        asked.append(with_window)
        return a_test(ok=ok)

    monkeypatch.setattr("cts_console.selftest.run_self_test", run)
    answer = console.run("self-test", "--gui", "--json")
    assert answer.status == status
    assert_shape(answer.document, DOCUMENT)
    assert answer.document["ok"] is ok
    told = console.run("self-test")
    assert told.status == status
    assert "<b>no</b>" in told.out
    assert ("FAILED" in told.out) is not ok
    assert ("NOT whole" in told.out) is not ok
    assert asked == [True, False]


def test_no_place_for_temporary_files_is_said(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_options: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    console.run("self-test", "--json").assert_refused("no_permission")


def test_a_stop_is_a_stop(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(**_options: object) -> SelfTest:
        raise CtsError("cancelled", "Stopped", "Stopped.")

    monkeypatch.setattr("cts_console.selftest.run_self_test", stopped)
    console.run("self-test", "--json").assert_refused("cancelled", status=130)


def test_it_is_a_command() -> None:
    names = [command.name for command in build_program().registered_commands]
    assert "self-test" in names
