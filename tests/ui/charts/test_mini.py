from __future__ import annotations

import pytest

from cts_console.ui.charts.mini import MiniChart
from cts_console.worker import Target
from tests.monitor.engines import ENGINE, Engine


@pytest.fixture
def mini(qtbot, context):
    mini = MiniChart(context)
    qtbot.addWidget(mini)
    mini.resize(320, 96)
    mini.show()
    return mini


def colors_in(widget) -> set[str]:
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_without_a_file_it_says_nothing(mini, context):
    assert context.theme.colors.accent not in colors_in(mini)
    assert mini.accessibleDescription() == ""


def test_it_shows_commits_of_another_process(qtbot, mini, context, plain_database):
    context.history.watch(Target(plain_database))
    qtbot.waitUntil(lambda: context.history.last is not None)
    engine = Engine(ENGINE, plain_database)
    with engine.process:
        engine.execute(*["INSERT INTO item (name) VALUES ('x')"] * 50)
        qtbot.waitUntil(lambda: context.history.peak_commits_per_s > 0)
        qtbot.waitUntil(lambda: context.theme.colors.accent in colors_in(mini))
        assert "commits/s" in mini.accessibleDescription()
        engine.end()


def test_it_follows_the_theme(qtbot, mini, context, plain_database):
    context.history.watch(Target(plain_database))
    qtbot.waitUntil(lambda: context.theme.colors.line in colors_in(mini))
    context.theme.set_mode("light")
    qtbot.waitUntil(lambda: context.theme.colors.line in colors_in(mini))


def test_while_it_is_seen_samples_come_more_often(mini, context):
    seen_ms = context.history.interval_ms
    mini.hide()
    assert context.history.interval_ms > seen_ms


def test_a_file_that_is_gone_is_said(qtbot, mini, context, tmp_path):
    context.history.watch(Target(tmp_path / "nothing.db"))
    qtbot.waitUntil(lambda: context.history.error is not None)
    assert mini._why_nothing() == context.history.error.title
    mini.grab()
