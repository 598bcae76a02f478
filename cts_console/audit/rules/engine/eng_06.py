"""An engine works with a preset that was switched off.

What it finds: a preset engine that is `running` or `testing` while its preset is not active.

Why a trader cares: the preset was taken out of use, perhaps because it loses, and orders are still
made with its parameters.

What to do: stop this preset engine, or switch the preset on again if it was switched off by
mistake.

Tolerance and false positives: none is known. A preset that does not say whether it is active is not
judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT e.id, e.connection_id, e.preset_id, p.name AS preset, e.status
    FROM preset_trade_engine AS e
    JOIN presets AS p ON p.id = e.preset_id
    WHERE e.status IN ('running', 'testing') AND p.is_active = 0
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such preset engines."""
    answer = ask(
        context,
        _SQL,
        {
            "preset_trade_engine": "id connection_id preset_id status",
            "presets": "id name is_active",
        },
        key="preset_trade_engine",
    )
    if answer.total:
        engines = answer.table("preset_trade_engine")
        yield RULE.finding(
            object=f"{engines}.status",
            table=engines,
            cause="runs an inactive preset",
            title=f"{counted(answer.total, 'preset engine')} at work with an inactive preset",
            detail=(
                "The preset is switched off and an engine still trades or tests with it: its "
                "orders follow parameters that somebody took out of use."
            ),
            recommendation="Stop these preset engines, or switch the presets on again.",
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="ENG-06",
    title="Preset engine runs an inactive preset",
    category="engine",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
