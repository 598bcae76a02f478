"""The one style sheet, made from a table of colours and the zoom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template
from typing import Final

from cts_console.ui.colors import Colors

_SHEET: Final = Template(
    """
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: ${p4}px; }
QToolBar { background: $panel; border: none; border-bottom: 1px solid $line; spacing: ${p8}px;
           padding: ${p8}px ${p10}px; }
QFrame[toolbar="true"] { background: $panel; border: none; border-bottom: 1px solid $line; }
QFrame[message="true"] { background: $raised; border: none; border-bottom: 1px solid $line;
    border-left: ${p4}px solid $info; }
QFrame[message="true"][state="ok"] { border-left-color: $ok; }
QFrame[message="true"][state="warn"] { border-left-color: $warn; }
QFrame[message="true"][state="bad"] { border-left-color: $bad; }
QFrame[message="true"] QPushButton { background: $panel; }
QFrame[message="true"] QPushButton[flat="true"] { background: transparent;
    border-color: transparent; padding: ${p5}px; }
QFrame[message="true"] QPushButton[flat="true"]:focus { border-color: $accent; }
QFrame[banner="true"] { background: $warn; border: none; }
QFrame[banner="true"] QLabel { color: $on_banner; font-weight: 600; }
QFrame[banner="true"] QPushButton { background: transparent; color: $on_banner;
    border-color: $on_banner; }
QFrame[banner="true"] QPushButton:focus, QFrame[banner="true"] QPushButton:hover {
    border-width: 2px; padding: ${p4}px ${p11}px; }
QPushButton[choice="true"] { background: $panel; border: 1px solid $line;
    border-radius: ${p8}px; text-align: left; padding: ${p14}px; }
QPushButton[choice="true"]:hover, QPushButton[choice="true"]:focus { border-color: $accent; }
QPushButton[figure="true"] { background: $panel; border: 1px solid $line;
    border-radius: ${p8}px; padding: 0; text-align: left; }
QPushButton[figure="true"]:hover { border-color: $muted; }
QPushButton[figure="true"]:focus { border-color: $accent; }
QPushButton[figure="true"]:checked { background: $selection; border-color: $accent; }
QStatusBar { background: $panel; border-top: 1px solid $line; color: $text; }
QStatusBar::item { border: none; }

QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar { background: $panel; qproperty-drawBase: 0; }
QTabBar::tab { background: $panel; color: $muted; padding: ${p8}px ${p14}px; border: none;
               border-bottom: 2px solid transparent; }
QTabBar[narrow="true"]::tab { padding: ${p8}px ${p10}px; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { color: $accent; }

QPushButton, QToolButton { background: $raised; color: $text; border: 1px solid $line;
    border-radius: ${p6}px; padding: ${p5}px ${p12}px; }
QPushButton:hover, QToolButton:hover { border-color: $muted; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $bg; }
QPushButton:checked, QToolButton:checked { border-color: $accent; color: $accent; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent;
    font-weight: 600; }
QPushButton[primary="true"]:disabled { background: $line; color: $muted; border-color: $line; }
QToolButton[flat="true"], QPushButton[flat="true"] { background: transparent;
    border-color: transparent; }
QToolButton[flat="true"]:hover, QPushButton[flat="true"]:hover { background: $raised; }
QToolButton[flat="true"]:focus, QPushButton[flat="true"]:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit { background: $raised;
    color: $text; border: 1px solid $line; border-radius: ${p6}px; padding: ${p5}px ${p8}px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus,
QTextEdit:focus { border-color: $accent; }
QTextBrowser { background: $panel; border-radius: ${p8}px; }
QListWidget::item { padding: ${p6}px ${p8}px; }
QComboBox { padding-right: ${p24}px; }
QComboBox::drop-down { border: none; width: ${p24}px; }
QComboBox::down-arrow { image: url("$arrow_down"); width: ${p16}px; height: ${p16}px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent;
    width: ${p20}px; }
QAbstractSpinBox::up-arrow { image: url("$arrow_up"); width: ${p12}px; height: ${p12}px; }
QAbstractSpinBox::down-arrow { image: url("$arrow_down"); width: ${p12}px; height: ${p12}px; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $line; }
*[mono="true"] { font-family: "$mono"; }

QFrame[card="true"] { background: $panel; border: 1px solid $line; border-radius: ${p8}px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${p15}px; font-weight: 600; }
QLabel[role="figure"] { font-size: ${p22}px; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[state="ok"] { color: $ok; }
QLabel[state="warn"] { color: $warn; }
QLabel[state="bad"] { color: $bad; }
QLabel[state="info"] { color: $info; }
QLabel[badge="true"] { border: 1px solid $line; border-radius: ${p6}px; padding: ${p4}px ${p10}px; }
QLabel[badge="true"][state="ok"] { border-color: $ok; }
QLabel[badge="true"][state="warn"] { border-color: $warn; }
QLabel[badge="true"][state="bad"] { border-color: $bad; }
QLabel[badge="true"][state="info"] { border-color: $info; }

QAbstractItemView { background: $panel; color: $text; border: 1px solid $line;
    border-radius: ${p8}px; outline: none; gridline-color: $line;
    selection-background-color: $selection; selection-color: $text; }
QAbstractItemView:focus { border-color: $accent; }
QAbstractItemView::item { padding: ${p4}px ${p8}px; border: none; }
QAbstractItemView::item:hover { background: $raised; }
QAbstractItemView::item:selected { background: $selection; color: $text; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section { background: $panel; color: $muted; border: none;
    border-bottom: 1px solid $line; padding: ${p6}px ${p8}px; font-weight: 500; }
QTableCornerButton::section { background: $panel; border: none; }

QProgressBar { background: $raised; border: 1px solid $line; border-radius: ${p4}px;
    min-height: ${p14}px; max-height: ${p14}px; text-align: center; color: $text; }
QProgressBar::chunk { background: $accent; border-radius: ${p4}px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $line; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: ${p10}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p10}px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: ${p4}px; min-height: ${p24}px;
    min-width: ${p24}px; margin: 2px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $panel; border: 1px solid $line; padding: ${p4}px; }
QMenu::item { padding: ${p6}px ${p24}px; border-radius: ${p4}px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: ${p4}px; }
QMenuBar { background: $panel; }
QMenuBar::item:selected { background: $selection; }
QCheckBox, QRadioButton { spacing: ${p8}px; }
QCheckBox::indicator, QAbstractItemView::indicator, QRadioButton::indicator { width: ${p14}px;
    height: ${p14}px; border: 1px solid $muted; border-radius: ${p4}px; background: $raised; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus, QCheckBox::indicator:hover,
QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent;
    border-color: $accent; image: url("$tick"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; }
QRadioButton::indicator { border-radius: ${p7}px; }
QRadioButton::indicator:checked { width: ${p8}px; height: ${p8}px; border: ${p4}px solid $accent;
    border-radius: ${p8}px;
    background: $on_accent; }
"""
)
_LENGTHS: Final = (4, 5, 6, 7, 8, 10, 11, 12, 14, 15, 16, 20, 22, 24)


def style_sheet(
    colors: Colors, px: Callable[[float], int], *, mono: str, marks: Mapping[str, str]
) -> str:
    """Return the style sheet for one table of colours at one zoom.

    `marks` holds the paths of the pictures `arrow_down`, `arrow_up` and `tick`.
    """
    tokens = {name: getattr(colors, name) for name in colors.__slots__ if name != "series"}
    lengths = {f"p{length}": str(px(length)) for length in _LENGTHS}
    return _SHEET.substitute(tokens | lengths | {"mono": mono} | dict(marks))
