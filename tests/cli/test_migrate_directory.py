"""`migrate` as a project with scripts of its own uses it: each file whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.cli.console import Console, digest

CREATE = "CREATE TABLE albums (id INTEGER PRIMARY KEY, title TEXT NOT NULL);\n"
TRIGGER = """
-- A body with semicolons, CASE … END and comments; it ends only at its own END.
CREATE TRIGGER albums_guard BEFORE DELETE ON albums
BEGIN
  SELECT CASE WHEN old.title = 'kept; END' THEN raise(ABORT, 'kept') END;
  INSERT INTO log (what) VALUES ('deleted; ' || old.title); -- END;
END;
INSERT INTO albums (title) VALUES ('kept; END');
"""
LOG = "CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);\n"
BROKEN = """INSERT INTO albums (title) VALUES ('half');
CREATE TABLE never (id INTEGER PRIMARY KEY);

CREATE TABEL typo (id);
CREATE TABLE after_it (id);
"""


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE owners (name)")
    return path


def write(folder: Path, **scripts: str | bytes) -> Path:
    """Write `_001_name=text` as `001_name.sql` into `folder` and return the folder."""
    folder.mkdir(exist_ok=True)
    for name, text in scripts.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name.removeprefix('_').replace('db_', 'db-')}.sql").write_bytes(data)
    return folder


def read_names(path: Path, kind: str) -> set[str]:
    with open_database(path) as connection:
        rows = connection.read_rows("SELECT name FROM sqlite_schema WHERE type = ?", (kind,))
    return {str(name) for (name,) in rows}


def test_files_in_their_order_with_a_trigger_body(
    console: Console, theirs: Path, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "scripts",
        db_last="INSERT INTO log (what) VALUES ('last');",
        _003_trigger=TRIGGER,
        _001_create="\ufeff" + CREATE.replace("\n", "\r\n"),
        _002_log=LOG,
    )
    (folder / "readme.sql").write_text("this is no migration")
    answer = console.run("migrate", theirs, "--directory", folder, "--json")
    assert (answer.status, answer.err) == (0, "")
    assert [row["file"] for row in answer.document["applied"]] == [
        "001_create.sql",
        "002_log.sql",
        "003_trigger.sql",
        "db-last.sql",
    ]
    assert read_names(theirs, "trigger") == {"albums_guard"}
    status = console.run("migrate", theirs, "--directory", folder, "--status", "--json").document
    assert [(row["number"], row["state"]) for row in status["items"]] == [
        (1, "applied"),
        (2, "applied"),
        (3, "applied"),
        (None, "applied"),
    ]
    again = console.run("migrate", theirs, "--directory", folder, "--json").document
    assert again["applied"] == []


def test_a_syntax_error_in_the_middle(console: Console, theirs: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "scripts", _001_create=CREATE, _002_broken=BROKEN, _003_log=LOG)
    answer = console.run("migrate", theirs, "--directory", folder, "--json")
    answer.assert_refused("migration_failed")
    document = answer.document
    assert [row["file"] for row in document["applied"]] == ["001_create.sql"]
    failed = document["failed"]
    assert (failed["file"], failed["line"]) == ("002_broken.sql", 4)
    assert failed["statement"].startswith("CREATE TABEL typo")
    assert "TABEL" in failed["message"]
    assert "002_broken.sql, line 4" in answer.err
    # Nothing of the failing file is left, and nothing of the files after it was begun.
    assert read_names(theirs, "table") == {"owners", "albums", "migrations"}
    with open_database(theirs) as connection:
        assert connection.read_int("SELECT count(*) FROM albums") == 0
    states = console.run("migrate", theirs, "--directory", folder, "--check", "--json")
    assert states.status == 1
    assert [item["state"] for item in states.document["items"]] == ["applied", "failed", "pending"]
    write(folder, _002_broken=BROKEN.replace("TABEL", "TABLE"))
    assert console.run("migrate", theirs, "--directory", folder).status == 0
    assert {"never", "typo", "after_it", "log"} <= read_names(theirs, "table")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"CREATE TABLE a (id);\nCREATE TABLE b (\0id);\n", 2),
        (b"CREATE TABLE a (id);\nCREATE TABLE b (id); -- \xff\n", 2),
    ],
    ids=["nul", "not utf-8"],
)
def test_a_file_that_is_no_text(
    console: Console, theirs: Path, tmp_path: Path, text: bytes, line: int
) -> None:
    folder = write(tmp_path / "scripts", _001_create=CREATE, _002_odd=text)
    answer = console.run("migrate", theirs, "--directory", folder, "--json")
    answer.assert_refused("migration_failed")
    failed = answer.document["failed"]
    assert (failed["file"], failed["line"]) == ("002_odd.sql", line)
    assert read_names(theirs, "table") == {"owners", "albums", "migrations"}


def test_preflight_tells_and_touches_nothing(
    console: Console, theirs: Path, tmp_path: Path
) -> None:
    folder = write(tmp_path / "scripts", _001_create=CREATE, _002_broken=BROKEN)
    before = digest(theirs)
    answer = console.run("migrate", theirs, "--directory", folder, "--preflight", "--json")
    assert (answer.status, answer.err) == (1, "")
    first, second = answer.document["items"]
    assert (first["ok"], first["created"]) == (True, ["table albums"])
    assert (second["ok"], second["error"]["line"]) == (False, 4)
    assert digest(theirs) == before


def test_a_script_that_would_end_the_transaction(
    console: Console, theirs: Path, tmp_path: Path
) -> None:
    folder = write(tmp_path / "scripts", _001_commit=CREATE + "COMMIT;\nDROP TABLE owners;\n")
    answer = console.run("migrate", theirs, "--directory", folder, "--json")
    answer.assert_refused("migration_failed")
    assert answer.document["failed"]["line"] == 2
    assert read_names(theirs, "table") == {"owners"}


def test_rows_are_backed_up_first(console: Console, theirs: Path, tmp_path: Path) -> None:
    with open_database(theirs, "read_write") as connection:
        connection.execute("INSERT INTO owners VALUES ('me')")
    folder = write(tmp_path / "scripts", _001_drop="DROP TABLE owners;")
    document = console.run("migrate", theirs, "--directory", folder, "--json").document
    backup = Path(document["backup"])
    assert read_names(backup, "table") == {"owners"}
    assert "owners" not in read_names(theirs, "table")


def test_to_stops_at_a_number(console: Console, old: Path) -> None:
    document = console.run("migrate", old, "--to", "28", "--json").document
    assert document["applied"][-1]["file"] == "028_seed_supported_exchanges.sql"
    status = console.run("migrate", old, "--status", "--json").document
    assert (status["applied"], status["pending"]) == (30, 49)
    assert console.run("migrate", old, "--to", "10", "--json").document["applied"] == []


def test_no_such_directory_and_one_without_migrations(
    console: Console, theirs: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (tmp_path / "none", empty, theirs):
        for options in ((), ("--status",), ("--preflight",)):
            answer = console.run("migrate", theirs, "--directory", folder, *options, "--json")
            answer.assert_refused("not_found")
