"""A row that the program selects is selected, whatever keys a person holds down."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QApplication, QTableView

from cts_console.ui.models.listed import select_row


def test_a_row_that_is_selected_again_stays_selected_with_ctrl_held(qtbot) -> None:
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(QStringListModel(["one", "two"], view))
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
    )
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier
    for row in (1, 0, 0):
        select_row(view, row)
        assert [index.row() for index in view.selectionModel().selectedRows()] == [row]
