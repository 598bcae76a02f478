"""Bad input: what is not there, not a database, not ours; each a clear error and nothing lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.cli.console import COMMANDS, MAKES_A_DATABASE, Console, digest, snapshot

PAGE = 4096
FEW = [("init",), ("status",), ("audit",), ("verify",), ("migrate",)]
WRITES_OURS = [("init",), ("demo",), ("migrate",), ("migrate", "--to", "20")]


@pytest.fixture(autouse=True)
def in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let relative paths lie in the test's own folder."""
    monkeypatch.chdir(tmp_path)


def files(folder: Path) -> dict[str, str]:
    """Return the files of the test, the console's own files left out."""
    return {
        name: contents
        for name, contents in snapshot(folder).items()
        if not name.startswith("console-home")
    }


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_such_file(console: Console, tmp_path: Path, command: tuple[str, ...]) -> None:
    where = "none/none.db" if command[0] in MAKES_A_DATABASE else "none.db"
    console.run_json(command, tmp_path / where).assert_refused("not_found")
    console.run_json(command, tmp_path / "x" / "y" / "none.db").assert_refused("not_found")
    assert files(tmp_path) == {}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_directory(console: Console, tmp_path: Path, command: tuple[str, ...]) -> None:
    folder = tmp_path / "folder.db"
    folder.mkdir()
    console.run_json(command, folder).assert_refused("not_a_file")
    console.run_json(command, folder / "..").assert_refused("not_a_file")
    console.run_json(command, "").assert_refused("not_a_file")
    assert files(tmp_path) == {}


def text(path: Path) -> None:
    path.write_text("account;balance\nours;12\n" * 400, encoding="utf-8")


def short_text(path: Path) -> None:
    path.write_bytes(b"SQLite form")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(2 * PAGE))


def encrypted(path: Path) -> None:
    path.write_bytes(random.Random(7).randbytes(10 * PAGE))


@pytest.mark.parametrize(
    ("fill", "code", "command"),
    [
        *((text, "not_a_database", command) for command in COMMANDS),
        *((encrypted, "encrypted", command) for command in FEW),
        *((fill, "not_a_database", command) for fill in (short_text, zeros) for command in FEW),
    ],
)
def test_a_file_without_the_header_of_sqlite(
    console: Console,
    tmp_path: Path,
    command: tuple[str, ...],
    fill: Callable[[Path], None],
    code: str,
) -> None:
    path = tmp_path / "data.db"
    fill(path)
    before = files(tmp_path)
    console.run_json(command, path).assert_refused(code)
    assert files(tmp_path) == before


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_empty_file(console: Console, tmp_path: Path, command: tuple[str, ...]) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    answer = console.run_json(command, path)
    if command == ("init",):
        assert (answer.status, answer.document["created"]) == (0, True)
        return
    answer.assert_refused("not_a_database")
    assert path.stat().st_size == 0
    assert list(files(tmp_path)) == ["empty.db"]


def header_alone(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100] + random.Random(7).randbytes(20 * PAGE))


def magic_alone(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + random.Random(7).randbytes(20 * PAGE))


def cut_in_the_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:60])


def cut_in_the_first_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def cut_in_the_schema(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: PAGE + 7])


@pytest.mark.parametrize(
    ("damage", "command"),
    [
        *((damage, c) for damage in (header_alone, cut_in_the_header) for c in COMMANDS),
        *(
            (damage, command)
            for damage in (magic_alone, cut_in_the_first_page, cut_in_the_schema)
            for command in FEW
        ),
    ],
)
def test_a_file_with_the_header_but_damaged(
    console: Console, cts: Path, command: tuple[str, ...], damage: Callable[[Path], None]
) -> None:
    damage(cts)
    before = digest(cts)
    answer = console.run_json(command, cts)
    if command == ("status",):
        assert (answer.status, answer.err) == (1, "")
        assert answer.document["status"] == "error"
        assert answer.document["database"]["issues"]
    elif command == ("audit",):
        assert (answer.status, answer.err) == (1, "")
        assert {"INT-01", "INT-03"} & {row["rule"] for row in answer.document["findings"]}
    elif command == ("verify",):
        assert (answer.status, answer.err) == (1, "")
        assert answer.document["verified"] is False
    elif command == ("locks",) and damage is not cut_in_the_header:
        # Who has it open is no question of what is in it.
        assert (answer.status, answer.err) == (0, "")
    else:
        answer.assert_refused("damaged")
    assert digest(cts) == before
    assert not Path("never.db").exists()


