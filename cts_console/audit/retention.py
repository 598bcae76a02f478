"""What a file says about how long its rows are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cts_console.audit.rule import AuditContext
from cts_console.audit.trading import ask

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
CLEANUP_INTERVAL_MS: Final = DAY_MS
"""The cleanup job runs once a day."""
_ENABLED: Final = ("retention.enabled", "enableAutoCleanup")
_LONGEST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the rows of one relation are kept, and by which setting."""

    relation: str
    """The relation whose rows are removed."""
    time: str
    """Its column that tells a row's age."""
    settings: tuple[str, ...]
    """The setting's key, today's name first, then the one it had before migration 054."""
    unit: str
    """What the setting counts."""
    unit_ms: int
    """How long one of that is."""


RETENTIONS: Final = (
    Retention(
        "market_data",
        "open_time",
        ("retention.market_data_days", "marketDataRetentionDays"),
        "day",
        DAY_MS,
    ),
    Retention(
        "site_logs",
        "created_at",
        ("retention.site_log_days", "siteLogRetentionDays"),
        "day",
        DAY_MS,
    ),
    Retention(
        "indications",
        "calculated_at",
        ("retention.indication_hours", "indicationRetentionHours"),
        "hour",
        HOUR_MS,
    ),
)


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """The settings of retention as they are stored."""

    values: dict[str, str]
    """Value by key."""

    @property
    def is_off(self) -> bool:
        """Whether the cleanup is switched off."""
        return any(self.values.get(key, "").lower() in ("false", "0") for key in _ENABLED)

    def key(self, retention: Retention) -> str | None:
        """Return the key under which the setting is stored; None where it is not."""
        return next((key for key in retention.settings if key in self.values), None)

    def count(self, retention: Retention) -> int | None:
        """Return the setting in its unit; None where it is no whole number above 0."""
        text = self.values.get(self.key(retention) or "", "").strip()
        if not text.isdecimal() or len(text) > _LONGEST_DIGITS:
            return None
        return int(text) or None


def read_retention_settings(context: AuditContext) -> RetentionSettings:
    """Return the settings of retention. Raises `NotApplicableError` where none can be kept."""
    keys = [*_ENABLED, *(key for retention in RETENTIONS for key in retention.settings)]
    listed = ", ".join(f"'{key}'" for key in keys)
    answer = ask(
        context,
        f"SELECT key, value FROM system_settings WHERE key IN ({listed})",
        {"system_settings": "key value"},
    )
    return RetentionSettings({str(key): str(value) for key, value in answer.rows})
