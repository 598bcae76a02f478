"""Files that nobody should hand to the window, and files that only look so."""

from __future__ import annotations

import random
from pathlib import Path

from cts_console.sqlite import open_database, quote_identifier, transaction
from tests.processes import a_process, wait_for_line

# What every name of a hostile schema holds somewhere.
MARKUP = "<b>bold</b>"
HOSTILE_NAMES = (
    f"{MARKUP} \"quoted\" 'single'",
    f"{MARKUP}\nnewline\r\ttab",
    f"{MARKUP} \u202eright to left\u202c \u0645\u0631\u062d\u0628\u0627",
    f"{MARKUP} & <img src='file:///etc/passwd'> &amp; <a href='x'>y</a>",
    f"{MARKUP}%s {{0}} `; DROP TABLE x; --",
    f"{MARKUP} \x01\x1b[31m \u2028 \ufeff " + "long" * 200,
)
MANY = 2_000
HUGE_BYTES = 100_000_000

# Another process fills what is too large to be made here: its memory goes with it.
FILLER = """
import sys
from cts_console.sqlite import open_database
with open_database(sys.argv[1], "read_write", create=True) as connection:
    connection.execute(sys.argv[2])
print("filled", flush=True)
"""


def make_missing(path: Path) -> None:
    """Make nothing."""


def make_folder(path: Path) -> None:
    path.mkdir()


def make_text(path: Path) -> None:
    path.write_text("not a database\n" * 1000)


def make_empty(path: Path) -> None:
    path.touch()


def make_cut_in_the_header(path: Path) -> None:
    make_ordinary(path)
    path.write_bytes(path.read_bytes()[:60])


def make_cut_in_the_first_page(path: Path) -> None:
    make_ordinary(path)
    path.write_bytes(path.read_bytes()[:1000])


def make_encrypted(path: Path) -> None:
    """As SQLCipher leaves it: nothing but noise, in whole pages."""
    path.write_bytes(random.Random(3).randbytes(50 * 4096))


def make_damaged_schema(path: Path) -> None:
    make_ordinary(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + random.Random(7).randbytes(len(whole) - 100))


def make_cut_in_half(path: Path) -> None:
    make_ordinary(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])


def make_link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_name("gone.db"))


def make_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


NEVER_OPENED = (
    make_missing,
    make_folder,
    make_text,
    make_empty,
    make_cut_in_the_header,
    make_cut_in_the_first_page,
    make_encrypted,
    make_damaged_schema,
    make_cut_in_half,
    make_link_to_nothing,
    make_link_to_itself,
)


def make_ordinary(path: Path) -> None:
    """Make a database with a table, an index, a view and rows, without a log beside it."""
    with open_database(path, "read_write", create=True) as connection, transaction(connection):
        connection.execute(
            "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, amount REAL);"
            "CREATE INDEX item_name ON item (name);"
            "CREATE VIEW named AS SELECT name FROM item WHERE name IS NOT NULL"
        )
        connection.execute_many(
            "INSERT INTO item (name, amount) VALUES (?, ?)",
            ((f"row {number}", number / 8) for number in range(5_000)),
        )


def make_damaged_rows(path: Path) -> None:
    make_ordinary(path)
    whole = bytearray(path.read_bytes())
    whole[8192:40960] = random.Random(7).randbytes(40960 - 8192)
    path.write_bytes(whole)


def make_hostile_names(path: Path) -> None:
    with open_database(path, "read_write", create=True) as connection, transaction(connection):
        for name in HOSTILE_NAMES:
            table, other = quote_identifier(name), quote_identifier(f"{name} too")
            connection.execute(
                f"CREATE TABLE {table} ({table} INTEGER PRIMARY KEY, {other} TEXT);"
                f"CREATE INDEX {quote_identifier(f'index {name}')} ON {table} ({other});"
                f"CREATE INDEX {quote_identifier(f'again {name}')} ON {table} ({other});"
                f"CREATE VIEW {quote_identifier(f'view {name}')} AS SELECT * FROM {table};"
                f"CREATE TRIGGER {quote_identifier(f'trigger {name}')} AFTER DELETE ON {table}"
                f" BEGIN SELECT 1; END"
            )
            connection.execute(f"INSERT INTO {table} ({other}) VALUES (?)", (name,))


def make_many_tables(path: Path) -> None:
    with open_database(path, "read_write", create=True) as connection, transaction(connection):
        for number in range(MANY):
            connection.execute(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, value REAL)")


def make_many_columns(path: Path) -> None:
    # 2,000 is the most that SQLite takes: https://sqlite.org/limits.html#max_column
    columns = ", ".join(f"c{number}" for number in range(MANY))
    with open_database(path, "read_write", create=True) as connection, transaction(connection):
        connection.execute(f"CREATE TABLE wide ({columns})")
        row = ", ".join(str(number) for number in range(MANY))
        for _ in range(100):
            connection.execute(f"INSERT INTO wide VALUES ({row})")


def make_huge_values(path: Path) -> None:
    script = (
        "CREATE TABLE huge (id INTEGER PRIMARY KEY, data BLOB, words TEXT);"
        f"INSERT INTO huge (data) VALUES (zeroblob({HUGE_BYTES}));"
        f"INSERT INTO huge (words) VALUES (replace(hex(zeroblob({HUGE_BYTES // 2})), '00', 'ab'))"
    )
    with a_process(FILLER, path, script) as filler:
        wait_for_line(filler, "filled")


def make_newer(path: Path) -> None:
    make_ordinary(path)
    with open_database(path, "read_write") as connection:
        connection.execute("PRAGMA user_version = 2000000000")


STRANGE_BUT_OPENED = (
    make_ordinary,
    make_damaged_rows,
    make_hostile_names,
    make_many_tables,
    make_many_columns,
    make_huge_values,
    make_newer,
)
