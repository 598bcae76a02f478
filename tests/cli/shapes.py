"""What `interfaces.md` promises of each command's document, as data: names and kinds of values.

Fields may be added to a document, so `assert_shape` looks only for those that are promised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Maybe:
    """None, or a value of this shape."""

    shape: Any


@dataclass(frozen=True)
class OneOf:
    """One of these values."""

    values: tuple[object, ...]


@dataclass(frozen=True)
class ByName:
    """An object whose names are free and whose values have this shape."""

    shape: Any


class Anything:
    """A value of any kind."""


NUMBER = (int, float)

STEP = {"name": str, "ok": bool, "duration_ms": NUMBER, "detail": str}
FAILURE = {"file": str, "line": int, "statement": str, "message": str}
SETTING = {"name": str, "value": Anything, "expected": Anything, "ok": bool}
INIT = {
    "database": str,
    "created": bool,
    "sqlite_version": str,
    "ok": bool,
    "duration_ms": NUMBER,
    "steps": [STEP],
    "migrations": {
        "total": int,
        "applied": int,
        "already_applied": int,
        "pending": int,
        "failed": Maybe(FAILURE),
    },
    "schema": {
        "tables": int,
        "indexes": int,
        "base_indexes": int,
        "performance_indexes": int,
        "elements": int,
        "views": int,
        "triggers": int,
    },
    "pragmas": [SETTING],
    "errors": [Anything],
}
DEMO = {**INIT, "rows": ByName(int)}
STATUS = {
    "status": OneOf(("ok", "degraded", "error")),
    "database": {
        "path": str,
        "size_bytes": int,
        "wal_bytes": int,
        "page_size": Maybe(int),
        "page_count": int,
        "freelist_count": int,
        "table_count": Maybe(int),
        "index_count": Maybe(int),
        "journal_mode": Maybe(str),
        "pragmas": ByName(Anything),
        "integrity": {
            "result": OneOf(("not_checked", "ok", "damaged", "partial")),
            "at": Maybe(INSTANT),
        },
        "issues": [str],
        "accepted": int,
        "recommendations": [str],
        "kind": str,
        "purpose": Maybe(str),
    },
    "migrations": {"total": int, "applied": int, "pending": int},
    "connections": {"total": int, "enabled": int, "items": [Anything]},
    "engines": {"running": int, "stale": int, "items": [Anything]},
    "performance": {
        "last_audit": Anything,
        "last_audit_error": Anything,
        "last_bulk": Anything,
    },
    "news": {
        "since": Maybe(INSTANT),
        "findings": {"new": Maybe(int), "worse": Maybe(int), "came_back": Maybe(int)},
        "trades": Maybe(int),
        "closed_positions": Maybe(
            [{"currency": str, "positions": int, "realized_pnl": Maybe(NUMBER)}],
        ),
        "errors": Maybe(int),
        "engine_stops": Maybe(int),
        "appended": Maybe([{"table": str, "rows": int}]),
        "note": Maybe(str),
    },
    "sqlite_version": str,
    "generated_at": INSTANT,
}
AUDIT = {
    "database": str,
    "reports": {"html": Maybe(str), "pdf": Maybe(str)},
    "profile": OneOf(("quick", "standard", "deep")),
    "whole": bool,
    "sqlite_version": str,
    "started_at": INSTANT,
    "duration_ms": NUMBER,
    "size_bytes": int,
    "content_hash": Maybe(str),
    "summary": {
        "critical": int,
        "error": int,
        "warning": int,
        "info": int,
        "accepted": int,
        "rules_passed": int,
        "rules_not_applicable": int,
        "rules_not_checked": int,
        "rules_errored": int,
    },
    "checks": [
        {
            "rule": str,
            "status": OneOf(("passed", "found", "not_applicable", "not_checked", "errored")),
            "duration_ms": NUMBER,
            "note": Maybe(str),
        }
    ],
    "findings": [
        {
            "rule": str,
            "severity": OneOf(("critical", "error", "warning", "info")),
            "category": str,
            "accepted": Maybe({"reason": str, "at": INSTANT, "until": Maybe(INSTANT)}),
            "accepted_until": Maybe(INSTANT),
            "change": Maybe(str),
            "object": Maybe(str),
            "table": Maybe(str),
            "title": str,
            "detail": str,
            "recommendation": str,
            "evidence": {"columns": [str], "rows": [[Anything]], "total": int},
            "sql": Maybe(str),
            "fix_sql": Maybe(str),
            "confidence": OneOf(("certain", "likely", "unknown")),
            "fingerprint": str,
            "since": INSTANT,
        }
    ],
    "tables": [
        {
            "name": str,
            "rows": Maybe(int),
            "columns": int,
            "indexes": int,
            "bytes": Maybe(int),
        }
    ],
    "indexes": [
        {
            "name": str,
            "table": str,
            "columns": [str],
            "unique": bool,
            "partial": bool,
            "bytes": Maybe(int),
        }
    ],
    "pragmas": [{**SETTING, "scope": str}],
}
AMOUNT = re.compile(r"-?\d+(\.\d+)?")
HOLDING = {"quantity": AMOUNT, "cost": AMOUNT, "average": Maybe(AMOUNT)}
SUMS = {"trades": int, "turnover": AMOUNT, "gross": AMOUNT, "fees": AMOUNT, "net": AMOUNT}
STATEMENT = {
    "database": str,
    "made_at": INSTANT,
    "period": {"from": str, "to": str, "from_at": INSTANT, "to_at": INSTANT, "time_zone": str},
    "method": OneOf(("average", "fifo")),
    "complete": bool,
    "assumptions": [str],
    "exceptions": [
        {
            "kind": str,
            "text": str,
            "makes_incomplete": bool,
            "trades": Maybe(int),
            "of_period": Maybe(int),
            "ids": [Anything],
        }
    ],
    "audit": Maybe(
        {
            "started_at": INSTANT,
            "profile": str,
            "summary": ByName(int),
            "not_checked": [{"outcome": str, "reason": str, "rules": [str]}],
            "is_older_than_trades": bool,
        }
    ),
    "seal": Maybe(
        [
            {
                "table": str,
                "state": OneOf(("as_sealed", "differs", "unknown")),
                "reason": str,
                "root": Maybe(str),
                "made_at": Maybe(INSTANT),
                "rows": Maybe(int),
                "blocks": Maybe(int),
                "blocks_differing": int,
                "differing": [str],
                "missing": [str],
                "what": str,
                "rows_after_seal": Maybe(int),
                "of_period_after_seal": Maybe(int),
                "columns_left_out": [str],
            }
        ]
    ),
    "notes": [str],
    "trades": int,
    "totals": [{"quote": Maybe(str), "funding": AMOUNT, **SUMS}],
    "symbols": [
        {
            "connection": str,
            "symbol": str,
            "quote": Maybe(str),
            "bought": AMOUNT,
            "sold": AMOUNT,
            **SUMS,
        }
    ],
    "fees": [
        {
            "currency": Maybe(str),
            "treatment": OneOf(
                ("subtracted", "converted", "taken_from_the_amount", "not_converted")
            ),
            "trades": int,
            "amount": AMOUNT,
            "counted": ByName(AMOUNT),
        }
    ],
    "positions": [
        {
            "connection": str,
            "symbol": str,
            "book": OneOf(("long", "short", "net")),
            "opening": HOLDING,
            "closing": HOLDING,
        }
    ],
    "position_check": {
        "closed": int,
        "compared": int,
        "equal": int,
        "convention": str,
        "largest_difference": AMOUNT,
        "largest_of": Anything,
    },
    "csv": Maybe(str),
    "pdf": Maybe(str),
}
COMPARED = {
    "pair": str,
    "side": OneOf(("buy", "sell")),
    "price": AMOUNT,
    "amount": AMOUNT,
    "fee": Maybe(AMOUNT),
    "fee_currency": Maybe(str),
    "executed_at": INSTANT,
    "exchange_trade_id": Maybe(str),
    "exchange_order_id": Maybe(str),
}
RECONCILE = {
    "database": str,
    "file": str,
    "format": str,
    "connection": {"id": int, "name": str, "exchange": str, "is_testnet": bool},
    "lines": int,
    "from_at": Maybe(INSTANT),
    "to_at": Maybe(INSTANT),
    "equal": bool,
    "shift_ms": Maybe(int),
    "same": int,
    "repeated": int,
    "only_in_file": {"total": int, "trades": [{"line": int, **COMPARED}]},
    "only_in_database": {"total": int, "trades": [{"id": int, **COMPARED}]},
    "different": {
        "total": int,
        "trades": [
            {
                "fields": [str],
                "file": {"line": int, **COMPARED},
                "database": {"id": int, **COMPARED},
            }
        ],
    },
    "unreadable": {"total": int, "lines": [{"line": int, "reason": str}]},
    "unknown_pairs": [{"pair": str, "lines": int}],
    "notes": [str],
    "import": Maybe(
        {
            "state": OneOf(("nothing_missing", "stopped", "rehearsed", "imported")),
            "batch": Maybe(str),
            "trades": int,
            "orders_made": int,
            "orders_used": int,
            "already_there": int,
            "refused": [{"line": int, "trades": int, "reason": str}],
            "rules_asked": int,
            "new_findings": [
                {
                    "rule": str,
                    "severity": OneOf(("critical", "error", "warning", "info")),
                    "title": str,
                    "detail": str,
                    "recommendation": str,
                    "rows": int,
                    "rows_before": int,
                    "stops": bool,
                }
            ],
            "not_checked": [str],
            "transactions": int,
            "longest_lock_ms": NUMBER,
        }
    ),
}
BATCHES = {
    "database": str,
    "batches": [
        {
            "id": str,
            "database": str,
            "operation": OneOf(("insert", "upsert", "reconcile")),
            "table": str,
            "state": OneOf(("staging", "coming", "done", "undone")),
            "rows": int,
            "rows_written": int,
            "started_at": INSTANT,
            "is_running": bool,
        }
    ],
    "undone": Maybe({"id": str, "rows_left": int}),
    "resumed": Maybe({"id": str, "rows_written": int}),
}
MIGRATE = {
    "applied": [{"file": str, "duration_ms": NUMBER}],
    "failed": Maybe(FAILURE),
    "backup": Maybe(str),
}
MIGRATE_STATUS = {
    "total": int,
    "applied": int,
    "pending": int,
    "items": [
        {
            "file": str,
            "number": Maybe(int),
            "state": OneOf(
                ("applied", "pending", "changed", "missing", "failed", "out_of_order"),
            ),
            "applied_at": Maybe(INSTANT),
            "duration_ms": Maybe(NUMBER),
            "checksum": HASH,
        }
    ],
}
MIGRATE_PREFLIGHT = {
    "items": [
        {
            "file": str,
            "ok": bool,
            "duration_ms": NUMBER,
            "error": Maybe({"line": int, "statement": str, "message": str}),
            "created": [str],
            "dropped": [str],
            "altered": [str],
        }
    ]
}
PRAGMA = {
    "profile": OneOf(("trading", "durable", "untouched")),
    "items": [
        {
            **SETTING,
            "default": Anything,
            "scope": OneOf(("file", "connection")),
            "needs_vacuum": bool,
            "doc": str,
        }
    ],
    "applied": [str],
}
CHECKPOINT = {
    "mode": OneOf(("passive", "full", "restart", "truncate")),
    "busy": bool,
    "log_frames": int,
    "checkpointed_frames": int,
    "duration_ms": NUMBER,
}
STATS = {
    "size_bytes": int,
    "wal_bytes": int,
    "page_count": int,
    "freelist_count": int,
    "tables": [{"name": str, "rows": Maybe(int), "bytes": int, "index_bytes": int}],
    "cache": ByName(Anything),
}
BENCH = {
    "database": str,
    "table": Maybe(str),
    "results": [
        {
            "name": str,
            "claim": str,
            "measured": Maybe(NUMBER),
            "unit": str,
            "holds": Maybe(bool),
            "note": str,
        }
    ],
    "notes": [str],
    "duration_ms": NUMBER,
}
EXPORT = {
    "rows": int,
    "bytes": int,
    "duration_ms": NUMBER,
    "format": OneOf(("csv", "jsonl", "json", "xlsx", "sql")),
    "output": str,
    "notes": [str],
}
OPTIMIZE = {
    "analyzed": [str],
    "freelist_before": int,
    "freelist_after": int,
    "size_before_bytes": int,
    "size_after_bytes": int,
    "duration_ms": NUMBER,
    "checkpoint": Maybe(CHECKPOINT),
}
BACKUP = {
    "output": str,
    "bytes": int,
    "pages": int,
    "sha256": HASH,
    "verified": bool,
    "duration_ms": NUMBER,
}
VERIFY = {"verified": bool}
SEAL = {
    "table": str,
    "rows": int,
    "blocks": int,
    "root": str,
    "from_key": Anything,
    "to_key": Anything,
    "schema_hash": str,
    "at": INSTANT,
}
VERIFY_SEAL = {
    "ok": bool,
    "differs": [{"table": str, "block": int, "keys": [Anything], "missing": [Anything]}],
    "rows_after_seal": int,
}
IMPORT = {
    "table": str,
    "format": OneOf(("csv", "json", "jsonl", "sql", "sqlite", "xlsx")),
    "rows_read": int,
    "rows_written": int,
    "rows_rejected": int,
    "rejects_file": Maybe(str),
    "bytes_read": int,
    "duration_ms": NUMBER,
    "rows_per_s": NUMBER,
    "strategy": str,
    "indexes_deferred": [str],
    "mode": str,
    "batch": Maybe(str),
    "dry_run": bool,
    "detected": ByName(Anything),
    "mapping": ByName(str),
    "constants": ByName(str),
    "left_out": [str],
    "known_keys": [{"columns": [str], "rows": int}],
    "notes": [str],
    "first_rejects": [{"line": int, "reason": str}],
}

TRACE_HEAD = {"id": Anything, "side": str, "status": str}
TRACE = {
    "database": str,
    "subject": {"kind": OneOf(("position", "order")), "id": Anything},
    "position": Maybe(
        TRACE_HEAD
        | {
            "opened_at": Maybe(INSTANT),
            "closed_at": Maybe(INSTANT),
            "stored_pnl": Maybe(str),
            "computed_pnl": Maybe(str),
        }
    ),
    "order": Maybe(
        TRACE_HEAD
        | {
            "order_type": str,
            "created_at": Maybe(INSTANT),
            "stored_filled": Maybe(str),
            "computed_filled": Maybe(str),
        }
    ),
    "symbol": str,
    "quote": Maybe(str),
    "agrees": bool,
    "compared": int,
    "first_difference": Maybe(int),
    "is_cut": bool,
    "remarks": [str],
    "events": [
        {
            "at": Maybe(INSTANT),
            "kind": str,
            "table": str,
            "key_column": str,
            "key": Anything,
            "text": str,
            "price": Maybe(str),
            "amount": Maybe(str),
            "fee": Maybe(str),
            "fee_currency": Maybe(str),
            "quantity": Maybe(str),
            "average": Maybe(str),
            "gross": Maybe(str),
            "pnl": Maybe(str),
            "compared": [
                {"name": str, "stored": Maybe(str), "computed": Maybe(str), "differs": bool}
            ],
        }
    ],
    "finding": Maybe({"id": str, "rows": int}),
    "csv": Maybe(str),
}

SIMULATE = {
    "rows": ByName(int),
    "changed": ByName(int),
    "commits": int,
    "duration_ms": NUMBER,
    "busy_retries": int,
    "stopped": bool,
    "released": bool,
}
MONITOR = {
    "at": INSTANT,
    "interval_ms": NUMBER,
    "journal_mode": OneOf(("wal", "rollback", "unwatched")),
    "commits": Maybe(int),
    "frames": Maybe(int),
    "wal_bytes_written": Maybe(int),
    "checkpoints": int,
    "rows": Maybe(ByName(int)),
    "commits_per_s": Maybe(NUMBER),
    "frames_per_s": Maybe(NUMBER),
    "bytes_per_s": Maybe(NUMBER),
    "rows_per_s": Maybe(NUMBER),
    "wal_bytes": int,
    "wal_frames": int,
    "wal_frames_checkpointed": int,
    "size_bytes": int,
    "missed": bool,
}
LOCKS = {
    "holders": [
        {
            "pid": int,
            "command": str,
            "lock": OneOf(
                (
                    "reader",
                    "writer",
                    "shared",
                    "reserved",
                    "exclusive",
                    "pending",
                    "checkpointer",
                    "recovering",
                )
            ),
            "since_s": Maybe(NUMBER),
            "started_at": Maybe(INSTANT),
        }
    ],
    "idle": [{"pid": int, "command": str, "since_s": Maybe(NUMBER), "started_at": Maybe(INSTANT)}],
    "wal_bytes": int,
    "known": bool,
}
ALIVE = {
    "alive": bool,
    "ages_s": ByName(Maybe(NUMBER)),
    "last_commit_s": Maybe(NUMBER),
    "signs": [
        {
            "name": OneOf(("heartbeat", "lease", "candle", "order", "trade")),
            "state": OneOf(("fresh", "old", "none", "unknown")),
            "limit_s": NUMBER,
        }
    ],
}
SHAPES: dict[tuple[str, ...], Any] = {
    ("init",): INIT,
    ("demo",): DEMO,
    ("status",): STATUS,
    ("stats",): STATS,
    ("audit",): AUDIT,
    ("statement", "--from", "2019-10-01", "--to", "2019-11-01"): STATEMENT,
    ("trace", "--position", "1"): TRACE,
    ("export", "--query", "SELECT 1", "--output", "never.csv"): EXPORT,
    ("reconcile", "never.csv"): RECONCILE,
    ("batches",): BATCHES,
    ("migrate",): MIGRATE,
    ("migrate", "--status"): MIGRATE_STATUS,
    ("migrate", "--check"): MIGRATE_STATUS,
    ("migrate", "--preflight"): MIGRATE_PREFLIGHT,
    ("pragma",): PRAGMA,
    ("pragma", "--apply"): PRAGMA,
    ("checkpoint",): CHECKPOINT,
    ("optimize",): OPTIMIZE,
    ("bench",): BENCH,
    ("backup", "--output", "never.db"): BACKUP,
    ("verify",): VERIFY,
    ("seal",): {"seals": [SEAL]},
    ("verify-seal",): VERIFY_SEAL,
    ("import", "rows.csv", "--table", "exchanges"): IMPORT,
    ("simulate", "--seconds", "0.2"): SIMULATE,
    ("monitor", "--seconds", "0.1"): MONITOR,
    ("locks",): LOCKS,
    ("alive",): ALIVE,
}


def assert_shape(value: Any, shape: Any, where: str = "document") -> None:  # noqa: C901
    """Check that `value` holds everything that `shape` names, of the kind that it names."""
    if shape is Anything:
        return
    if isinstance(shape, Maybe):
        if value is not None:
            assert_shape(value, shape.shape, where)
    elif isinstance(shape, OneOf):
        assert value in shape.values, f"{where} is {value!r}"
    elif isinstance(shape, ByName):
        assert isinstance(value, dict), where
        for name, inner in value.items():
            assert_shape(inner, shape.shape, f"{where}.{name}")
    elif isinstance(shape, re.Pattern):
        assert isinstance(value, str), f"{where} is {value!r}"
        assert shape.fullmatch(value), f"{where} is {value!r}"
    elif isinstance(shape, dict):
        assert isinstance(value, dict), f"{where} is {value!r}"
        for name, inner in shape.items():
            assert name in value, f"{where} lacks {name}"
            assert_shape(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), f"{where} is {value!r}"
        for index, item in enumerate(value):
            assert_shape(item, shape[0], f"{where}[{index}]")
    else:
        # In JSON true is no number.
        assert shape is bool or not isinstance(value, bool), f"{where} is {value!r}"
        assert isinstance(value, shape), f"{where} is {value!r}"
