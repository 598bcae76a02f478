"""The PRAGMAs that matter to a trader, one entry each. To add one: one entry in `PRAGMAS`.

Source of names, values and defaults: https://sqlite.org/pragma.html. Defaults are those of a file
and a connection that nobody set up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from cts_console.errors import CtsError

Scope = Literal["file", "connection"]
IsSafer = Callable[[str, str], bool]

SWITCH: Final = ("OFF", "ON")
_SWITCH_WORDS: Final = {
    "0": "OFF",
    "FALSE": "OFF",
    "NO": "OFF",
    "1": "ON",
    "TRUE": "ON",
    "YES": "ON",
}
_INT32_MAX: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Pragma:
    """One setting."""

    name: str
    """As SQLite writes it."""
    scope: Scope
    """`file`: kept in the file, for every program; `connection`: of one connection alone."""
    default: str
    """Value of a file or connection that nobody set up."""
    doc: str
    """What it does, one sentence."""
    words: tuple[str, ...] = ()
    """Its values; where SQLite answers with a number, that number is the place in here."""
    minimum: int = 0
    """Smallest number that can be set, where the values are numbers."""
    maximum: int = _INT32_MAX
    """Largest number that can be set, where the values are numbers."""
    needs_vacuum: bool = False
    """Whether a change on a file that holds a table needs a VACUUM."""
    settable: bool = True
    """Whether the console sets it on request; what protects the console or names the file's owner
    is read only."""
    is_safer: IsSafer | None = None
    """Whether (value, expected) is on the safe side of what a profile expects."""

    def normalize(self, value: str) -> str:
        """Return `value` as this catalogue writes it.

        Raises `CtsError("usage")` for a value that the setting does not have.
        """
        return self._normalize_word(value) if self.words else self._normalize_number(value)

    def describe(self, value: object) -> str:
        """Return what SQLite answered as this catalogue writes it."""
        if self.words and isinstance(value, int):
            return self.words[value] if 0 <= value < len(self.words) else str(value)
        return str(value)

    def _normalize_word(self, value: str) -> str:
        wanted = value.strip().upper()
        if self.words == SWITCH:
            wanted = _SWITCH_WORDS.get(wanted, wanted)
        for number, word in enumerate(self.words):
            # journal_mode and locking_mode have no numbers: SQLite would take 0 for "unchanged".
            if wanted == word.upper() or (word.isupper() and wanted == str(number)):
                return word
        raise self._bad_value(value, f"one of {', '.join(self.words)}")

    def _normalize_number(self, value: str) -> str:
        bounds = f"a whole number from {self.minimum} to {self.maximum}"
        try:
            number = int(value.strip())
        except ValueError:
            raise self._bad_value(value, bounds) from None
        if not self.minimum <= number <= self.maximum:
            raise self._bad_value(value, bounds)
        return str(number)

    def _bad_value(self, value: str, allowed: str) -> CtsError:
        return CtsError(
            "usage",
            "Not a value of this setting",
            f"{self.name} cannot be {value!r}.",
            f"Give {allowed}.",
        )


def _at_least(value: str, expected: str) -> bool:
    return int(value) >= int(expected)


def _at_most(value: str, expected: str) -> bool:
    return int(value) <= int(expected)


def _synchronous_at_least(value: str, expected: str) -> bool:
    return value in _SYNCHRONOUS and _SYNCHRONOUS.index(value) >= _SYNCHRONOUS.index(expected)


_SYNCHRONOUS: Final = ("OFF", "NORMAL", "FULL", "EXTRA")

PRAGMAS: Final[tuple[Pragma, ...]] = (
    Pragma(
        "journal_mode",
        "file",
        "delete",
        "How a commit is made safe; with wal, readers and one writer do not wait for each other.",
        words=("delete", "truncate", "persist", "memory", "wal", "off"),
    ),
    Pragma(
        "auto_vacuum",
        "file",
        "NONE",
        "Whether the file gives free pages back: never, at every commit, or in steps on request.",
        words=("NONE", "FULL", "INCREMENTAL"),
        needs_vacuum=True,
    ),
    Pragma(
        "page_size",
        "file",
        "4096",
        "Bytes per page, the unit in which everything is read and written.",
        minimum=512,
        maximum=65_536,
        needs_vacuum=True,
    ),
    Pragma(
        "encoding",
        "file",
        "UTF-8",
        "How texts are stored; fixed once the first table exists.",
        words=("UTF-8", "UTF-16le", "UTF-16be"),
        settable=False,
    ),
    Pragma(
        "application_id",
        "file",
        "0",
        "The number with which a program marks its files.",
        settable=False,
    ),
    Pragma(
        "user_version",
        "file",
        "0",
        "The schema's version, counted by the program that owns the file.",
        settable=False,
    ),
    Pragma(
        "foreign_keys",
        "connection",
        "OFF",
        "Whether this connection refuses rows that point to a parent that does not exist.",
        words=SWITCH,
    ),
    Pragma(
        "synchronous",
        "connection",
        "FULL",
        "How often a commit waits for the disk; below FULL a power cut can take the last commits.",
        words=_SYNCHRONOUS,
        is_safer=_synchronous_at_least,
    ),
    Pragma(
        "busy_timeout",
        "connection",
        "0",
        "Milliseconds to wait for a lock that another process holds.",
        is_safer=_at_least,
    ),
    Pragma(
        "temp_store",
        "connection",
        "DEFAULT",
        "Where temporary tables and sorts go: as compiled, to a file, or to memory.",
        words=("DEFAULT", "FILE", "MEMORY"),
    ),
    Pragma(
        "cache_size",
        "connection",
        "-2000",
        "Pages kept in memory per connection; a negative number counts KiB.",
        minimum=-_INT32_MAX,
    ),
    Pragma(
        "mmap_size",
        "connection",
        "0",
        "Bytes of the file read through memory mapping; 0 on files that others write, since a "
        "mapped file that is cut short ends the process.",
        is_safer=_at_most,
    ),
    Pragma(
        "wal_autocheckpoint",
        "connection",
        "1000",
        "Frames in the log after which a commit moves them into the main file; 0 is never.",
    ),
    Pragma(
        "automatic_index",
        "connection",
        "ON",
        "Whether a query without a fitting index may build one for itself and throw it away.",
        words=SWITCH,
    ),
    Pragma(
        "secure_delete",
        "connection",
        "OFF",
        "Whether deleted content is overwritten with zeroes, always or where it costs no writing.",
        words=("OFF", "ON", "FAST"),
    ),
    Pragma(
        "locking_mode",
        "connection",
        "normal",
        "Whether locks are given back after each transaction or kept until the connection closes.",
        words=("normal", "exclusive"),
    ),
    Pragma(
        "cell_size_check",
        "connection",
        "OFF",
        "Whether pages are checked for damage when they are read.",
        words=SWITCH,
        settable=False,
    ),
    Pragma(
        "trusted_schema",
        "connection",
        "ON",
        "Whether views and triggers of the file may run functions that could do harm.",
        words=SWITCH,
        settable=False,
    ),
    Pragma(
        "query_only",
        "connection",
        "OFF",
        "Whether this connection refuses every statement that would write.",
        words=SWITCH,
        settable=False,
    ),
    Pragma(
        "ignore_check_constraints",
        "connection",
        "OFF",
        "Whether CHECK constraints are left out.",
        words=SWITCH,
        settable=False,
    ),
    Pragma(
        "recursive_triggers",
        "connection",
        "OFF",
        "Whether a trigger may set off itself, and whether REPLACE runs delete triggers.",
        words=SWITCH,
    ),
    Pragma(
        "journal_size_limit",
        "connection",
        "-1",
        "Bytes to which the log is cut after it was reset; -1 leaves it as long as it grew.",
        minimum=-1,
        maximum=2**63 - 1,
    ),
    Pragma(
        "max_page_count",
        "connection",
        "4294967294",
        "Pages beyond which this connection does not let the file grow.",
        minimum=1,
        maximum=2**32 - 2,
    ),
    Pragma(
        "analysis_limit",
        "connection",
        "0",
        "About how many rows per index ANALYZE looks at; 0 is all.",
    ),
    Pragma(
        "fullfsync",
        "connection",
        "OFF",
        "On macOS: whether a commit waits until the drive has emptied its own cache.",
        words=SWITCH,
    ),
    Pragma(
        "checkpoint_fullfsync",
        "connection",
        "OFF",
        "On macOS: the same for checkpoints alone.",
        words=SWITCH,
    ),
)

_BY_NAME: Final = {pragma.name: pragma for pragma in PRAGMAS}


def find_pragma(name: str) -> Pragma:
    """Return the catalogue's entry for `name`, however it is capitalised.

    Raises `CtsError("usage")` for a name that is not in the catalogue.
    """
    pragma = _BY_NAME.get(name.strip().lower())
    if pragma is None:
        raise CtsError(
            "usage",
            "Unknown setting",
            f"{name!r} is not a setting that the console knows.",
            f"Known are {', '.join(_BY_NAME)}.",
        )
    return pragma
