"""Cases of SEC-03: weak or missing password hashes."""

from tests.audit.case import Case
from tests.audit.rows import AT, row

_FOUND = ("users.password_hash",)
_TABLE = "CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password_hash TEXT);"


def user(number: int, password_hash: object) -> str:
    """Return a user with this hash."""
    return row(
        "users",
        id=number,
        username=f"user {number}",
        password_hash=password_hash,
        created_at=AT,
        updated_at=AT,
    )


def _good(*hashes: str) -> str:
    return "".join(user(number, each) for number, each in enumerate(hashes, 2))


DEFECT = (
    Case("nothing", user(2, ""), base="cts", objects=_FOUND, confidence="certain"),
    Case("white space", user(2, "  "), base="cts", objects=_FOUND),
    Case("NULL", _TABLE + "INSERT INTO users VALUES (1, 'a', NULL);", objects=_FOUND),
    Case(
        "the word itself",
        user(2, "hunter2hunter2"),
        base="cts",
        objects=_FOUND,
        confidence="likely",
    ),
    Case("MD5", user(2, "5f4dcc3b5aa765d61d8327deb882cf99"), base="cts", objects=_FOUND),
    Case("MD5 of a crypt", user(2, "$1$salt$hash"), base="cts", objects=_FOUND),
    Case("both", user(2, "") + user(3, "plain text"), base="cts", objects=_FOUND * 2),
    Case(
        "the legacy shape",
        "INSERT INTO users (username, password_hash) VALUES ('a', 'admin123');",
        base="cts_legacy",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case(
        "the slow and salted kinds",
        _good(
            "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
            "$scrypt$ln=16,r=8,p=1$c2FsdA$aGFzaA",
            "$2b$12$abcdefghijklmnopqrstuv",
            "$2y$12$abcdefghijklmnopqrstuv",
            "$pbkdf2-sha256$29000$c2FsdA$aGFzaA",
            "$y$j9T$salt$hash",
            "$7$C6..../....salt$hash",
        ),
        base="cts",
    ),
    Case(
        "as web frameworks write them",
        _good(
            "pbkdf2_sha256$600000$salt$hash",
            "pbkdf2:sha256:260000$salt$hash",
            "scrypt:32768:8:1$salt$hash",
            "argon2$argon2id$v=19$m=102400$salt$hash",
            "bcrypt_sha256$$2b$12$hash",
            "!unusable",
            "*",
        ),
        base="cts",
    ),
    Case("no users", base="freqtrade", status="not_applicable"),
)
