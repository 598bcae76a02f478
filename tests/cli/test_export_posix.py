"""An export on a terminal: what it shows, and that a stop leaves nothing."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.cli.console import on_terminal

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_nothing(cts: Path, tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    output = folder / "out.csv"
    with on_terminal("export", cts, "--query", ENDLESS, "--output", output, "--json") as console:
        console.wait_until_shown("rows/s")
        console.send(number)
        answer = console.end()
    assert answer.status == 130
    assert answer.document["error"]["code"] == "cancelled"
    assert "Traceback" not in answer.err
    assert list(folder.iterdir()) == []
