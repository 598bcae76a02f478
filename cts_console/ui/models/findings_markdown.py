"""A finding as Markdown, for a ticket or a chat."""

from __future__ import annotations

from cts_console.ui.models.findings import FindingItem, utc_text
from cts_console.ui.text import visible_text

_MOST_ROWS = 20


def finding_markdown(item: FindingItem) -> str:
    """Return the finding with its evidence, SQL and advice as Markdown."""
    lines = [
        f"### {_plain(item.title)}",
        "",
        f"**{item.severity}** · {item.rule}"
        + (f" · {_code(item.object)}" if item.object is not None else "")
        + ("" if item.confidence == "certain" else f" · confidence: {item.confidence}"),
        "",
        _plain(item.detail),
    ]
    lines += _table(item)
    if item.sql:
        lines += ["", *_block(item.sql)]
    if item.recommendation:
        lines += ["", f"**What to do:** {_plain(item.recommendation)}"]
    if item.fix_sql:
        lines += ["", "**Fix:**", "", *_block(item.fix_sql)]
    return "\n".join(lines) + "\n"


def _table(item: FindingItem) -> list[str]:
    if not item.rows:
        return []
    shown = item.rows[:_MOST_ROWS]
    lines = ["", _row(item.columns), _row(["---"] * len(item.columns))]
    lines += [
        _row([utc_text(column, value) for column, value in zip(item.columns, row, strict=True)])
        for row in shown
    ]
    if item.total > len(shown):
        lines += ["", f"{len(shown)} of {item.total:,} rows"]
    return lines


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(text: str) -> str:
    """Return text that Markdown leaves as it is."""
    shown = visible_text(text).replace("\n", " ")
    return "".join(f"\\{letter}" if letter in "\\`*_<>[]#" else letter for letter in shown)


def _code(text: str) -> str:
    fence = "`" * (_longest_run(text) + 1)
    return f"{fence}{visible_text(text)}{fence}"


def _block(sql: str) -> list[str]:
    fence = "`" * max(3, _longest_run(sql) + 1)
    return [f"{fence}sql", sql, fence]


def _longest_run(text: str) -> int:
    longest = run = 0
    for letter in text:
        run = run + 1 if letter == "`" else 0
        longest = max(longest, run)
    return longest
