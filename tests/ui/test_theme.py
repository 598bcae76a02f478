"""Colours, zoom, fonts and icons."""

from __future__ import annotations

import gc
import itertools

import pytest
import shiboken6
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel

from cts_console.ui.colors import DARK, LIGHT, Colors
from cts_console.ui.style import style_sheet
from cts_console.ui.theme import ZOOM_STEPS
from cts_console.ui.widgets.basics import ElidedLabel, button, plain_label

MARKS = {"arrow_down": "/down.png", "arrow_up": "/up.png", "tick": "/tick.png"}
BOTH = pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])


def luminance(color: str) -> float:
    """Relative luminance of WCAG 2: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@BOTH
def test_text_on_its_ground_has_enough_contrast(colors: Colors):
    inks = ("text", "muted", "ok", "warn", "bad", "info", "accent")
    for ink, ground in itertools.product(inks, ("bg", "panel", "raised")):
        assert contrast(getattr(colors, ink), getattr(colors, ground)) >= 4.5, (ink, ground)
    assert contrast(colors.text, colors.selection) >= 4.5
    assert contrast(colors.on_accent, colors.accent) >= 4.5
    assert contrast(colors.on_banner, colors.warn) >= 4.5


@BOTH
def test_the_style_sheet_leaves_no_placeholder(colors: Colors):
    sheet = style_sheet(colors, round, mono="Mono", marks=MARKS)
    assert "$" not in sheet


def test_switching_the_theme_repaints_with_other_colours(theme, qtbot):
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("light")
    assert theme.colors is LIGHT
    assert QApplication.palette().window().color() == QColor(LIGHT.bg)
    theme.set_mode("dark")
    assert QApplication.palette().window().color() == QColor(DARK.bg)


def test_the_system_theme_follows_the_system(theme):
    theme.set_mode("system")
    assert theme.colors in (DARK, LIGHT)


def test_zoom_goes_up_and_down_the_ladder_and_stays_on_it(theme):
    theme.zoom_by(1)
    assert theme.zoom == 1.1
    assert theme.px(100) == 110
    for _ in range(20):
        theme.zoom_by(1)
    assert theme.zoom == ZOOM_STEPS[-1]
    assert theme.icon_size.width() == 32
    for _ in range(20):
        theme.zoom_by(-1)
    assert theme.zoom == ZOOM_STEPS[0]


def test_zoom_makes_every_text_larger(theme, qtbot):
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    before = label.sizeHint().height()
    theme.set_zoom(2.0)
    assert label.sizeHint().height() > 1.5 * before


def test_a_button_that_is_gone_does_not_hear_of_the_next_theme(theme, qtbot):
    made = button(theme, "Stop", "mdi6.stop")
    shiboken6.delete(made)
    del made
    gc.collect()
    theme.set_mode("light")


def test_labels_show_markup_as_text(qtbot):
    for label in (plain_label("<b>x</b>"), ElidedLabel("<b>x</b>")):
        qtbot.addWidget(label)
        assert label.textFormat().name == "PlainText"
        assert label.text() == "<b>x</b>"


def test_an_elided_label_keeps_its_whole_text(qtbot):
    label = ElidedLabel("a very long text that cannot fit into so little room")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert QLabel.text(label).endswith("…")
    assert label.text().endswith("room")
    assert label.minimumSizeHint().width() < 60 < label.sizeHint().width()
    label.resize(label.sizeHint())
    assert QLabel.text(label) == label.text()
