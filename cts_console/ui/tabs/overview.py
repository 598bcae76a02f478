"""The Overview tab: what is new, is it healthy, is the engine alive, where are the bytes."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.overview import Health, Overview, TableWeight, merge_documents
from cts_console.ui.audit.even_grid import EvenGrid
from cts_console.ui.charts.mini import MiniChart
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.models.findings import severity_icon, severity_rank
from cts_console.ui.overview import jobs
from cts_console.ui.overview.attention_card import AttentionCard, AttentionItem
from cts_console.ui.overview.bytes_card import BytesCard
from cts_console.ui.overview.cards import EngineCard, HealthCard, MigrationsCard, SizeCard
from cts_console.ui.overview.news_card import NewsCard
from cts_console.ui.tabs.base import Tab
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import SPACE, Card
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.worker import Job

_TICK_MS: Final = 1_000
_STALE_S: Final = 10.0
_LOOK_TIMEOUT_S: Final = 10.0
_WEIGHTS_TIMEOUT_S: Final = 5.0
_PATIENT_TIMEOUT_S: Final = 600.0
# Larger files are weighed when somebody asks for it: every page has to be visited.
_MOST_WEIGHED_BYTES: Final = 4_000_000_000
_CARD_PX: Final = 190
_CHART_PX: Final = 110


class OverviewTab(Tab):
    """One look at the file."""

    name = "Overview"
    icon_name = "mdi6.view-dashboard-outline"

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._look: Overview | None = None
        self._last: dict[str, Any] | None = None
        self._findings: list[dict[str, Any]] = []
        self._looked_at_s = float("-inf")
        self._is_checked = self._is_weighed = False
        theme = context.theme
        self.news = NewsCard(context)
        self.health = HealthCard()
        self.engine = EngineCard(context)
        self.sizes = SizeCard()
        self.migrations = MigrationsCard()
        self._cards = EvenGrid(
            theme, (self.health, self.engine, self.sizes, self.migrations), _CARD_PX
        )
        self.attention = AttentionCard(theme)
        self.bytes = BytesCard(theme, self._weigh_patiently)
        self.states = StateStack(theme, self._make_content())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._connect()
        self.set_database(None)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Show another file, or the same one with or without leave to write."""
        before = self.database
        super().set_database(database)
        if database is not None and before is not None and before.path == database.path:
            return
        self._forget()
        self.context.looks.open(None if database is None else database.path)
        if database is None:
            self.states.show_empty(self.tr("No file is open"))
            return
        self.states.show_content()
        self._cards.set_part_visible(self.migrations, database.kind == "cts")
        if self.isVisible():
            self._read(everything=True)

    def on_shown(self) -> None:
        """Read what is older than ten seconds."""
        self._timer.start()
        if self._look is not None:
            self.context.looks.show(self._look.mark)
        if time.monotonic() - self._looked_at_s > _STALE_S:
            self._read(everything=not self._is_checked)

    def on_hidden(self) -> None:
        """Nobody looks: read nothing."""
        self._timer.stop()
        self.context.looks.hide()

    def refresh(self) -> None:
        """F5: read everything again."""
        self._read(everything=True)

    def _read(self, *, everything: bool) -> None:
        if self.database is None:
            return
        if self._look is None:
            self.states.show_loading()
        base = self.context.looks.base
        if base is None:
            return  # `_on_looks_ready` comes back
        self._looked_at_s = time.monotonic()
        work = partial(jobs.look, since=base.mark)
        self.context.browse.submit(
            Job(
                self.tr("Looking at the file"),
                work,
                self.database.target(),
                timeout_s=_LOOK_TIMEOUT_S,
                quiet=True,
            ),
            self,
            self._on_look,
            self._on_no_look,
            key="look",
        )
        if everything:
            self._is_checked = True
            self._check()
            self._is_weighed = False

    def _check(self) -> None:
        """Ask for the last audit and a quick one."""
        if self.database is not None:
            work = partial(jobs.health, path=self.database.path)
            self.context.operations.submit(
                Job(self.tr("A quick look at the file's health"), work, quiet=True),
                self,
                self._on_health,
                self._on_no_health,
                key="health",
            )

    def _weigh(self, timeout_s: float) -> None:
        if self.database is not None:
            self._is_weighed = True
            self.bytes.show_message(self.tr("Measuring …"))
            job = Job(
                self.tr("Measuring the tables"),
                jobs.weigh,
                self.database.target(),
                timeout_s=timeout_s,
                quiet=True,
            )
            self.context.operations.submit(
                job, self, self._on_weights, self._on_no_weights, key="weights"
            )

    def _weigh_patiently(self) -> None:
        self._weigh(_PATIENT_TIMEOUT_S)

    def _on_look(self, look: Overview) -> None:
        self._look = look
        if self.isVisible():
            self.context.looks.show(look.mark)
        self.states.show_content()
        self._show_news()
        self.engine.show_signs(look.engine)
        self.sizes.show_size(look.size, in_wal=look.in_wal)
        self.migrations.show_migrations(look.migrations)
        self._cards.set_part_visible(self.migrations, look.kind == "cts")
        if not self._is_weighed:
            if look.size.size_bytes <= _MOST_WEIGHED_BYTES:
                self._weigh(_WEIGHTS_TIMEOUT_S)
            else:
                self._is_weighed = True
                self.bytes.show_message(
                    self.tr("A large file: measuring visits every page."), can_measure=True
                )

    def _on_no_look(self, error: CtsError) -> None:
        if self._look is not None and error.code in ("locked", "timeout", "cancelled"):
            return  # what is shown stays as old as it says
        if error.code == "damaged":
            self.states.show_error(error, self._audit_damage, self.tr("Audit it"))
        else:
            self.states.show_error(error, self.refresh)

    def _on_health(self, health: Health) -> None:
        self._last = health.last.document if health.last is not None else None
        self._findings = _not_accepted(merge_documents(self._last, health.quick))
        problem = "" if health.last_error is None else one_line(health.last_error.message)
        self.health.show_health(self._last, self._findings, problem=problem)
        self._show_attention()

    def _on_no_health(self, error: CtsError) -> None:
        why = self.tr("stopped") if error.code == "cancelled" else error.message
        self.health.show_unknown(why)
        self._show_attention()

    def _on_weights(self, weights: tuple[TableWeight, ...]) -> None:
        self.bytes.show_weights(weights)

    def _on_no_weights(self, error: CtsError) -> None:
        if error.code == "timeout":
            text = self.tr("Not measured within the time limit: every page has to be visited.")
        elif error.code == "cancelled":
            text = self.tr("Stopped.")
        else:
            text = one_line(error.message)
        self.bytes.show_message(text, can_measure=True)

    def _on_audit_finished(self, document: dict[str, Any]) -> None:
        if self.database is None or document.get("database") != str(self.database.path):
            return
        if not document["whole"]:
            self._check()  # what it did not ask is as it was
            return
        self._last, self._findings = document, _not_accepted(document["findings"])
        self.health.show_health(document, self._findings)
        self._show_attention()

    def _show_attention(self) -> None:
        ordered = sorted(self._findings, key=lambda found: severity_rank(found["severity"]))
        items = [self._item(found) for found in ordered]
        if self._last is None:
            items.append(
                AttentionItem(
                    "mdi6.shield-search",
                    "muted",
                    self.tr("This file has not been audited yet"),
                    self.tr("a quick look alone asks few questions"),
                    self.tr("Run audit"),
                    self._run_audit,
                )
            )
        passed = 0
        if self._last is not None:
            passed = sum(check["status"] == "passed" for check in self._last["checks"])
        self.attention.show_items(items, self.tr("Nothing found by {0} rules.").format(passed))

    def _item(self, found: dict[str, Any]) -> AttentionItem:
        icon_name, token = severity_icon(found["severity"])
        parts = [found["severity"], one_line(found["object"] or "", 60), found["rule"]]
        return AttentionItem(
            icon_name,
            token,
            one_line(found["title"]),
            " · ".join(part for part in parts if part),
            self.tr("Show"),
            partial(self._show_finding, found["fingerprint"]),
        )

    def _show_finding(self, fingerprint: str) -> None:
        self.context.navigator.tab_wanted.emit("Audit")
        self.context.navigator.finding_wanted.emit(fingerprint)

    def _run_audit(self) -> None:
        self.context.navigator.tab_wanted.emit("Audit")
        self.context.navigator.audit_wanted.emit("standard")

    def _audit_damage(self) -> None:
        self.context.navigator.tab_wanted.emit("Audit")
        self.context.navigator.audit_wanted.emit("deep")

    def _show_news(self) -> None:
        if self._look is not None:
            self.news.show_news(self._look, self.context.looks)

    def _on_looks_ready(self) -> None:
        if self.isVisible():
            self._read(everything=not self._is_checked)

    def _on_seen(self) -> None:
        self.context.looks.mark_as_seen()
        self._read(everything=False)

    def _show_new_findings(self) -> None:
        self.context.navigator.tab_wanted.emit("Audit")
        self.context.navigator.new_findings_wanted.emit()

    def _on_tick(self) -> None:
        self.engine.show_ages()
        is_stale = time.monotonic() - self._looked_at_s > _STALE_S
        # In rollback mode a reader can cost a writer its commit: there nothing is read unasked.
        if is_stale and self._look is not None and self._look.in_wal:
            self._read(everything=False)

    def _on_file_changed(self) -> None:
        self._looked_at_s = float("-inf")
        self._is_checked = False
        if self.isVisible():
            self._read(everything=True)

    def _forget(self) -> None:
        for client in (self.context.browse, self.context.operations):
            client.withdraw(self)
        self._look = self._last = None
        self._findings = []
        self._looked_at_s = float("-inf")
        self._is_checked = self._is_weighed = False
        self.engine.show_signs(None)
        self.health.show_lines("–", self.tr("a quick look is under way"), "")
        self.attention.show_items((), self.tr("Looking …"))
        self.bytes.show_message("")

    def _connect(self) -> None:
        self._timer.timeout.connect(self._on_tick)
        self.news.seen.connect(self._on_seen)
        self.news.findings_asked.connect(self._show_new_findings)
        self.context.looks.ready.connect(self._on_looks_ready)
        self.context.looks.changed.connect(self._show_news)
        self.context.clock.changed.connect(self._show_news)
        self.context.navigator.audit_finished.connect(self._on_audit_finished)
        self.context.navigator.file_changed.connect(self._on_file_changed)

    def _make_content(self) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.news)
        layout.addWidget(self._cards)
        middle = QHBoxLayout()
        middle.setSpacing(3 * SPACE)
        middle.addWidget(self.attention, 3)
        middle.addWidget(self.bytes, 2)
        layout.addLayout(middle, 1)
        layout.addWidget(self._make_chart())
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        return area

    def _make_chart(self) -> QWidget:
        card = Card(self.tr("Commits, last 5 minutes, all processes"))
        self.chart = MiniChart(self.context)
        self.chart.setMinimumHeight(self.context.theme.px(_CHART_PX * 0.7))
        self.chart.setMaximumHeight(self.context.theme.px(_CHART_PX))
        card.body.addWidget(self.chart)
        return card


def _not_accepted(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [found for found in findings if found["accepted"] is None]
