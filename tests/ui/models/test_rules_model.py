"""The list of rules: its contract with views, groups, filter, order, names of hostile files."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cts_console.audit import Check
from cts_console.ui.audit.rule_help import help_html
from cts_console.ui.models.rules_model import RuleGroup, RuleItem, RulesModel, outcome_icon

CHECKS = (
    Check("ORD-01", "found", 12.0, "orders: a part was too large"),
    Check("INT-01", "passed", 900.0, None),
    Check("INT-02", "not_checked", 0.0, "stopped"),
    Check("INT-03", "found", 0.2, None),
    Check("TRD-01", "not_applicable", 0.1, "the file has no table of trades"),
    Check("MKT-01", "errored", 1.0, "KeyError: 'x'"),
    Check("OLD-99", "passed", 1.0, None),
)


@pytest.fixture
def model(theme) -> RulesModel:
    made = RulesModel(theme)
    made.set_checks(CHECKS)
    return made


def listed(model: RulesModel, column: int = 1) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_it_keeps_its_contract(model, qtmodeltester) -> None:
    qtmodeltester.check(model)
    model.set_filter("passed", "", frozenset())
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    ("group", "rules"),
    [
        ("rules", ["INT-01", "INT-02", "INT-03", "ORD-01", "TRD-01", "MKT-01", "OLD-99"]),
        ("passed", ["INT-01", "OLD-99"]),
        ("not_checked", ["INT-02", "ORD-01"]),
        ("not_applicable", ["TRD-01"]),
        ("errored", ["MKT-01"]),
    ],
)
def test_the_groups(model, group: RuleGroup, rules) -> None:
    model.set_filter(group, "", frozenset())
    assert listed(model) == rules
    assert len(model.of_group(group)) == len(rules)


def test_words_and_categories_narrow(model) -> None:
    model.set_filter("rules", "LEDGER part", frozenset())
    assert listed(model) == ["ORD-01"]
    model.set_filter("rules", "", frozenset({"integrity"}))
    assert listed(model) == ["INT-01", "INT-02", "INT-03"]
    model.set_filter("rules", "nothing of the kind", frozenset())
    assert model.rowCount() == 0


def test_it_sorts_and_tells_the_time(model) -> None:
    model.sort(4, Qt.SortOrder.DescendingOrder)
    assert listed(model)[:2] == ["INT-01", "ORD-01"]
    assert listed(model, 4)[0] == "900 ms"
    assert listed(model, 4)[-2:] == ["< 1 ms", "–"]


def test_the_last_word_on_a_rule_counts(model) -> None:
    model.add_checks([Check("INT-01", "found", 0.0, "met while reading")])
    assert model.row_of("INT-01") == 0
    assert model.index(0, 0).data() == "found, in part"
    assert len(model.checks) == len(CHECKS)


def test_every_outcome_has_a_shape_of_its_own() -> None:
    assert len({outcome_icon(RuleItem(check))[0] for check in CHECKS}) == 5


def test_a_reason_of_a_hostile_file_stays_on_one_line_and_is_plain_text(model) -> None:
    model.set_checks([Check("INT-01", "not_checked", 0.0, "<b>a</b>\n\u202eb")])
    index = model.index(0, 3)
    assert index.data() == "<b>a</b>\\n\\u202eb"
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_help_is_paragraphs_with_bold_lead_words_and_no_markup_of_others() -> None:
    shown = help_html(
        "A title.\n\nWhat it finds: rows\nof <b>x</b>, see `a < b`.\n\nWhat to do: auto_vacuum."
    )
    assert shown == (
        "<p>A title.</p>"
        "<p><b>What it finds</b><br>Rows of &lt;b&gt;x&lt;/b&gt;, see <code>a &lt; b</code>.</p>"
        "<p><b>What to do</b><br>auto_vacuum.</p>"
    )
