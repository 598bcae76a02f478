"""`monitor`, `locks` and `alive`: what others do with the file, seen without disturbing them."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from cts_console.cli.options import DatabaseArgument, JsonOption
from cts_console.cli.stage import (
    FINE,
    NOT_AS_IT_SHOULD_BE,
    Document,
    Outcome,
    Stage,
    make_console,
    print_json_line,
    run_command,
    run_stream,
)
from cts_console.cli.tables import (
    duration_text,
    print_facts,
    print_line,
    print_table,
    size_text,
    visible,
)
from cts_console.errors import CtsError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_LEAST_INTERVAL_S = 0.05
_LONGEST_WATCH_S = 3600.0
_TABLES_SHOWN = 12


def register(program: typer.Typer) -> None:
    """Add the commands of this module."""
    program.command("monitor")(monitor)
    program.command("locks")(locks)
    program.command("alive")(alive)


def monitor(
    database: DatabaseArgument,
    seconds: Annotated[
        float | None, typer.Option("--seconds", help="How long; without it until it is stopped.")
    ] = None,
    interval: Annotated[
        float, typer.Option("--interval", help="Seconds from one reading to the next.")
    ] = 1.0,
    as_json: JsonOption = False,
) -> int:
    """Show what all processes write; into a pipe, or with --json, one JSON object per line.

    No lock is taken but the read mark of one short look at the tables, at most once a second.
    """

    def work(stage: Stage) -> int:
        from cts_console.documents import sample_document
        from cts_console.monitor import watch_file

        _check_seconds("--interval", interval, least=_LEAST_INTERVAL_S)
        if seconds is not None:
            _check_seconds("--seconds", seconds, least=_LEAST_INTERVAL_S)
        samples = watch_file(database, interval_s=interval, seconds=seconds, cancel=stage.cancel)
        documents = map(sample_document, samples)
        if sys.stdout.isatty() and not as_json:
            _show_moving(documents, str(database))
            return FINE
        for document in documents:
            if not print_json_line(document):
                break
        return FINE

    return run_stream(as_json, work)


def locks(
    database: DatabaseArgument,
    watch: Annotated[
        float,
        typer.Option(
            "--watch", help="Look for so many seconds, and tell since when a lock is held."
        ),
    ] = 0.0,
    as_json: JsonOption = False,
) -> int:
    """Say who has the file open and who holds which lock: for "database is locked"."""

    def work(stage: Stage) -> Outcome:
        from cts_console.documents import locks_document
        from cts_console.maintenance import read_locks
        from cts_console.sqlite import open_database

        _check_seconds("--watch", watch, least=0.0, most=_LONGEST_WATCH_S)
        # Opened to tell a database from something else; a look at the header takes no lock.
        with open_database(database, cancel=stage.cancel) as connection:
            path = connection.path
        found = read_locks(path, watch_s=watch, cancel=stage.cancel)
        stage.cancel.raise_if_cancelled()
        return Outcome(locks_document(found), FINE)

    return run_command(as_json, work, _show_locks)


def alive(
    database: DatabaseArgument,
    max_age: Annotated[
        float | None,
        typer.Option(
            "--max-age", help="Seconds up to which a sign of life counts; 300 without it."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Say whether the engine lives, by its exit status too: for cron and dead-man services.

    Heartbeat or lease, the newest candle, order and trade must each be young enough, as far as
    this kind of file has them. A candle may be older by its timeframe.
    """

    def work(stage: Stage) -> Outcome:
        from cts_console.overview import DEFAULT_MAX_AGE_S, life_document, read_life
        from cts_console.sqlite import classify, open_database

        limit_s = DEFAULT_MAX_AGE_S if max_age is None else max_age
        _check_seconds("--max-age", limit_s, least=0.0)
        with (
            open_database(database, cancel=stage.cancel) as connection,
            connection.guard(cancel=stage.cancel, on_wait=stage.on_wait),
        ):
            now_ms = time.time_ns() // 1_000_000
            life = read_life(connection, classify(connection), now_ms, limit_s)
        return Outcome(life_document(life), FINE if life.alive else NOT_AS_IT_SHOULD_BE)

    return run_command(as_json, work, _show_alive)


def _check_seconds(option: str, value: float, *, least: float, most: float = math.inf) -> None:
    if not least <= value <= most or math.isinf(value):
        raise CtsError(
            "usage",
            "Not a time",
            f"{option} {value:g} is not possible.",
            f"Give {least:g} seconds or more."
            if math.isinf(most)
            else f"Give {least:g} to {most:g} seconds.",
        )


# The moving table


