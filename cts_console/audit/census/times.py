"""Which columns hold instants, and in which unit or form: what GEN-05 and GEN-06 ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cts_console.audit.census.inquiry import FIRST_CLASS, MOST, Inquiry
from cts_console.audit.census.subject import Subject, affinity, is_rigid
from cts_console.audit.rule import AuditContext
from cts_console.schema import Column

# 1980 to 2100: what lies outside is no instant, or one that somebody chose to mean "never".
_FIRST_S: Final = 315_532_800
_LAST_S: Final = 4_102_444_800
ZONES_MS: Final = 14 * 3_600_000
"""How far a clock may be ahead of UTC."""

_DECLARED: Final = re.compile(r"(?:DATETIME|TIMESTAMP|DATE\Z)", re.IGNORECASE)
_NAMED: Final = re.compile(r"(?:^|_)(?:at|time|timestamp|date|datetime)$")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in which an instant is counted from 1970."""

    name: str
    """Its name."""
    per_second: int
    """How many make a second."""

    @property
    def first(self) -> int:
        """The least number that is an instant in this unit."""
        return _FIRST_S * self.per_second

    @property
    def last(self) -> int:
        """The greatest number that is an instant in this unit."""
        return _LAST_S * self.per_second


UNITS: Final = (
    Unit("seconds", 1),
    Unit("milliseconds", 1_000),
    Unit("microseconds", 1_000_000),
    Unit("nanoseconds", 1_000_000_000),
)
MILLISECONDS: Final = UNITS[1]

# How a text writes an instant, by the number that `FORM` gives.
FORMS: Final = (
    "text without a zone",
    "text in UTC",
    "text in another zone",
    "text with T, without a zone",
    "text with T, in UTC",
    "text with T, in another zone",
    *(f"{unit.name} as text" for unit in UNITS),
)
NAIVE: Final = FORMS[0]

_ZONE: Final = (
    "CASE WHEN {c} GLOB '*[Zz]' THEN 1 WHEN substr({c}, 12) NOT GLOB '*[-+]*' THEN 0 "
    "WHEN {c} GLOB '*[-+]00' OR {c} GLOB '*[-+]00:00' OR {c} GLOB '*[-+]0000' THEN 1 ELSE 2 END"
)
_DAY: Final = "[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
_DIGITS: Final = (
    "WHEN length({c}) IN (10, 13, 16, 19) AND {c} NOT GLOB '*[^0-9]*' "
    "THEN 6 + (length({c}) - 10) / 3"
)
FORM: Final = (
    f"CASE WHEN typeof({{c}}) <> 'text' THEN NULL "
    f"WHEN {{c}} GLOB '{_DAY} [0-2]*' THEN {_ZONE} "
    f"WHEN {{c}} GLOB '{_DAY}T[0-2]*' THEN 3 + {_ZONE} {_DIGITS} END"
)
"""The number of a text's form; NULL for what is no instant (a date alone has no form)."""

# Looks at three signs instead of the whole text, four times as fast: a text that is no instant may
# get a form here, and UTC in digits counts as another zone. Where two forms differ here, or one
# matters, `FORM` decides.
_QUICK_ZONE: Final = (
    "CASE WHEN substr({c}, -1) = 'Z' THEN 1 "
    "WHEN substr({c}, -6, 1) = '+' OR substr({c}, -6, 1) = '-' THEN 2 ELSE 0 END"
)
_QUICK_FORM: Final = (
    f"CASE WHEN typeof({{c}}) <> 'text' THEN NULL WHEN substr({{c}}, 11, 1) = ' ' THEN "
    f"{_QUICK_ZONE} WHEN substr({{c}}, 11, 1) = 'T' THEN 3 + {_QUICK_ZONE} {_DIGITS} END"
)
LEAST_FORM: Final = f"min({_QUICK_FORM})"
"""The least form of the column's texts, by a quick look."""
MOST_FORM: Final = f"max({_QUICK_FORM})"
"""The greatest form of the column's texts, by a quick look."""
EARLIEST: Final = "CASE WHEN typeof(min({b})) IN ('integer', 'real') THEN min(nullif({b}, 0)) END"
"""The least number that is not 0, which means "never"."""


def is_time(column: Column) -> bool:
    """Return whether the column, by its type or its name, holds instants."""
    if _DECLARED.match(column.type):
        return True
    return _NAMED.search(snake(column.name)) is not None


def snake(name: str) -> str:
    """Return a name in lower case with its humps as underscores: createdAt is created_at."""
    return _HUMP.sub("_", name).lower()


def unit_of(number: float | None) -> Unit | None:
    """Return the unit in which `number` is an instant, or None where it is none."""
    if number is None:
        return None
    return next((unit for unit in UNITS if unit.first <= number <= unit.last), None)


def in_unit(unit: Unit) -> str:
    """Return the condition that holds for instants counted in `unit`."""
    return f"(typeof({{c}}) IN ('integer', 'real') AND {{b}} BETWEEN {unit.first} AND {unit.last})"


def form_sql() -> str:
    """Return SQL of what a value is: a unit, a form, 'number' for another, NULL for the rest."""
    units = " ".join(f"WHEN {in_unit(unit)} THEN '{unit.name}'" for unit in UNITS)
    forms = " ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(FORMS))
    return (
        f"CASE {units} WHEN typeof({{c}}) IN ('integer', 'real') AND {{b}} <> 0 THEN 'number' "
        f"ELSE CASE {FORM} {forms} END END"
    )


def late_text(context: AuditContext) -> str:
    """Return the measure that is 1 where a text may lie in the future, wherever its zone is."""
    return f"max({{b}}) > '{_day_before(context)}'"


def maybe_late(context: AuditContext) -> str:
    """Return the condition that holds for every text that lies in the future, and for some more."""
    return f"typeof({{c}}) = 'text' AND {{b}} > '{_day_before(context)}' AND {{b}} < '2100-'"


def _day_before(context: AuditContext) -> str:
    """Return the day on which the clocks farthest behind are."""
    return datetime.fromtimestamp((context.now_ms - ZONES_MS) / 1000, UTC).date().isoformat()


def _measures(context: AuditContext, subject: Subject, column: Column) -> tuple[str, ...]:
    if not is_time(column):
        return ()
    kind = affinity(subject.table, column)
    if kind == "blob":
        return ()
    text = (LEAST_FORM, MOST_FORM, late_text(context))
    number = (FIRST_CLASS, EARLIEST, MOST)
    if kind == "text":
        return text
    return number if is_rigid(subject.table, column) else (*number, *text)


TIMES: Final = Inquiry(_measures, "no column is named or declared as an instant")
