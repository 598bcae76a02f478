"""Is the engine alive: its heartbeat or lease, and the newest of what it writes.

One sign alone is not enough: an engine can beat and write nothing, and somebody else can write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cts_console.engine import read_heartbeat_timeout_s
from cts_console.errors import CtsError
from cts_console.maintenance import FileUsers, read_users
from cts_console.overview.questions import ask, ask_int
from cts_console.sqlite import Connection, Kind, side_file

Verdict = Literal["alive", "heartbeat_only", "no_heartbeat", "silent", "stopped", "unknown"]
SignName = Literal["heartbeat", "lease", "candle", "order", "trade"]

# An order or a trade younger than this counts as a sign of life.
_FRESH_S: Final = 300
# Clocks of two machines differ; beyond this an instant in the future is no sign.
AHEAD_S: Final = 60
_STEPS_S: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_678_400}

HEARTBEAT_SQL: Final = """
SELECT max(at) FROM (
  SELECT max(last_heartbeat_at) AS at FROM connection_coordination
  UNION ALL SELECT max(last_realtime_run_at) FROM trade_engine_state
  UNION ALL SELECT max(heartbeat_at) FROM bot_instances)
"""
LEASE_SQL: Final = (
    "SELECT max(lease_expires_at) FROM connection_coordination WHERE owner IS NOT NULL"
)
_RUNNING: Final = """
SELECT (SELECT count(*) FROM trade_engine_state WHERE status IN ('starting', 'running'))
     + (SELECT count(*) FROM bot_instances WHERE status = 'running')
"""
CANDLE_SQL: Final = "SELECT open_time, timeframe FROM market_data ORDER BY open_time DESC LIMIT 1"
ORDER_SQL: Final = "SELECT created_at FROM orders ORDER BY id DESC LIMIT 1"
TRADE_SQL: Final = "SELECT max(executed_at) FROM trades"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of life."""

    name: SignName
    """What it is."""
    at_ms: int
    """When: of a lease its end, of a candle its opening; milliseconds since the epoch."""
    is_fresh: bool
    """Whether it is young enough to say that the engine lives."""


@dataclass(frozen=True, slots=True)
class EngineSigns:
    """What the file tells about the program that writes to it."""

    verdict: Verdict
    """`alive`: it beats and writes; `heartbeat_only`: it beats, and wrote nothing fresh;
    `no_heartbeat`: fresh rows and no beat; `silent`: an engine says that it runs, and nothing is
    fresh; `stopped`: no engine says that it runs; `unknown`: the file tells nothing."""
    signs: tuple[Sign, ...]
    """What is there, in the order of `SignName`."""
    running: int | None
    """Engines and bots that say of themselves that they run; None where nothing says it."""
    written_at_ms: int | None
    """When the file or its log was written last, as the file system has it."""
    users: FileUsers
    """Other processes that have the file open."""


def read_signs(connection: Connection, kind: Kind, now_ms: int) -> EngineSigns:
    """Return the signs of life of the engine of this file. Raises `CtsError`: locked, cancelled."""
    signs: tuple[Sign, ...] = ()
    running: int | None = None
    if kind == "cts":
        signs = _read_cts_signs(connection, now_ms)
        running = ask_int(connection, _RUNNING)
    return EngineSigns(
        verdict=_judge(signs, running),
        signs=signs,
        running=running,
        written_at_ms=read_written_at_ms(connection),
        users=read_users(connection.path),
    )


def _read_cts_signs(connection: Connection, now_ms: int) -> tuple[Sign, ...]:
    timeout_s = _heartbeat_timeout_s(connection)
    candle = ask(connection, CANDLE_SQL)
    candle_at = candle[0][0] if candle else None
    step_s = read_step_s(str(candle[0][1])) if candle else 0
    found: tuple[tuple[SignName, object, float], ...] = (
        ("heartbeat", ask_int(connection, HEARTBEAT_SQL), timeout_s),
        ("lease", ask_int(connection, LEASE_SQL), 0),
        # A candle is complete one step after its opening, and the next one is not yet there.
        ("candle", candle_at, 2 * step_s + AHEAD_S),
        ("order", ask_int(connection, ORDER_SQL), _FRESH_S),
        ("trade", ask_int(connection, TRADE_SQL), _FRESH_S),
    )
    return tuple(
        Sign(name, at_ms, _is_fresh(name, (now_ms - at_ms) / 1000, limit_s))
        for name, at_ms, limit_s in found
        if isinstance(at_ms, int)
    )


def _is_fresh(name: SignName, age_s: float, limit_s: float) -> bool:
    if name == "lease":
        return age_s < 0
    return -AHEAD_S <= age_s <= limit_s


def _judge(signs: tuple[Sign, ...], running: int | None) -> Verdict:
    beats = any(sign.is_fresh for sign in signs if sign.name in ("heartbeat", "lease"))
    writes = any(sign.is_fresh for sign in signs if sign.name not in ("heartbeat", "lease"))
    if beats:
        return "alive" if writes else "heartbeat_only"
    if writes:
        return "no_heartbeat"
    if running:
        return "silent"
    return "unknown" if running is None else "stopped"


def _heartbeat_timeout_s(connection: Connection) -> float:
    try:
        return read_heartbeat_timeout_s(connection)
    except CtsError as error:
        if error.code not in ("usage", "damaged"):
            raise
        return AHEAD_S


def read_step_s(timeframe: str) -> int:
    """Return the length of a timeframe such as 5m in seconds; 0 for one that is none."""
    count, unit = timeframe[:-1], timeframe[-1:]
    return int(count) * _STEPS_S.get(unit, 0) if count.isdecimal() else 0


def read_written_at_ms(connection: Connection) -> int | None:
    """Return when the file or its log was written last, as the file system has it."""
    times = []
    for path in (connection.path, side_file(connection.path, "-wal")):
        try:
            times.append(path.stat().st_mtime_ns // 1_000_000)
        except OSError:
            continue
    return max(times, default=None)
