"""The log of the window, and how its last run ended.

While the window runs, a mark lies beside the log; a run that ends as it should takes it away. Where
it is found at the next start, the last run was killed or crashed, and its log and the stacks that
Python wrote in its last moment become a report. Secrets are masked before a line is written.
"""

from __future__ import annotations

import faulthandler
import io
import logging
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from cts_console import __version__, paths
from cts_console.audit.secret_masking import mask_secrets
from cts_console.errors import CtsError

LOG_BYTES: Final = 2_000_000
LOGS_KEPT: Final = 2
REPORT_BYTES: Final = 64 * 1024
LOG_NAME: Final = "window.log"
SAFE_LOG_NAME: Final = "safe-mode.log"
"""Another window may run beside one in safe mode, and alone may let its log rotate."""
START: Final = "CTS Console %s starts on %s"
_START_WORDS: Final = "CTS Console "
_log = logging.getLogger(__name__)


class MaskingFormatter(logging.Formatter):
    """Writes no secret, in a message or in the text of an error."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, masked."""
        return mask_secrets(super().format(record))


class PrivateLog(RotatingFileHandler):
    """A log that rotates and that its owner alone can read (mode 0600)."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8")
        self.setFormatter(MaskingFormatter())

    def _open(self) -> io.TextIOWrapper:
        return _open_private(Path(self.baseFilename), os.O_APPEND)


def start_log(level: str, *, safe_mode: bool) -> str:
    """Start the log of the window and return where it is, in words for a person.

    It is a file in the user's state folder; standard error where that cannot be written.
    """
    handler: logging.Handler
    try:
        folder = paths.ensure_private_dir(paths.user_state_dir())
        file = folder / (SAFE_LOG_NAME if safe_mode else LOG_NAME)
        handler, where = PrivateLog(file), str(file)
    except (CtsError, OSError) as error:
        told = f"{error.message} {error.hint}" if isinstance(error, CtsError) else str(error)
        sys.stderr.write(f"error: {told}\n")
        handler, where = logging.StreamHandler(), "standard error"
        handler.setFormatter(MaskingFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler])
    return where


def log_start() -> None:
    """Log that a run starts: the log of a run is what comes after that line."""
    _log.info(START, __version__, platform.platform())


class RunRecord:
    """What is kept of the runs of the window whose settings lie in `folder`, a private one."""

    def __init__(self, folder: Path) -> None:
        self._log_file = folder / LOG_NAME
        self._faults = folder / "window.faults"
        self._mark = folder / "window.running"

    def read_report(self) -> str:
        """Return the report of the last run; "" where it ended as it should, or never was."""
        try:
            started = self._mark.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        parts = [
            f"CTS Console, report of the run that began {started.strip()}",
            f"Now: {__version__} on {platform.platform()}, Python {platform.python_version()}",
        ]
        faults, lines = _read_end(self._faults), _last_run(_read_end(self._log_file))
        if faults:
            parts += ["", "Stacks at its end:", faults]
        parts += ["", "Log:", lines or "(nothing was logged)"]
        return mask_secrets("\n".join(parts))

    @contextmanager
    def running(self, started: str) -> Iterator[None]:
        """Mark that the window runs, during the block; a block that raises leaves the mark.

        `started` is when, for the report. A disk that takes nothing costs the report alone.
        """
        faults = _open_faults(self._faults)
        try:
            with suppress(OSError), _open_private(self._mark, os.O_TRUNC) as mark:
                mark.write(started)
            log_start()
            yield
        except Exception:
            _log.exception("The window ended by a mistake of its own")
            raise
        finally:
            if faults is not None:
                faulthandler.disable()
                faults.close()
        with suppress(OSError):
            self._mark.unlink(missing_ok=True)


def _open_private(file: Path, flag: int) -> io.TextIOWrapper:
    """Open a file for writing that its owner alone can read, also one that others could."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | flag, 0o600)
    if os.name == "posix":
        os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace")


def _open_faults(file: Path) -> io.TextIOWrapper | None:
    """Let Python write its stacks into `file` where the process dies of a signal."""
    try:
        stream = _open_private(file, os.O_TRUNC)
    except OSError:
        return None
    faulthandler.enable(stream)
    return stream


def _read_end(file: Path) -> str:
    """Return the last part of a file; "" where it cannot be read."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - REPORT_BYTES))
            return stream.read(REPORT_BYTES).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _last_run(log: str) -> str:
    """Return the lines of a log from the last start on."""
    lines = log.splitlines()
    starts = [n for n, line in enumerate(lines) if f"{__name__}: {_START_WORDS}" in line]
    return "\n".join(lines[starts[-1] if starts else 0 :])
