"""A secret that anybody who can read the file can read.

What it finds: values in the clear in columns that are named like a secret (`api_key`, `api_secret`,
`passphrase`, `private_key`, `password`, `access_token` and the like). It tells which rows hold one
and about how long it is. It never shows a value, nor a part of one.

Why a trader cares: every copy of the file carries these keys: backups, the folder of a chat, the
laptop of a friend who helps. With them anybody trades on the account, or empties it.

What to do: let nobody else read the file, then make new keys at the exchange, because copies of the
old ones may be anywhere, then move the new ones to the keyring and leave a reference here. Do not
delete a key that an engine still reads. What is removed stays in free pages and in the log of the
file until VACUUM and a truncating checkpoint.

Tolerance and false positives: the value is judged by its form. A reference to a keyring, a vault or
a variable is none, nor is a placeholder, a password hash, something encrypted, a number, or a value
that is too short. A column that merely tells of a secret (its date, its hash, a number of tokens, a
coin) is not looked at. In a large table the first 10,000 rows are looked at; in a deep audit, the
first 10,000 that hold anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.audit.secret_columns import SECRET_COLUMNS, SecretColumn, SecretTable, row_name
from cts_console.audit.trading import counted
from cts_console.schema import rowid_name
from cts_console.sqlite import quote_identifier


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for each column that holds secrets."""
    results = context.results(SECRET_COLUMNS)
    if not results:
        raise NotApplicableError("no column is named like a secret")
    left_open: list[str] = []
    for result in results:
        if result.value is None:
            left_open.append(f"{result.name}: {result.failure}")
            continue
        for column in result.value.columns:
            if column.kinds["secret"]:
                yield _finding(result.value, column)
        if result.value.left_out:
            left_open.append(result.value.left_out)
    if left_open:
        raise NotCheckedError("; ".join(left_open))


def _finding(of: SecretTable, column: SecretColumn) -> Finding:
    table, rows = of.table, column.kinds["secret"]
    name = quote_identifier(column.name)
    rowid = rowid_name(table)
    return RULE.finding(
        object=f"{table.name}.{column.name}",
        table=table.name,
        cause="in the clear",
        title=f"{table.name}.{column.name}: {counted(rows, 'row').lower()} with a readable secret",
        detail=(
            "Whoever can read this file, a backup of it or a copy of its log has what stands there "
            "and can use it."
            + _others(column)
            + (f" Not all was looked at: {of.left_out}." if of.left_out else "")
        ),
        recommendation=(
            "Take the right to read the file from everybody but the engine, make new keys at the "
            "exchange, then move them to the keyring and keep only a reference here. Do not delete "
            "what an engine still reads. Removed values survive in free pages and in the -wal "
            "until VACUUM and a truncating checkpoint."
        ),
        evidence=Evidence.of((row_name(table), "length"), column.rows, rows),
        sql=(
            f"SELECT {rowid or 'count(*)'} FROM {quote_identifier(table.name)} WHERE {name} <> ''"
        ),
        confidence="likely",
    )


def _others(column: SecretColumn) -> str:
    """Return what else the column holds, as a sentence; "" for nothing."""
    told = [f"{count:,} {_WORDS[kind]}" for kind, count in column.kinds.items() if kind in _WORDS]
    return f" The column also holds: {', '.join(told)}." if told else ""


_WORDS = {
    "reference": "as a reference",
    "hash": "as a hash",
    "encrypted": "encrypted",
    "placeholder": "as a placeholder",
    "words": "as plain words",
    "short": "too short for a secret",
    "number": "as a number",
}

RULE = Rule(
    id="SEC-01",
    title="API secret in the clear",
    category="security",
    severity="critical",
    profile="quick",
    needs=Needs(),
    check=check,
    readings=(SECRET_COLUMNS,),
)
