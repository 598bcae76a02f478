"""The programs that ship with APSW, run as processes of their own.

A process that crashes, hangs or talks without end costs the console an error message and no more.
No shell is involved: every argument reaches the program as it is.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

import apsw.sqlite_extra

from cts_console.errors import CtsError
from cts_console.progress import CancelToken

TOOLS_USED: Final = ("sqlite3_expert",)
"""The programs that the console runs."""
EXTENSIONS_USED: Final = ("csv",)
"""The extensions that the console loads; it knows another way where one is missing."""
MOST_OUTPUT_BYTES: Final = 1_000_000
_MOST_MESSAGE_BYTES: Final = 10_000
# Without it a console window would flash up on Windows.
_CREATION_FLAGS: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def find_tool(name: str) -> Path | None:
    """Return where the program `name` ("sqlite3_expert") lies; None where it was not installed."""
    if apsw.sqlite_extra.has(name) != "executable":
        return None
    return Path(apsw.sqlite_extra.path(name))


def find_extension(name: str) -> Path | None:
    """Return where the extension `name` ("csv") lies; None where it was not installed."""
    if apsw.sqlite_extra.has(name) != "extension":
        return None
    return Path(apsw.sqlite_extra.path(name))


def run_tool(
    tool: Path,
    arguments: Sequence[str],
    *,
    timeout_s: float,
    cancel: CancelToken | None = None,
    most_bytes: int = MOST_OUTPUT_BYTES,
) -> str:
    """Run the program at `tool` without input and return what it printed.

    Raises `CtsError`: timeout, cancelled, no_permission where the system does not start it, and
    internal where it fails or prints more than `most_bytes`.
    """
    if cancel is not None:
        cancel.raise_if_cancelled()
    try:
        process = subprocess.Popen(
            [str(tool), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=_CREATION_FLAGS,
        )
    except OSError as error:
        raise CtsError(
            "no_permission",
            "A program of the installation does not start",
            f"{tool}: {error.strerror or error}.",
            "Install CTS Console again, in a folder from which programs may be run.",
        ) from error
    with process, ThreadPoolExecutor(2) as pool:
        assert process.stdout is not None
        assert process.stderr is not None
        output = pool.submit(_read, process, process.stdout, most_bytes)
        message = pool.submit(_read, process, process.stderr, _MOST_MESSAGE_BYTES)
        in_time = _wait(process, timeout_s, cancel)
    if cancel is not None:
        cancel.raise_if_cancelled()
    if not in_time:
        raise CtsError(
            "timeout",
            "Not finished in time",
            f"{tool.stem} was stopped after its limit of {timeout_s:.3g} s.",
            "Allow more time, or ask for less.",
        )
    if len(output.result()) > most_bytes:
        raise _failed(tool, f"it printed more than {most_bytes:,} bytes")
    if process.returncode != 0:
        words = message.result().decode("utf-8", "replace").split()
        raise _failed(tool, " ".join(words) or f"exit status {process.returncode}")
    return output.result().decode("utf-8", "replace")


def _wait(process: subprocess.Popen[bytes], timeout_s: float, cancel: CancelToken | None) -> bool:
    """Wait for the end of `process`, which a stop and the time limit bring; return if in time."""
    with (cancel or CancelToken()).subscribed(process.kill):
        if cancel is not None and cancel.cancelled:
            # The stop came before the subscription.
            process.kill()
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            return False
    return True


def _read(process: subprocess.Popen[bytes], stream: IO[bytes], most_bytes: int) -> bytes:
    """Read to the end; what says more than it may is ended, for nobody empties its pipe."""
    data = stream.read(most_bytes + 1)
    if len(data) > most_bytes:
        process.kill()
    return data


def _failed(tool: Path, reason: str) -> CtsError:
    return CtsError("internal", "A program of the installation failed", f"{tool.stem}: {reason}.")
