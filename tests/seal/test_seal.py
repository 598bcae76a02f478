"""Seals of real files: what they name, what they let pass, and how they are kept."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cts_console.audit import run_audit
from cts_console.audit.seal import key_text, seal_tables, verify_seals
from cts_console.audit.seal.aggregates import RowsMarks
from cts_console.audit.seal.reading import TableReader
from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database
from cts_console.store import Store, open_store, store_path
from tests.audit.writers import end_writing, writing
from tests.processes import a_process, wait_for_line

ROWS = 10_000


def run(path: Path, *statements: str) -> None:
    """Change the file as another program would."""
    with open_database(path, "read_write", create=True) as connection:
        for sql in statements:
            connection.execute(sql)


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = tmp_path / "trades.db"
    run(
        path,
        "CREATE TABLE trades (id INTEGER PRIMARY KEY, symbol TEXT, price REAL, raw BLOB)",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
        f"{ROWS}) INSERT INTO trades SELECT i, 'BTC', i * 0.5, x'00ff' FROM n",
    )
    return path


def verdict(path: Path, file: Path | None = None):
    (only,) = verify_seals(path, file=file)
    return only


def named(path: Path, file: Path | None = None):
    """Return block, differing keys and missing keys of every difference."""
    return [
        (d.block, [k[0] for k in d.keys], [k[0] for k in d.missing])
        for d in verdict(path, file).differs
    ]


def test_the_first_block_then_its_rows_are_named(trades: Path):
    (seal,) = seal_tables(trades, ["trades"])
    assert (seal.rows, len(seal.blocks), seal.from_key, seal.to_key) == (ROWS, 3, (1,), (ROWS,))
    assert verdict(trades).is_true
    run(
        trades,
        "UPDATE trades SET price = price + 1e-9 WHERE id = 5000",
        "DELETE FROM trades WHERE id IN (7, 9999, 10000)",
        "INSERT INTO trades VALUES (20000, 'BTC', 1.0, NULL)",
    )
    assert named(trades) == [(0, [], [7]), (1, [5000], []), (2, [], [9999, 10000])]
    assert verdict(trades).rows_after_seal == 1


@pytest.mark.parametrize(
    "change",
    ["symbol = 'BTc'", "price = CAST(price AS TEXT) || 'x'", "raw = x'00fe'", "raw = NULL",
     "symbol = CAST('BTC' AS BLOB)", "symbol = 'BTC' || char(0)", "symbol = CAST(x'ff' AS TEXT)"],
)  # fmt: skip
def test_every_kind_of_change_is_found(trades: Path, change: str):
    seal_tables(trades, ["trades"])
    run(trades, f"UPDATE trades SET {change} WHERE id = 42")
    assert named(trades) == [(0, [42], [])]


def test_text_that_is_no_utf8_is_sealed_too(trades: Path):
    run(trades, "UPDATE trades SET symbol = CAST(x'ff41' AS TEXT) WHERE id = 42")
    seal_tables(trades, ["trades"])
    assert verdict(trades).is_true
    run(trades, "UPDATE trades SET symbol = CAST(x'fe41' AS TEXT) WHERE id = 42")
    assert named(trades) == [(0, [42], [])]


def test_a_table_that_was_renamed_is_gone_and_one_made_again_is_compared(trades: Path):
    run(trades, "CREATE TABLE log (line TEXT)")
    seal_tables(trades, ["trades"])
    run(trades, "ALTER TABLE trades RENAME TO t")
    assert verdict(trades).is_gone
    make = "CREATE TABLE trades (id INTEGER PRIMARY KEY, symbol TEXT, price REAL, raw BLOB)"
    run(trades, make, "INSERT INTO trades SELECT * FROM t WHERE id <> 5")
    assert named(trades) == [(0, [], [5])]
    run(trades, "INSERT INTO trades SELECT * FROM t WHERE id = 5")
    assert verdict(trades).is_true


def test_a_full_disk_keeps_the_seal_before(trades: Path, monkeypatch: pytest.MonkeyPatch):
    (before,) = seal_tables(trades, ["trades"])
    run(trades, "INSERT INTO trades (symbol) SELECT hex(randomblob(9)) FROM trades")

    def open_full() -> Store:
        store = open_store()
        pages = store._connection.read_int("PRAGMA page_count")
        store._connection.read_value(f"PRAGMA max_page_count = {pages}")
        return store

    with monkeypatch.context() as patch:
        patch.setattr("cts_console.audit.seal.keeping.open_store", open_full)
        with pytest.raises(CtsError) as caught:
            seal_tables(trades, ["trades"])
    assert (caught.value.code, "records" in caught.value.title) == ("disk_full", True)
    assert (verdict(trades).root, verdict(trades).is_true) == (before.root, True)


def test_records_that_cannot_be_written_are_told(trades: Path, monkeypatch: pytest.MonkeyPatch):
    (before,) = seal_tables(trades, ["trades"])

    def read_only() -> Store:
        store = open_store()
        store._connection.read_value("PRAGMA query_only = 1")
        return store

    with monkeypatch.context() as patch:
        patch.setattr("cts_console.audit.seal.keeping.open_store", read_only)
        with pytest.raises(CtsError) as caught:
            seal_tables(trades, ["trades"], anew=True)
    assert (caught.value.code, "records" in caught.value.title) == ("read_only", True)
    assert verdict(trades).root == before.root


@pytest.mark.parametrize(
    "table",
    ["v (id INTEGER PRIMARY KEY, v)", "v (id, v REAL)", "v (id PRIMARY KEY, v) WITHOUT ROWID"],
)
def test_what_is_as_sealed_is_never_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
):
    path = tmp_path / "values.db"
    run(
        path,
        f"CREATE TABLE {table}",
        "CREATE INDEX by_value ON v (v, id)",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
        "INSERT INTO v SELECT i, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN i * 1.0 WHEN 2 THEN 'é' "
        "WHEN 3 THEN x'00' ELSE -i END FROM n",
    )
    seal_tables(path, ["v"])
    with monkeypatch.context() as patch:
        patch.setattr("cts_console.audit.seal.verifying.hash_rows", None)
        assert verdict(path).is_true
    run(path, "UPDATE v SET v = 7 WHERE id = 5000")
    assert named(path) == [(1, [5000], [])]


@pytest.mark.parametrize("way", ["fetched", "out of order"])
def test_a_seal_is_the_same_however_its_rows_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
):
    path = tmp_path / "values.db"
    run(
        path,
        "CREATE TABLE v (name TEXT, v)",
        "CREATE INDEX by_value ON v (v, name)",
        "WITH RECURSIVE n (i) AS (SELECT -9000 UNION ALL SELECT i + 2 FROM n WHERE i < 9000) "
        "INSERT INTO v (rowid, name, v) SELECT i, 'n' || i, CASE i % 3 WHEN 0 THEN NULL "
        "WHEN 1 THEN i / 7.0 ELSE x'00' END FROM n",
    )
    (before,) = seal_tables(path, ["v"])
    if way == "fetched":
        monkeypatch.setattr(TableReader, "mark_block", lambda *_: None)
    else:
        step = RowsMarks.step
        monkeypatch.setattr(RowsMarks, "step", lambda self, rowid, *row: step(self, -rowid, *row))
    (after,) = seal_tables(path, ["v"], anew=True)
    assert [block.rows for block in before.blocks] == [4096, 4096, 809]
    assert after.blocks == before.blocks


def test_an_order_that_sqlite_does_not_promise_is_no_difference(
    trades: Path, monkeypatch: pytest.MonkeyPatch
):
    seal_tables(trades, ["trades"])
    monkeypatch.setattr(TableReader, "hash_block", lambda *_: (4096, bytes(32)))
    assert verdict(trades).is_true


def test_extending_takes_complete_blocks_as_they_are(trades: Path):
    (first,) = seal_tables(trades, ["trades"])
    # Unseen by the second seal, which reads only the last block: the old hashes still find it.
    run(
        trades,
        "UPDATE trades SET price = 0 WHERE id = 1",
        "INSERT INTO trades (symbol) VALUES ('ETH'), ('ETH')",
    )
    (second,) = seal_tables(trades, ["trades"])
    assert second.blocks[:2] == first.blocks[:2]
    assert (second.rows, second.root != first.root) == (ROWS + 2, True)
    assert named(trades) == [(0, [1], [])]


def test_extending_does_not_make_a_difference_look_right(trades: Path):
    seal_tables(trades, ["trades"])
    run(trades, f"DELETE FROM trades WHERE id = {ROWS}")
    with pytest.raises(CtsError, match="differ or are missing"):
        seal_tables(trades, ["trades"])
    assert named(trades) == [(2, [], [ROWS])]
    seal_tables(trades, ["trades"], anew=True)
    assert verdict(trades).is_true


def test_an_older_backup_lacks_the_rows_at_the_end(trades: Path, tmp_path: Path):
    backup = Path(shutil.copy(trades, tmp_path / "backup.db"))
    run(trades, "INSERT INTO trades (symbol) VALUES ('ETH'), ('ETH')")
    seal_tables(trades, ["trades"])
    trades.write_bytes(backup.read_bytes())
    assert named(trades) == [(2, [], [ROWS + 1, ROWS + 2])]


def test_a_changed_schema_is_said(trades: Path, tmp_path: Path):
    file = tmp_path / "seal.json"
    seal_tables(trades, ["trades"], export=file)
    run(trades, "ALTER TABLE trades ADD COLUMN note TEXT")
    more = verdict(trades, file)
    assert (more.is_true, more.schema_changed) == (True, True)
    run(trades, "ALTER TABLE trades DROP COLUMN raw", "DELETE FROM trades WHERE id = 3")
    less = verdict(trades, file)
    assert (less.is_true, less.columns_gone) == (False, ("raw",))
    assert named(trades, file) == [(0, [], [3])]
    run(trades, "DROP TABLE trades")
    assert verdict(trades, file).is_gone


def test_the_exported_file_is_small_and_enough(
    trades: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "seal.json"
    seal_tables(trades, ["trades"], export=file)
    assert file.stat().st_size < 3_000
    run(trades, "UPDATE trades SET price = 0 WHERE id = 1", "DELETE FROM trades WHERE id = 9000")
    assert named(trades, file) == [(0, [1], []), (2, [], [9000])]
    monkeypatch.setenv("CTS_CONSOLE_HOME", str(tmp_path / "elsewhere"))
    assert named(trades, file) == [(0, [], []), (2, [], [9000])]
    assert not store_path().exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "usage"),
        ("[1]", "usage"),
        ('{"format": "another"}', "usage"),
        ("[" * 100_000, "usage"),
        ('{"format": "cts-console seal 1"}', "damaged"),
        ('{"format": "cts-console seal 1", "seals": [3], "check": ""}', "damaged"),
    ],
)
def test_another_file_is_no_seal(trades: Path, tmp_path: Path, text: str, code: str):
    file = tmp_path / "seal.json"
    file.write_text(text)
    with pytest.raises(CtsError) as caught:
        verify_seals(trades, file=file)
    assert caught.value.code == code


def test_a_changed_seal_file_is_damaged(trades: Path, tmp_path: Path):
    file = tmp_path / "seal.json"
    seal_tables(trades, ["trades"], export=file)
    document = json.loads(file.read_text())
    document["seals"][0]["at_ms"] += 1
    file.write_text(json.dumps(document))
    with pytest.raises(CtsError, match="own hash"):
        verify_seals(trades, file=file)


@pytest.mark.parametrize(
    "damage",
    [
        "seal_blocks SET keys = x'00'",
        "seal_blocks SET hash = x'00'",
        "seal_blocks SET marks = x'00'",
        "seals SET head = '{}'",
    ],
)
def test_a_damaged_seal_says_nothing_of_the_file(trades: Path, damage: str):
    seal_tables(trades, ["trades"])
    run(trades, "DELETE FROM trades WHERE id = 1")
    run(store_path(), f"UPDATE {damage}")
    with pytest.raises(CtsError, match="seal cannot be read"):
        verify_seals(trades)
    result = run_audit(trades, profile="deep")
    assert next(c.status for c in result.checks if c.rule == "INT-07") == "not_checked"
    assert not [f for f in result.findings if f.category == "integrity"]


def test_no_seal_is_no_success(trades: Path):
    with pytest.raises(CtsError, match="No seal"):
        verify_seals(trades)
    assert not store_path().exists()


@pytest.mark.parametrize("name", ["nothing", "sqlite_schema", "v", "words", "hidden", "sessions"])
def test_what_cannot_be_sealed_is_refused(trades: Path, name: str):
    run(
        trades,
        "CREATE VIEW v AS SELECT 1",
        "CREATE VIRTUAL TABLE words USING fts5 (w)",
        "CREATE TABLE sessions (token TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE hidden (rowid TEXT, _rowid_ TEXT, oid TEXT)",
    )
    with pytest.raises(CtsError) as caught:
        seal_tables(trades, [name])
    assert caught.value.code == "usage"


def test_rows_that_vacuum_numbered_anew_can_be_extended(tmp_path: Path):
    path = tmp_path / "log.db"
    run(
        path,
        "CREATE TABLE log (line TEXT)",
        "INSERT INTO log VALUES ('a'), ('b'), ('c')",
        "DELETE FROM log WHERE line = 'a'",
    )
    seal_tables(path, ["log"])
    run(path, "VACUUM", "INSERT INTO log VALUES ('d')")
    assert (verdict(path).is_true, verdict(path).rows_after_seal) == (True, 1)
    assert seal_tables(path, ["log"])[0].rows == 3
    run(path, "UPDATE log SET line = 'B' WHERE line = 'b'")
    assert named(path) == [(0, [1], [])]


def test_names_are_compared_as_sqlite_compares_them(trades: Path, tmp_path: Path):
    file = tmp_path / "seal.json"
    seal_tables(trades, ["trades"], export=file)
    run(
        trades,
        "ALTER TABLE trades RENAME COLUMN id TO Id",
        "ALTER TABLE trades RENAME COLUMN price TO PRICE",
        "ALTER TABLE trades RENAME TO t",
        "ALTER TABLE t RENAME TO TRADES",
    )
    assert (verdict(trades, file).is_true, verdict(trades, file).schema_changed) == (True, True)
    run(trades, "DELETE FROM trades WHERE id = 1")
    assert named(trades, file) == [(0, [], [1])]


def test_an_empty_table_can_be_sealed_and_extended(trades: Path):
    run(trades, "DELETE FROM trades")
    (seal,) = seal_tables(trades, ["trades"])
    assert (seal.rows, seal.from_key) == (0, None)
    run(trades, "INSERT INTO trades (symbol) VALUES ('ETH')")
    assert verdict(trades).rows_after_seal == 1
    assert seal_tables(trades, ["trades"])[0].rows == 1
    assert verdict(trades).is_true


def test_a_key_of_several_columns(tmp_path: Path):
    path = tmp_path / "candles.db"
    run(
        path,
        "CREATE TABLE c (s TEXT COLLATE NOCASE, at INTEGER, p REAL, PRIMARY KEY (s, at)) "
        "WITHOUT ROWID",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
        "INSERT INTO c SELECT substr('ab', i % 2 + 1, 1), i, 1.0 FROM n",
    )
    seal_tables(path, ["c"])
    run(path, "INSERT INTO c VALUES ('A', 9001, 5.0)")
    assert (verdict(path).is_true, verdict(path).rows_after_seal) == (True, 1)
    run(path, "UPDATE c SET p = 2 WHERE at = 8", "DELETE FROM c WHERE at = 9000")
    differences = verdict(path).differs
    assert [key_text(key) for d in differences for key in d.keys] == ['["a", 8]']
    assert [key for d in differences for key in d.missing] == [("a", 9000)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_planted_change_is_named_and_nothing_else(
    trades: Path, tmp_path: Path, data: st.DataObject
):
    copy = Path(shutil.copy(trades, tmp_path / "copy.db"))
    seal_tables(copy, ["trades"], anew=True)
    ids = st.sets(st.integers(1, ROWS), max_size=5)
    changed, removed = data.draw(ids), data.draw(ids)
    run(
        copy,
        f"UPDATE trades SET price = -1 WHERE id IN ({', '.join(map(str, changed or [0]))})",
        f"DELETE FROM trades WHERE id IN ({', '.join(map(str, removed or [0]))})",
    )
    found = named(copy)
    assert {key for _, keys, _ in found for key in keys} == changed - removed
    assert {key for _, _, missing in found for key in missing} == removed


def test_a_stop_keeps_nothing(trades: Path):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CtsError) as caught:
        seal_tables(trades, ["trades"], cancel=cancel)
    assert caught.value.code == "cancelled"


def test_a_writer_loses_nothing_and_its_rows_are_no_difference(trades: Path):
    run(
        trades,
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE ticks (id INTEGER PRIMARY KEY, note TEXT)",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
        "INSERT INTO ticks SELECT i, 'x' FROM n",
    )
    with writing(trades) as writer:
        seals = [seal_tables(trades, ["ticks"])[0] for _ in range(5)]
        (during,) = verify_seals(trades)
        commits, busy = end_writing(writer)
    assert during.is_true
    assert (commits > 0, busy) == (True, 0)
    assert 20_000 <= seals[0].rows <= seals[-1].rows <= 20_000 + commits
    after = verdict(trades)
    assert (after.is_true, after.sealed_rows + after.rows_after_seal) == (True, 20_000 + commits)


KILLED = """
import sys
from cts_console.audit.seal import seal_tables
from cts_console.store import seals
write = seals.write_seal


def stop_in_the_middle(connection, database, seal):
    write(connection, database, seal)
    print("middle", flush=True)
    sys.stdin.read()
import cts_console.store.store as store
store.write_seal = stop_in_the_middle
seal_tables(sys.argv[1], ["trades"])
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_a_kill_in_the_middle_leaves_the_seal_before(trades: Path):
    (before,) = seal_tables(trades, ["trades"])
    run(trades, "INSERT INTO trades (symbol) VALUES ('ETH')")
    with a_process(KILLED, trades) as process:
        wait_for_line(process, "middle")
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert (verdict(trades).sealed_rows, verdict(trades).rows_after_seal) == (before.rows, 1)
    assert verdict(trades).is_true
    assert seal_tables(trades, ["trades"])[0].rows == ROWS + 1


def test_seals_of_several_tables_are_kept_over_time(trades: Path):
    run(trades, "CREATE TABLE log (line TEXT)", "INSERT INTO log VALUES ('a')")
    seal_tables(trades, ["trades"], anew=True)
    seal_tables(trades, ["LOG", "trades"])
    assert [v.table for v in verify_seals(trades)] == ["log", "trades"]
    with open_store() as store:
        count = store._connection.read_int("SELECT count(*) FROM seals")
    assert count == 3
