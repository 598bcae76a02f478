"""Cases of SEC-01: secrets in the clear. Every secret here is invented."""

from tests.audit.case import Case

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"

_ACCOUNTS = "CREATE TABLE accounts (id INTEGER PRIMARY KEY, {column} TEXT);"


def values(column: str, *held: str | None) -> str:
    """Return a table with one column of this name and a row for each value."""
    rows = ", ".join("(NULL)" if value is None else f"('{value}')" for value in held)
    return _ACCOUNTS.format(column=column) + f"INSERT INTO accounts ({column}) VALUES {rows};"


def _found(column: str, value: str) -> Case:
    return Case(f"{column} {len(value)}", values(column, value), objects=(f"accounts.{column}",))


_LEGACY = (
    "INSERT INTO exchange_connections (name, exchange, api_key, api_secret, api_passphrase)"
    " VALUES ('main', 'okx', {key}, {secret}, {phrase});"
)
_MANY = (
    "CREATE TABLE accounts (id INTEGER PRIMARY KEY, api_key TEXT);"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)"
    " INSERT INTO accounts SELECT i, {key} FROM n;"
)

DEFECT = (
    Case(
        "the legacy shape",
        _LEGACY.format(key=f"'{KEY}'", secret=f"'{HEX}'", phrase="'Tr4der!'"),
        base="cts_legacy",
        objects=(
            "exchange_connections.api_key",
            "exchange_connections.api_passphrase",
            "exchange_connections.api_secret",
        ),
        severity="critical",
    ),
    _found("api_secret", KEY),
    _found("apiSecret", HEX),
    _found("private_key", "0x" + HEX),
    _found("wallet_mnemonic", WORDS),
    _found("password", "hunter2"),
    _found("bot_token", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
    _found("access_token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
    _found("token", KEY),
    _found("credential_ref", KEY),
    Case(
        "one among many that are none",
        values("api_secret", None, "", "keyring:okx", "your-api-secret", KEY, "************"),
        objects=("accounts.api_secret",),
    ),
    Case(
        "a key in PEM",
        values("private_key", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\n-----END"),
        objects=("accounts.private_key",),
    ),
    Case(
        "kept as bytes",
        "CREATE TABLE accounts (api_key BLOB);"
        f"INSERT INTO accounts VALUES (CAST('{KEY}' AS BLOB));",
        objects=("accounts.api_key",),
    ),
    Case(
        "a table without row numbers, and names that need quotes",
        f'CREATE TABLE "a ""b" ("the api key" TEXT PRIMARY KEY) WITHOUT ROWID;'
        f'INSERT INTO "a ""b" VALUES (\'{KEY}\');',
        objects=('a "b.the api key',),
    ),
    Case(
        "the first of more rows than are looked at",
        _MANY.format(key=f"iif(i = 1, '{KEY}', '')"),
        profile="quick",
        objects=("accounts.api_key",),
    ),
    Case(
        "the last of many rows, in a deep audit",
        _MANY.format(key=f"iif(i = 10001, '{KEY}', '')"),
        objects=("accounts.api_key",),
    ),
    Case(
        "beside a table with text that is none",
        "CREATE TABLE a (api_key TEXT); INSERT INTO a VALUES (CAST(x'ff41ff4142434445' AS TEXT));"
        + values("api_key", KEY),
        objects=("accounts.api_key",),
    ),
)

_NONE = (
    (None, "nothing"),
    ("", "empty"),
    ("keyring:binance-main", "a keyring"),
    ("vault:secret/data/okx", "a vault"),
    ("env:OKX_SECRET", "a variable"),
    ("${OKX_SECRET}", "a variable of a shell"),
    ("/run/secrets/okx_secret", "a file"),
    ("your-api-secret-here", "a placeholder"),
    ("PLACEHOLDER_00998877665544", "another placeholder"),
    ("<insert your secret>", "a third"),
    ("changeme-please", "a fourth"),
    ("a1b2************c3d4", "masked"),
    ("xxxxxxxxxxxxxxxx", "one character"),
    ("abc12", "too short"),
    ("not configured in this version", "words"),
    ("required", "a word"),
    ("gAAAAABlY2hvIGlzIG5vdCBhIHNlY3JldCBidXQgYSB0b2tlbg", "encrypted"),
    ("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2g", "a hash"),
)
_BESIDE = (
    ("token_count", "12345678901234567890"),
    ("base_token", KEY),
    ("token_address", "0xdAC17F958D2ee523a2206206994597C13D831ec7"),
    ("api_key_fingerprint", HEX[:16]),
    ("api_key_hash", HEX),
    ("api_secret_encrypted", KEY),
    ("password_hash", "admin123"),
    ("password_changed_at", "2024-05-01T10:00:00Z"),
    ("secret_name", "projects/trading/secrets/okx-main"),
    ("max_tokens", "abcdefgh12345678"),
    ("has_api_key", "abcdefgh12345678"),
    ("token", "0xdAC17F958D2ee523a2206206994597C13D831ec7"),
    ("token", "USDT"),
    ("password", "5f4dcc3b5aa765d61d8327deb882cf99"),
)

NEAR_MISS = (
    *(Case(f"api_secret: {name}", values("api_secret", value)) for value, name in _NONE),
    *(
        Case(
            f"{column} is beside a secret",
            values(column, value),
            status=None if column in ("token", "password") else "not_applicable",
        )
        for column, value in _BESIDE
    ),
    Case("a new CTS file", base="cts"),
    Case("an empty legacy file", base="cts_legacy"),
    Case(
        "bytes that are no text",
        "CREATE TABLE a (api_key BLOB); INSERT INTO a VALUES (x'00ff80aa90bbccdd');",
    ),
    Case("a number", "CREATE TABLE a (token INTEGER); INSERT INTO a VALUES (1234567890123456789);"),
    Case(
        "a column that is computed by the file is not run",
        "CREATE TABLE a (id INTEGER, api_key TEXT AS ('vmPUZE6mv9SD5VNHk4' || id) VIRTUAL);",
        status="not_applicable",
    ),
    Case(
        "a virtual table is not read",
        "CREATE VIRTUAL TABLE a USING fts5(api_key);",
        status="not_checked",
    ),
    Case(
        "more rows than are looked at, and none found",
        _MANY.format(key="''"),
        profile="quick",
        status="not_checked",
    ),
    Case("no such column", base="freqtrade", status="not_applicable"),
)
