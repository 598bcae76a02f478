"""`Reading`: what several rules need, read once, in parts that can run side by side.

A reading plans its parts; the runner spreads them over its connections, the heaviest first, and
hands every rule that names the reading all results at once. A part that fails does not end the
others: its result says why it is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from cts_console.audit.rule import AuditContext

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """One piece of a reading."""

    name: str
    """What it reads, for progress and for "not checked": `integrity_check of trades`."""
    weight: float
    """About how many pages it reads."""
    read: Callable[[AuditContext], T]
    """Reads it, in any thread, on the connection of the context that it gets."""


@dataclass(frozen=True, slots=True)
class PartResult(Generic[T]):
    """What became of a part."""

    name: str
    """The part's name."""
    value: T | None
    """What it read; None where `failure` says why there is nothing."""
    failure: str = ""
    """Why it was not read (stopped, out of time, damaged); "" for nothing."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """Something that is read once for several rules."""

    name: str
    """Its name, unique among the readings."""
    plan: Callable[[AuditContext], Sequence[Part[T]]]
    """Returns the parts. It may raise what a check may raise (`NotApplicableError`,
    `NotCheckedError`); the rules that need it then end so."""
