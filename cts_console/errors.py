"""Expected failures: what the world does to a program that works as it should.

A full disk, a locked file, a damaged page are not bugs. They travel as `CtsError` from the room
that noticed them to the face (window, command line, HTTP) that tells a person. Everything else
that is raised is a bug and is reported as one.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

ErrorCode = Literal[
    "usage",
    "not_found",
    "not_a_file",
    "no_permission",
    "not_a_database",
    "encrypted",
    "damaged",
    "locked",
    "read_only",
    "disk_full",
    "too_new",
    "foreign_file",
    "not_a_demo",
    "migration_failed",
    "constraint",
    "cancelled",
    "timeout",
    "internal",
]

CODES: Final[tuple[str, ...]] = get_args(ErrorCode)


class CtsError(Exception):
    """An expected failure, told so that a person knows what to do next.

    `code` is one of `CODES` and is part of the contract with scripts; `title` fits a headline;
    `message` says what happened to which object; `hint` says what to do ("" where there is
    nothing to do).
    """

    def __init__(self, code: ErrorCode, title: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.title = title
        self.message = message
        self.hint = hint

    def as_document(self) -> dict[str, str]:
        """Return the `error` object of the command line and the HTTP endpoint."""
        return {"code": self.code, "message": self.message, "hint": self.hint}

    def __reduce__(self) -> tuple[type[CtsError], tuple[ErrorCode, str, str, str]]:
        # The default would rebuild with `args`, which holds the message alone.
        return (CtsError, (self.code, self.title, self.message, self.hint))
