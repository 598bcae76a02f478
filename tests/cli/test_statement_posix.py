"""`statement` on a disk that fills, as the process sees it: no file may grow beyond a limit."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tests.cli.console import run_process

OCTOBER = ("--from", "2019-10-01", "--to", "2019-11-01")


@pytest.mark.parametrize("option", ["--pdf", "--csv"])
def test_a_disk_that_fills_leaves_no_part_of_a_file(
    demo: Path, tmp_path: Path, option: str
) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    words = ("statement", demo, *OCTOBER, option, tmp_path / "new", "--json")
    answer = run_process(*words, preexec_fn=limit)
    assert answer.status == 2
    assert "error: " in answer.err
    assert "Traceback" not in answer.err
    if option == "--csv":
        answer.assert_refused("disk_full")
    else:
        assert (answer.document["trades"], answer.document["pdf"]) == (12_477, None)
    assert not list(tmp_path.glob("new*"))
