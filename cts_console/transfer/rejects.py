"""Rows that are left out: the first ones told, all of them written into a new CSV if wanted."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from cts_console.bulk import Rejection
from cts_console.errors import CtsError
from cts_console.maintenance.disk import told_as
from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.transfer.model import RejectedRow, usage

_FIRST: Final = 20
_TITLE: Final = "The refused rows cannot be written"
# A refusal comes at most this many rows after the row was read: what a bulk insert reads ahead.
_READ_AHEAD: Final = 60_000


class Rejects:
    """Where refused rows go; without a file the first one ends the import.

    The file holds line, reason and the row as it was, for correcting it and importing it again, so
    nothing is put before cells that a spreadsheet takes for formulas. Secrets are masked.
    """

    def __init__(self, source: Path, columns: Sequence[str], target: Path | None) -> None:
        self._source = source
        self._columns = tuple(columns)
        self._secret = [looks_secret(name) for name in columns]
        self._target = target
        self._stack = ExitStack()
        self._writer: Any = None
        self._spans: deque[tuple[int, Sequence[int], Sequence[Sequence[Any]]]] = deque()
        self._handed = 0
        self.count = 0
        """Rows left out so far."""
        self.first: list[RejectedRow] = []
        """The first ones."""
        if target is not None:
            _check_is_free(target)

    @property
    def file(self) -> Path | None:
        """The file, where there is one."""
        return self._target if self._writer is not None else None

    def handed_on(self, lines: Sequence[int], rows: Sequence[Sequence[Any]]) -> None:
        """Remember rows that go to the database, which knows them by their number alone."""
        self._spans.append((self._handed, lines, rows if self._target is not None else ()))
        self._handed += len(lines)
        while self._spans[0][0] + len(self._spans[0][1]) < self._handed - _READ_AHEAD:
            self._spans.popleft()

    def append(self, rejection: Rejection) -> None:
        """Take a row that the database refused (`RejectSink`)."""
        for first, lines, rows in self._spans:
            place = rejection.row - 1 - first
            if 0 <= place < len(lines):
                self.add(lines[place], rows[place] if rows else rejection.values, rejection.reason)
                return
        raise AssertionError(f"row {rejection.row} was not handed on")

    def add(self, line: int, values: Sequence[Any], reason: str) -> None:
        """Take a row that was refused.

        Raises `CtsError`: constraint with the line where nobody wants refused rows, and what the
        system says about the file.
        """
        if self._target is None:
            raise CtsError(
                "constraint",
                "A row was refused",
                f"{self._source}: line {line:,}: {reason}. Nothing was imported.",
                "Correct it, or collect refused rows in a file (--rejects FILE) and import the "
                "others.",
            )
        self.count += 1
        if len(self.first) < _FIRST:
            self.first.append(RejectedRow(line, reason))
        with told_as(_TITLE, self._target):
            if self._writer is None:
                self._writer = self._open(self._target)
            self._writer.writerow((line, reason, *self._shown(values)))

    def _open(self, target: Path) -> Any:
        stream = self._stack.enter_context(
            target.open("x", encoding="utf-8", errors="backslashreplace", newline="")
        )
        writer = csv.writer(stream)
        writer.writerow(("line", "reason", *self._columns))
        return writer

    def _shown(self, values: Sequence[Any]) -> list[Any]:
        if len(values) != len(self._columns) and any(self._secret):
            # Which field is which is not known.
            return [NOT_SHOWN]
        secret = self._secret if len(values) == len(self._columns) else [False] * len(values)
        return [
            NOT_SHOWN if hide and value is not None else _cell(value)
            for value, hide in zip(values, secret, strict=True)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with told_as(_TITLE, self._target or self._source):
            self._stack.close()


def _cell(value: Any) -> Any:
    return value.hex() if isinstance(value, (bytes, bytearray)) else value


def _check_is_free(target: Path) -> None:
    if not target.parent.is_dir():
        raise CtsError(
            "not_found", "No such folder", f"{target.parent} does not exist.", "Create it first."
        )
    if target.exists() or target.is_symlink():
        raise usage(
            "The name is taken",
            f"{target} exists already; refused rows never overwrite a file.",
            "Choose another name.",
        )
