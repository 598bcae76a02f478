"""The period of a statement: two dates or instants in a time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cts_console.errors import CtsError


@dataclass(frozen=True)
class Period:
    """From an instant on, and before another."""

    start_ms: int
    """The first millisecond, since the epoch, UTC."""
    end_ms: int
    """The first millisecond after it."""
    zone: str
    """Name of the time zone (IANA) in which times are told."""

    @cached_property
    def _zone(self) -> tzinfo:
        return _read_zone(self.zone)

    def told(self, at_ms: int) -> str:
        """Return an instant as ISO 8601 in the zone, with its distance from UTC."""
        moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self._zone)
        return moment.isoformat(timespec="milliseconds")


def read_period(start: str, end: str, zone: str = "UTC") -> Period:
    """Return the period from `start` on and before `end`, each a date or an ISO 8601 instant.

    A date is its first moment in `zone`; an instant without a distance from UTC is a time there.
    Raises `CtsError("usage")` for what is none, an unknown zone, and an end that is not later.
    """
    place = _read_zone(zone)
    period = Period(_read_instant(start, place), _read_instant(end, place), zone)
    if period.start_ms >= period.end_ms:
        raise CtsError(
            "usage",
            "Not a period",
            f"--from {start} is not before --to {end}.",
            "The period ends before --to: January is --from 2026-01-01 --to 2026-02-01.",
        )
    return period


def _read_zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CtsError(
            "usage",
            "No such time zone",
            f"{name!r} is not a time zone that this computer knows.",
            "Use a name such as UTC or Europe/Berlin.",
        ) from error


def _read_instant(text: str, zone: tzinfo) -> int:
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        if not 1970 <= moment.year < 9999:
            raise ValueError(moment)
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise CtsError(
            "usage",
            "Not a time",
            f"{text!r} is neither a date nor an ISO 8601 time.",
            "Use 2026-01-31, 2026-01-31T12:00 or 2026-01-31T12:00:00Z.",
        ) from error
