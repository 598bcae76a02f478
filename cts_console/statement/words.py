"""What a statement's document says of its trust, in sentences: in the terminal, on paper, in Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

Document = dict[str, Any]

DECIMALS_SHOWN: Final = 8
"""Decimals of amounts for people; JSON and CSV have all."""
_SEVERITIES: Final = ("critical", "error", "warning", "info")
_RULES_NAMED: Final = 12
_KEYS_NAMED: Final = 5


def period_text(period: Document) -> str:
    """Return the period of a document for a headline; midnight is not told."""
    start, end = _moment(period["from"]), _moment(period["to"])
    return f"{start} up to and without {end} ({period['time_zone']})"


def remark_text(remark: Document) -> str:
    """Return one exception."""
    if remark["trades"] is None:
        return str(remark["text"])
    return f"{remark['trades']:,} ({remark['of_period']:,} of the period) {remark['text']}"


def audit_lines(document: Document) -> list[str]:
    """Return what a statement's document knows of the last audit."""
    if document["audit_error"] is not None:
        return [f"Whether the database was audited is not known: {document['audit_error']}"]
    if document["audit"] is None:
        return ["Not audited: no audit of this database is kept."]
    return list(_audit_lines(document["audit"]))


def seal_lines(seals: Sequence[Document] | None) -> list[str]:
    """Return what is known of the seal of the trades."""
    if not seals:
        return ["Not sealed: no seal of the trades is kept; `cts-console seal` makes one."]
    return [line for seal in seals for line in _seal_lines(seal)]


def check_text(check: Document) -> str:
    """Return how the profit of closed positions compares; "" where none was closed."""
    if not check["closed"]:
        return ""
    text = (
        f"Positions closed in the period: {check['closed']:,}; {check['compared']:,} compared with "
        f"the profit that the file keeps ({check['convention']}), {check['equal']:,} are equal"
    )
    if check["largest_of"] is not None:
        text += (
            f"; the largest difference is {check['largest_difference']} "
            f"(position {check['largest_of']})"
        )
    return f"{text}."


def _audit_lines(audit: Document) -> Iterator[str]:
    summary = audit["summary"]
    counts = [f"{summary[severity]} {severity}" for severity in _SEVERITIES]
    if summary.get("accepted"):
        counts.append(f"{summary['accepted']} accepted")
    yield f"Last {audit['profile']} audit, {audit['started_at']}: {', '.join(counts)}."
    if audit["is_older_than_trades"]:
        yield "The audit is older than the newest trade of the period: it has not seen all of them."
    for each in audit["not_checked"]:
        rules = _listed(each["rules"], _RULES_NAMED)
        yield f"{each['outcome'].capitalize()}: {each['reason']} ({rules})."
    if not audit["not_checked"]:
        yield "It left no rule unchecked."


def _seal_lines(seal: Document) -> Iterator[str]:
    if seal["root"] is None:
        yield f"Whether table {seal['table']} is sealed is not known: {seal['reason']}"
        return
    yield (
        f"Seal of table {seal['table']}, made {seal['made_at']}: root {seal['root']}, "
        f"{_count(seal['rows'], 'row')} in {_count(seal['blocks'], 'block')}."
    )
    yield _verdict(seal)
    if seal["state"] != "unknown":
        yield _after(seal)
    if seal["columns_left_out"]:
        names = ", ".join(seal["columns_left_out"])
        yield f"The seal does not cover these columns, which may be set later: {names}."


def _verdict(seal: Document) -> str:
    if seal["state"] == "unknown":
        return f"Whether it is still true is not known: {seal['reason']}"
    what = f"; {seal['what']}" if seal["what"] else ""
    if seal["state"] == "as_sealed":
        return f"Verified while this statement was made: as sealed{what}."
    text = f"Verified while this statement was made: NOT as sealed{what}"
    if seal["blocks_differing"]:
        text += f"; {seal['blocks_differing']:,} of {_count(seal['blocks'], 'block')} not the same"
    for name in ("differing", "missing"):
        if seal[name]:
            text += f"; first rows {name}: {_listed(seal[name], _KEYS_NAMED)}"
    return f"{text}."


def _after(seal: Document) -> str:
    rows, trades = seal["rows_after_seal"], seal["of_period_after_seal"]
    if not rows:
        return "No row came after the seal."
    among = "is not known" if trades is None else f"is {trades:,}"
    return (
        f"{_count(rows, 'row')} came after the seal, which does not cover them; the number of "
        f"trades of the period among them {among}."
    )


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _listed(names: Iterable[str], most: int) -> str:
    known = list(names)
    more = f" and {len(known) - most:,} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more


def _moment(told: str) -> str:
    moment = datetime.fromisoformat(told).replace(tzinfo=None)
    if moment == datetime(moment.year, moment.month, moment.day):  # noqa: DTZ001 - both are told times
        return f"{moment:%Y-%m-%d}"
    return moment.isoformat(" ", "milliseconds").removesuffix(".000")
