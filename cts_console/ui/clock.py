"""How instants are shown: local time or UTC, always with the zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, Literal

from PySide6.QtCore import QObject, Signal

Zone = Literal["local", "utc"]
Unit = Literal["s", "ms", "us", "ns"]

_PER_S: Final[dict[Unit, int]] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
# 2010 to 2100: an integer in this range, in one of the units, is an instant.
_FROM_S: Final = 1_262_304_000
_TO_S: Final = 4_102_444_800
_INSTANT_NAME: Final = re.compile(
    r"(?:_at|_time|_date|_start|timestamp|^time|^date|^ts|_ts)$", re.IGNORECASE
)


class Clock(QObject):
    """The one switch of the status bar between local time and UTC."""

    changed = Signal()
    """Instants are shown in the other zone now."""

    def __init__(self, zone: Zone = "local", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._zone: Zone = zone

    @property
    def zone(self) -> Zone:
        """What is shown now."""
        return self._zone

    def set_zone(self, zone: Zone) -> None:
        """Show every instant in this zone from now on."""
        if zone != self._zone:
            self._zone = zone
            self.changed.emit()

    def text(self, milliseconds: float, *, with_zone: bool = True) -> str:
        """Return milliseconds since the epoch as a person reads them."""
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
        if self._zone == "local":
            moment = moment.astimezone()
        base = moment.strftime("%Y-%m-%d %H:%M:%S")
        if moment.microsecond:
            base += f".{moment.microsecond // 1000:03d}"
        return f"{base} {self.zone_name(moment)}" if with_zone else base

    def zone_name(self, moment: datetime | None = None) -> str:
        """Return how the zone is written: "UTC", "CET"."""
        if self._zone == "utc":
            return "UTC"
        return (moment or datetime.now(UTC)).astimezone().strftime("%Z") or "local"


def looks_like_instant(column: str) -> bool:
    """Return whether a column's name is one under which instants are kept."""
    return bool(_INSTANT_NAME.search(column))


def unit_of(value: int) -> Unit | None:
    """Return the unit in which `value` would be an instant between 2010 and 2100, or None."""
    for unit, per_s in _PER_S.items():
        if _FROM_S * per_s <= value < _TO_S * per_s:
            return unit
    return None


def to_milliseconds(value: int, unit: Unit) -> float:
    """Return an instant of that unit in milliseconds since the epoch."""
    return value * 1000 / _PER_S[unit]


def age_text(seconds: float) -> str:
    """Return an age for people: "3 s", "14 min", "6 h", "12 days"."""
    if seconds < 60:
        return f"{max(seconds, 0):.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:,.0f} days"
