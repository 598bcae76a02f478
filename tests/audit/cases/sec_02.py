"""Cases of SEC-02: text that looks like a secret in logs and settings. Every secret is invented."""

from tests.audit.case import Case
from tests.audit.cases.sec_01 import HEX, KEY
from tests.audit.rows import AT, row

_MESSAGE = ("site_logs.message",)
_TOKEN = (
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
)


def line(message: str, **values: object) -> str:
    """Return a line of the log."""
    return row("site_logs", **{"category": "api", "message": message, "created_at": AT} | values)


def _found(name: str, message: str) -> Case:
    return Case(name, line(message), base="cts", objects=_MESSAGE)


def _passes(name: str, message: str) -> Case:
    return Case(name, line(message), base="cts")


_LEGACY = (
    "INSERT INTO exchange_connections (name, exchange, settings) VALUES ('m', 'okx', '{settings}');"
    "INSERT INTO site_logs (level, message, context, error_stack, metadata)"
    " VALUES ('info', 'm', '{context}', '{stack}', '{metadata}');"
)
_LARGE = "ANALYZE; INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('site_logs', NULL, '2000000');"

DEFECT = (
    _found("a query string", f"GET /account?apiKey={HEX[:32]}&recvWindow=5000"),
    _found("an assignment", f"config: api_secret = {KEY}"),
    _found("JSON", f'request {{"apiSecret": "{KEY}"}}'),
    _found("JSON within JSON", '{\\"passphrase\\":\\"Tr4der-pass\\"}'),
    _found("a program's dump", "{'password': 'hunter2-hunter2'}"),
    _found("a header", f"X-MBX-APIKEY: {KEY}"),
    _found("a bearer", f"Authorization: Bearer {KEY}"),
    _found("a signature", f"timestamp=1&signature={HEX}"),
    _found("a password without a digit", '"api_password": "CorrectHorseBattery"'),
    _found("an address with a password", "cannot reach postgres://trader:s3cr-pw@db/cts"),
    _found("a token as hash", f"access_token={HEX}"),
    _found("a web token", f"login gave {_TOKEN}"),
    _found("a private key", "-----BEGIN PRIVATE KEY-----"),
    _found("a random text", f"unexpected reply {KEY}"),
    _found("a random text in base64", "got dGhpc+lzIG5vdC9hIHNl73JldCBidXQg8XQgbG9va3M4bGlrZQ=="),
    Case(
        "the context",
        line("m", context=f'{{"api_secret": "{KEY}"}}'),
        base="cts",
        objects=("site_logs.context",),
    ),
    Case(
        "the other logs, and what an engine said last",
        row(
            "trade_logs",
            connection_id=1,
            event_type="e",
            message="m",
            details=f'{{"secret": "{KEY}"}}',
            created_at=AT,
        )
        + row("audit_logs", action="a", details=f'{{"api_key": "{KEY}"}}', created_at=AT)
        + row("trade_engine_state", connection_id=1, error_message=f"bad apiKey={KEY}"),
        base="cts",
        objects=("audit_logs.details", "trade_engine_state.error_message", "trade_logs.details"),
    ),
    Case(
        "a setting named like a secret, and one with a secret in it",
        row("system_settings", key="okx.api_secret", value="Sh0rt-one")
        + row("system_settings", key="okx", value=f'{{"apiSecret": "{KEY}"}}', value_type="json"),
        base="cts",
        objects=("system_settings.value",),
    ),
    Case(
        "JSON columns of the legacy shape",
        _LEGACY.format(
            settings=f'{{"api_secret": "{KEY}"}}',
            context=f'{{"token": "{KEY}"}}',
            stack=f"Error at sign(secret={KEY})",
            metadata=f'{{"passphrase": "{KEY}"}}',
        ),
        base="cts_legacy",
        objects=(
            "exchange_connections.settings",
            "site_logs.context",
            "site_logs.error_stack",
            "site_logs.metadata",
        ),
    ),
    Case(
        "the last of many lines, beyond a gap in the numbers",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)"
        f" INSERT INTO site_logs (id, category, message, created_at) SELECT i, 'api', 'm', {AT}"
        " FROM n;" + line(f"api_secret={KEY}", id=9_000_000_000),
        base="cts",
        objects=_MESSAGE,
    ),
    Case(
        "a table without row numbers",
        "CREATE TABLE log (at TEXT PRIMARY KEY, message TEXT) WITHOUT ROWID;"
        f"INSERT INTO log VALUES ('1', 'm'), ('2', 'api_secret={KEY}');",
        objects=("log.message",),
    ),
    Case("a large table", line(f"api_secret={KEY}") + _LARGE, base="cts", objects=_MESSAGE),
)

NEAR_MISS = (
    Case("a new CTS file", base="cts"),
    _passes("a name without a value", "api_secret is missing"),
    _passes("a name and a word", "api_secret: required, passphrase: incorrect"),
    _passes("a name and a message", "password: authentication_failed"),
    _passes("a placeholder", "api_secret=YOUR_API_SECRET_1"),
    _passes("a reference", "api_secret=keyring:okx-main-1"),
    _passes("masked", "api_key=vmPU****************Eh8A"),
    _passes("a number of tokens", "max_tokens=12345678 token_count: 99999999"),
    _passes("a date", "password_changed: 2024-05-01T10:00:00Z, token: 2024-05-01T10:00:00Z"),
    _passes("an address", "token: https://example.org/docs/apis/9"),
    _passes("an option", "token: BTC-USDT-240628-70000-C, token=order_123456_retry2"),
    _passes("an address without a password", "https://api.okx.com:8443/api/v5/account@2"),
    _passes("an address with a placeholder", "postgres://trader:password@db/cts"),
    _passes("a coin", "base_token=0xdAC17F958D2ee523a2206206994597C13D831ec7"),
    _passes("a hash", f"file {HEX} and {HEX[:40]} and {HEX[:32]}"),
    _passes("a UUID", "request 123e4567-e89b-12d3-a456-426614174000 failed"),
    _passes("an order's id", "order e847386590ce4dBC9a1B2c3D4e5F6a7B8 filled"),
    _passes("an order's id in JSON", '{"clOrdId": "e847386590ce4dBC9a1B2c3D4e5F6a7B8"}'),
    _passes("an order's number", "order 12345678901234567890123456789012345 filled"),
    _passes("a path", "at /usr/lib/python3/dist/packages/ccxt2/async/Base4/exchange/Sign8"),
    _passes("a long name", "ExchangeConnectionCoordinatorFactoryImplementation2 started"),
    _passes("words", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    Case(
        "settings of other kinds",
        row("system_settings", key="okx.api_key", value="keyring:okx")
        + row("system_settings", key="token.max_count", value="12345678"),
        base="cts",
    ),
    Case(
        "a large table in a standard audit",
        line(f"api_secret={KEY}") + _LARGE,
        base="cts",
        profile="standard",
        status="not_checked",
    ),
    Case(
        "text that is none",
        "CREATE TABLE log (message TEXT);"
        "INSERT INTO log VALUES (CAST(x'7365637265743d6162636465666768ff' AS TEXT));",
        status="not_checked",
    ),
    Case("no logs", base="freqtrade", status="not_applicable"),
)
