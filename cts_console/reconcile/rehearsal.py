"""Import into a private copy first, and audit it before and after: what would be new?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cts_console.audit import RULES, AuditResult, run_audit
from cts_console.maintenance import open_private_copy
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.reconcile.model import NewFinding, Written
from cts_console.reconcile.orders import OrderWriter
from cts_console.sqlite import Connection, transaction
from cts_console.transfer.trades import Account, read_units

_LEDGER: Final = tuple(rule.id for rule in RULES if rule.category == "ledger")
_OPEN: Final = ("not_checked", "errored")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the import did to a copy."""

    written: Written
    """What it wrote there."""
    findings: tuple[NewFinding, ...]
    """What the audit finds since."""
    rules_asked: int
    """Rules that were asked."""
    unchecked: tuple[str, ...]
    """Rules without an answer, each with the reason."""


def rehearse(
    source: Connection,
    account: Account,
    missing: Connection,
    now_ms: int,
    on_progress: ProgressCallback | None,
    cancel: CancelToken,
) -> Rehearsal:
    """Import what is `missing` into a private copy of `source`; return what the rules say of it.

    Raises `CtsError`: disk_full, cancelled, locked, damaged, constraint for what the database
    itself refuses.
    """
    with open_private_copy(source, "reconcile", on_progress=on_progress, cancel=cancel) as copy:
        before = _audit(copy, on_progress, cancel)
        writer = OrderWriter(copy, account, missing, now_ms)
        with copy.guard(cancel=cancel), transaction(copy):
            for unit in read_units(missing):
                cancel.raise_if_cancelled()
                writer.write(unit)
        if on_progress is not None:
            on_progress(Progress(writer.written.trades, None, "trades", "auditing the copy"))
        after = _audit(copy, on_progress, cancel)
    cancel.raise_if_cancelled()
    return Rehearsal(
        writer.written, _new_findings(before, after), len(after.checks), _unchecked(after)
    )


def _audit(
    copy: Connection, on_progress: ProgressCallback | None, cancel: CancelToken
) -> AuditResult:
    return run_audit(
        copy.path, profile="standard", rules=_LEDGER, on_progress=on_progress, cancel=cancel
    )


def _new_findings(before: AuditResult, after: AuditResult) -> tuple[NewFinding, ...]:
    known = {finding.fingerprint: finding.evidence.total for finding in before.findings}
    return tuple(
        NewFinding(finding, known.get(finding.fingerprint, 0))
        for finding in after.findings
        if finding.evidence.total > known.get(finding.fingerprint, 0)
        or finding.fingerprint not in known
    )


def _unchecked(after: AuditResult) -> tuple[str, ...]:
    return tuple(
        f"{check.rule}: {check.note or check.status}"
        for check in after.checks
        if check.status in _OPEN
    )
