"""Programs as processes of their own: what they print, and an end to whatever they do."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import find_tool, run_tool

PYTHON = Path(sys.executable)
FOREVER = "import time; print('begun', flush=True); time.sleep(600)"


def run(code: str, *, timeout_s: float = 60.0, **options: object) -> str:
    return run_tool(PYTHON, ["-c", code, "a b; $HOME"], timeout_s=timeout_s, **options)  # type: ignore[arg-type]  # options by name


def test_tools_are_found_by_name() -> None:
    tool = find_tool("sqlite3_expert")
    assert tool is not None
    assert tool.is_file()
    assert find_tool("decimal") is None, "an extension is no program"
    assert find_tool("nothing") is None


def test_what_it_prints_and_how_it_is_called() -> None:
    assert run("import sys; print(sys.argv[1], repr(sys.stdin.read()))").split() == [
        *("a", "b;", "$HOME"),
        "''",
    ]


def test_bytes_that_are_no_text() -> None:
    assert run("import sys; sys.stdout.buffer.write(b'a\\xff')") == "a�"


def test_a_failure_says_why() -> None:
    with pytest.raises(CtsError, match="no such thing") as caught:
        run("import sys; sys.exit('no such\\nthing')")
    assert caught.value.code == "internal"
    with pytest.raises(CtsError, match="exit status 3"):
        run("import sys; sys.exit(3)")


def test_a_time_limit() -> None:
    started_s = time.monotonic()
    with pytest.raises(CtsError) as caught:
        run(FOREVER, timeout_s=0.3)
    assert caught.value.code == "timeout"
    assert time.monotonic() - started_s < 10


def test_a_stop() -> None:
    cancel = CancelToken()
    timer = threading.Timer(0.3, cancel.cancel)
    timer.start()
    started_s = time.monotonic()
    with pytest.raises(CtsError) as caught:
        run(FOREVER, cancel=cancel)
    timer.join()
    assert caught.value.code == "cancelled"
    assert time.monotonic() - started_s < 10
    with pytest.raises(CtsError) as caught:
        run("raise SystemExit(9)", cancel=cancel)
    assert caught.value.code == "cancelled"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_without_end(stream: str) -> None:
    with pytest.raises(CtsError) as caught:
        run(f"import sys\nwhile True: sys.{stream}.write('x' * 1000)", most_bytes=5_000)
    assert caught.value.code == "internal"


def test_what_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(CtsError) as caught:
        run_tool(tmp_path / "none", [], timeout_s=1)
    assert caught.value.code == "no_permission"
