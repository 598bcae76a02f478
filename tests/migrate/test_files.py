"""Which files of a folder are migrations, and in which order."""

from __future__ import annotations

import hashlib

import pytest

from cts_console.errors import CtsError
from cts_console.migrate import read_migration_files
from tests.migrate.conftest import Write


def test_numbered_files_come_first_then_the_db_files_each_in_name_order(
    write_scripts: Write,
) -> None:
    names = ["db-b.sql", "010_b.sql", "002_z.sql", "010_a.sql", "db-a.sql"]
    folder = write_scripts(dict.fromkeys(names, "SELECT 1;"))
    found = [file.name for file in read_migration_files(folder)]
    assert found == ["002_z.sql", "010_a.sql", "010_b.sql", "db-a.sql", "db-b.sql"]


def test_other_files_are_none(write_scripts: Write) -> None:
    names = ["001_a.sql", "01_a.sql", "0001_a.sql", "001-a.sql", "001_a.sql.bak", "README.md"]
    folder = write_scripts(dict.fromkeys(names, "SELECT 1;"))
    (folder / "002_folder.sql").mkdir()
    assert [file.name for file in read_migration_files(folder)] == ["001_a.sql"]


def test_the_checksum_is_that_of_the_bytes(write_scripts: Write) -> None:
    data = b"\xef\xbb\xbfSELECT 1;\r\n"
    (file,) = read_migration_files(write_scripts({"001_a.sql": data}))
    assert file.checksum == hashlib.sha256(data).hexdigest()
    assert file.sql == "SELECT 1;\r\n"
    assert file.defect == ""


@pytest.mark.parametrize(
    ("first_line", "expected"),
    [
        ("-- cts: no-transaction", True),
        ("-- cts: no-transaction\r", True),
        ("-- another comment", False),
        ("SELECT 1; -- cts: no-transaction", False),
    ],
)
def test_only_the_first_line_marks_a_file(
    write_scripts: Write, first_line: str, expected: bool
) -> None:
    folder = write_scripts({"001_a.sql": f"{first_line}\n-- cts: no-transaction\nSELECT 1;"})
    assert read_migration_files(folder)[0].no_transaction is expected


def test_text_that_is_none_is_named_with_its_line(write_scripts: Write) -> None:
    folder = write_scripts(
        {"001_nul.sql": b"SELECT 1;\nSELECT '\0';", "002_latin.sql": b"SELECT 1;\n\n-- \xe9"}
    )
    nul, latin = read_migration_files(folder)
    assert (nul.defect, nul.defect_line) == ("a NUL character", 2)
    assert latin.defect.startswith("not UTF-8 text")
    assert latin.defect_line == 3


def test_a_folder_without_migrations_is_an_error(write_scripts: Write) -> None:
    folder = write_scripts({"notes.txt": "x"})
    with pytest.raises(CtsError) as empty:
        read_migration_files(folder)
    with pytest.raises(CtsError) as missing:
        read_migration_files(folder / "missing")
    assert (empty.value.code, missing.value.code) == ("not_found", "not_found")


def test_the_shipped_files_are_79() -> None:
    files = read_migration_files()
    assert len(files) == 79
    assert [file.name for file in files if file.no_transaction] == [
        "101_sqlite_comprehensive_optimization.sql"
    ]
    assert not any(file.defect for file in files)
