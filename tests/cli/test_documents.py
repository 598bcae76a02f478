"""The documents of `--json`: what `interfaces.md` promises, alone on standard output."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cts_console.sqlite import open_database
from tests.audit.case import damage_page
from tests.cli.console import COMMANDS, Answer, Console, write_rows
from tests.cli.shapes import INIT, SHAPES, assert_shape


@pytest.fixture(autouse=True)
def in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let relative paths lie in the test's own folder."""
    monkeypatch.chdir(tmp_path)


def test_the_table_of_shapes_knows_every_command() -> None:
    assert set(SHAPES) == set(COMMANDS)


# Of a database that is not CTS, tables to seal must be named; tests/cli/test_seal.py does.
NEED_CTS = ("seal", "verify-seal", "import")

LIVE = ("simulate", "monitor", "locks", "alive")
# The contract of what is live names seconds.
IN_SECONDS = re.compile(r"since_s|limit_s|ages_s|last_commit_s|[a-z]+_per_s")

# Every command on a database that is up to date (reconcile needs a trade history, too, and has
# tests/cli/test_reconcile.py), and on what makes its document another one.
CASES = [
    *(("cts", command) for command in COMMANDS if command[0] not in ("demo", "trace", "reconcile")),
    *(("old", command) for command in COMMANDS if command[0] in ("init", "status", "migrate")),
    *(("demo", (name,)) for name in ("demo", "status", "stats", "audit")),
    *(("demo", command) for command in COMMANDS if command[0] in ("statement", "trace", *LIVE)),
    *(("other", command) for command in COMMANDS if command[0] not in NEED_CTS),
]


