from __future__ import annotations

import pytest

from cts_console.errors import CtsError
from cts_console.maintenance import read_stats
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database, side_file


@pytest.mark.parametrize("as_path", [True, False])
def test_the_figures_add_up(make_database, as_path):
    path = make_database(rows=2000)
    with open_database(path, "read_write") as connection:
        connection.execute("DELETE FROM trades WHERE id <= 500")
        connection.execute('CREATE TABLE "odd ""name""" (x)')
        stats = read_stats(path if as_path else connection)
        tables = {table.name: table for table in stats.tables}
        assert list(tables) == ["mirror", 'odd "name"', "trades"]
        assert tables["trades"].rows == 1500
        assert tables["mirror"].rows == 0
        assert tables["mirror"].index_bytes == 0
        assert tables["trades"].index_bytes > 0
        used = sum(table.bytes + table.index_bytes for table in stats.tables)
        free = stats.freelist_count * stats.page_size
        schema = stats.page_size
        assert used + free + schema == stats.page_count * stats.page_size
        assert stats.size_bytes == path.stat().st_size
        assert stats.wal_bytes == side_file(path, "-wal").stat().st_size > 0
        assert stats.cache.limit_bytes == 2000 * 1024
        assert stats.cache.used_bytes > 0
        assert stats.cache.misses + stats.cache.hits > 0


def test_a_table_that_cannot_be_read_here_has_no_count(ledger, start_engine):
    code = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.create_collation("venue", lambda a, b: (a > b) - (a < b))
connection.execute("CREATE TABLE pairs (name TEXT COLLATE venue, more TEXT)")
connection.execute("CREATE INDEX idx_pairs_name ON pairs(name)")
connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
"""
    start_engine(ledger, code).process.wait()
    rows = {table.name: table.rows for table in read_stats(ledger).tables}
    assert rows["pairs"] is None
    assert rows["words"] is None
    assert rows["trades"] == 100


def test_a_stop_works(ledger):
    cancel = CancelToken()
    with pytest.raises(CtsError) as caught:
        read_stats(ledger, on_progress=lambda _: cancel.cancel(), cancel=cancel)
    assert caught.value.code == "cancelled"
