"""What a person wants to be told of, for each database, as the window remembers it.

It is kept with the window's settings, not in the side database: it concerns this person's desktop,
and must work where the side database does not.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cts_console.monitor.alarms import AlarmRules
from cts_console.ui.settings import WindowSettings


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """Rules, and what happens when one is broken. Everything is off at first."""

    rules: AlarmRules = field(default_factory=AlarmRules)
    """What is watched for."""
    command: tuple[str, ...] = ()
    """The person's own command as an argument list; empty for none."""


def read_alarms(settings: WindowSettings, database: Path) -> AlarmSettings:
    """Return what was wanted for a database; what cannot be read is off."""
    try:
        kept = json.loads(settings.text(_key(database), "{}"))
        rules = {name: _number(kept.get(name)) for name in ("silence_s", "wal_mb", "rows_per_s")}
        table = kept.get("table")
        command = tuple(str(word) for word in kept.get("command", ()))
    except (ValueError, AttributeError, TypeError):
        return AlarmSettings()
    return AlarmSettings(
        AlarmRules(**rules, table=table if isinstance(table, str) else None), command
    )


def remember_alarms(settings: WindowSettings, database: Path, alarms: AlarmSettings) -> None:
    """Keep what is wanted for a database."""
    kept = {**asdict(alarms.rules), "command": list(alarms.command)}
    settings.remember(_key(database), json.dumps(kept))


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value < 1e12 else None


def _key(database: Path) -> str:
    # QSettings takes "/" as a level of its own.
    return f"alarms/{str(database).encode('utf-8', 'surrogateescape').hex()}"
