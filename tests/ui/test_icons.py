"""Icons: every name that the window uses exists, and is drawn in the colour that was asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

import cts_console
from cts_console.ui.icons import IconSet

UI = Path(cts_console.__file__).parent / "ui"
RED, GREY = QColor("#ff0000"), QColor("#808080")


def used_names() -> set[str]:
    return {
        name
        for path in UI.rglob("*.py")
        for name in re.findall(r"[\"'](mdi6\.[a-z0-9-]+)[\"']", path.read_text("utf-8"))
    }


@pytest.fixture(scope="module")
def icons(qapp) -> IconSet:
    return IconSet()


def test_every_icon_that_is_used_exists(icons):
    names = used_names()
    assert len(names) > 10
    for name in names:
        assert not icons.icon(name, RED, GREY).isNull(), name


def test_an_unknown_name_is_a_mistake(icons):
    with pytest.raises(KeyError):
        icons.icon("mdi6.no-such-icon", RED, GREY)


@pytest.mark.parametrize(("mode", "color"), [(QIcon.Mode.Normal, RED), (QIcon.Mode.Disabled, GREY)])
@pytest.mark.parametrize("side", [16, 32])
def test_it_is_drawn_in_its_colour(icons, mode, color, side):
    picture = icons.icon("mdi6.stop", RED, GREY).pixmap(QSize(side, side), mode).toImage()
    assert picture.pixelColor(side // 2, side // 2) == color
    assert picture.pixelColor(0, 0).alpha() == 0
