"""Read the SQL of a finding as steps of the closed set, or refuse it.

The text comes from a rule and may hold names of the file, so it is taken apart token by token:
what is not exactly one of these statements is not run, whoever wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cts_console.audit.fixing.model import FixStep, StepKind
from cts_console.audit.rules.indexes.idx_06 import ORPHANS, STATISTICS
from cts_console.errors import CtsError
from cts_console.schema import Token, normal_form, read_tokens
from cts_console.sqlite import split_statements

_DROPS: Final[dict[str, StepKind]] = {
    "INDEX": "drop_index",
    "VIEW": "drop_view",
    "TRIGGER": "drop_trigger",
}
# Their definitions come from the console's own migrations (SCH-01, SCH-09), not from the file.
_CREATES: Final[dict[str, StepKind]] = {"VIEW": "create_view", "TRIGGER": "create_trigger"}
_PRAGMAS: Final = ("journal_mode", "auto_vacuum", "application_id", "user_version")
_ORPHANS: Final = normal_form(ORPHANS)


def read_steps(sql: str) -> tuple[FixStep, ...]:
    """Return the steps of a fix.

    Raises `CtsError("usage")` where a statement is none of those that a fix may run.
    """
    steps = tuple(_read_step(statement.sql) for statement in split_statements(sql))
    if not steps:
        raise _refusal("nothing")
    return steps


def _read_step(sql: str) -> FixStep:
    text = sql.rstrip().removesuffix(";").rstrip()
    tokens = read_tokens(text)
    for read in _READERS:
        step = read(text, tokens)
        if step is not None:
            return step
    raise _refusal(text)


def _read_drop(sql: str, tokens: Sequence[Token]) -> FixStep | None:
    if len(tokens) != 3 or not tokens[0].is_word("DROP") or not tokens[1].is_word(*_DROPS):
        return None
    name = _name(tokens[2])
    return FixStep(_DROPS[tokens[1].text.upper()], sql, name) if name else None


def _read_index(sql: str, tokens: Sequence[Token]) -> FixStep | None:
    """`CREATE INDEX name ON table (…)`: never UNIQUE, which may meet duplicates."""
    if len(tokens) < 8 or _has_semicolon(tokens):
        return None
    is_index = tokens[0].is_word("CREATE") and tokens[1].is_word("INDEX")
    if not is_index or not tokens[3].is_word("ON") or tokens[5].text != "(":
        return None
    name, table = _name(tokens[2]), _name(tokens[4])
    return FixStep("create_index", sql, name, table) if name and table else None


def _read_create(sql: str, tokens: Sequence[Token]) -> FixStep | None:
    if len(tokens) < 4 or not tokens[0].is_word("CREATE") or not tokens[1].is_word(*_CREATES):
        return None
    kind = _CREATES[tokens[1].text.upper()]
    name = _name(tokens[2])
    if not name or (kind == "create_view" and _has_semicolon(tokens)):
        return None
    return FixStep(kind, sql, name)


def _read_analyze(sql: str, tokens: Sequence[Token]) -> FixStep | None:
    is_it = len(tokens) == 1 and tokens[0].is_word("ANALYZE")
    return FixStep("analyze", sql, "") if is_it else None


def _read_vacuum(sql: str, tokens: Sequence[Token]) -> FixStep | None:
    is_it = len(tokens) == 1 and tokens[0].is_word("VACUUM")
    return FixStep("vacuum", sql, "") if is_it else None


def _read_pragma(sql: str, tokens: Sequence[Token]) -> FixStep | None:
    if len(tokens) < 2 or not tokens[0].is_word("PRAGMA") or tokens[1].kind != "word":
        return None
    name = tokens[1].text.lower()
    if name == "incremental_vacuum" and len(tokens) == 2:
        return FixStep("incremental_vacuum", sql, "")
    if len(tokens) not in (4, 5) or tokens[2].text != "=":
        return None
    if len(tokens) == 5 and (tokens[3].text != "-" or tokens[4].kind != "number"):
        return None
    value = "".join(token.text for token in tokens[3:])
    if name == "analysis_limit" and value.isdecimal():
        return FixStep("limit_analysis", sql, name, value=value)
    if name in _PRAGMAS and tokens[-1].kind in ("word", "number"):
        return FixStep("set_pragma", sql, name, value=value)
    return None


def _read_statistics(sql: str, tokens: Sequence[Token]) -> FixStep | None:
    """`DELETE` of statistics without an object: the one statement that takes rows away."""
    if len(tokens) < 5 or not tokens[0].is_word("DELETE") or not tokens[1].is_word("FROM"):
        return None
    name = tokens[2].text.lower()
    if name not in STATISTICS or not tokens[3].is_word("WHERE"):
        return None
    is_it = normal_form(sql[tokens[3].end :]) == _ORPHANS
    return FixStep("delete_statistics", sql, name) if is_it else None


_READERS: Final[tuple[Callable[[str, Sequence[Token]], FixStep | None], ...]] = (
    _read_drop,
    _read_index,
    _read_create,
    _read_analyze,
    _read_vacuum,
    _read_pragma,
    _read_statistics,
)


def _name(token: Token) -> str:
    """Return a name as it stands; "" for what is none."""
    return token.value if token.kind in ("word", "name") else ""


def _has_semicolon(tokens: Sequence[Token]) -> bool:
    return any(token.text == ";" for token in tokens)


def _refusal(sql: str) -> CtsError:
    return CtsError(
        "usage",
        "Not a fix that is applied from here",
        f"The statement is none of those that a fix may run: {sql}",
        "Look at it, and run it yourself where it is right.",
    )