@pytest.mark.parametrize(
    ("kind", "command"),
    CASES,
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_every_promised_field_is_there(
    request: pytest.FixtureRequest,
    console: Console,
    tmp_path: Path,
    kind: str,
    command: tuple[str, ...],
) -> None:
    if kind == "other":
        path = tmp_path / "albums.db"
        with open_database(path, "read_write", create=True) as connection:
            connection.execute("CREATE TABLE albums (id INTEGER PRIMARY KEY, title)")
    else:
        path = request.getfixturevalue(kind)
    if command == ("verify-seal",):
        assert console.run("seal", path).status == 0
    if command[0] == "import":
        write_rows(tmp_path)
    answer = console.run_json(command, path)
    if "error" in answer.document and answer.document["error"]["code"] in (
        "foreign_file",
        "not_a_demo",
    ):
        answer.assert_refused(answer.document["error"]["code"])
        return
    assert answer.err == ""
    assert_shape(answer.document, SHAPES[command])
    check_names(answer.document)


def check_names(document: Any) -> None:
    """Check the rule of `interfaces.md` for durations and instants, at any depth."""
    if isinstance(document, list):
        for item in document:
            check_names(item)
    elif isinstance(document, dict):
        for name, value in document.items():
            if not IN_SECONDS.fullmatch(name):
                assert not re.search(r"_(s|sec|seconds|kb|mb|utc)$", name), name
            if name.endswith("_at") and value is not None:
                assert str(value).endswith("Z"), (name, value)
            check_names(value)


def test_init_counts_what_the_issue_says(console: Console, tmp_path: Path) -> None:
    first = console.run("init", tmp_path / "new.db", "--json")
    assert first.status == 0
    document = first.document
    assert document["created"]
    assert document["ok"]
    assert [step["name"] for step in document["steps"]] == [
        "open",
        "pragmas",
        "migrations",
        "verify",
        "analyze",
        "checkpoint",
        "connections",
        "engines",
    ]
    assert (
        document["migrations"] | {"total": 79, "applied": 79, "pending": 0}
        == (document["migrations"])
    )
    assert document["schema"] == {
        "tables": 32,
        "indexes": 103,
        "base_indexes": 70,
        "performance_indexes": 33,
        "elements": 102,
        "views": 4,
        "triggers": 25,
    }
    again = console.run("init", tmp_path / "new.db", "--json").document
    assert not again["created"]
    assert (again["migrations"]["applied"], again["migrations"]["already_applied"]) == (0, 79)
    assert again["schema"] == document["schema"]


def test_a_failing_init_leaves_the_document_with_every_step(console: Console, cts: Path) -> None:
    with open_database(cts, "read_write") as connection:
        connection.execute("DROP INDEX idx_orders_bot")
    answer = console.run("init", cts, "--json")
    answer.assert_refused("damaged")
    document = answer.document
    assert_shape(document, INIT)
    assert not document["ok"]
    assert [step["ok"] for step in document["steps"]] == [True] * 3 + [False] * 5
    assert document["errors"][0] == document["error"]


def test_status_tells_what_it_knows_and_no_more(console: Console, cts: Path) -> None:
    document = console.run("status", cts, "--json").document
    assert document["status"] == "ok"
    database = document["database"]
    assert database["path"] == str(cts)
    assert (database["table_count"], database["index_count"]) == (32, 103)
    assert (database["kind"], database["purpose"]) == ("cts", None)
    assert database["integrity"] == {"result": "not_checked", "at": None}
    assert document["migrations"] == {"total": 79, "applied": 79, "pending": 0}


def test_integrity_is_what_the_last_audit_measured(console: Console, cts: Path) -> None:
    measured = console.run("audit", cts, "--profile", "deep", "--json").document
    integrity = console.run("status", cts, "--json").document["database"]["integrity"]
    assert integrity == {"result": "ok", "at": measured["started_at"]}
    # A later audit of less takes nothing back, and one of chosen rules is not even kept.
    for less in (("--profile", "standard"), ("--rule", "PRG-01")):
        console.run("audit", cts, *less)
        integrity = console.run("status", cts, "--json").document["database"]["integrity"]
        assert integrity == {"result": "ok", "at": measured["started_at"]}


def test_integrity_is_partial_where_not_every_page_was_read(console: Console, cts: Path) -> None:
    measured = console.run("audit", cts, "--json").document
    integrity = console.run("status", cts, "--json").document["database"]["integrity"]
    assert integrity == {"result": "partial", "at": measured["started_at"]}


def test_damage_stays_known_until_every_page_was_read_again(console: Console, cts: Path) -> None:
    whole = cts.read_bytes()
    damage_page("idx_orders_bot")(cts)
    measured = console.run("audit", cts, "--profile", "deep", "--json").document
    cts.write_bytes(whole)
    damaged = {"result": "damaged", "at": measured["started_at"]}
    for again in ("quick", "standard"):
        console.run("audit", cts, "--profile", again)
        answer = console.run("status", cts, "--json")
        assert answer.document["database"]["integrity"] == damaged
        assert (answer.status, answer.document["status"]) == (1, "error")
        assert any("Damage was found" in line for line in answer.document["database"]["issues"])
    console.run("audit", cts, "--profile", "deep")
    answer = console.run("status", cts, "--json")
    assert answer.document["database"]["integrity"]["result"] == "ok"


def test_names_of_any_characters_survive_the_document(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "Ünï-日本 \x1b[31m.db"
    names = ['say "hi"', "new\nline", "\x1b[2J", "[red]x[/]", "日本", "\u202eevil"]
    with open_database(path, "read_write", create=True) as connection:
        for name in names:
            quoted = '"' + name.replace('"', '""') + '"'
            connection.execute(f"CREATE TABLE {quoted} (id INTEGER PRIMARY KEY)")
    answer = console.run("stats", path, "--json")
    assert sorted(row["name"] for row in answer.document["tables"]) == sorted(names)
    # Pure ASCII: no encoding of a pipe or a console can lose it.
    assert answer.out.isascii()


def documents_of(answer: Answer) -> int:
    return answer.out.count("\n}\n")


def test_nothing_but_the_document_is_on_standard_output(console: Console, cts: Path) -> None:
    answer = console.run("--log-level", "debug", "status", cts, "--json")
    assert answer.out.startswith("{")
    assert documents_of(answer) == 1
