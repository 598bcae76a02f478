"""The runner's rules: whole or not at all, in order, recorded with what they changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.migrate import (
    MigrationRun,
    read_migration_files,
    read_migration_status,
    run_migrations,
)
from cts_console.sqlite import Connection, open_database
from tests.migrate.conftest import Write


def open_new(path: Path) -> Connection:
    return open_database(path, "read_write", create=True)


def run(path: Path, folder: Path | None = None, **options: object) -> MigrationRun:
    with open_new(path) as connection:
        return run_migrations(connection, directory=folder, **options)  # type: ignore[arg-type] # any option of the runner


def read(path: Path, sql: str) -> list[object]:
    with open_database(path) as connection:
        return [row[0] for row in connection.read_rows(sql)]


def test_all_79_are_applied_once(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    first = run(path)
    assert first.failed is None
    assert (first.total, len(first.applied), first.already_applied) == (79, 79, 0)
    assert first.backup is None
    second = run(path)
    assert (second.applied, second.already_applied) == ((), 79)
    assert read(path, "PRAGMA user_version") == [102]
    assert read(path, "PRAGMA application_id") == [1129599811]
    assert read(path, "PRAGMA auto_vacuum") == [2]
    assert read(path, "PRAGMA journal_mode") == ["wal"]


def test_the_rows_carry_the_checksums_of_the_files(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    run(path)
    stored = dict(
        zip(
            read(path, "SELECT name FROM migrations ORDER BY id"),
            read(path, "SELECT checksum FROM migrations ORDER BY id"),
            strict=True,
        )
    )
    assert stored == {file.name: file.checksum for file in read_migration_files()}


def test_to_stops_after_every_file_of_that_number(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    result = run(path, to=28)
    assert [row.file for row in result.applied][-2:] == [
        "028_create_site_logs_table.sql",
        "028_seed_supported_exchanges.sql",
    ]
    assert read(path, "PRAGMA user_version") == [28]
    with open_database(path) as connection:
        status = read_migration_status(connection)
    assert (status.applied, status.pending) == (30, 49)
    # The seeds of 028 are rows, so what follows begins with a backup.
    rest = run(path)
    assert len(rest.applied) == 49
    assert rest.backup is not None
    assert rest.backup.name.startswith("cts.db.before-029.") or rest.backup.name.startswith(
        "cts.before-029."
    )
    assert len(read(rest.backup, "SELECT name FROM migrations")) == 30


def test_a_failing_file_is_rolled_back_whole_and_named(
    tmp_path: Path, write_scripts: Write
) -> None:
    folder = write_scripts(
        {
            "001_good.sql": "CREATE TABLE a (x INTEGER);",
            "002_bad.sql": (
                "-- adds things\nCREATE TABLE b (x INTEGER);\n\n"
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  INSERT INTO b VALUES (NEW.x);\nEND;\n"
                "CREATE TABEL c (x INTEGER);\nCREATE TABLE d (x INTEGER);"
            ),
            "003_never.sql": "CREATE TABLE e (x INTEGER);",
        }
    )
    path = tmp_path / "any.db"
    result = run(path, folder)
    assert [row.file for row in result.applied] == ["001_good.sql"]
    assert result.failed is not None
    assert (result.failed.file, result.failed.line) == ("002_bad.sql", 7)
    assert result.failed.statement == "CREATE TABEL c (x INTEGER);"
    assert "syntax error" in result.failed.message
    assert read(path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1") == [
        "a",
        "migrations",
    ]
    (folder / "002_bad.sql").write_text("CREATE TABLE b (x INTEGER);")
    assert [row.file for row in run(path, folder).applied] == ["002_bad.sql", "003_never.sql"]


def test_a_trigger_body_is_one_statement(tmp_path: Path, write_scripts: Write) -> None:
    folder = write_scripts(
        {
            "001_trigger.sql": "CREATE TABLE a (x); CREATE TABLE log (x);\n"
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
            "  INSERT INTO log VALUES (CASE WHEN NEW.x > 1 THEN 'big; END' ELSE 'small' END);\n"
            "  -- a comment; with END;\n"
            "  INSERT INTO log VALUES ('second');\nEND;\nINSERT INTO a VALUES (2);"
        }
    )
    path = tmp_path / "any.db"
    assert run(path, folder).failed is None
    assert read(path, "SELECT x FROM log") == ["big; END", "second"]


@pytest.mark.parametrize(
    ("script", "line", "words"),
    [
        (b"CREATE TABLE a (x);\nINSERT INTO a VALUES ('\0');", 2, "NUL"),
        (b"CREATE TABLE a (x);\nINSERT INTO a VALUES ('\xff');", 2, "UTF-8"),
        (b"CREATE TABLE a (x);\n/* now */ COMMIT;\nCREATE TABLE b (x);", 2, "transactions"),
        (b"PRAGMA foreign_keys = OFF;\nCREATE TABLE a (x);", 1, "foreign_keys"),
        (b"CREATE TABLE a (x);\nVACUUM;", 2, "VACUUM"),
        (b"CREATE TABLE a (x UNIQUE);\nINSERT INTO a VALUES (1), (1);", 2, "UNIQUE"),
        (b"CREATE TABLE a (x);\nSELECT * FROM missing;", 2, "no such table"),
    ],
)
def test_what_cannot_run_leaves_nothing_behind(
    tmp_path: Path, write_scripts: Write, script: bytes, line: int, words: str
) -> None:
    path = tmp_path / "any.db"
    result = run(path, write_scripts({"001_bad.sql": script}))
    assert result.failed is not None
    assert result.failed.line == line
    assert words in result.failed.message
    assert read_all_names(path) == []


def read_all_names(path: Path) -> list[str]:
    with open_database(path, "read_write", create=True) as connection:
        return [str(name) for (name,) in connection.read_rows("SELECT name FROM sqlite_schema")]


def test_another_project_keeps_its_user_version_and_gets_a_tracking_table(
    tmp_path: Path, write_scripts: Write
) -> None:
    path = tmp_path / "theirs.db"
    with open_new(path) as connection:
        connection.execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")
        connection.execute("PRAGMA user_version = 7")
    folder = write_scripts({"001_a.sql": "CREATE TABLE a (x);", "db-b.sql": "CREATE TABLE b (x);"})
    result = run(path, folder)
    assert [row.file for row in result.applied] == ["001_a.sql", "db-b.sql"]
    assert result.backup is not None
    assert read(path, "PRAGMA user_version") == [7]
    assert read(path, "SELECT name FROM migrations ORDER BY id") == ["001_a.sql", "db-b.sql"]


def test_a_table_migrations_of_another_shape_is_refused(
    tmp_path: Path, write_scripts: Write
) -> None:
    path = tmp_path / "theirs.db"
    with open_new(path) as connection:
        connection.execute("CREATE TABLE migrations (id TEXT PRIMARY KEY, name, executedAt)")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    folder = write_scripts({"001_a.sql": "CREATE TABLE a (x);"})
    with pytest.raises(CtsError) as caught:
        run(path, folder)
    assert caught.value.code == "foreign_file"
    assert "--preflight" in caught.value.hint
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


FUTURE = "INSERT INTO migrations (name, checksum) VALUES ('200_future.sql', printf('%064d', 1))"


@pytest.mark.parametrize("newer", ["PRAGMA user_version = 200", FUTURE])
def test_a_newer_database_is_refused(tmp_path: Path, newer: str) -> None:
    path = tmp_path / "cts.db"
    run(path)
    with open_new(path) as connection:
        connection.execute(newer)
    with pytest.raises(CtsError) as caught:
        run(path)
    assert caught.value.code == "too_new"


def test_plaintext_keys_stop_063(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    run(path, to=62)
    with open_new(path) as connection:
        connection.execute(
            "INSERT INTO users (id, username, password_hash) VALUES (1, 'o', '$argon2id$x');"
            "INSERT INTO exchange_connections (user_id, exchange_id, name, api_key, api_secret) "
            "VALUES (1, 1, 'main', 'AKIA-secret-key', 'hush')"
        )
    result = run(path)
    assert result.failed is not None
    assert result.failed.file == "063_drop_plaintext_api_secrets.sql"
    assert "AKIA" not in result.failed.message + result.failed.hint
    assert read(path, "SELECT api_secret FROM exchange_connections") == ["hush"]
    with open_new(path) as connection:
        connection.execute("UPDATE exchange_connections SET api_key = NULL, api_secret = ''")
    assert run(path).failed is None


def test_an_identity_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "cts.db"
    run(path, purpose="demo")
    ids = read(path, "SELECT value FROM system_settings WHERE key = 'database.id'")
    assert len(ids) == 1
    assert read(path, "SELECT value FROM system_settings WHERE key = 'database.purpose'") == [
        "demo"
    ]
    run(path)
    assert read(path, "SELECT value FROM system_settings WHERE key = 'database.id'") == ids
    other = tmp_path / "other.db"
    run(other)
    assert read(other, "SELECT value FROM system_settings WHERE key = 'database.id'") != ids
    assert read(other, "SELECT value FROM system_settings WHERE key = 'database.purpose'") == []
