"""The markup of a report: the worst findings in full, the rest in a line each, within bounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from cts_console import paths
from cts_console.audit.report.content import (
    Document,
    Group,
    object_text,
    read_content,
    read_finding,
)
from cts_console.audit.report.limits import HTML_LIMITS, PAPER_LIMITS, Limits
from cts_console.audit.report.texts import shown

_LINE_CHARACTERS: Final = 110


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of report that is made of markup."""

    folder: str
    """Its templates: `report.html`, `finding.html` and `line.html`."""
    limits: Limits
    """How much it holds."""


PIECE: Final = "<!--piece-->"
"""Stands in the markup for paper between what may be on different pages."""
HTML: Final = Layout("web", HTML_LIMITS)
"""For browsers."""
PAPER: Final = Layout("paper", PAPER_LIMITS)
"""The subset of HTML that Qt prints: `cts_console.printing` makes a PDF of it."""


@dataclass(frozen=True, slots=True)
class Section:
    """The findings under one heading, as markup."""

    name: str
    """The severity, or "accepted"."""
    total: int
    """How many there are."""
    titles: tuple[tuple[str, str], ...]
    """Anchor and title of those in full, for the table of contents."""
    full: tuple[Markup, ...]
    """Those in full."""
    lines: tuple[Markup, ...]
    """Those in one line each."""
    left_out: int
    """How many are only counted."""


class Budget:
    """Takes pieces of markup until they weigh too much."""

    def __init__(self, most_bytes: int) -> None:
        self._left_bytes = most_bytes

    def fill(self, template: Template, pieces: Iterable[dict[str, Any]]) -> list[str]:
        """Return the markup of as many of the next `pieces` as there is room for."""
        taken: list[str] = []
        if self._left_bytes <= 0:
            return taken
        for piece in pieces:
            markup = template.render(piece)
            self._left_bytes -= len(markup.encode())
            if self._left_bytes < 0:
                break
            taken.append(markup)
        return taken


def render_report(document: Document, layout: Layout = HTML) -> str:
    """Return the report of an audit's document as markup.

    Raises `CtsError("internal")` where the installation lacks the templates.
    """
    content = read_content(document, layout.limits)
    full, line = Budget(layout.limits.full_bytes), Budget(layout.limits.line_bytes)
    sections = [
        _render_group(group, layout, content.rows_each, full, line) for group in content.groups
    ]
    page = report_template(f"{layout.folder}/report.html")
    return page.render(content=content, sections=sections, piece=Markup(PIECE))


def style_sheet(layout: Layout) -> str:
    """Return the style sheet of a layout."""
    return report_template(f"{layout.folder}/style.css").render()


def report_template(name: str) -> Template:
    """Return a template of `resources/report`; what is put into it is escaped."""
    return _environment().get_template(name)


def _render_group(
    group: Group, layout: Layout, rows_each: int, full: Budget, line: Budget
) -> Section:
    limits, environment = layout.limits, _environment()
    whole = full.fill(
        environment.get_template(f"{layout.folder}/finding.html"),
        (
            {"finding": read_finding(finding, limits, rows_each), "anchor": _anchor(group, number)}
            for number, finding in enumerate(group.findings)
        ),
    )
    rest = group.findings[len(whole) :]
    lines = line.fill(
        environment.get_template(f"{layout.folder}/line.html"), (_line(finding) for finding in rest)
    )
    return Section(
        name=group.name,
        total=len(group.findings),
        titles=tuple(
            (_anchor(group, number), shown(finding["title"], limits.value_characters))
            for number, finding in enumerate(group.findings[: len(whole)])
        ),
        full=tuple(map(Markup, whole)),
        lines=tuple(map(Markup, lines)),
        left_out=len(rest) - len(lines),
    )


def _line(finding: Document) -> dict[str, Any]:
    return {
        "rule": finding["rule"],
        "object": object_text(finding, _LINE_CHARACTERS // 2),
        "title": shown(finding["title"], _LINE_CHARACTERS),
        "total": finding["evidence"]["total"],
        "fingerprint": finding["fingerprint"],
    }


def _anchor(group: Group, number: int) -> str:
    return f"{group.name}-{number + 1}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(paths.resources_dir() / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
