"""A secret that was written into a log or a setting.

What it finds: text in logs, error messages, settings and JSON columns that looks as if it held a
secret: the name of one with a value behind it (`api_secret=…`, `"passphrase": "…"`, a signature, an
authorization header), an address with a password in it, a private key, a web token, or a long
random text as keys are. Settings kept
as key and value are judged by their key. Only the row and the kind of hint are told, never the
text.

Why a trader cares: logs are copied, mailed and shown to helpers, who look for an error and get a
key with it. Nobody thinks of them when keys are changed.

What to do: make new keys for whatever stands there, then end the logging of it, then remove these
rows with the program that owns the file. What is removed stays in free pages and in the -wal until
VACUUM and a truncating checkpoint. An audit log that may not be changed keeps it: let nobody else
read the file.

Tolerance and false positives: numbers of orders and requests, hashes, UUIDs, addresses, paths and
names of programs are left out; placeholders, references and masked values too. A random text of
another meaning may still be reported: the finding is likely, not certain. Tables of over a million
rows are read by a deep audit alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from cts_console.audit.finding import MOST_EVIDENCE_ROWS, Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.audit.secret_columns import row_name
from cts_console.audit.secret_text import LONGEST_TEXT, name_label, read_hints
from cts_console.audit.secrets import is_secret_name, value_kind
from cts_console.audit.trading import counted
from cts_console.schema import Table, rowid_name
from cts_console.sqlite import Row, quote_identifier


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LOGS: Final = re.compile(r"log|event|audit|journal|trace|error|message|request|alert")
_OF_LOGS: Final = _set(
    "message msg text line body content description reason note notes data payload extra meta "
    "request response params arguments headers url exception error stack value output"
)
_ANYWHERE: Final = _set(
    "context details detail metadata settings config configuration options parameters "
    "error_message error_stack last_error stack_trace stacktrace traceback"
)
_KEYS: Final = _set("key name setting state_key setting_key config_key kv_key")
_VALUES: Final = _set("value val state_value setting_value config_value kv_value")

ROWS_PER_SLICE: Final = 20_000

# Most rows hold none of these, and SQLite says so faster than we do. A class of the pattern takes
# letters, digits, `+`, `/` and `=`; fifteen are as many as a pattern may have.
_RUN_PATTERN: Final = f"*{'[+/-9=A-Za-z]' * 15}*"
_PATTERNS: Final = sorted(
    f"%{word}%"
    for word in _set(
        "secret passphrase passw pwd private_key privatekey api_key apikey access_key accesskey "
        "token mnemonic seed_phrase seedphrase credential signature authorization access_sign ://%:%@"
    )
)
# A name of three letters, a sign between, and a value of eight (`read_hints`).
_SHORTEST_TEXT: Final = 12


@dataclass(slots=True)
class _Column:
    """The hints in one column."""

    name: str
    rows: list[Row] = field(default_factory=list)
    total: int = 0

    def add(self, row: Row) -> None:
        self.total += 1
        if len(self.rows) < MOST_EVIDENCE_ROWS:
            self.rows.append(row)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for each column with hints."""
    tables = [table for table in context.schema.tables if text_columns(table)]
    if not tables:
        raise NotApplicableError("there is no table of logs or settings")
    left_open: list[str] = []
    for table in tables:
        if table.virtual:
            left_open.append(f"{table.name}: a virtual table is not read")
        elif context.is_too_large(table):
            left_open.append(f"{table.name}: over a million rows are read by a deep audit alone")
        else:
            yield from _table_findings(context, table, left_open)
    if left_open:
        raise NotCheckedError("; ".join(left_open))


def text_columns(table: Table) -> list[str]:
    """Return the columns of a table that hold text of logs or settings."""
    names = [column.name for column in table.columns if column.generated != "virtual"]
    is_log = bool(_LOGS.search(table.name.lower()))
    has_key = key_column(table) is not None
    return [
        name
        for name in names
        if name.lower() in _ANYWHERE
        or (is_log and name.lower() in _OF_LOGS)
        or (has_key and name.lower() in _VALUES)
    ]


def key_column(table: Table) -> str | None:
    """Return the column with the names of a table of names and values; None for another table."""
    names = {column.name.lower(): column.name for column in table.columns}
    if not _VALUES & names.keys():
        return None
    return next((names[name] for name in names if name in _KEYS), None)


