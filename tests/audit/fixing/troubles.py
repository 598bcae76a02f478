"""One trouble on a CTS database for each statement that a rule offers as a fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cts_console.audit import AuditProfile, AuditResult, Finding, run_audit
from cts_console.sqlite import open_database, quote_identifier
from tests.audit.case import Case, asked, build

_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
_MINE = "CREATE TABLE mine (id INTEGER PRIMARY KEY, a, b);"
_FULL = _NUMBERS.format(rows=3_000) + " INSERT INTO mine (a, b) SELECT i, zeroblob(3500) FROM n;"
HOSTILE = "\"; DROP TABLE trades; --\n'x"
_QUOTED = quote_identifier(HOSTILE)


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and what the rule must call it."""

    rule: str
    object: str
    sql: str
    kinds: tuple[str, ...]
    """The kinds of the fix's steps."""
    then: Callable[[Path], None] | None = None


TROUBLES = (
    Trouble("SCH-01", "v_daily_volume", "DROP VIEW v_daily_volume", ("create_view",)),
    Trouble(
        "SCH-06",
        "bomb",
        "CREATE INDEX bomb ON alerts (id) WHERE id > unixepoch('now')",
        ("drop_index",),
    ),
    Trouble(
        "SCH-09",
        "trg_orders_updated_at",
        "DROP TRIGGER trg_orders_updated_at; CREATE TRIGGER trg_orders_updated_at"
        " AFTER UPDATE ON orders BEGIN SELECT 1; SELECT 2; END",
        ("drop_trigger", "create_trigger"),
    ),
    Trouble(
        "SCH-09",
        "v_daily_volume",
        "DROP VIEW v_daily_volume; CREATE VIEW v_daily_volume AS SELECT 1 AS a",
        ("drop_view", "create_view"),
    ),
    Trouble(
        "SCH-09",
        "idx_orders_connection_created",
        "DROP INDEX idx_orders_connection_created;"
        "CREATE INDEX idx_orders_connection_created ON orders (created_at)",
        ("drop_index", "create_index"),
    ),
    Trouble(
        "IDX-01",
        "again",
        "CREATE INDEX first ON orders (price); CREATE INDEX again ON orders (price)",
        ("drop_index",),
    ),
    Trouble("IDX-02", "short", "CREATE INDEX short ON orders (status)", ("drop_index",)),
    Trouble(
        "IDX-03",
        "mine.order_id",
        "CREATE TABLE mine (id INTEGER PRIMARY KEY, order_id REFERENCES orders (id))",
        ("create_index",),
    ),
    Trouble(
        "IDX-03",
        f"{HOSTILE}.{HOSTILE}",
        f"CREATE TABLE {_QUOTED} (id INTEGER PRIMARY KEY, {_QUOTED} REFERENCES orders (id))",
        ("create_index",),
    ),
    Trouble(
        "IDX-04",
        "mine.a",
        _MINE + _NUMBERS.format(rows=1_500) + " INSERT INTO mine (a) SELECT i % 97 FROM n",
        ("create_index",),
        asked("SELECT * FROM mine WHERE a = ?"),
    ),
    Trouble(
        "IDX-06",
        "sqlite_stat1",
        "ANALYZE; INSERT INTO sqlite_stat1 VALUES ('gone', 'gone_by_x', '20 20')",
        ("delete_statistics",),
    ),
    Trouble(
        "IDX-07",
        "sqlite_stat1",
        _MINE
        + _NUMBERS.format(rows=1_500)
        + " INSERT INTO mine (a) SELECT i FROM n; CREATE INDEX mine_a ON mine (a)",
        ("limit_analysis", "analyze"),
    ),
    Trouble(
        "IDX-08",
        "same",
        "CREATE INDEX same ON market_data (trading_pair_id, timeframe, open_time)",
        ("drop_index",),
    ),
    Trouble("IDX-10", "idx_orders_bot", "DROP INDEX idx_orders_bot", ("create_index",)),
    Trouble("PRG-01", "journal_mode", "PRAGMA journal_mode = DELETE", ("set_pragma",)),
    Trouble("PRG-01", "user_version", "PRAGMA user_version = 7", ("set_pragma",)),
    Trouble("PRG-01", "application_id", "PRAGMA application_id = 0", ("set_pragma",)),
    Trouble(
        "PRG-01",
        "auto_vacuum",
        "PRAGMA auto_vacuum = NONE; VACUUM",
        ("set_pragma", "vacuum"),
    ),
    Trouble("PRG-01", "auto_vacuum", "PRAGMA auto_vacuum = FULL", ("set_pragma",)),
    Trouble("STO-01", "freelist", _MINE + _FULL + "; DROP TABLE mine", ("incremental_vacuum",)),
    Trouble(
        "STO-01",
        "freelist",
        "PRAGMA auto_vacuum = NONE; VACUUM;" + _MINE + _FULL + "; DROP TABLE mine",
        ("vacuum",),
    ),
    Trouble("STO-06", "mine", _MINE + _FULL + "; UPDATE mine SET b = NULL", ("vacuum",)),
    Trouble(
        "IDX-01",
        HOSTILE,
        f"CREATE INDEX first ON orders (price); CREATE INDEX {_QUOTED} ON orders (price)",
        ("drop_index",),
    ),
)


def make_trouble(path: Path, trouble: Trouble) -> Finding:
    """Make a CTS database with the trouble at `path` and return the finding."""
    build(path, Case("", trouble.sql, base="cts", then=trouble.then))
    return find(path, trouble)


def find(path: Path, trouble: Trouble) -> Finding:
    """Return the finding of the trouble's rule about its object."""
    found = [one for one in ask(path, trouble.rule).findings if one.object == trouble.object]
    assert len(found) == 1, found
    return found[0]


def ask(path: Path, *rules: str, profile: AuditProfile = "standard") -> AuditResult:
    """Ask rules about the file."""
    return run_audit(path, profile=profile, rules=rules)


def contents(path: Path) -> dict[str, list[object]]:
    """Return every row of every table that is not SQLite's own."""
    with open_database(path) as connection:
        names = connection.read_rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
        return {
            name: list(connection.read_rows(f"SELECT * FROM {quote_identifier(name)}"))
            for name in map(str, (row[0] for row in names))
        }


def duplicate(path: Path) -> Finding:
    """Make a CTS database with one index too many and return the finding."""
    return make_trouble(path, next(one for one in TROUBLES if one.rule == "IDX-01"))


def slow(path: Path, rows: int = 20_000) -> Finding:
    """Make a CTS database whose fix is an index over so many rows, and return the finding."""
    sql = (
        "CREATE TABLE mine (id INTEGER PRIMARY KEY, a TEXT, order_id REFERENCES orders (id));"
        + _NUMBERS.format(rows=rows)
        + " INSERT INTO mine (a) SELECT hex(randomblob(8)) FROM n"
    )
    return make_trouble(path, Trouble("IDX-03", "mine.order_id", sql, ("create_index",)))
