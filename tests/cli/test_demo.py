"""`demo` from the command line; its contents have tests of their own in `tests/demo`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.console import Console, digest
from tests.cli.shapes import DEMO, assert_shape


def test_a_new_demo_says_what_it_added(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    answer = console.run("demo", path, "--json")
    assert (answer.status, answer.err) == (0, "")
    document = answer.document
    assert_shape(document, DEMO)
    assert document["created"]
    assert document["database"] == str(path)
    assert document["rows"]["market_data"] == 57_546
    assert document["rows"]["trades"] == 12_477
    assert document["schema"]["tables"] == 32
    assert [entry.name for entry in tmp_path.iterdir() if "creating" in entry.name] == []
    status = console.run("status", path, "--json").document
    assert status["database"]["purpose"] == "demo"


def test_a_second_run_adds_nothing(console: Console, demo: Path) -> None:
    before = {
        row["name"]: row["rows"] for row in console.run("stats", demo, "--json").document["tables"]
    }
    answer = console.run("demo", demo, "--json")
    assert answer.status == 0
    assert not answer.document["created"]
    assert not any(answer.document["rows"].values())
    after = {
        row["name"]: row["rows"] for row in console.run("stats", demo, "--json").document["tables"]
    }
    assert after == before
    assert "nothing was added" in console.run("demo", demo).out


def test_a_demo_is_an_ordinary_database_to_init(console: Console, demo: Path) -> None:
    console.run("init", demo)
    before = digest(demo)
    answer = console.run("init", demo, "--json")
    assert (answer.status, answer.document["migrations"]["applied"]) == (0, 0)
    assert digest(demo) == before
