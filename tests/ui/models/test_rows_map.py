"""Places of rows: whatever is guessed, rows that are shown lie side by side in their true order."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from cts_console.schema import read_schema
from cts_console.schema.browse import read_page
from cts_console.schema.browse_estimate import RowidMap, read_rowid_map
from cts_console.schema.browse_source import RowSource, Seek, plan_rows
from cts_console.sqlite import Connection, open_memory_database
from cts_console.ui.models import rows_map
from cts_console.ui.models.rows_map import RowMap

PAGE = 3
ROWIDS = st.sets(
    st.one_of(st.integers(-20, 150), st.sampled_from([10**6, 10**6 + 1, 2**62])),
    min_size=1,
    max_size=90,
)
# Fractions of the scroll bar to jump to, and steps of pages from there.
MOVES = st.lists(
    st.one_of(st.floats(0, 1), st.integers(-3, 3)),
    min_size=1,
    max_size=12,
)


class Viewer:
    """Reads pages as the model does, and holds what it was told."""

    def __init__(
        self, connection: Connection, source: RowSource, true_keys: list, rowids, estimated
    ) -> None:
        self.connection, self.source, self.true_keys = connection, source, true_keys
        self.map = RowMap(
            source, PAGE, rowids=rowids, estimated_rows=estimated, most_rows=10_000_000
        )
        self.rows: dict[int, tuple] = {}
        placement = self.map.open_with(read_page(connection, source, Seek(), 2 * PAGE))
        self.take(placement)

    def read(self, page: int) -> None:
        fetch = self.map.plan(page, page)
        assert fetch.limit <= PAGE
        found = read_page(self.connection, self.source, fetch.seek, fetch.limit)
        self.take(self.map.place(fetch, found))

    def take(self, placement) -> None:
        if placement.forgets:
            self.rows = {}
        shift = placement.inserted_above - (0 if placement.forgets else placement.removed_above)
        if shift:
            self.rows = {row + shift: key for row, key in self.rows.items()}
        for page, held in placement.pages.items():
            for offset, key in enumerate(held.keys):
                self.rows[page * PAGE + offset] = key
        self.rows = {row: key for row, key in self.rows.items() if 0 <= row < placement.total}
        assert placement.total == self.map.total
        self.check()

    def check(self) -> None:
        """Rows without a hole between them are neighbours in truth too, and none comes twice."""
        places = {key: place for place, key in enumerate(self.true_keys)}
        shown = sorted(self.rows.items())
        for (row, key), (next_row, next_key) in itertools.pairwise(shown):
            assert places[next_key] - places[key] == next_row - row or next_row != row + 1
            assert places[next_key] > places[key]
        if self.map.is_exact:
            assert all(places[key] == row for row, key in shown)
        if self.map.is_total_exact and self.map.is_exact:
            assert self.map.total == len(self.true_keys)

    @property
    def last_page(self) -> int:
        return max(self.map.total - 1, 0) // PAGE

    def walk_to_the_end(self) -> None:
        """Scroll down page by page, as far as it goes."""
        page = 0 if not self.rows else max(self.rows) // PAGE
        for _ in range(500):
            self.read(page)
            if page >= self.last_page and (self.map.total - 1) in self.rows:
                break
            page = min(page + 1, self.last_page)
        assert self.rows[self.map.total - 1] == self.true_keys[-1]

    def walk_to_the_start(self) -> None:
        """Scroll up page by page, as far as it goes."""
        for _ in range(500):
            top = min(self.rows) if self.rows else self.map.total
            if top == 0 and self.rows[0] == self.true_keys[0]:
                break
            self.read(max(top - 1, 0) // PAGE)
        assert self.rows[0] == self.true_keys[0]


def viewer(connection: Connection, rowids: set[int], estimated: int | None, **order) -> Viewer:
    connection.execute("CREATE TABLE t(a); CREATE INDEX i ON t(a)")
    connection.execute_many(
        "INSERT INTO t(rowid, a) VALUES (?, ?)", [(rowid, rowid % 7) for rowid in rowids]
    )
    source = plan_rows(read_schema(connection).tables[0], **order)
    whole = read_page(connection, source, Seek(), 1_000_000)
    known: RowidMap | None = None
    if source.is_by_rowid:
        known = read_rowid_map(connection, source, estimated)
    total = known.rows if known is not None else estimated
    return Viewer(connection, source, list(whole.keys), known, total)


@given(
    rowids=ROWIDS,
    estimated=st.one_of(st.none(), st.integers(1, 300)),
    moves=MOVES,
    sort=st.sampled_from([None, "a"]),
    descending=st.booleans(),
    near=st.sampled_from([0, 6, 20_000]),
)
@settings(max_examples=120)
def test_rows_lie_side_by_side_however_one_scrolls(
    rowids, estimated, moves, sort, descending, near
):
    before = rows_map.NEAR_ROWS
    rows_map.NEAR_ROWS = near  # type: ignore[misc]  # small, so that small tables are guessed in
    try:
        with open_memory_database() as connection:
            seen = viewer(connection, rowids, estimated, sort=sort, descending=descending)
            page = 0
            for move in moves:
                if isinstance(move, float):
                    page = round(move * seen.last_page)
                else:
                    page = min(max(page + move, 0), seen.last_page)
                seen.read(page)
            seen.walk_to_the_start()
            seen.walk_to_the_end()
            seen.walk_to_the_start()
    finally:
        rows_map.NEAR_ROWS = before  # type: ignore[misc]


def test_the_end_of_the_scroll_bar_shows_the_true_last_rows():
    with open_memory_database() as connection:
        seen = viewer(connection, set(range(1, 100_000, 3)), None)
        assert not seen.map.is_total_exact
        seen.read(seen.last_page)
        assert seen.rows[max(seen.rows)] == seen.true_keys[-1]


def test_an_exact_count_over_dense_rowids_makes_every_place_exact():
    with open_memory_database() as connection:
        seen = viewer(connection, set(range(1, 120_001)), None)
        seen.map.set_counted(120_000)
        seen.read(30_000)
        assert seen.map.is_exact
        assert seen.rows[90_000] == (90_001,)


def test_rows_that_are_added_at_the_end_are_found():
    with open_memory_database() as connection:
        seen = viewer(connection, set(range(1, 6)), None)
        seen.check()
        connection.execute_many("INSERT INTO t(rowid) VALUES (?)", [(i,) for i in range(6, 12)])
        seen.true_keys = [(i,) for i in range(1, 12)]
        seen.read(1)
        assert not seen.map.is_total_exact
        seen.walk_to_the_end()
        assert seen.map.total == 11


def test_what_has_no_key_is_read_by_position_and_no_further_than_allowed():
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(a); CREATE VIEW v AS SELECT a FROM t")
        connection.execute_many("INSERT INTO t VALUES (?)", [(i,) for i in range(20)])
        source = plan_rows(read_schema(connection).views[0])
        places = RowMap(source, PAGE, most_rows=12)
        places.open_with(read_page(connection, source, Seek(), PAGE))
        for page in range(1, 4):
            fetch = places.plan(page, page)
            found = read_page(connection, source, fetch.seek, fetch.limit)
            placement = places.place(fetch, found)
            assert placement.pages[page].rows == tuple((page * 3 + i,) for i in range(3))
        assert places.total == 12
        assert not places.is_total_exact
