"""The file grows, and the disk will be full within a year.

What it finds: how many bytes a day the file grew since it last shrank, by the sizes that this
console kept of it, and after how many days the free disk is used up at that rate.

Why a trader cares: on a full disk no commit works any more: the engine trades, and cannot write
what it did.

What to do: set a retention for candles and logs, archive what is old, or plan a larger disk.

Tolerance and false positives: sizes must span at least a day, at most the last two months count,
and only the file as a whole was kept, not each table. Other programs fill the disk too, and a
backfill of old candles grows faster than everyday trading. What fits for more than a year is not
reported; what does not fit for a week is STO-03's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.growth import read_growth
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule

SOON_DAYS: Final = 365


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding where the disk will be full soon."""
    growth = read_growth(context)
    free_bytes = context.disk.free_bytes
    if free_bytes is None:
        raise NotCheckedError("this system does not tell how much of the disk is free")
    rate = growth.bytes_a_day
    if rate <= 0 or free_bytes / rate > SOON_DAYS:
        return
    days = free_bytes / rate
    yield RULE.finding(
        object="growth",
        cause="disk full soon",
        title=(
            f"The disk is full in about {days:,.0f} days: the file grows {rate / 1e6:,.1f} MB a day"
        ),
        detail=(
            f"In {growth.days:,.1f} days the file grew from {growth.first.size_bytes / 1e6:,.1f} "
            f"to {growth.last.size_bytes / 1e6:,.1f} MB; {free_bytes / 1e6:,.1f} MB of the disk "
            "are free. On a full disk no commit works any more."
        ),
        recommendation=(
            "Set a retention for candles and logs, archive what is old, or plan a larger disk."
        ),
        evidence=Evidence.of(
            ("from", "to", "bytes then", "bytes now", "bytes a day", "free bytes", "days left"),
            [
                (
                    growth.first.at_ms,
                    growth.last.at_ms,
                    growth.first.size_bytes,
                    growth.last.size_bytes,
                    round(rate),
                    free_bytes,
                    round(days, 1),
                )
            ],
        ),
    )


RULE = Rule(
    id="STO-05",
    title="Growth, and when the disk is full",
    category="storage",
    severity="info",
    profile="standard",
    needs=Needs(schema=False),
    check=check,
)
