"""The error that travels: between threads, processes and faces."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest

from cts_console.errors import CODES, CtsError, ErrorCode

# The contract with scripts: `interfaces.md`, "Rules for every command".
CONTRACT = (
    "usage not_found not_a_file no_permission not_a_database encrypted damaged locked read_only "
    "disk_full too_new foreign_file not_a_demo migration_failed constraint cancelled timeout "
    "internal"
)


def test_the_codes_are_the_contract() -> None:
    assert list(CODES) == CONTRACT.split()


def test_what_it_tells() -> None:
    error = CtsError("locked", "Locked", "a.db is locked.", "Wait.")
    assert str(error) == "a.db is locked."
    assert error.title == "Locked"
    assert error.as_document() == {
        "code": "locked",
        "message": "a.db is locked.",
        "hint": "Wait.",
    }


def test_a_hint_may_be_missing() -> None:
    assert CtsError("cancelled", "Stopped", "Stopped.").as_document()["hint"] == ""


def by_pickle(error: CtsError) -> CtsError:
    """Send the error as a child process would."""
    arrived: CtsError = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    return arrived


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy, by_pickle])
def test_it_arrives_whole(code: ErrorCode, travel: Callable[[CtsError], CtsError]) -> None:
    error = CtsError(code, "Títle", "Message of \x00 'a.db'", "Hint")
    arrived = travel(error)
    assert type(arrived) is CtsError
    assert (arrived.code, arrived.title, arrived.message, arrived.hint) == (
        error.code,
        error.title,
        error.message,
        error.hint,
    )
    assert str(arrived) == str(error)
