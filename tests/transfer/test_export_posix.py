"""A full disk, by a resource limit: nothing is left."""

from __future__ import annotations

import pytest

from tests.processes import a_process, wait_for_line
from tests.transfer.export_case import ENDLESS, EXPORTER, FORMATS, names


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_leaves_nothing(database, form):
    with a_process(EXPORTER, database, database.with_name(f"out.{form}"), 300_000, ENDLESS) as full:
        wait_for_line(full, "disk_full")
        full.wait()
        assert full.stderr is not None
        assert full.stderr.read() == ""
    assert names(database) == {"a.db"}
