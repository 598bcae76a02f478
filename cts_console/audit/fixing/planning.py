"""Plan a fix: ask the rule again at this moment, and say what applying it would do.

The SQL is that of the fresh finding. What a kept audit or a report says may be months old, and
could have been written by anybody.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Final

from cts_console.audit.document import audit_document
from cts_console.audit.finding import Finding
from cts_console.audit.fixing.gate import choose_passage, estimate_hold_s, pass_fix_gate
from cts_console.audit.fixing.model import FixPlan, FixStep, SchemaMark
from cts_console.audit.fixing.steps import read_steps
from cts_console.audit.history import answered_rules
from cts_console.audit.known import identify_file
from cts_console.audit.result import AuditResult
from cts_console.audit.rule import AuditProfile
from cts_console.audit.runner import run_audit, select_rules
from cts_console.audit.unsettled import read_unsettled, settle_fixes
from cts_console.errors import CtsError
from cts_console.maintenance import open_look, read_users
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection, Kind, classify, resolve_database_path
from cts_console.store import open_store, store_path

_log = logging.getLogger(__name__)
_QUICK_TIMEOUT_S: Final = 60.0
_OWNERS: Final = {
    "cts_legacy": "CTS 3.1",
    "freqtrade": "freqtrade",
    "hummingbot": "hummingbot",
}


def plan_fix(
    path: str | os.PathLike[str],
    fingerprint: str,
    *,
    rule: str | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> FixPlan:
    """Ask the rule of a finding again and return what applying its fix would do.

    Nothing is changed. Without `rule` the kept audits say whose finding it is. Raises `CtsError`:
    usage for an unknown finding, one that is gone, one without a fix and a fix outside the closed
    set; cancelled; what opening the file raises and, without `rule`, what the side database raises.
    """
    resolved = resolve_database_path(path)
    name = (rule or _known_rule(resolved, fingerprint)).upper()
    with open_look(resolved, on_progress=on_progress, cancel=cancel) as look:
        kind = classify(look)
        # Before the rule is asked: a change that comes meanwhile makes the plan stale, not wrong.
        mark = read_mark(look)
    ended = _read_ended(resolved)
    result = ask_rule(resolved, name, on_progress=on_progress, cancel=cancel)
    if ended:
        _settle_earlier(resolved, result, ended)
    finding = _find(result, name, fingerprint)
    steps = read_steps(finding.fix_sql or "")
    with open_look(resolved, on_progress=on_progress, cancel=cancel) as look:
        return _plan(look, resolved, kind, finding, steps, mark)


def ask_rule(
    path: Path,
    rule: str,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> AuditResult:
    """Return what one rule says of the file at `path` now, on large tables too.

    Raises what `run_audit` raises, and `cancelled`.
    """
    (asked,) = select_rules("deep", [rule])
    profile: AuditProfile = "quick" if asked.profile == "quick" else "deep"
    result = run_audit(
        path,
        profile=profile,
        rules=[asked.id],
        on_progress=on_progress,
        cancel=cancel,
        rule_timeout_s=_QUICK_TIMEOUT_S if profile == "quick" else None,
    )
    if cancel is not None:
        cancel.raise_if_cancelled()
    return result


def read_mark(connection: Connection) -> SchemaMark:
    """Return by what the schema of now is known again."""
    version = connection.read_int("PRAGMA schema_version")
    rows = connection.read_schema_rows(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    )
    digest = hashlib.blake2b(repr(rows).encode("utf-8", "surrogatepass"), digest_size=16)
    return SchemaMark(version, digest.hexdigest())


def _plan(
    look: Connection,
    path: Path,
    kind: Kind,
    finding: Finding,
    steps: tuple[FixStep, ...],
    mark: SchemaMark,
) -> FixPlan:
    users = read_users(path)
    passage = choose_passage(steps, alone=users.alone)
    return FixPlan(
        path=path,
        kind=kind,
        rule=finding.rule,
        fingerprint=finding.fingerprint,
        title=finding.title,
        object=finding.object,
        table=finding.table,
        steps=steps,
        passage=passage,
        export_reason=_export_reason(kind),
        gate_reason=_gate_reason(look, finding.rule, steps),
        hold_s=estimate_hold_s(look, steps, passage),
        users=users,
        backup_bytes=look.read_int("PRAGMA page_count") * look.read_int("PRAGMA page_size"),
        mark=mark,
    )


def _gate_reason(look: Connection, rule: str, steps: tuple[FixStep, ...]) -> str:
    try:
        pass_fix_gate(look, steps, rule=rule)
    except CtsError as error:
        if error.code != "locked":
            raise
        return error.message
    return ""


def _export_reason(kind: Kind) -> str:
    if kind == "cts":
        return ""
    owner = _OWNERS.get(kind, "another program")
    return (
        f"The file belongs to {owner}, whose own migrations expect its schema as they made it: "
        "the fix is saved as SQL and not applied here."
    )


def _read_ended(path: Path) -> frozenset[int]:
    """Return the numbers of earlier fixes that ended in the middle; makes no side database."""
    if not store_path().exists():
        return frozenset()
    try:
        identity = identify_file(path)
        with open_store() as store:
            return frozenset(fix.id for fix in read_unsettled(store, identity))
    except CtsError as error:
        # The file is looked at all the same; such a fix stays one of which nobody saw the end.
        _log.info("earlier fixes are not known: %s", error.message)
        return frozenset()


def _settle_earlier(path: Path, result: AuditResult, ended: frozenset[int]) -> None:
    """Let the answer settle them."""
    try:
        identity = identify_file(path)
        with open_store() as store:
            settle_fixes(
                store,
                identity,
                answered=answered_rules(audit_document(result)),
                found={finding.fingerprint for finding in result.findings},
                asked_at_ms=result.started_at_ms,
                ended=ended,
            )
    except CtsError as error:
        _log.warning("earlier fixes stay unsettled: %s", error.message)


def _known_rule(path: Path, fingerprint: str) -> str:
    identity = identify_file(path)
    with open_store() as store:
        known = store.read_sightings(identity) | store.read_accepted(identity)
    if fingerprint not in known:
        raise CtsError(
            "usage",
            "No such finding",
            f"{fingerprint!r} is no finding of the kept audits of this database.",
            "Run `cts-console audit DATABASE`: it names the fingerprint of each finding.",
        )
    return known[fingerprint].rule


def _find(result: AuditResult, rule: str, fingerprint: str) -> Finding:
    """Return the finding in the rule's fresh answer."""
    check = next(check for check in result.checks if check.rule == rule)
    for finding in result.findings:
        if finding.fingerprint == fingerprint:
            if finding.fix_sql is None:
                raise CtsError(
                    "usage",
                    "No fix is known",
                    f"{finding.rule} knows no safe statement for this: {finding.title}.",
                    finding.recommendation,
                )
            return finding
    if check.status in ("not_checked", "errored") or check.note is not None:
        raise CtsError(
            "usage",
            "The finding could not be looked at again",
            f"{check.rule} could not say whether it is still there: {check.note}.",
            "Nothing is fixed that was not found at this moment.",
        )
    raise CtsError(
        "usage",
        "The finding is gone",
        f"{check.rule} was asked again and does not find it any more; nothing was changed.",
        "Run an audit to see what is there now.",
    )
