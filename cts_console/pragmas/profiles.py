"""The three profiles: what each setting should be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from cts_console.errors import CtsError

ProfileName = Literal["trading", "durable", "untouched"]
PROFILE_NAMES: Final[tuple[ProfileName, ...]] = get_args(ProfileName)

_TRADING: Final = {
    "journal_mode": "wal",
    "foreign_keys": "ON",
    "synchronous": "NORMAL",
    "temp_store": "MEMORY",
    "cache_size": "-64000",
    "mmap_size": "30000000",
    "busy_timeout": "30000",
    "auto_vacuum": "INCREMENTAL",
    "wal_autocheckpoint": "1000",
    "automatic_index": "ON",
}

PROFILES: Final[Mapping[ProfileName, Mapping[str, str]]] = MappingProxyType(
    {
        "trading": MappingProxyType(_TRADING),
        # With WAL and NORMAL a power cut can take the last commits: for orders that are already
        # at the exchange those are lost fills.
        "durable": MappingProxyType(_TRADING | {"synchronous": "FULL"}),
        "untouched": MappingProxyType({}),
    }
)
"""Expected value per PRAGMA; what a profile does not name, it does not judge."""


def check_profile_name(name: str) -> ProfileName:
    """Return `name` as a profile's; raises `CtsError("usage")` where there is no such profile."""
    for known in PROFILE_NAMES:
        if name == known:
            return known
    raise CtsError(
        "usage",
        "No such profile",
        f"{name!r} is not a profile.",
        f"Use one of {', '.join(PROFILE_NAMES)}.",
    )
