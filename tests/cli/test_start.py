"""What a command loads: a look at the status must not pay for charts, windows or templates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.processes import a_process

LOADED = """
import json, sys
import cts_console.cli
status = cts_console.cli.main(sys.argv[1:]) if sys.argv[1:] else 0
print("\\n" + json.dumps(sorted(sys.modules)))
sys.exit(status)
"""
# Of which no command of the ground has a need; Rich loads its markdown, its syntax and its
# progress bars only when they are asked for.
NEVER = (
    "PySide6",
    "shiboken6",
    "pyqtgraph",
    "qtawesome",
    "numpy",
    "pandas",
    "jinja2",
    "sqlite3",
    "_sqlite3",
    "asyncio",
    "rich.progress",
    "rich.markdown",
    "rich.syntax",
    "pygments",
)


def read_loaded(*words: object) -> set[str]:
    with a_process(LOADED, *words) as process:
        out, err = process.communicate()
    assert process.returncode in (0, 1), err
    return set(json.loads(out.splitlines()[-1]))


def test_the_command_line_itself_loads_next_to_nothing() -> None:
    loaded = {name for name in read_loaded() if name.startswith("cts_console")}
    assert loaded == {"cts_console", "cts_console.cli"}


@pytest.mark.parametrize(
    "command", ["status", "stats", "audit", "pragma", "init", "locks", "alive"]
)
def test_no_command_loads_what_it_does_not_need(cts: Path, command: str) -> None:
    loaded = read_loaded(command, cts)
    assert [name for name in NEVER if name in loaded] == []
    assert "cts_console.demo" not in loaded


def test_a_document_needs_no_tables(cts: Path) -> None:
    loaded = read_loaded("status", cts, "--json")
    assert not any(name.startswith("rich.") for name in loaded)


def test_the_help_loads_no_core() -> None:
    loaded = read_loaded("--help")
    assert "cts_console.startup" not in loaded
    assert "cts_console.audit" not in loaded
