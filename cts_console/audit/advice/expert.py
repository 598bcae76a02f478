"""Ask SQLite's own index advisor, `sqlite3_expert`, about one query at a time.

It runs as a process of its own on a copy that holds the schema and nothing else
(https://sqlite.org/cli.html#index_recommendations_sqlite_expert_).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.audit.advice.model import Model
from cts_console.errors import CtsError
from cts_console.maintenance.private_folders import make_private_file, private_folder
from cts_console.progress import CancelToken
from cts_console.sqlite import find_tool, open_database, run_page_copy, run_tool, split_statements

TOOL: Final = "sqlite3_expert"
_CREATE_INDEX: Final = "CREATE INDEX "


@dataclass(frozen=True, slots=True)
class Expert:
    """The program, and the copy of the schema that it looks at."""

    tool: Path
    copy: Path
    cancel: CancelToken

    def propose(self, sql: str, timeout_s: float) -> tuple[str, ...]:
        """Return the CREATE INDEX statements that it proposes for `sql`.

        Raises `CtsError`: cancelled, timeout, no_permission, internal where it fails on the query.
        """
        question = self.copy.with_name("query.sql")
        question.unlink(missing_ok=True)
        make_private_file(question)
        question.write_text(f"{sql}\n", encoding="utf-8")
        # It reads the schema alone: a sample of rows would be one of no rows.
        arguments = ("-verbose", "0", "-sample", "0", "-file", str(question), str(self.copy))
        answer = run_tool(self.tool, arguments, timeout_s=timeout_s, cancel=self.cancel)
        statements = (statement.sql for statement in split_statements(answer))
        return tuple(sql for sql in statements if sql.startswith(_CREATE_INDEX))


@contextmanager
def open_expert(model: Model, cancel: CancelToken) -> Iterator[Expert]:
    """Put the schema of `model`, which has no statistics yet, where the expert can look at it.

    Raises `CtsError`: internal where this installation lacks the program, disk_full or usage where
    there is no room for a private copy, cancelled.
    """
    tool = find_tool(TOOL)
    if tool is None:
        raise CtsError(
            "internal",
            "The installation is incomplete",
            f"{TOOL}, which proposes indexes, is not part of this installation.",
            "Install CTS Console again.",
        )
    size_bytes = model.connection.read_int("PRAGMA page_count") * model.connection.read_int(
        "PRAGMA page_size"
    )
    with private_folder("advice", size_bytes) as folder:
        copy = folder / "schema.db"
        make_private_file(copy)
        with open_database(copy, "read_write", create=True) as target:
            run_page_copy(model.connection, target, cancel=cancel)
        yield Expert(tool, copy, cancel)
