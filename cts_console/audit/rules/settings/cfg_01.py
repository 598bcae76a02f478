"""A setting that is not what its type says.

What it finds: a value in `system_settings` that does not parse as its `value_type`: an integer with
letters or a leading zero, a boolean that is neither `true` nor `false`, a number that is none,
broken JSON.

Why a trader cares: the program that reads it falls back to a default, or stops. A risk limit or a
retention that somebody changed is then not the one that works.

What to do: write the value again in the form of its type.

Tolerance and false positives: a number may carry a sign, a point and an exponent. Text is never
wrong. The values are not shown here, because a setting may hold a secret.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

# JSON5 takes the numbers that JSON refuses and others write: +1, .5, 5.
_SQL: Final = """
    SELECT id, key, value_type
    FROM (
      SELECT id, key, value_type, CAST(coalesce(value, '') AS TEXT) AS text FROM system_settings
    )
    WHERE CASE value_type
      WHEN 'integer' THEN CAST(CAST(text AS INTEGER) AS TEXT) <> text
      WHEN 'boolean' THEN text NOT IN ('true', 'false')
      WHEN 'json' THEN NOT json_valid(text)
      WHEN 'number' THEN CASE
        WHEN text GLOB '*[^0-9.eE+-]*' OR NOT json_valid(text, 2) THEN 1
        ELSE json_type(text) NOT IN ('integer', 'real') OR abs(CAST(text AS REAL)) > 1e308
      END
    END
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such settings."""
    answer = ask(
        context, _SQL, {"system_settings": "id key value value_type"}, key="system_settings"
    )
    if answer.total:
        settings = answer.table("system_settings")
        yield RULE.finding(
            object=f"{settings}.value",
            table=settings,
            cause="does not parse",
            title=f"{counted(answer.total, 'setting')} not of the type that is stored with it",
            detail=(
                "The program that reads such a setting cannot use it: it takes its default or "
                "stops, whatever a person meant to set."
            ),
            recommendation="Write these settings again in the form of their type.",
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="CFG-01",
    title="Setting does not parse as its type",
    category="settings",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