def test_a_damaged_table_is_found_and_nothing_else_is_claimed(console: Console, demo: Path) -> None:
    """Half of the file is gone: what asks for the missing half says so, in one line."""
    whole = demo.read_bytes()
    demo.write_bytes(whole[: len(whole) // 2])
    before = digest(demo)
    status = console.run("status", demo, "--json")
    assert (status.status, status.document["status"]) == (1, "error")
    audit = console.run("audit", demo, "--json")
    assert audit.status == 1
    assert "critical" in {row["severity"] for row in audit.document["findings"]}
    assert console.run("verify", demo, "--json").document["verified"] is False
    console.run("init", demo, "--json").assert_refused("damaged")
    assert digest(demo) == before


LEGACY = """
CREATE TABLE exchange_connections (id, api_key, api_secret);
CREATE TABLE trade_engine_state (connection_id, status);
CREATE TABLE site_logs (timestamp, level);
"""
FREQTRADE = """
CREATE TABLE trades (pair, is_open, open_rate, stake_amount);
CREATE TABLE orders (ft_trade_id, order_id);
"""
HUMMINGBOT = """
CREATE TABLE "Order" (market, last_status);
CREATE TABLE TradeFill (market, exchange_trade_id);
"""
OTHER = "CREATE TABLE albums (id INTEGER PRIMARY KEY, title)"
OTHER_HISTORY = "CREATE TABLE migrations (version INTEGER PRIMARY KEY)"


@pytest.mark.parametrize("command", WRITES_OURS, ids=" ".join)
@pytest.mark.parametrize(
    ("script", "mode"),
    [
        (LEGACY, "DELETE"),
        (LEGACY, "WAL"),
        (FREQTRADE, "DELETE"),
        (HUMMINGBOT, "DELETE"),
        (OTHER, "DELETE"),
        (OTHER_HISTORY, "DELETE"),
    ],
)
def test_a_database_of_another_application(
    console: Console, tmp_path: Path, command: tuple[str, ...], script: str, mode: str
) -> None:
    path = tmp_path / "theirs.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.read_value(f"PRAGMA journal_mode = {mode}")
        connection.execute(script)
    before = files(tmp_path)
    code = "not_a_demo" if command == ("demo",) else "foreign_file"
    console.run_json(command, path).assert_refused(code)
    # A look at a file in WAL mode leaves the files that every reader needs, and no byte in a log.
    after = files(tmp_path)
    assert after["theirs.db"] == before["theirs.db"]
    assert set(after) <= {"theirs.db", "theirs.db-shm", "theirs.db-wal"}
    assert not any(side.stat().st_size for side in tmp_path.glob("*-wal"))
    if mode == "DELETE":
        assert after == before


@pytest.mark.parametrize("purpose", [None, "simulation"])
def test_a_demo_goes_only_into_a_file_made_for_it(
    console: Console, cts: Path, purpose: str | None
) -> None:
    if purpose is not None:
        with open_database(cts, "read_write") as connection:
            connection.execute(
                "INSERT INTO system_settings (key, value) VALUES ('database.purpose', ?)",
                (purpose,),
            )
    before = digest(cts)
    console.run("demo", cts, "--json").assert_refused("not_a_demo")
    assert digest(cts) == before


@pytest.mark.parametrize("command", WRITES_OURS, ids=" ".join)
@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA user_version = 103",
        "INSERT INTO migrations (name, checksum) VALUES ('103_new.sql', hex(zeroblob(32)))",
    ],
)
def test_a_newer_schema(console: Console, demo: Path, command: tuple[str, ...], sql: str) -> None:
    with open_database(demo, "read_write") as connection:
        connection.execute(sql)
        connection.read_rows("PRAGMA wal_checkpoint(TRUNCATE)")
    before = digest(demo)
    console.run_json(command, demo).assert_refused("too_new")
    assert digest(demo) == before
    # Looking is still possible.
    assert console.run("stats", demo).status == 0
    assert console.run("status", demo, "--json").status in (0, 1)
    assert console.run("verify", demo).status == 0


ODD_NAMES = (
    'a b  c "it\'s" [red].db',
    "what?a#b.db",
    "100%41.db",
    "Ünï-日本.db",
    "file:x.db?mode=ro",
    "-dash;&$HOME.db",
    "back\\slash.db",
    ":memory:",
    "nl\n.db",
)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_paths_through_a_linked_folder(console: Console, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "real folder #1"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    path = tmp_path / "link" / name
    made = console.run("init", path, "--json")
    assert made.status == 0
    assert made.document["database"] == str((folder / name).resolve())
    for command in ("status", "audit", "migrate", "pragma", "checkpoint", "verify"):
        answer = console.run(command, path, "--json")
        assert (answer.status, answer.err) == (0, ""), command
    assert console.run("status", path).status == 0
    copied = console.run("backup", path, "--output", tmp_path / "link" / f"copy {name}", "--json")
    assert copied.document["output"] == str(folder / f"copy {name}")
    left = {entry.name for entry in folder.iterdir() if not entry.name.endswith(("-wal", "-shm"))}
    assert left == {name, f"copy {name}"}
    assert {entry.name for entry in tmp_path.iterdir()} - {"console-home"} == {"link", folder.name}


def test_a_name_that_begins_with_a_dash(console: Console, tmp_path: Path) -> None:
    assert console.run("init", "--", "-x.db").status == 0
    assert (tmp_path / "-x.db").exists()


def test_a_linked_file_is_the_file(console: Console, cts: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(cts)
    assert console.run("status", link, "--json").document["database"]["path"] == str(cts)
    (tmp_path / "loop.db").symlink_to(tmp_path / "loop.db")
    console.run("status", tmp_path / "loop.db", "--json").assert_refused("usage")
    (tmp_path / "dangling.db").symlink_to(tmp_path / "gone.db")
    console.run("status", tmp_path / "dangling.db", "--json").assert_refused("not_found")
