"""Exit statuses: 0 fine, 1 not as it should be, 2 could not run, and one line that says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cts_console import __version__
from cts_console.sqlite import open_database, quote_identifier, read_transaction, sqlite_version
from tests.cli.console import COMMANDS, Console, digest, run_process

NAMES = sorted({command[0] for command in COMMANDS})


def test_versions(console: Console) -> None:
    answer = console.run("--version")
    assert answer.status == 0
    assert answer.out == f"cts-console {__version__} (SQLite {sqlite_version()})\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help(console: Console, name: str) -> None:
    answer = console.run(name, "--help")
    assert (answer.status, answer.err) == (0, "")
    assert f"cts-console {name}" in answer.out
    assert "--json" in answer.out


def test_the_program_lists_its_commands(console: Console) -> None:
    answer = console.run("--help")
    assert answer.status == 0
    for name in NAMES:
        assert name in answer.out


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("status",),
        ("audit",),
        ("status", "a.db", "b.db"),
        ("status", "a.db", "--nonsense"),
        ("backup", "a.db"),
        ("migrate", "a.db", "--to", "1000"),
        ("migrate", "a.db", "--to", "-1"),
        ("migrate", "a.db", "--to", "x"),
        ("migrate", "a.db", "--status", "--check"),
        ("migrate", "a.db", "--to", "5", "--preflight"),
        ("init", "a.db", "--profile", "nonsense"),
        ("demo", "a.db", "--rows", "many"),
        ("demo", "a.db", "--rows", "-1"),
        ("demo", "a.db", "--rows", "8000001"),
        ("pragma", "a.db", "--set", "synchronous"),
        ("pragma", "a.db", "--set", "=FULL"),
        ("pragma", "a.db", "--profile", "nonsense"),
        ("--log-level", "nonsense", "status", "a.db"),
        ("status", "a\0b.db"),
        ("status", f"{'a' * 300}.db"),
    ],
    ids=str,
)
def test_bad_usage(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    console.run(*words, "--json").assert_refused("usage")
    plain = console.run(*words)
    plain.assert_refused("usage", as_json=False)
    assert plain.out == ""
    assert [entry.name for entry in tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    "words",
    [
        ("checkpoint", "--mode", "nonsense"),
        ("audit", "--profile", "nonsense"),
        ("audit", "--fail-on", "nonsense"),
        ("audit", "--rule", "XYZ-99"),
        ("pragma", "--set", "nonsense=1"),
        ("pragma", "--set", "synchronous=FULL; DROP TABLE users"),
        ("pragma", "--profile", "nonsense", "--apply"),
    ],
    ids=str,
)
def test_bad_usage_changes_nothing(console: Console, cts: Path, words: tuple[str, ...]) -> None:
    before = digest(cts)
    console.run_json(words, cts).assert_refused("usage")
    assert digest(cts) == before


def test_looking_at_a_database_that_is_fine(console: Console, cts: Path) -> None:
    for command in ("status", "stats", "audit", "pragma", "checkpoint", "verify", "migrate"):
        answer = console.run(command, cts)
        assert (answer.status, answer.err) == (0, ""), command
        assert answer.out


def test_migrate_check(console: Console, cts: Path, old: Path) -> None:
    assert console.run("migrate", cts, "--check").status == 0
    assert console.run("migrate", old, "--check").status == 1
    assert console.run("migrate", old, "--status").status == 0
    assert console.run("migrate", old, "--preflight").status == 0
    assert console.run("migrate", old).status == 0
    assert console.run("migrate", old, "--check").status == 0


def test_migrate_check_sees_a_changed_and_a_missing_file(console: Console, cts: Path) -> None:
    changed = (
        "UPDATE migrations SET checksum = replace(checksum, substr(checksum, 1, 1), 'x') "
        "WHERE name LIKE '005%'"
    )
    missing = (
        "INSERT INTO migrations (name, checksum) "
        "VALUES ('005_of_another_branch.sql', hex(zeroblob(32)))"
    )
    for sql in (changed, missing):
        with open_database(cts, "read_write") as connection:
            connection.execute(sql)
        answer = console.run("migrate", cts, "--check", "--json")
        assert answer.status == 1
        states = {item["file"]: item["state"] for item in answer.document["items"]}
        assert {"changed", "missing"} & set(states.values())
        with open_database(cts, "read_write") as connection:
            connection.execute("DELETE FROM migrations WHERE name LIKE '005%'")


@pytest.mark.parametrize(
    "table",
    [
        "exchange_connections",
        "trade_engine_state",
        "system_settings",
        "batch_processor_stats",
        "users",
    ],
)
def test_a_table_that_somebody_replaced_is_no_mistake_of_ours(
    console: Console, cts: Path, table: str
) -> None:
    with open_database(cts, "read_write") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for kind in ("view", "trigger"):
            sql = "SELECT name FROM sqlite_schema WHERE type = ?"
            for (name,) in connection.read_rows(sql, (kind,)):
                connection.execute(f"DROP {kind} {quote_identifier(str(name))}")
        connection.execute(f"DROP TABLE {table}; CREATE TABLE {table} (x)")
    for words in (("status",), ("audit",), ("stats",), ("migrate",), ("verify",), ("demo",)):
        answer = console.run_json(words, cts)
        assert "mistake" not in answer.err, words
    if table != "users":
        status = console.run("status", cts, "--json")
        assert (status.status, status.document["status"]) == (1, "error")
        assert "not as the migrations made it" in status.document["database"]["issues"][0]
    console.run("init", cts, "--json").assert_refused("damaged")


def test_a_backup_never_overwrites(console: Console, cts: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept.db"
    target.write_text("dear")
    console.run("backup", cts, "--output", target, "--json").assert_refused("usage")
    assert target.read_text() == "dear"
    console.run("backup", cts, "--output", cts, "--json").assert_refused("usage")
    other = tmp_path / "none" / "copy.db"
    console.run("backup", cts, "--output", other, "--json").assert_refused("not_found")


def test_a_backup_is_the_database(console: Console, demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    answer = console.run("backup", demo, "--output", target, "--json")
    assert answer.status == 0
    document = answer.document
    assert document["verified"] is True
    assert document["sha256"] == digest(target)
    assert document["bytes"] == target.stat().st_size
    counted = console.run("verify", target, "--json").document
    assert (counted["verified"], counted["sha256"]) == (True, document["sha256"])
    tables = [
        [
            (row["name"], row["rows"])
            for row in console.run("stats", path, "--json").document["tables"]
        ]
        for path in (demo, target)
    ]
    assert tables[0] == tables[1]


def test_verify_of_a_damaged_copy(console: Console, demo: Path) -> None:
    assert console.run("verify", demo).status == 0
    data = bytearray(demo.read_bytes())
    for page in range(100, 140):
        data[page * 4096 : page * 4096 + 200] = b"\xa5" * 200
    demo.write_bytes(data)
    answer = console.run("verify", demo, "--json")
    assert answer.status == 1
    assert answer.err == ""
    assert answer.document["verified"] is False


def test_checkpoint_that_a_reader_keeps_from_finishing(console: Console, cts: Path) -> None:
    log = "INSERT INTO site_logs (category, message) VALUES ('system', 'x')"
    with open_database(cts, "read_write") as reader, open_database(cts, "read_write") as writer:
        with read_transaction(reader):
            reader.read_int("SELECT count(*) FROM site_logs")
            writer.execute(log)
            answer = console.run("checkpoint", cts, "--mode", "truncate", "--json")
            assert (answer.status, answer.document["busy"]) == (1, True)
        answer = console.run("checkpoint", cts, "--mode", "truncate", "--json")
        assert (answer.status, answer.document["busy"]) == (0, False)


def test_a_setting_is_set_and_read_back(console: Console, cts: Path) -> None:
    answer = console.run("pragma", cts, "--set", "user_version=102", "--json")
    # What the console does not offer is refused by name, whatever SQLite would do with it.
    answer.assert_refused("usage")
    answer = console.run("pragma", cts, "--set", "journal_mode=DELETE", "--json")
    assert answer.status == 0
    assert answer.document["applied"] == ["journal_mode"]
    shown = console.run("pragma", cts, "--json").document
    mode = next(item for item in shown["items"] if item["name"] == "journal_mode")
    assert (mode["value"], mode["ok"]) == ("delete", False)
    assert console.run("status", cts, "--json").document["status"] == "degraded"
    assert console.run("pragma", cts, "--apply", "--json").document["applied"] == ["journal_mode"]
    assert console.run("status", cts, "--json").document["status"] == "ok"


def test_a_setting_of_the_connection_is_not_claimed_to_be_kept(console: Console, cts: Path) -> None:
    before = digest(cts)
    document = console.run("pragma", cts, "--set", "synchronous=FULL", "--json").document
    assert (document["applied"], document["not_kept"]) == ([], ["synchronous"])
    assert "not kept" in console.run("pragma", cts, "--set", "synchronous=FULL").out
    assert digest(cts) == before


def test_a_real_process_ends_with_the_same_statuses(cts: Path, old: Path, tmp_path: Path) -> None:
    fine = run_process("status", cts, "--json")
    assert (fine.status, fine.err) == (0, "")
    assert fine.document["status"] == "ok"
    assert run_process("migrate", old, "--check").status == 1
    run_process("status", tmp_path / "none.db", "--json").assert_refused("not_found")
    run_process("nonsense", "--json").assert_refused("usage")


def test_an_output_without_the_characters_still_prints(tmp_path: Path, made: Path) -> None:
    path = Path(shutil.copy(made / "cts.db", tmp_path / "日本.db"))
    for encoding, words in (
        ("ascii", ("status", path)),
        ("cp1252", ("pragma", path)),
        ("cp1252", ("status", tmp_path / "日.db")),
    ):
        answer = run_process(*words, env={"PYTHONIOENCODING": encoding}, encoding=encoding)
        assert "Traceback" not in answer.err
        assert "mistake" not in answer.err
        assert answer.status in (0, 2)
    answer = run_process("status", path, "--json", env={"PYTHONIOENCODING": "ascii"})
    assert answer.document["database"]["path"] == str(path)


def test_a_mistake_of_ours_is_told_and_kept_and_never_shown_as_a_trace(
    console: Console, cts: Path, console_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("cts_console.status.read_status", fail)
    answer = console.run("status", cts, "--json")
    answer.assert_refused("internal")
    assert "of all things" in answer.err
    (log,) = console_home.rglob("cts-console.log")
    assert "Traceback" in log.read_text(encoding="utf-8")
