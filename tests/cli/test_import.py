"""`import`: its document, what a person reads, its exit status."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cts_console.cli.stage import Stage
from cts_console.progress import Progress
from cts_console.sqlite import open_database
from tests.cli.console import Console, digest, write_rows
from tests.cli.shapes import IMPORT, assert_shape


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_rows(tmp_path)
    return tmp_path / "rows.csv"


def count(path: Path) -> int:
    with open_database(path) as connection:
        return connection.read_int("SELECT count(*) FROM exchanges WHERE name LIKE 'no%'")


def test_rows_are_imported_and_told(console: Console, cts: Path, file: Path) -> None:
    answer = console.run("import", cts, file, "--table", "exchanges")
    assert (answer.status, answer.err) == (0, "")
    for part in ("utf-8", "display_name → display_name", "1 rows written into exchanges"):
        assert part in answer.out
    assert count(cts) == 1
    console.run("import", cts, file, "--table", "exchanges", "--json").assert_refused("constraint")


def test_refused_rows_are_a_finding(
    console: Console, cts: Path, file: Path, tmp_path: Path
) -> None:
    file.write_text("name,display_name\nnowhere,a\nNOWHERE,b\nnone,c,d\n", encoding="utf-8")
    words = ("import", cts, file, "--table", "exchanges", "--rejects", tmp_path / "out.csv")
    answer = console.run(*words, "--json")
    assert answer.status == 1
    assert_shape(answer.document, IMPORT)
    assert answer.document["rows_rejected"] == 2
    assert answer.document["rejects_file"] == str(tmp_path / "out.csv")
    assert [row["line"] for row in answer.document["first_rejects"]] == [4, 3]
    assert count(cts) == 1


def test_every_option_reaches_the_import(console: Console, cts: Path, file: Path) -> None:
    file.write_bytes("# ours\n'n';'d'\n'nöwhere';'NIL'\n".encode("cp1252"))
    answer = console.run(
        *("import", cts, file, "--table", "exchanges", "--format", "csv", "--json"),
        *("--map", "n=name", "--map", "d=api_endpoint", "--set", "display_name=a=b"),
        *("--encoding", "cp1252", "--delimiter", ";", "--quote", "'", "--null", "NIL"),
        *("--skip-lines", "1", "--header", "--decimal-comma", "--batch-rows", "10"),
        *("--on-conflict", "update", "--key", "name", "--again", "--overrule"),
    )
    assert answer.status == 0, answer
    assert answer.document["mapping"] == {"n": "name", "d": "api_endpoint"}
    assert answer.document["constants"] == {"display_name": "a=b"}
    with open_database(cts) as connection:
        row = connection.read_row(
            "SELECT display_name, api_endpoint FROM exchanges WHERE name = 'nöwhere'"
        )
    assert row == ("a=b", None)


def test_a_dry_run_leaves_the_file_as_it_was(console: Console, cts: Path, file: Path) -> None:
    before = digest(cts)
    answer = console.run("import", cts, file, "--table", "exchanges", "--dry-run")
    assert answer.status == 0
    assert "1 rows would be written" in answer.out
    assert digest(cts) == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--table", "nonsense"), "usage"),
        (("--table", "exchanges", "--map", "nonsense"), "usage"),
        (("--table", "exchanges", "--set", "=1"), "usage"),
        (("--table", "exchanges", "--map", "a=b", "--map", "a=c"), "usage"),
        (("--table", "exchanges", "--on-conflict", "nonsense"), "usage"),
        (("--table", "exchanges", "--format", "nonsense"), "usage"),
        (("--table", "exchanges", "--rejects", "none/out.csv"), "not_found"),
        ((), "usage"),
    ],
    ids=str,
)
def test_bad_usage_changes_nothing(
    console: Console, cts: Path, file: Path, words: tuple[str, ...], code: str
) -> None:
    before = digest(cts)
    console.run("import", cts, file, *words, "--json").assert_refused(code)
    assert digest(cts) == before


def test_what_is_no_file_of_rows(console: Console, cts: Path, tmp_path: Path) -> None:
    words = ("--table", "exchanges", "--json")
    console.run("import", cts, tmp_path / "none.csv", *words).assert_refused("not_found")
    console.run("import", cts, tmp_path, *words).assert_refused("not_a_file")
    console.run("import", cts, cts, *words).assert_refused("usage")


def test_hostile_text_drives_no_terminal(console: Console, cts: Path, file: Path) -> None:
    file.write_text("na\x1b[2Jme,display_name\nx,[red]y[/]\n", encoding="utf-8")
    answer = console.run("import", cts, file, "--table", "exchanges", "--map", "na\x1b[2Jme=name")
    assert answer.status == 0, answer
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (
            Progress(7_000, None, "rows", "writing t", 900.0, 212_000_000, 480_000_000),
            "writing t  7,000 rows  212 of 480 MB  44%  900 rows/s",
        ),
        (Progress.of_bytes(1_500, 3_000, "looking"), "looking  1.5 of 3.0 KB  50%"),
        (Progress(5, 10, "pages", "copying"), "copying  5 of 10 pages"),
    ],
)
def test_a_terminal_shows_how_much_is_done(
    monkeypatch: pytest.MonkeyPatch, progress: Progress, shown: str
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    Stage(as_json=False).on_progress(progress)
    assert terminal.getvalue() == f"\r\x1b[2K{shown}"
