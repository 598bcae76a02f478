"""Rows that are left out: the first ones told, all of them written into a new CSV if wanted."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from cts_console.bulk import Rejection
from cts_console.errors import CtsError
from cts_console.maintenance.disk import told_as
from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.transfer.model import RejectedRow, usage
from cts_console.transfer.row_lines import RowLines
from cts_console.transfer.source import Source

_FIRST: Final = 20
_TITLE: Final = "The refused rows cannot be written"
# The text of so many rows is kept for their refusal: more than a bulk insert reads ahead. Of rows
# that were staged or sorted first a refusal comes later; for these the file is read once more.
_READ_AHEAD: Final = 30_000
_MOST_LATE: Final = 500_000
_REREAD_ROWS: Final = 10_000

Reread = Callable[[], AbstractContextManager[Source]]


class Rejects:
    """Where refused rows go; without a file the first one ends the import.

    The file holds line, reason and the row as it was, for correcting it and importing it again, so
    nothing is put before cells that a spreadsheet takes for formulas. Secrets are masked.
    """

    def __init__(
        self, source: Path, columns: Sequence[str], target: Path | None, reread: Reread
    ) -> None:
        self._source = source
        self._reread = reread
        self._late: dict[int, str] = {}
        # Many rows, few reasons.
        self._reasons: dict[str, str] = {}
        self._columns = tuple(columns)
        self._secret = [looks_secret(name) for name in columns]
        self._target = target
        self._stack = ExitStack()
        self._writer: Any = None
        self._spans: deque[tuple[int, Sequence[Sequence[Any]]]] = deque()
        self._lines = RowLines()
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
        self._lines.add(lines)
        self._handed += len(lines)
        if self._target is None:
            return
        self._spans.append((self._handed - len(lines), rows))
        while self._spans[0][0] + len(self._spans[0][1]) < self._handed - _READ_AHEAD:
            self._spans.popleft()

    def append(self, rejection: Rejection) -> None:
        """Take a row that the database refused (`RejectSink`)."""
        row = rejection.row - 1
        line = self._lines.line_of(row)
        for first, rows in self._spans:
            if 0 <= row - first < len(rows):
                self.add(line, rows[row - first], rejection.reason)
                return
        self._count(line, rejection.reason)
        self._late[line] = self._reasons.setdefault(rejection.reason, rejection.reason)
        if len(self._late) >= _MOST_LATE:
            self._write_late()

    def add(self, line: int, values: Sequence[Any], reason: str) -> None:
        """Take a row that was refused.

        Raises `CtsError`: constraint with the line where nobody wants refused rows, and what the
        system says about the file.
        """
        self._count(line, reason)
        self._write(line, values, reason)

    def _count(self, line: int, reason: str) -> None:
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

    def _write(self, line: int, values: Sequence[Any], reason: str) -> None:
        assert self._target is not None, "counted first"
        with told_as(_TITLE, self._target):
            if self._writer is None:
                self._writer = self._open(self._target)
            self._writer.writerow((line, reason, *self._shown(values)))

    def _write_late(self) -> None:
        """Write rows whose text is not kept any more, as the file has them."""
        with self._reread() as source:
            for chunk in source.chunks(_REREAD_ROWS):
                for line, row in zip(chunk.lines, chunk.rows, strict=True):
                    reason = self._late.pop(line, None)
                    if reason is not None:
                        self._write(line, row, reason)
        for line, reason in self._late.items():
            self._write(line, [f"{self._source.name} was changed; the row is not in it"], reason)
        self._late.clear()

    def _write_the_last(self) -> None:
        try:
            self._write_late()
        except CtsError as error:
            raise CtsError(
                error.code,
                _TITLE,
                f"{error.message} The rows that were not refused are imported all the same.",
                error.hint,
            ) from error

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
        with self._stack, told_as(_TITLE, self._target or self._source):
            if kind is None and self._late:
                self._write_the_last()


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
