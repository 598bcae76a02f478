"""Change and delete by condition: counted first, shown before and after, then applied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from cts_console.errors import CtsError
from cts_console.sqlite import open_database
from cts_console.ui.bulk.change_page import ChangePage
from cts_console.ui.bulk.parameters import read_parameters
from cts_console.ui.tabs.bulk import BulkTab
from tests.processes import IDLE_ENGINE, a_process, wait_for_line
from tests.ui.bulk_case import accept, make_ledger, read


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return make_ledger(tmp_path / "ledger.db")


@pytest.fixture
def tab(open_tab, ledger: Path, qtbot) -> BulkTab:
    return show(open_tab, ledger, qtbot, writable=True)


@pytest.fixture
def page(tab: BulkTab) -> ChangePage:
    return tab.changes


def show(open_tab, path: Path, qtbot, *, writable: bool) -> BulkTab:
    tab: BulkTab = open_tab(BulkTab, path, writable=writable)
    tab.show_page(1)
    qtbot.waitUntil(lambda: tab.changes.form.table.count() > 0)
    return tab


def fill(
    page: ChangePage, where: str, parameters: str = "", *, table: str = "item", **values: str
) -> None:
    form = page.form
    form.choose(table)
    form.where.setText(where)
    form.parameters.setText(parameters)
    model = form.values
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    for name, text in values.items():
        assert model.setData(model.index(names.index(name), model.VALUE), text)


def count(page: ChangePage, qtbot) -> str:
    page.form.count_button.click()
    qtbot.waitUntil(lambda: not page.is_running, timeout=10_000)
    return page.told.text()


def wait_for_end(page: ChangePage, qtbot) -> str:
    qtbot.waitUntil(lambda: not page.is_running, timeout=20_000)
    return page.result.text()


def shown(page: ChangePage) -> list[list[str]]:
    model = page.rows
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    rows = range(model.rowCount())
    return [heads] + [[model.index(r, c).data() for c in range(len(heads))] for r in rows]


def test_before_and_after_are_shown_and_nothing_is_changed(page, qtbot, ledger):
    fill(page, "amount > ?", "[2]", name="new", amount="7.25")
    assert not page.apply_button.isEnabled()
    assert count(page, qtbot).startswith("The condition chooses 2 rows.")
    assert shown(page) == [
        ["id", "name", "name →", "amount", "amount →", "api_key"],
        ["2", "two", "new", "2.5", "7.25", "(not shown: the column may hold a secret)"],
        ["3", "three", "new", "3.5", "7.25", "NULL"],
    ]
    assert page.apply_button.text() == "Change 2 rows"
    assert read(ledger, "SELECT name FROM item ORDER BY id") == [("one",), ("two",), ("three",)]


def test_a_change_is_applied_behind_a_backup(page, qtbot, ledger):
    fill(page, "id = :id", '{"id": 2}', name="new")
    count(page, qtbot)
    with qtbot.waitSignal(page._context.navigator.file_changed, timeout=20_000):
        page.apply_button.click()
    told = wait_for_end(page, qtbot)
    assert told.startswith("1 row changed")
    assert "The backup is" in told
    assert read(ledger, "SELECT name FROM item WHERE id = 2") == [("new",)]
    # What was counted is done with: nothing is applied twice.
    assert not page.apply_button.isEnabled()


def test_null_is_ticked_not_typed(page, qtbot, ledger):
    fill(page, "id = 1", name="NULL")
    model = page.form.values
    index = model.index(2, model.NULL)
    assert model.setData(index, Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    count(page, qtbot)
    page.backup.setChecked(False)
    page.apply_button.click()
    wait_for_end(page, qtbot)
    assert read(ledger, "SELECT name, amount FROM item WHERE id = 1") == [("NULL", None)]


def test_an_empty_text_is_neither_null_nor_what_it_was(page, qtbot, ledger):
    fill(page, "id = 1", api_key="x")
    model = page.form.values
    rows = {model.index(row, 0).data(): row for row in range(model.rowCount())}

    def tick(column: str, state: Qt.CheckState) -> None:
        place = model.index(rows[column], model.NAME)
        assert model.setData(place, state.value, Qt.ItemDataRole.CheckStateRole)

    def values() -> list[tuple[str, bool]]:
        places = [(model.index(row, model.VALUE), model.index(row, 0)) for row in rows.values()]
        role = Qt.ItemDataRole.CheckStateRole
        return [(v.data(), n.data(role) == Qt.CheckState.Checked) for v, n in places]

    tick("name", Qt.CheckState.Checked)
    tick("api_key", Qt.CheckState.Unchecked)
    as_it_is = ("(stays as it is)", False)
    assert values() == [as_it_is, ("(empty text)", True), as_it_is, as_it_is]
    # Typed and cleared again, it is the empty text; only the tick takes the column out.
    assert model.setData(model.index(rows["name"], model.VALUE), "new")
    assert model.setData(model.index(rows["name"], model.VALUE), "")
    assert values()[1] == ("(empty text)", True)
    assert count(page, qtbot).startswith("The condition chooses 1 row.")
    assert shown(page)[1][:3] == ["1", "one", "(empty text)"]
    page.backup.setChecked(False)
    page.apply_button.click()
    wait_for_end(page, qtbot)
    assert read(ledger, "SELECT name, amount, api_key FROM item WHERE id = 1") == [("", 1.5, "k1")]


def test_a_delete_asks_once_more_with_the_number(page, qtbot, ledger):
    page.form.delete_choice.setChecked(True)
    fill(page, "id > 1")
    count(page, qtbot)
    assert page.apply_button.text() == "Delete 2 rows…"
    page.apply_button.click()
    assert page.question.text.text() == "Delete 2 rows of item?"
    page.question.reject()
    assert page.question is None
    assert len(read(ledger, "SELECT 1 FROM item")) == 3
    page.apply_button.click()
    accept(page.question)
    assert wait_for_end(page, qtbot).startswith("2 rows deleted")
    assert read(ledger, "SELECT id FROM item") == [(1,)]


def test_rows_that_came_since_the_count_are_not_touched(page, qtbot, ledger):
    page.form.delete_choice.setChecked(True)
    fill(page, "id > 1")
    count(page, qtbot)
    with open_database(ledger, "read_write") as connection:
        connection.execute("INSERT INTO item VALUES (4, 'four', 4, NULL)")
    page.apply_button.click()
    accept(page.question)
    assert "Other rows by now" in wait_for_end(page, qtbot)
    assert len(read(ledger, "SELECT 1 FROM item")) == 4


def test_an_edit_makes_the_count_void(page, qtbot):
    fill(page, "id > 1", name="x")
    count(page, qtbot)
    assert page.apply_button.isEnabled()
    qtbot.keyClicks(page.form.where, " OR 1")
    assert page.look is None
    assert not page.apply_button.isEnabled()
    assert page.rows.rowCount() == 0


def test_an_append_only_table_refuses_in_words(page, qtbot, ledger):
    page.form.delete_choice.setChecked(True)
    fill(page, "at = 1", table="log")
    assert "log_is_append_only" in count(page, qtbot)
    page.backup.setChecked(False)
    page.apply_button.click()
    accept(page.question)
    told = wait_for_end(page, qtbot)
    assert "append-only" in told
    assert "Triggers guard the table: log_is_append_only." in told
    assert len(read(ledger, "SELECT 1 FROM log")) == 2


def test_beside_others_a_long_change_is_overruled_on_purpose(open_tab, ledger, qtbot):
    with open_database(ledger, "read_write") as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) "
            "INSERT INTO item SELECT i, 'name ' || i, 1, NULL FROM n"
        )
    tab = show(open_tab, ledger, qtbot, writable=True)
    page = tab.changes
    fill(page, "id >= 10", name="x")
    count(page, qtbot)
    page.backup.setChecked(False)
    with a_process(IDLE_ENGINE, ledger) as process:
        wait_for_line(process, "open")
        page.apply_button.click()
        assert "Others would have to wait" in wait_for_end(page, qtbot)
        assert not page.apply_button.isEnabled()
        page.overrule.click()
        page.apply_button.click()
        assert wait_for_end(page, qtbot).startswith("29,991 rows changed")


@pytest.mark.parametrize(
    ("where", "parameters", "values", "told"),
    [
        ("", "", {"name": "x"}, "write 1 as the condition"),
        ("id = ?", "", {"name": "x"}, "bindings"),
        ("id = 1; DELETE FROM item", "", {"name": "x"}, "condition"),
        ("missing = 1", "", {"name": "x"}, "no such column"),
        ("id = 1", "", {}, "Nothing to set"),
        ("id = 1", "", {"amount": "much"}, "amount"),
        ("id = 1", "[1,", {"name": "x"}, "not JSON"),
        ("id = 1", "5", {"name": "x"}, "neither an array nor an object"),
    ],
)
def test_what_is_not_understood_is_told(page, qtbot, where, parameters, values, told):
    fill(page, where, parameters, **values)
    assert told in count(page, qtbot)
    assert not page.apply_button.isEnabled()


def test_a_read_only_file_can_be_counted_only(open_tab, ledger, qtbot):
    tab = show(open_tab, ledger, qtbot, writable=False)
    page = tab.changes
    fill(page, "id > 1", name="x")
    assert "2 rows" in count(page, qtbot)
    assert not page.apply_button.isEnabled()
    assert "Unlock it" in page.why.text()


def test_another_file_forgets_what_was_counted(tab, page, qtbot, tmp_path):
    fill(page, "id > 1", name="x")
    count(page, qtbot)
    tab.set_database(replace(tab.database, path=make_ledger(tmp_path / "other.db")))
    assert page.look is None
    assert page.form.where.text() == ""


def test_text_of_a_stranger_is_shown_as_it_is(page, qtbot, ledger):
    with open_database(ledger, "read_write") as connection:
        connection.execute("INSERT INTO item VALUES (9, CAST(x'ff3c623e' AS TEXT), 1, NULL)")
        connection.execute("INSERT INTO item VALUES (10, 'a' || char(10) || '<b>', 1, NULL)")
    fill(page, "id >= 9", name="=cmd()")
    count(page, qtbot)
    assert [row[1] for row in shown(page)[1:]] == ["\ufffd<b>", "a\\n<b>"]


@pytest.mark.parametrize("text", ["[[1]]", "[1e999999, {}]", "[123456789012345678901]", "x" * 9])
def test_parameters_that_no_column_holds(text):
    with pytest.raises(CtsError, match="not understood"):
        read_parameters(text)


def test_parameters():
    assert read_parameters(" ") == ()
    assert read_parameters('["a", 1, 1.5, null, true]') == ["a", 1, 1.5, None, 1]
    assert read_parameters('{"a": "b"}') == {"a": "b"}
