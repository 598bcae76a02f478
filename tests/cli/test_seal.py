"""`seal` and `verify-seal`: documents, exit status, and what a person reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.cli.console import Console, digest


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT)")
        connection.execute("INSERT INTO log (line) VALUES ('a'), ('b'), ('c')")
    return path


def change(path: Path, sql: str) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(sql)


def test_a_cts_database_has_its_tables_by_itself(console: Console, demo: Path) -> None:
    before = digest(demo)
    answer = console.run("seal", demo, "--json")
    assert (answer.status, answer.err) == (0, "")
    trades, logs = answer.document["seals"]
    assert (trades["table"], logs["table"]) == ("trades", "audit_logs")
    assert trades["rows"] > 10_000
    assert trades["left_out"] == ["fee", "fee_currency", "position_id", "realized_pnl"]
    verified = console.run("verify-seal", demo, "--json")
    assert verified.status == 0
    assert verified.document["ok"]
    assert verified.document["differs"] == []
    assert digest(demo) == before


def test_a_table_is_named_where_the_file_is_of_another_program(console: Console, log: Path) -> None:
    console.run("seal", log, "--json").assert_refused("usage")
    console.run("verify-seal", log, "--json").assert_refused("usage")
    console.run("seal", log, "nothing", "--json").assert_refused("usage")
    document = console.run("seal", log, "LOG", "--json").document
    assert (document["table"], document["rows"], document["blocks"]) == ("log", 3, 1)
    assert (document["from_key"], document["to_key"]) == (1, 3)


def test_a_difference_is_exit_status_1_and_named(console: Console, log: Path) -> None:
    console.run("seal", log, "log")
    change(log, "DELETE FROM log WHERE id = 2; UPDATE log SET line = 'x' WHERE id = 3")
    change(log, "INSERT INTO log (line) VALUES ('d')")
    answer = console.run("verify-seal", log, "--json")
    assert answer.status == 1
    assert answer.document["ok"] is False
    (difference,) = answer.document["differs"]
    assert difference | {"table": "log", "block": 0, "keys": [3], "missing": [2]} == difference
    assert answer.document["rows_after_seal"] == 1
    told = console.run("verify-seal", log)
    assert told.status == 1
    assert "log: 3 rows NOT as sealed" in told.out
    assert "log, block 0 (1 to 3); differing: 3; missing: 2" in told.out


def test_the_kept_seal_is_not_replaced_by_what_differs(console: Console, log: Path) -> None:
    console.run("seal", log, "log")
    change(log, "DELETE FROM log WHERE id = 2")
    console.run("seal", log, "log", "--json").assert_refused("damaged")
    assert console.run("verify-seal", log).status == 1
    assert console.run("seal", log, "log", "--anew").status == 0
    assert console.run("verify-seal", log).status == 0


def test_an_exported_seal_verifies_without_a_side_database(
    console: Console, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.seal"
    assert console.run("seal", log, "log", "--export", file).status == 0
    console.run("seal", log, "log", "--export", file, "--json").assert_refused("usage")
    monkeypatch.setenv("CTS_CONSOLE_HOME", str(tmp_path / "elsewhere"))
    assert console.run("verify-seal", log, "--from", file).status == 0
    change(log, "DELETE FROM log WHERE id = 3")
    answer = console.run("verify-seal", log, "--from", file, "--json")
    assert answer.status == 1
    assert answer.document["differs"][0]["missing"] == [3]
    console.run("verify-seal", log, "--from", log, "--json").assert_refused("usage")
    console.run("verify-seal", log, "--from", tmp_path / "no", "--json").assert_refused("not_found")


def test_an_exported_seal_goes_to_another_machine(
    console: Console, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.seal"
    root = console.run("seal", log, "log", "--export", file, "--json").document["root"]
    monkeypatch.setenv("CTS_CONSOLE_HOME", str(tmp_path / "elsewhere"))
    before = digest(log)
    answer = console.run("seal", log, "--import", file, "--json")
    assert (answer.status, answer.err, digest(log)) == (0, "", before)
    (seal,) = answer.document["seals"]
    assert (seal["root"], seal["import"], seal["verified"]) == (root, "new", None)
    assert "log: the kept seal covers that of the file, and stays; not verified yet" in (
        console.run("seal", log, "LOG", "--import", file).out
    )
    assert console.run("verify-seal", log).status == 0
    change(log, "UPDATE log SET line = 'x' WHERE id = 2")
    console.run("seal", log, "log", "--anew")
    console.run("seal", log, "--import", file, "--json").assert_refused("constraint")
    replaced = console.run("seal", log, "--import", file, "--replace", "--json")
    assert replaced.document["import"] == "replaced"
    assert console.run("verify-seal", log).status == 1


@pytest.mark.parametrize("more", [("--anew",), ("--export", "new"), ("nothing",)])
def test_what_does_not_go_with_importing_is_refused(
    console: Console, log: Path, tmp_path: Path, more: tuple[str, ...]
) -> None:
    file = tmp_path / "log.seal"
    console.run("seal", log, "log", "--export", file)
    console.run("seal", log, *more, "--import", file, "--json").assert_refused("usage")
    console.run("seal", log, "log", "--replace", "--json").assert_refused("usage")
    console.run("seal", log, "--import", log, "--json").assert_refused("usage")


def test_names_of_the_file_do_not_drive_the_terminal(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "hostile.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute('CREATE TABLE "[red]\x1b[2J" (a TEXT PRIMARY KEY) WITHOUT ROWID')
        connection.execute("INSERT INTO \"[red]\x1b[2J\" VALUES ('\x1b]0;x' || char(7))")
    sealed = console.run("seal", path, "[red]\x1b[2J")
    assert sealed.status == 0
    change(path, 'DELETE FROM "[red]\x1b[2J"')
    verified = console.run("verify-seal", path)
    assert verified.status == 1
    for output in (sealed.out, verified.out):
        assert "\x1b" not in output
        assert "[red]" in output
