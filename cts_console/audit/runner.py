"""Run an audit: choose the rules, ask them, and let none of them end the others.

The quick rules are asked one after the other; each of their statements is a read transaction of its
own and ends within milliseconds. The others read on a `Ground` (one commit's state, held up by
nobody and holding up nobody), side by side where that pays (`Crew`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cts_console.audit.disk import DiskFacts, read_disk_facts
from cts_console.audit.record import CheckCallback, Record
from cts_console.audit.result import AuditResult
from cts_console.audit.rule import PROFILES, AuditProfile, Rule
from cts_console.audit.rules import RULES
from cts_console.audit.session import Limits, MigrationReader, Session
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.migrate import read_migration_status
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import resolve_database_path

_RULE_TIMEOUT_S: Final[dict[AuditProfile, float]] = {
    "quick": 0.5,
    "standard": 60.0,
    "deep": 3600.0,
}


def check_profile(name: str) -> AuditProfile:
    """Return the profile of this name. Raises `CtsError("usage")` for any other."""
    for profile in PROFILES:
        if name == profile:
            return profile
    raise CtsError(
        "usage",
        "No such profile",
        f"{name!r} is not an audit profile.",
        f"Use one of {', '.join(PROFILES)}.",
    )


def select_rules(profile: AuditProfile, ids: Sequence[str] | None = None) -> tuple[Rule, ...]:
    """Return the rules of a profile, or those named, quick ones first.

    Raises `CtsError("usage")` for an identifier that no rule has.
    """
    if ids:
        known = {rule.id: rule for rule in RULES}
        unknown = [name for name in ids if name.upper() not in known]
        if unknown:
            raise CtsError(
                "usage",
                "No such rule",
                f"{', '.join(unknown)}: no rule has this identifier.",
                "`cts-console audit --list-rules` names them.",
            )
        wanted = {name.upper() for name in ids}
        chosen = [rule for rule in RULES if rule.id in wanted]
    else:
        level = PROFILES.index(profile)
        chosen = [rule for rule in RULES if PROFILES.index(rule.profile) <= level]
    return tuple(sorted(chosen, key=lambda rule: PROFILES.index(rule.profile)))


def run_audit(  # noqa: PLR0913 - each is a choice of the caller
    path: str | os.PathLike[str],
    *,
    profile: AuditProfile = "standard",
    rules: Sequence[str] | None = None,
    on_progress: ProgressCallback | None = None,
    on_check: CheckCallback | None = None,
    cancel: CancelToken | None = None,
    rule_timeout_s: float | None = None,
    limit_s: float | None = None,
    read_migrations: MigrationReader = read_migration_status,
    read_disk: Callable[[Path], DiskFacts] = read_disk_facts,
) -> AuditResult:
    """Audit the database at `path` and return what every rule said; the file is not changed.

    `on_check(check, findings)` is called after each rule, in the caller's thread; once more for
    INT-01 where another rule met damage. A stop leaves the remaining rules `not_checked`; so does a
    rule's time limit for that rule, and `limit_s`, the audit's own, for those that had no turn by
    then. `rules`, picked by somebody, are asked alone: no table is weighed. A damaged file is a
    finding, not an error.

    Raises `CtsError` where the file cannot be looked at: not_found, not_a_file, no_permission,
    not_a_database, encrypted, locked; `usage` for an unknown rule.
    """
    chosen = select_rules(profile, rules)
    resolved = resolve_database_path(path)
    size_bytes = resolved.stat().st_size
    stop = cancel or CancelToken()
    sampler = ProgressSampler(on_progress)
    record = Record(chosen, on_check)
    session = Session(
        profile=profile,
        is_picked=bool(rules),
        original=resolved,
        disk=read_disk(resolved),
        limits=Limits(rule_timeout_s or _RULE_TIMEOUT_S[profile], limit_s),
        cancel=stop,
        on_progress=sampler.report,
        read_migrations=read_migrations,
        record=record,
    )
    try:
        with open_look(resolved, on_progress=on_progress) as connection:
            session.run(connection)
    except CtsError as error:
        if error.code != "damaged":
            raise
        record.close_all(error.message)
        record.met_damage(error)
    sampler.finish(Progress(len(chosen), len(chosen), "rules", "done"))
    return session.result(size_bytes)
