"""One connection at a time: inserts, indexes against scans, cache, mmap, the PRAGMA profile."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cts_console.bench.model import ClaimResult, measured, unknown
from cts_console.bench.subject import Subject
from cts_console.errors import CtsError
from cts_console.pragmas import PROFILES
from cts_console.progress import CancelToken
from cts_console.schema import Index
from cts_console.sqlite import (
    Connection,
    Row,
    SqliteValue,
    open_database,
    quote_identifier,
    transaction,
)
from cts_console.sqlite.inspection import read_cache_use

INSERT: Final = "insert of 1,000 rows"
LOOK_UP: Final = "indexed look-up against a scan"
RANGE: Final = "indexed range against a scan"
CACHE: Final = "cache of 64 MB against 2 MB"
MMAP: Final = "mmap of 30 MB against none"
PROFILE: Final = "PRAGMA profile against SQLite's defaults"
HIT_RATE: Final = "cache hit rate under the profile"

_ROWS: Final = 1_000
_RUNS: Final = 5
_LONGEST_SCAN_S: Final = 1.5
_LONGEST_S: Final = 8.0
_SCAN_ROWS: Final = 200_000
_RANGE_ROWS: Final = 500
_DEFAULTS: Final = {"cache_size": "-2000", "mmap_size": "0", "temp_store": "DEFAULT"}
_OF_READERS: Final = ("cache_size", "mmap_size", "temp_store")


def measure_insert(path: Path, subject: Subject, cancel: CancelToken) -> list[ClaimResult]:
    """Measure how long the table's last 1,000 rows take to come back after they were deleted."""
    claim = "50 to 200 ms"
    if subject.last_rowid < _ROWS:
        return [unknown(INSERT, claim, "ms", f"{subject.table.name} has fewer rows.")]
    with (
        open_database(path, "read_write") as connection,
        connection.guard(cancel=cancel, timeout_s=_LONGEST_S),
    ):
        connection.read_value("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _drop_triggers(connection, subject)
        names = ", ".join(subject.stored_columns)
        last = f"ORDER BY {subject.rowid} DESC LIMIT {_ROWS}"
        rows = connection.read_rows(f"SELECT {names} FROM {subject.name_sql} {last}")[::-1]
        if len(rows) < _ROWS:
            return [unknown(INSERT, claim, "ms", f"{subject.table.name} has fewer rows.")]
        times_s = [_insert_once(connection, subject, last, rows) for _ in range(_RUNS)]
    value = statistics.median(times_s) * 1000
    triggers = ", without its triggers" if subject.has_triggers else ""
    note = (
        f"The last rows of {subject.table.name} with its {len(subject.table.indexes)} indexes"
        f"{triggers}; WAL, synchronous NORMAL, foreign keys checked, one transaction."
    )
    return [ClaimResult(INSERT, claim, round(value, 2), "ms", value <= 200, note)]


def measure_index(path: Path, subject: Subject, cancel: CancelToken) -> list[ClaimResult]:
    """Measure an index of the table against reading all of its rows."""
    claim = "100x faster"
    index = subject.index()
    if index is None:
        why = f"{subject.table.name} has no index on columns alone."
        return [unknown(name, claim, "times faster", why) for name in (LOOK_UP, RANGE)]
    with open_database(path) as connection, connection.guard(cancel=cancel, timeout_s=_LONGEST_S):
        keys = subject.keys(connection, index)
        found = []
        for name, is_range in ((LOOK_UP, False), (RANGE, True)):
            where = _where(index, is_range=is_range)
            if is_range:
                keys = [(*key, _range_end(connection, subject, index, key)) for key in keys]
            found.append(_compare(connection, subject, index, name, where, keys))
    return found


def measure_settings(path: Path, subject: Subject, cancel: CancelToken) -> list[ClaimResult]:
    """Measure cache, mmap and the whole profile by the same reading."""
    profile = {name: PROFILES["trading"][name] for name in _OF_READERS}
    variants: dict[str, Mapping[str, str]] = {
        "defaults": _DEFAULTS,
        "cache": {**_DEFAULTS, "cache_size": profile["cache_size"]},
        "mmap": {**_DEFAULTS, "mmap_size": profile["mmap_size"]},
        "profile": profile,
    }
    times_s: dict[str, list[float]] = {name: [] for name in variants}
    hit_rates = []
    for _ in range(_RUNS - 2):
        # In turn, so that what the machine does meanwhile meets each of them.
        for name, settings in variants.items():
            taken_s, hit_rate = _read_with(path, subject, settings, cancel)
            times_s[name].append(taken_s)
            if name == "profile":
                hit_rates.append(hit_rate)
    medians = {name: statistics.median(found) for name, found in times_s.items()}
    base_s = medians["defaults"]
    faster = (base_s / medians["mmap"] - 1) * 100
    how = (
        f"Reading of up to {_SCAN_ROWS:,} rows of {subject.table.name} twice and single rows by "
        "rowid, a new connection each time, the file in the system's cache."
    )
    return [
        measured(CACHE, "~2x faster", base_s / medians["cache"], "times faster", how, at_least=2),
        measured(MMAP, "20-30 % faster", faster, "% faster", how, at_least=20),
        measured(
            PROFILE, "~2x faster", base_s / medians["profile"], "times faster", how, at_least=2
        ),
        measured(HIT_RATE, "", statistics.median(hit_rates) * 100, "%", how),
    ]


def _insert_once(connection: Connection, subject: Subject, last: str, rows: list[Row]) -> float:
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(
        f"DELETE FROM {subject.name_sql} WHERE {subject.rowid} IN "
        f"(SELECT {subject.rowid} FROM {subject.name_sql} {last})"
    )
    connection.execute("PRAGMA foreign_keys = ON")
    places = ", ".join("?" * len(subject.stored_columns))
    names = ", ".join(subject.stored_columns)
    started_s = time.perf_counter()
    with transaction(connection):
        connection.execute_many(f"INSERT INTO {subject.name_sql} ({names}) VALUES ({places})", rows)
    return time.perf_counter() - started_s


def _drop_triggers(connection: Connection, subject: Subject) -> None:
    """Drop the triggers of the table in the copy: one of them may refuse the DELETE."""
    for (name,) in connection.read_schema_rows(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE",
        (subject.table.name,),
    ):
        connection.execute(f"DROP TRIGGER {quote_identifier(str(name))}")


def _where(index: Index, *, is_range: bool) -> str:
    *first, last = [
        f"{quote_identifier(key.column or '')} COLLATE {quote_identifier(key.collation)}"
        for key in index.keys
    ]
    ending = f"{last} BETWEEN ? AND ?" if is_range else f"{last} IS ?"
    return " AND ".join([*(f"{term} IS ?" for term in first), ending])


def _range_end(connection: Connection, subject: Subject, index: Index, key: Row) -> SqliteValue:
    """Return the index's last term some rows further on, or its largest value there."""
    *first, last = [quote_identifier(one.column or "") for one in index.keys]
    terms = " AND ".join([*(f"{name} IS ?" for name in first), f"{last} >= ?"])
    order = f"{subject.name_sql} WHERE {terms} ORDER BY {last}"
    row = connection.read_row(f"SELECT {last} FROM {order} LIMIT 1 OFFSET {_RANGE_ROWS}", key)
    row = row or connection.read_row(f"SELECT {last} FROM {order} DESC LIMIT 1", key)
    return row[0] if row else key[-1]


def _compare(
    connection: Connection,
    subject: Subject,
    index: Index,
    name: str,
    where: str,
    keys: list[Row],
) -> ClaimResult:
    claim, unit = "100x faster", "times faster"
    count = f"SELECT count(*) FROM {subject.name_sql}"
    by_index = f"{count} INDEXED BY {quote_identifier(index.name)} WHERE {where}"
    if not keys:
        return unknown(name, claim, unit, f"no row of {subject.table.name} was found.")
    try:
        fast_s = statistics.median(_timed(connection, by_index, key) for key in keys)
        scan_s, is_whole = _scan(connection, f"{count} NOT INDEXED WHERE {where}", keys)
    except CtsError as error:
        if error.code not in ("usage", "timeout"):
            raise
        return unknown(name, claim, unit, error.message)
    least = "" if is_whole else f" The scan was stopped after {_LONGEST_SCAN_S} s: at least."
    note = (
        f"{subject.table.name} by {index.name}: {fast_s * 1000:.3f} ms, all rows read: "
        f"{scan_s * 1000:.1f} ms.{least}"
    )
    return measured(name, claim, scan_s / max(fast_s, 1e-9), unit, note, at_least=100)


def _scan(connection: Connection, sql: str, keys: list[Row]) -> tuple[float, bool]:
    """Return the median of a few scans in seconds, and whether they came to their end."""
    try:
        with connection.guard(timeout_s=_LONGEST_SCAN_S):
            return statistics.median(_timed(connection, sql, key) for key in keys[:3]), True
    except CtsError as error:
        if error.code != "timeout":
            raise
        return _LONGEST_SCAN_S / 3, False


def _timed(connection: Connection, sql: str, bindings: Row) -> float:
    started_s = time.perf_counter()
    connection.read_rows(sql, bindings)
    return time.perf_counter() - started_s


def _read_with(
    path: Path, subject: Subject, settings: Mapping[str, str], cancel: CancelToken
) -> tuple[float, float]:
    """Return the time of the same reading under other settings, and the cache's hit rate."""
    sums = ", ".join(f"sum(octet_length({name}))" for name in subject.stored_columns)
    scan = (
        f"SELECT {sums} FROM (SELECT {', '.join(subject.stored_columns)} FROM {subject.name_sql} "
        f"NOT INDEXED LIMIT {_SCAN_ROWS})"
    )
    one = f"SELECT {sums} FROM {subject.name_sql} WHERE {subject.rowid} = ?"
    with open_database(path) as connection, connection.guard(cancel=cancel, timeout_s=_LONGEST_S):
        for name, value in settings.items():
            connection.read_rows(f"PRAGMA {name} = {value}")
        rowids = subject.rowids(connection)
        return _run_reading(connection, [(scan, ()), *((one, (r,)) for r in rowids), (scan, ())])


def _run_reading(connection: Connection, work: list[tuple[str, Row]]) -> tuple[float, float]:
    started_s = time.perf_counter()
    for sql, bindings in work:
        connection.read_rows(sql, bindings)
    taken_s = time.perf_counter() - started_s
    use = read_cache_use(connection)
    return taken_s, use.hits / max(use.hits + use.misses, 1)


Measure = Callable[[Path, Subject, CancelToken], list[ClaimResult]]
