"""Cases of ENG-06: an engine with a preset that is off."""

from tests.audit.case import Case
from tests.audit.rows import ago, row


def preset(status: str, is_active: object) -> str:
    """Return a preset and its engine."""
    return row(
        "presets",
        id=1,
        user_id=1,
        name="p",
        preset_type="base",
        indication_type="move",
        is_active=is_active,
    ) + row(
        "preset_trade_engine",
        id=1,
        preset_id=1,
        connection_id=1,
        status=status,
        updated_at=ago(30),
    )


_FOUND = ("preset_trade_engine.status",)

DEFECT = (
    Case("running", preset("running", 0), base="cts", objects=_FOUND),
    Case("testing", preset("testing", 0), base="cts", objects=_FOUND),
)

NEAR_MISS = (
    Case("the preset is on", preset("running", 1), base="cts"),
    Case("stopped", preset("stopped", 0), base="cts"),
    Case("paused", preset("paused", 0), base="cts"),
    Case("no such table", base="cts_legacy", status="not_applicable"),
)
