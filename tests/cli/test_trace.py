"""`trace` on files: what it prints, its exit status, findings, CSV, other programs, a writer."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from cts_console.cli.tables import visible
from cts_console.sqlite import open_database
from tests.audit.case import Case, build
from tests.audit.foreign_rows import (
    freqtrade_order,
    freqtrade_position,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
    legacy_trade,
)
from tests.audit.writers import end_writing, writing
from tests.cli.console import Console, digest, snapshot

Change = Callable[[str], None]


@pytest.fixture
def change(demo: Path) -> Change:
    def run(sql: str) -> None:
        with open_database(demo, "read_write") as connection:
            # They would say that the row was changed just now, and keep log and trades as they are.
            triggers = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
            for (name,) in connection.read_rows(triggers):
                connection.execute(f'DROP TRIGGER "{name!s}"')
            connection.execute(sql)

    return run


def test_a_position_of_the_demo(console: Console, demo: Path) -> None:
    before = digest(demo)
    answer = console.run("trace", demo, "--position", "7")
    assert (answer.status, answer.err) == (0, "")
    assert "position 7, XRP/ETH, long, closed" in answer.out
    assert "the stories agree" in answer.out
    assert "<-" not in answer.out
    document = console.run("trace", demo, "--position", "7", "--json").document
    assert document["agrees"]
    assert document["position"]["stored_pnl"] == document["position"]["computed_pnl"]
    assert document["events"][-1]["quantity"] == "0"
    assert digest(demo) == before


def test_where_the_stories_part(console: Console, demo: Path, change: Change) -> None:
    change("UPDATE orders SET filled = filled - 1, remaining = remaining + 1 WHERE id = 5")
    answer = console.run("trace", demo, "--order", "5")
    assert answer.status == 1
    (marked,) = [line for line in answer.out.splitlines() if "<-" in line]
    assert "<- filled stored 580, computed 581" in marked
    assert "The stories part at row 4: order 5: filled" in answer.out
    document = console.run("trace", demo, "--order", "5", "--json").document
    assert not document["agrees"]
    assert document["first_difference"] == 3
    assert document["events"][3]["compared"][0] == {
        "name": "filled",
        "stored": "580",
        "computed": "581",
        "differs": True,
    }


def test_a_finding_of_the_last_audit(console: Console, demo: Path, change: Change) -> None:
    console.run("trace", demo, "--finding", "0" * 16, "--json").assert_refused("usage")
    change("UPDATE positions SET realized_pnl = realized_pnl + 1 WHERE id IN (7, 9)")
    findings = console.run("audit", demo, "--json").document["findings"]
    (found,) = [each for each in findings if each["rule"] == "POS-03"]
    answer = console.run("trace", demo, "--finding", found["fingerprint"])
    assert answer.status == 1
    assert "The first of 2 rows that the finding names." in answer.out
    assert "realized_pnl stored" in answer.out
    again = console.run("trace", demo, "--finding", found["fingerprint"], "--json").document
    assert again["subject"] == {"kind": "position", "id": 7}
    assert again["finding"] == {"id": found["fingerprint"], "rows": 2}


@pytest.mark.parametrize(
    "options",
    [(), ("--position", "1", "--order", "1"), ("--order", "1", "--finding", "x")],
    ids=lambda options: " ".join(options) or "none",
)
def test_one_subject_is_asked_for(console: Console, demo: Path, options: tuple[str, ...]) -> None:
    console.run("trace", demo, *options, "--json").assert_refused("usage")


@pytest.mark.parametrize("key", ["", "0", "-1", "x'; DROP", "9" * 30, "ü\u202e"])
def test_ids_that_do_not_exist(console: Console, demo: Path, key: str) -> None:
    console.run("trace", demo, f"--position={key}", "--json").assert_refused("not_found")


def test_the_csv(console: Console, demo: Path, tmp_path: Path, change: Change) -> None:
    change("UPDATE trade_logs SET message = '=1+1' WHERE order_id = 5")
    target = tmp_path / "trace.csv"
    answer = console.run("trace", demo, "--order", "5", "--csv", target, "--json")
    assert answer.document["csv"] == str(target)
    with target.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(answer.document["events"])
    assert rows[1]["quantity"] == "581"
    assert rows[0]["time"].endswith("Z")
    before = snapshot(tmp_path)
    for taken in (target, demo, Path(f"{demo}-wal"), tmp_path / "none" / "x.csv"):
        refused = console.run("trace", demo, "--order", "5", "--csv", taken, "--json")
        assert refused.status == 2
        assert refused.document["error"]["code"] in ("usage", "not_found")
    assert snapshot(tmp_path) == before


def test_hostile_texts_are_printed_as_what_they_are(
    console: Console, demo: Path, change: Change
) -> None:
    text = "[red]x[/red]\x1b[31m\n\u202e=1"
    change(f"UPDATE trade_logs SET message = '{text}' WHERE order_id = 5")
    out = console.run("trace", demo, "--order", "5").out
    assert visible(text) in out
    assert "\x1b[31m" not in out


FOREIGN = {
    "cts_legacy": (legacy_order() + legacy_trade(), "order", "1"),
    "hummingbot": (hummingbot_order() + hummingbot_fill(), "order", "c1"),
    "freqtrade": (freqtrade_position() + freqtrade_order(), "position", "1"),
}


@pytest.mark.parametrize("base", FOREIGN)
def test_files_of_other_programs(console: Console, tmp_path: Path, base: str) -> None:
    sql, kind, key = FOREIGN[base]
    path = tmp_path / f"{base}.db"
    build(path, Case(base, sql, base=base))  # type: ignore[arg-type]  # names of `Base`
    answer = console.run("trace", path, f"--{kind}", key, "--json")
    assert answer.status == 0, answer
    document = answer.document
    assert document["events"][-1]["quantity"] == "2"
    # hummingbot keeps nothing that could be compared.
    assert bool(document["compared"]) == (base != "hummingbot")
    if kind == "order":
        console.run("trace", path, "--position", "1", "--json").assert_refused("foreign_file")
    else:
        assert console.run("trace", path, "--order", "1", "--json").document["agrees"]


def test_beside_a_busy_writer(console: Console, demo: Path) -> None:
    with open_database(demo, "read_write") as connection:
        connection.execute("CREATE TABLE ticks (id INTEGER PRIMARY KEY, note TEXT)")
    with writing(demo) as writer:
        answers = [console.run("trace", demo, "--position", "7", "--json") for _ in range(3)]
        commits, failed = end_writing(writer)
    assert ([answer.status for answer in answers], failed) == ([0, 0, 0], 0)
    assert commits > 0
