"""Cases of GEN-07: text that should be JSON and is none."""

from tests.audit.case import Case
from tests.audit.rows import AT, row

_AUDIT = {"id": 1, "action": "login", "created_at": AT}

DEFECT = (
    Case(
        "cut off",
        row("audit_logs", **_AUDIT, details='{"a": 1'),
        base="cts",
        objects=("audit_logs.details",),
        confidence="certain",
        severity="warning",
    ),
    Case(
        "empty in the CTS schema",
        row("audit_logs", **_AUDIT, details=""),
        base="cts",
        objects=("audit_logs.details",),
    ),
    Case(
        "single quotes",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, doc JSON); INSERT INTO t (doc) VALUES ('{}'),"
        " ('{''a'': 1}'), (NULL);",
        objects=("t.doc",),
    ),
    Case(
        "NaN, and text that is no valid UTF-8",
        "CREATE TABLE t (doc JSONB NOT NULL); INSERT INTO t VALUES ('{\"a\": NaN}'),"
        " (CAST(x'7b22ff' AS TEXT));",
        objects=("t.doc",),
    ),
    Case(
        "the v3.1 file",
        "INSERT INTO indications (symbol, indication_type, metadata) VALUES ('A', 'move', 'x');"
        "INSERT INTO site_logs (level, message, context) VALUES ('info', 'm', '{\"a\":');",
        base="cts_legacy",
        objects=("indications.metadata", "site_logs.context"),
    ),
)

NEAR_MISS = (
    Case("a document", row("audit_logs", **_AUDIT, details='{"a": [1, null]}'), base="cts"),
    Case(
        "numbers, words, blobs and nothing",
        "CREATE TABLE t (doc JSON); INSERT INTO t VALUES (5), ('\"a\"'), ('null'), (x'00'), (NULL),"
        " (''), (' ');",
    ),
    Case(
        "a word as context in v3.1",
        "INSERT INTO site_logs (level, message, context, metadata)"
        " VALUES ('info', 'm', 'api', '');",
        base="cts_legacy",
    ),
    Case(
        "a stranger's column of that name",
        "CREATE TABLE t (metadata TEXT, config TEXT); INSERT INTO t VALUES ('x', '{');",
        status="not_applicable",
    ),
    Case("hummingbot's fees", base="hummingbot"),
)