def _show_moving(documents: Iterable[Document], name: str) -> None:
    from rich.live import Live

    totals = dict.fromkeys(("commits", "frames", "bytes", "rows"), 0)
    with Live(console=make_console(), auto_refresh=False) as live:
        for document in documents:
            for total, field in (("commits", "commits"), ("frames", "frames")):
                totals[total] += document[field] or 0
            totals["bytes"] += document["wal_bytes_written"] or 0
            totals["rows"] += sum((document["rows"] or {}).values())
            live.update(_moving_table(document, totals, name), refresh=True)


def _moving_table(document: Document, totals: dict[str, int], name: str) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    title = Text(visible(f"{name}  {document['at']}  {document['journal_mode']}"))
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    table.add_column("all processes")
    table.add_column("a second", justify="right")
    table.add_column("since the start", justify="right")
    for row in _moving_rows(document, totals):
        table.add_row(*map(Text, map(visible, row)))
    return table


def _moving_rows(document: Document, totals: dict[str, int]) -> list[tuple[str, str, str]]:
    least = "at least " if document["missed"] else ""
    bytes_per_s = document["bytes_per_s"]
    rows = [
        ("commits", _number(document["commits_per_s"]), f"{totals['commits']:,}"),
        ("rows appended", _number(document["rows_per_s"]), f"{totals['rows']:,}"),
        ("frames", least + _number(document["frames_per_s"]), f"{totals['frames']:,}"),
        (
            "written to the log",
            least + ("–" if bytes_per_s is None else size_text(bytes_per_s)),
            size_text(totals["bytes"]),
        ),
        ("log", size_text(document["wal_bytes"]), _log_text(document)),
        ("file", size_text(document["size_bytes"]), ""),
    ]
    tables = sorted((document["rows"] or {}).items(), key=lambda item: (-item[1], item[0]))
    rows += [(f"  {table}", _number(count), "") for table, count in tables[:_TABLES_SHOWN]]
    if len(tables) > _TABLES_SHOWN:
        rows.append((f"  {len(tables) - _TABLES_SHOWN} more tables", "", ""))
    return rows


def _log_text(document: Document) -> str:
    behind = document["wal_frames"] - document["wal_frames_checkpointed"]
    return f"{document['wal_frames']:,} frames, {behind:,} not yet in the file"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


# Locks and life


def _show_locks(console: Console, document: Document) -> None:
    from cts_console.maintenance.lock_words import MEANINGS, lock_advice

    held = document["holders"]
    users = [*held, *({**row, "lock": "none"} for row in document["idle"])]
    if users:
        print_table(
            console,
            ("pid", "lock", "for at least", "program started", "command"),
            [
                (
                    str(row["pid"] or "?"),
                    row["lock"],
                    _since(row),
                    row["started_at"] or "unknown",
                    row["command"] or "?",
                )
                for row in users
            ],
        )
    elif document["known"]:
        print_line(console, "Nobody else has the file open.")
    if not document["known"]:
        print_line(console, "This system does not tell of everybody: others may have it open.")
    for row in held:
        print_line(console, f"pid {row['pid']} {MEANINGS[row['lock']]}")
    for line in lock_advice(
        {row["lock"] for row in held},
        size_text(document["wal_bytes"]),
        known=document["known"],
        has_idle=bool(document["idle"]),
        again="with --watch",
    ):
        print_line(console, line)


def _since(row: Document) -> str:
    return "unknown" if row["since_s"] is None else duration_text(row["since_s"] * 1000)


def _show_alive(console: Console, document: Document) -> None:
    print_line(console, "ALIVE" if document["alive"] else "NOT ALIVE", style="bold")
    limits = {sign["name"]: sign for sign in document["signs"]}
    facts = [
        (name, _age_text(name, age_s, limits[name])) for name, age_s in document["ages_s"].items()
    ]
    written_s = document["last_commit_s"]
    written = "unknown" if written_s is None else f"{_duration(written_s)} ago"
    print_facts(console, [*facts, ("last write", written)])


def _age_text(name: str, age_s: float | None, sign: Document) -> str:
    if age_s is None:
        return "none" if sign["state"] == "none" else "unknown: it could not be read in time"
    if name == "lease":
        text = f"runs for {_duration(-age_s)}" if age_s < 0 else f"ended {_duration(age_s)} ago"
    elif name == "candle" and age_s < 0:
        text = f"grows for another {_duration(-age_s)}"
    else:
        text = f"{_duration(age_s)} ago" if age_s >= 0 else f"{_duration(-age_s)} in the future"
    return (
        text
        if sign["state"] == "fresh"
        else f"{text}, over the limit of {_duration(sign['limit_s'])}"
    )


def _duration(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:,.1f} s"