def _table_findings(context: AuditContext, table: Table, left_open: list[str]) -> Iterator[Finding]:
    columns = [_Column(name) for name in text_columns(table)]
    try:
        for number, (row, key, *values) in enumerate(_suspects(context, table, columns), 1):
            for column, value in zip(columns, values, strict=True):
                hints = _value_hints(column.name, key, value)
                if hints:
                    place = number if row is None else row
                    column.add((place, column.name, ", ".join(hints)))
    except UnicodeDecodeError:
        left_open.append(f"{table.name}: holds text that is no valid UTF-8")
    for column in columns:
        if column.total:
            yield _finding(table, column)


def _suspects(context: AuditContext, table: Table, columns: list[_Column]) -> Iterator[Row]:
    """Yield rowid, key and texts of the rows that SQLite takes for suspicious.

    Where the file is not in WAL mode a reader keeps writers from committing, so a large table is
    read in slices.
    """
    rowid, name = rowid_name(table), quote_identifier(table.name)
    query = _query(table, rowid, columns)
    if rowid is None:
        yield from context.connection.stream_rows(query, {"run": _RUN_PATTERN})
        return
    start = context.connection.read_value(f"SELECT min({rowid}) FROM main.{name}")
    while start is not None:
        bindings = {"run": _RUN_PATTERN, "start": start}
        yield from context.connection.stream_rows(query, bindings)
        start = context.connection.read_value(
            f"SELECT {rowid} FROM main.{name} WHERE {rowid} >= ? ORDER BY {rowid} "
            f"LIMIT 1 OFFSET {ROWS_PER_SLICE}",
            (start,),
        )


def _value_hints(column: str, key: object, value: object) -> tuple[str, ...]:
    if not isinstance(value, str):
        return ()
    if column.lower() in _VALUES and isinstance(key, str) and is_secret_name(key):
        is_secret = value_kind(key, value) == "secret"
        return (f"{name_label(key)} with a value behind it",) if is_secret else ()
    return read_hints(value)


def _query(table: Table, rowid: str | None, columns: list[_Column]) -> str:
    key = key_column(table)
    names = [f"v{number}" for number in range(len(columns))]
    values = ", ".join(
        f"CASE typeof({quoted}) WHEN 'text' THEN substr({quoted}, 1, {LONGEST_TEXT}) END AS {name}"
        for name, quoted in zip(names, (quote_identifier(c.name) for c in columns), strict=True)
    )
    rows = (
        f"SELECT {rowid or 'NULL'} AS r, {quote_identifier(key) if key else 'NULL'} AS k, {values} "
        f"FROM main.{quote_identifier(table.name)}"
    )
    if rowid is not None:
        rows += f" WHERE {rowid} >= :start ORDER BY {rowid} LIMIT {ROWS_PER_SLICE}"
    # A key alone makes its value suspicious, whatever it looks like.
    suspects = [
        f"(length({name}) >= {_SHORTEST_TEXT} AND ({name} GLOB :run OR {name} LIKE '%private key%' "
        f"OR ({name} GLOB '*[:=]*' AND ({_any_word(name)}))))"
        for name in names
    ]
    return f"SELECT * FROM ({rows}) WHERE {' OR '.join(suspects)} OR ({_any_word('k')})"


def _any_word(name: str) -> str:
    return " OR ".join(f"{name} LIKE '{pattern}'" for pattern in _PATTERNS)


def _finding(table: Table, column: _Column) -> Finding:
    return RULE.finding(
        object=f"{table.name}.{column.name}",
        table=table.name,
        cause="looks like a secret",
        title=(
            f"{table.name}.{column.name}: {counted(column.total, 'row').lower()} with text that "
            "looks like a secret"
        ),
        detail=(
            "Whoever gets to see these rows, in a log that is passed on or in a backup, may have a "
            "key with them. The text itself is not shown here."
        ),
        recommendation=(
            "Make new keys for what stands there, end the logging of it, then remove these rows "
            "with the program that owns the file. Removed text survives in free pages and in the "
            "-wal until VACUUM and a truncating checkpoint."
        ),
        evidence=Evidence.of(
            (row_name(table), "column", "hint"),
            column.rows,
            column.total,
        ),
        sql=None,
        confidence="likely",
    )


RULE = Rule(
    id="SEC-02",
    title="Secret-looking text in logs or settings",
    category="security",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
