"""Whose database a file is, on small real ones; names alone prove nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.paths import migrations_dir
from cts_console.sqlite import (
    APPLICATION_ID,
    Kind,
    classify,
    open_database,
    split_statements,
)
from tests.sqlite.children import hash_file, run_python
from tests.sqlite.databases import names_in

LEGACY = """
CREATE TABLE exchange_connections (id TEXT PRIMARY KEY, exchange TEXT, api_key TEXT,
  api_secret TEXT);
CREATE TABLE trade_engine_state (id INTEGER PRIMARY KEY, connection_id TEXT, status TEXT);
CREATE TABLE site_logs (id INTEGER PRIMARY KEY, timestamp TEXT, level TEXT, message TEXT);
"""
FREQTRADE = """
CREATE TABLE trades (id INTEGER PRIMARY KEY, exchange VARCHAR, pair VARCHAR, is_open BOOLEAN,
  open_rate FLOAT, stake_amount FLOAT, open_date DATETIME);
CREATE TABLE orders (id INTEGER PRIMARY KEY, ft_trade_id INTEGER, ft_order_side VARCHAR,
  order_id VARCHAR, status VARCHAR);
CREATE TABLE pairlocks (id INTEGER PRIMARY KEY, pair VARCHAR);
"""
HUMMINGBOT = """
CREATE TABLE "Order" (id TEXT PRIMARY KEY, config_file_path TEXT, market TEXT, last_status TEXT);
CREATE TABLE "TradeFill" (market TEXT, order_id TEXT, exchange_trade_id TEXT, price BIGINT);
"""


def build(path: Path, script: str) -> Path:
    with open_database(path, "read_write", create=True) as connection:
        for statement in split_statements(script):
            connection.execute(statement.sql)
    return path


def kind_of(path: Path) -> Kind:
    """Classify the file; assert that this changed no byte of it."""
    before = hash_file(path)
    with open_database(path) as connection:
        kind = classify(connection)
    assert hash_file(path) == before
    # Looking at a clean WAL file may leave empty side files of ours.
    assert set(names_in(path.parent)) <= {path.name, f"{path.name}-wal", f"{path.name}-shm"}
    return kind


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "alone"
    folder.mkdir()
    return folder / "data.db"


def migrations(last: str) -> str:
    """The text of our migrations up to the one whose name begins with `last`."""
    scripts = sorted(migrations_dir().glob("*.sql"))
    chosen = [script for script in scripts if script.name[: len(last)] <= last]
    assert chosen[-1].name.startswith(last)
    return "\n;\n".join(script.read_text(encoding="utf-8") for script in chosen)


@pytest.mark.parametrize("last", ["000", "001", "010", "072"])
def test_cts_from_its_first_migration_on(path: Path, last: str) -> None:
    assert kind_of(build(path, migrations(last))) == "cts"


def test_cts_by_its_application_id(path: Path) -> None:
    script = f"PRAGMA application_id = {APPLICATION_ID}; CREATE TABLE t (a);"
    assert kind_of(build(path, script)) == "cts"


@pytest.mark.parametrize(
    ("script", "kind"),
    [(LEGACY, "cts_legacy"), (FREQTRADE, "freqtrade"), (HUMMINGBOT, "hummingbot")],
    ids=["legacy", "freqtrade", "hummingbot"],
)
def test_known_neighbours(path: Path, script: str, kind: Kind) -> None:
    assert kind_of(build(path, script)) == kind


@pytest.mark.parametrize(
    "script",
    [
        "PRAGMA user_version = 0; VACUUM",
        "CREATE TABLE t (a); DROP TABLE t",
        "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE t",
        "PRAGMA journal_mode = WAL",
    ],
)
def test_empty_databases(path: Path, script: str) -> None:
    build(path, script)
    if path.stat().st_size:
        assert kind_of(path) == "empty"
    else:
        with open_database(path, "read_write", create=True) as connection:
            assert classify(connection) == "empty"


NAMES_ALONE = [
    "CREATE TABLE migrations (version TEXT)",
    "CREATE TABLE migrations (id, name, checksum, applied_at)",
    "CREATE TABLE migrations (id); CREATE TABLE users (id)",
    """
    CREATE TABLE exchange_connections (id);
    CREATE TABLE trade_engine_state (id);
    CREATE TABLE site_logs (id)
    """,
    "CREATE TABLE trades (id, pair); CREATE TABLE orders (id)",
    'CREATE TABLE "Order" (id); CREATE TABLE "TradeFill" (id)',
    "CREATE TABLE orders (id, symbol, side, amount, price)",
    "PRAGMA application_id = 7; CREATE TABLE t (a)",
    "CREATE VIEW v AS SELECT 1",
]


@pytest.mark.parametrize("script", NAMES_ALONE)
def test_names_alone_prove_nothing(path: Path, script: str) -> None:
    assert kind_of(build(path, script)) == "other"


@pytest.mark.parametrize(
    "disguise",
    [
        "CREATE VIEW orders AS SELECT ft_trade_id, order_id FROM missing",
        "CREATE VIEW orders AS SELECT 1 AS ft_trade_id, 2 AS order_id",
        "CREATE VIEW orders AS SELECT * FROM orders2; CREATE VIEW orders2 AS SELECT * FROM orders",
        "CREATE VIRTUAL TABLE orders USING fts5 (ft_trade_id, order_id)",
        "CREATE INDEX orders ON trades (id)",
    ],
)
def test_a_view_or_a_module_in_disguise(path: Path, disguise: str) -> None:
    trades = FREQTRADE.split(";", maxsplit=1)[0]
    assert kind_of(build(path, f"{trades};{disguise}")) == "other"


def test_a_module_that_nobody_here_has(path: Path) -> None:
    run_python(
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1])\n"
        "connection.execute('PRAGMA writable_schema = ON')\n"
        "connection.execute(\"INSERT INTO sqlite_schema VALUES ('table', 'orders', 'orders', 0, "
        "'CREATE VIRTUAL TABLE orders USING martian (ft_trade_id, order_id)')\")\n"
        "connection.commit()\n",
        build(path, FREQTRADE.split(";", maxsplit=1)[0]),
    )
    assert kind_of(path) == "other"


def test_a_damaged_schema_is_no_kind(path: Path) -> None:
    build(path, FREQTRADE)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"CREATE TABLE trades", b"CREATE TABLX trades"))
    with open_database(path) as connection, pytest.raises(CtsError) as caught:
        classify(connection)
    assert caught.value.code == "damaged"


def test_a_schema_that_is_not_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "any.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE bbbb (x)")
    path.write_bytes(path.read_bytes().replace(b"bbbb", b"b\xff\xfeb"))
    with open_database(path) as connection, pytest.raises(CtsError) as caught:
        classify(connection)
    assert caught.value.code == "damaged"
