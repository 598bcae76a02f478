"""The figure cards: health, engine, size, migrations."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from cts_console.overview import EngineSigns, Migrations, Sign, SizeFigures, Verdict
from cts_console.ui.audit.ages import ago_text, long_age_text
from cts_console.ui.clock import age_text
from cts_console.ui.context import WindowContext
from cts_console.ui.models.findings import SEVERITIES, count_text, severity_state
from cts_console.ui.text import one_line, size_text, tip_text
from cts_console.ui.widgets.basics import ElidedLabel, FigureCard, State

Document = dict[str, Any]

_DAY_S = 86_400
_VERDICTS: dict[Verdict, tuple[str, State]] = {
    "alive": ("alive", "ok"),
    "heartbeat_only": ("heartbeat only", "warn"),
    "no_heartbeat": ("no heartbeat", "warn"),
    "silent": ("silent", "bad"),
    "stopped": ("stopped", ""),
    "unknown": ("unknown", ""),
}


class OverviewCard(FigureCard):
    """A figure with two lines under it."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(label, parent)
        self.more = ElidedLabel(role="muted")
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.more)

    def show_lines(
        self, value: str, detail: str, more: str, state: State = "", tip: str = ""
    ) -> None:
        """Show a value, two lines under it, and a tool tip for the whole card."""
        self.show_figure(value, detail, state)
        self.more.setText(more)
        self.setToolTip(tip_text(tip or "\n".join(filter(None, (value, detail, more)))))
        self.setAccessibleName(f"{self.label.text()}: {value}. {detail}. {more}")


class HealthCard(OverviewCard):
    """What audits say, and how old that is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.label.setText(self.tr("Health"))

    def show_health(
        self, last: Document | None, findings: Sequence[Document], *, problem: str = ""
    ) -> None:
        """Show the findings that hold now; `last` is the document of the last whole audit."""
        counts = Counter(finding["severity"] for finding in findings)
        parts = [count_text(name, counts[name]) for name in SEVERITIES if counts[name]]
        if last is None:
            found = ", ".join(parts) or self.tr("nothing found")
            detail = self.tr("a quick look now: {0}").format(found)
            self.show_lines(self.tr("not audited"), detail, problem)
            return
        age_s = time.time() - datetime.fromisoformat(last["started_at"]).timestamp()
        detail = self.tr("{0} audit {1}").format(last["profile"], ago_text(age_s))
        states = Counter(check["status"] for check in last["checks"])
        open_count = states["not_checked"] + states["errored"]
        more = self.tr("{0} rules passed").format(states["passed"])
        if open_count:
            more += self.tr(", {0} not checked").format(open_count)
        worst = next((name for name in SEVERITIES if counts[name]), None)
        if worst is not None:
            self.show_lines(parts[0], detail, ", ".join([*parts[1:], more]), severity_state(worst))
            return
        # Green is said of a fresh and whole measurement alone.
        is_sure = not open_count and last["profile"] != "quick" and age_s < _DAY_S
        self.show_lines(self.tr("no findings"), detail, more, "ok" if is_sure else "")

    def show_unknown(self, why: str) -> None:
        """Say that nothing is known."""
        self.show_lines(self.tr("unknown"), one_line(why), "")


class EngineCard(OverviewCard):
    """Is the engine alive: every sign with its age."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._context = context
        self._signs: EngineSigns | None = None
        self.label.setText(self.tr("Engine"))

    def show_signs(self, signs: EngineSigns | None) -> None:
        """Show other signs; None for none yet."""
        self._signs = signs
        self.show_ages()

    def show_ages(self) -> None:
        """Bring the ages up to date."""
        if self._signs is None:
            self.show_lines("–", "", "")
            return
        signs, now_s = self._signs, time.time()
        ages = {sign.name: self._sign_text(sign, now_s) for sign in signs.signs}
        value, state = _VERDICTS[signs.verdict]
        commit = self._commit_text(now_s)
        if signs.verdict == "unknown" and not ages:
            detail = commit or self.tr("this file has no heartbeat to read")
            more = self._written_text(signs, now_s)
        else:
            texts = list(ages.values())
            half = (len(texts) + 1) // 2
            detail = ", ".join(texts[:half]) or self.tr("no sign of life was ever written")
            more = ", ".join(texts[half:])
        tip = [f"{self.label.text()}: {value}", *ages.values(), commit]
        tip += [self._written_text(signs, now_s), self._users_text(signs)]
        self.show_lines(value, detail, more, state, "\n".join(line for line in tip if line))

    def _sign_text(self, sign: Sign, now_s: float) -> str:
        age_s = now_s - sign.at_ms / 1000
        if sign.name == "lease" and age_s < 0:
            return self.tr("lease for {0}").format(age_text(-age_s))
        if sign.name == "lease":
            return self.tr("lease over for {0}").format(long_age_text(age_s))
        if age_s < -60:
            return self.tr("{0} in the future").format(sign.name)
        return f"{sign.name} {long_age_text(age_s)}"

    def _commit_text(self, now_s: float) -> str:
        at_ms = self._context.history.last_commit_ms
        if at_ms is None:
            return ""
        return self.tr("last commit seen {0}").format(ago_text(now_s - at_ms / 1000))

    def _written_text(self, signs: EngineSigns, now_s: float) -> str:
        if signs.written_at_ms is None:
            return ""
        return self.tr("file written {0}").format(ago_text(now_s - signs.written_at_ms / 1000))

    def _users_text(self, signs: EngineSigns) -> str:
        if not signs.users.known and not signs.users.holders:
            return self.tr("who else has the file open is not known")
        return one_line(signs.users.describe())


class SizeCard(OverviewCard):
    """The file, its log, its free pages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.label.setText(self.tr("Size"))

    def show_size(self, size: SizeFigures, *, in_wal: bool) -> None:
        """Show the sizes."""
        detail = self.tr("WAL {0}").format(size_text(size.wal_bytes))
        if not in_wal and not size.wal_bytes:
            detail = self.tr("no WAL (rollback journal)")
        more = self.tr("free pages unknown")
        if size.free_bytes is not None and size.page_count:
            share = 100 * (size.freelist_count or 0) / size.page_count
            more = self.tr("free pages {0} ({1:.0f} %)").format(size_text(size.free_bytes), share)
        self.show_lines(size_text(size.size_bytes), detail, more)


class MigrationsCard(OverviewCard):
    """Which migrations are applied, and whether the schema is what they make."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.label.setText(self.tr("Migrations"))

    def show_migrations(self, migrations: Migrations | None) -> None:
        """Show them; None where they could not be read."""
        if migrations is None:
            self.show_lines(self.tr("unknown"), self.tr("they could not be read"), "")
            return
        value = f"{migrations.applied} / {migrations.total}"
        differences = migrations.differences
        if differences is None:
            left = migrations.total - migrations.applied
            self.show_lines(value, self.tr("{0} pending").format(left), "", "warn")
        elif differences:
            count = self.tr("{0} differences in the schema").format(len(differences))
            self.show_lines(
                value, count, one_line(differences[0]), "warn", one_line("; ".join(differences))
            )
        else:
            self.show_lines(value, self.tr("schema as expected"), "", "ok")
