"""An audit whose record does not fit on the disk any more."""

from __future__ import annotations

import resource
from pathlib import Path

from cts_console.sqlite import open_database
from tests.cli.console import Console, run_process

# Enough for the index of the side database's log, too little for what an audit writes.
LIMIT_BYTES = 33_000


def test_a_full_disk(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "flawed.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (a, b); CREATE INDEX one ON t (a)")
        connection.execute("CREATE INDEX two ON t (a)")
    first = console.run("audit", path, "--json").document
    name = next(row["fingerprint"] for row in first["findings"] if row["rule"] == "IDX-01")
    console.run("audit", "accept", path, name, "--reason", "known")
    answer = run_process(
        "audit",
        path,
        "--compare",
        "latest",
        "--json",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, LIMIT_BYTES)),
    )
    assert answer.status == 0, answer
    document = answer.document
    assert document["kept"]["error"]["code"] == "disk_full"
    # What reads needs no space.
    assert document["compared_with"]["id"] == first["kept"]["id"]
    assert document["summary"]["accepted"] == 1
    again = console.run("audit", path, "--json").document
    assert again["kept"]["id"] == first["kept"]["id"] + 1
