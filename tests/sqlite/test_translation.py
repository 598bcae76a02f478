"""Every failure that SQLite can report through APSW is either expected or a bug, on purpose."""

from __future__ import annotations

import apsw
import pytest

from cts_console.errors import CODES
from cts_console.sqlite.translation import translate, translate_foreign_sql

# What only a bug of ours can cause, or a program that is not there.
BUGS = {
    apsw.SQLError,
    apsw.MisuseError,
    apsw.RangeError,
    apsw.InternalError,
    apsw.NotFoundError,
    apsw.EmptyError,
    apsw.FormatError,
    apsw.NoLFSError,
    apsw.AbortError,
    apsw.ExtensionLoadingError,
}


def code_name(kind: type[apsw.Error]) -> str:
    return f"SQLITE_{kind.__name__.removesuffix('Error').upper()}"


CLASSES = sorted(
    {
        value
        for value in vars(apsw).values()
        if isinstance(value, type) and issubclass(value, apsw.Error) and value is not apsw.Error
    },
    key=lambda kind: kind.__name__,
)
# APSW's own complaints about how it is used have no result code of SQLite.
OF_SQLITE = [kind for kind in CLASSES if code_name(kind) in vars(apsw)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_known_error_tells_what_and_where(kind: type[apsw.Error]) -> None:
    error = translate(kind("what SQLite says"), "/data/a.db")
    if error is None:
        return
    assert error.code in CODES
    assert error.title
    assert "/data/a.db" in error.message
    assert "what SQLite says" in error.message
    assert error.hint or error.code == "cancelled"


@pytest.mark.parametrize("kind", OF_SQLITE, ids=lambda kind: kind.__name__)
def test_each_result_of_sqlite_is_expected_or_a_bug(kind: type[apsw.Error]) -> None:
    assert (translate(kind("x"), "a.db") is None) == (kind in BUGS)


def test_a_stranger_s_statement_is_his_own_mistake() -> None:
    assert translate_foreign_sql(apsw.SQLError("near x"), "a.db").code == "usage"
    assert translate_foreign_sql(apsw.FullError("full"), "a.db").code == "disk_full"


@pytest.mark.parametrize(
    ("extended", "code"),
    [
        (apsw.SQLITE_IOERR_WRITE, "disk_full"),
        (apsw.SQLITE_IOERR_SHMSIZE, "disk_full"),
        (apsw.SQLITE_IOERR_READ, "damaged"),
    ],
)
def test_the_extended_code_chooses_the_word(extended: int, code: str) -> None:
    error = apsw.IOError("disk I/O error")
    error.extendedresult = extended  # type: ignore[attr-defined]  # set by APSW's C code
    translated = translate(error, "a.db")
    assert translated is not None
    assert translated.code == code
