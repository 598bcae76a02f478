"""What the rules of one audit have said so far, told to whoever listens."""

from __future__ import annotations

from collections.abc import Callable

from cts_console.audit.asking import Asked
from cts_console.audit.finding import Finding
from cts_console.audit.result import Check, CheckStatus
from cts_console.audit.rule import Rule
from cts_console.audit.rules.integrity.int_01 import damage_finding
from cts_console.errors import CtsError

CheckCallback = Callable[[Check, tuple[Finding, ...]], None]


class Record:
    """Collects checks and findings. Used from one thread."""

    def __init__(self, rules: tuple[Rule, ...], on_check: CheckCallback | None) -> None:
        self.rules = rules
        """The rules of this audit."""
        self.checks: list[Check] = []
        """One per rule that has answered, in that order."""
        self.findings: list[Finding] = []
        """What they found."""
        self.damage: CtsError | None = None
        """The first damage that anybody met."""
        self._on_check = on_check

    def keep(self, rule: Rule, asked: Asked, moved: str | None = None) -> None:
        """Keep an answer; `moved` says why it cannot be relied on."""
        if asked.damage is not None:
            self.met_damage(asked.damage)
        if moved is not None:
            # What was read meanwhile may be of two states, or of another file.
            self.refuse(rule, "not_checked", moved, asked.duration_ms)
            return
        self._tell(Check(rule.id, asked.status, asked.duration_ms, asked.note), asked.findings)

    def refuse(
        self, rule: Rule, status: CheckStatus, reason: str, duration_ms: float = 0.0
    ) -> None:
        """Keep that a rule was not asked, and why."""
        self._tell(Check(rule.id, status, duration_ms, reason), ())

    def close_all(self, reason: str) -> None:
        """Keep every rule that has not answered as not checked."""
        answered = {check.rule for check in self.checks}
        for rule in self.rules:
            if rule.id not in answered:
                self.refuse(rule, "not_checked", reason)

    def met_damage(self, error: CtsError) -> None:
        """Remember damage that was met while reading."""
        if self.damage is None:
            self.damage = error

    def tell_damage(self) -> None:
        """Make damage that somebody met a finding of INT-01, unless it is one already."""
        told = {finding.rule for finding in self.findings}
        if self.damage is None or told & {"INT-01", "INT-03"}:
            return
        self.checks = [check for check in self.checks if check.rule != "INT-01"]
        note = "met while reading; the whole file was not checked"
        self._tell(Check("INT-01", "found", 0.0, note), (damage_finding(self.damage),))

    def _tell(self, check: Check, findings: tuple[Finding, ...]) -> None:
        self.checks.append(check)
        self.findings.extend(findings)
        if self._on_check is not None:
            self._on_check(check, findings)
