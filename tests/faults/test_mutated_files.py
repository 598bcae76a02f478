"""Damaged files of every kind: no crash, no hang, the damage told, the rest still asked.

A short run is a part of the suite; the long one is `CTS_FAULT_FILES=1000 make unit
ARGS=tests/faults/test_mutated_files.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.audit.case import Case, build, make
from tests.audit.rows import AT, candle, order, position, trade
from tests.processes import ROOT

FILES = int(os.environ.get("CTS_FAULT_FILES", "64"))
LONGEST_S = 60.0

FILL = (
    order()
    + trade(position_id=1)
    + position()
    + "".join(candle(number, AT // 60_000 * 60_000 + number * 60_000) for number in range(1, 400))
    + "DELETE FROM market_data WHERE id BETWEEN 100 AND 200;"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutated")
    build(folder / "base.db", Case("base", FILL, base="cts"))
    # The log of another database, left by a program that was killed.
    make(
        folder / "other.db",
        "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);",
    )
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('INSERT INTO t VALUES (2)'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, folder / "other.db"], check=True)
    return folder


def run(folder: Path, first: int, count: int) -> list[dict[str, Any]]:
    process = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.mutated_files"),
            *(folder / "base.db", folder, str(first), str(count)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_S * count,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


def test_no_damage_ends_the_audit_or_goes_untold(folder: Path):
    outcomes = run(folder, 0, FILES)
    assert len(outcomes) == FILES
    for outcome in outcomes:
        told = f"{outcome['number']}: {outcome['what']}; SQLite says {outcome['truth']}"
        assert outcome["elapsed_s"] < LONGEST_S, told
        if "error" in outcome:
            assert outcome["error"] in ("damaged", "not_a_database", "encrypted"), told
            continue
        states = {status for status, _ in outcome["checks"].values()}
        assert "errored" not in states, (told, outcome["checks"])
        if outcome["truth"] not in ("ok", "locked"):
            rules = {rule for rule, _, _ in outcome["findings"]}
            # Damage of the file, or a row that its own table forbids.
            assert rules & {"INT-01", "INT-03", "INT-05"}, (told, outcome["findings"])
