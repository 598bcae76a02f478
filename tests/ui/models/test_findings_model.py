"""The findings' models: their contract with views, filter, order, ten thousand findings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from cts_console.ui.clock import Clock
from cts_console.ui.models.findings import (
    SEVERITIES,
    FindingItem,
    by_severity,
    cell_text,
    severity_icon,
)
from cts_console.ui.models.findings_evidence import EvidenceModel
from cts_console.ui.models.findings_markdown import finding_markdown
from cts_console.ui.models.findings_model import FindingFilter, FindingsModel
from cts_console.ui.text import tip_text, visible_text

ITEM = FindingItem(
    rule="INT-02",
    severity="critical",
    category="integrity",
    object="trades.order_id",
    table="trades",
    title="2 rows of trades point to no row of orders",
    detail="Totals are wrong without an error.",
    recommendation="Find the program.",
    columns=("rowid", "order_id", "note"),
    rows=((7, 900, "a|b"), (8, 901, None)),
    total=250,
    sql="SELECT 1",
    fix_sql=None,
    confidence="certain",
    fingerprint="f0",
)


def findings(count: int) -> list[FindingItem]:
    return [
        replace(
            ITEM,
            severity=SEVERITIES[number % 4],
            category=("integrity", "indexes", "storage")[number % 3],
            title=f"finding number {number}",
            object=f"object_{number}",
            fingerprint=str(number),
        )
        for number in range(count)
    ]


@pytest.fixture
def model(theme) -> FindingsModel:
    return FindingsModel(theme)


def shown(model: FindingsModel, column: int = 1) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_the_models_keep_their_contract(model, theme, qtmodeltester) -> None:
    model.set_items(findings(9))
    qtmodeltester.check(model)
    model.set_filter(FindingFilter(text="number 4"))
    qtmodeltester.check(model)
    evidence = EvidenceModel(theme, Clock("utc"))
    qtmodeltester.check(evidence)
    evidence.set_item(ITEM)
    qtmodeltester.check(evidence)


def test_the_worst_come_first_and_equal_ones_keep_their_order(model) -> None:
    model.set_items(findings(8))
    assert shown(model, 0) == ["critical"] * 2 + ["error"] * 2 + ["warning"] * 2 + ["info"] * 2
    assert shown(model)[:2] == ["finding number 0", "finding number 4"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert shown(model)[0] == "finding number 7"
    assert [item.severity for item in by_severity(findings(5))][:2] == ["critical", "critical"]


def test_every_severity_has_a_shape_of_its_own(model) -> None:
    assert len({severity_icon(name)[0] for name in SEVERITIES}) == 4
    model.set_items(findings(4))
    assert not any(
        model.index(row, 0).data(Qt.ItemDataRole.DecorationRole).isNull() for row in range(4)
    )


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (FindingFilter(), 12),
        (FindingFilter(text="NUMBER 11"), 1),
        (FindingFilter(text="integrity number"), 4),
        (FindingFilter(severities=frozenset({"info"})), 3),
        (FindingFilter(severities=frozenset({"info", "error"})), 6),
        (FindingFilter(categories=frozenset({"storage"})), 4),
        (FindingFilter("object_2", frozenset({"warning"}), frozenset({"storage"})), 1),
        (FindingFilter(text="nothing of the kind"), 0),
    ],
)
def test_the_filter_narrows(model, wanted, rows) -> None:
    model.set_items(findings(12))
    model.set_filter(wanted)
    assert model.rowCount() == rows
    assert model.total == 12


def test_ten_thousand_findings_are_filtered_and_found_again(model) -> None:
    model.set_items(findings(9_000))
    model.add_items(replace(item, fingerprint=f"more {item.title}") for item in findings(1_000))
    assert model.rowCount() == model.total == 10_000
    model.set_filter(FindingFilter(text="number 8999"))
    assert shown(model) == ["finding number 8999"]
    assert model.row_of("8999") == 0
    assert model.row_of("1") is None


def test_names_of_a_hostile_file_stay_on_one_line_and_are_plain_text(model) -> None:
    model.set_items([replace(ITEM, title="a\nb\u202e<b>c</b>", object="x\ty")])
    index = model.index(0, 1)
    assert index.data() == "a\\nb\\u202e<b>c</b>"
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert model.index(0, 2).data() == "x\\ty"
    assert tip_text("plain") == "plain"
    assert visible_text("a\n\u202eb") == "a\n\\u202eb"


def test_evidence_shows_null_apart_and_numbers_at_the_right(theme) -> None:
    model = EvidenceModel(theme, Clock("utc"))
    model.set_item(ITEM)
    assert model.index(1, 2).data() == "NULL"
    assert model.index(1, 2).data(Qt.ItemDataRole.FontRole).italic()
    right = Qt.AlignmentFlag.AlignRight
    assert model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole) & right
    assert not model.index(0, 2).data(Qt.ItemDataRole.TextAlignmentRole) & right
    assert cell_text(0.1) == "0.1"
    assert cell_text(b"\x00\xff") == "x'00ff'"


def test_instants_in_evidence_follow_the_switch_of_the_clock(theme) -> None:
    clock = Clock("utc")
    model = EvidenceModel(theme, clock)
    at = 1_516_010_700_123
    columns = ("rowid", "executed_at", "volume", "last_before", "seconds_before")
    model.set_item(replace(ITEM, columns=columns, rows=((1, at, at, at, 90),)))
    cells = [model.index(0, column) for column in range(5)]
    time = "2018-01-15 10:05:00.123 UTC"
    assert [cell.data() for cell in cells] == ["1", time, str(at), time, "90"]
    assert f"stored: {at} (ms)" in cells[1].data(Qt.ItemDataRole.ToolTipRole)
    changed: list[object] = []
    model.dataChanged.connect(lambda *_: changed.append(1))
    clock.set_zone("local")
    assert changed
    assert "| 2018-01-15T10:05:00.123Z |" in finding_markdown(
        replace(ITEM, columns=("executed_at",), rows=((at,),))
    )


def test_findings_of_one_rule_stand_together_under_their_severity(model) -> None:
    rules = ("ORD-01", "INT-02", "ORD-01", "XYZ-99", "INT-02")
    items = [replace(ITEM, rule=rule, fingerprint=str(n)) for n, rule in enumerate(rules)]
    model.set_items([replace(ITEM, severity="info", rule="INT-01"), *items])
    assert shown(model, 3) == ["INT-02", "INT-02", "ORD-01", "ORD-01", "XYZ-99", "INT-01"]
    assert [item.rule for item in by_severity(items)] == shown(model, 3)[:5]


def test_accepted_findings_are_shown_when_they_are_asked_for_alone(model) -> None:
    model.set_items([ITEM, replace(ITEM, is_accepted=True, title="known", fingerprint="a")])
    assert shown(model) == [ITEM.title]
    model.set_filter(FindingFilter(group="accepted"))
    assert shown(model) == ["known"]


def test_the_rows_that_a_finding_names() -> None:
    wanted = ITEM.rows_wanted()
    assert wanted is not None
    assert (wanted.table, wanted.column, wanted.values) == ("trades", "rowid", (7, 8))
    assert replace(ITEM, table=None).rows_wanted() is None
    assert replace(ITEM, columns=("index", "table", "terms")).rows_wanted() is None
    assert replace(ITEM, rows=()).rows_wanted() is None


def test_a_finding_as_markdown_keeps_its_table_whole() -> None:
    text = finding_markdown(replace(ITEM, title="a *b* [c]", fix_sql="DROP INDEX `x```"))
    assert "### a \\*b\\* \\[c\\]" in text
    assert "| 7 | 900 | a\\|b |" in text
    assert "2 of 250 rows" in text
    assert "````sql\nDROP INDEX `x```\n````" in text
