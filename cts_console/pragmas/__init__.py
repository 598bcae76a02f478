"""The PRAGMA room: what the settings are, what they should be, and how they are set and proved."""

from __future__ import annotations

from cts_console.pragmas.access import PragmaReading, apply_profile, read_pragmas, set_pragma
from cts_console.pragmas.catalogue import PRAGMAS, Pragma, Scope, find_pragma
from cts_console.pragmas.profiles import (
    PROFILE_NAMES,
    PROFILES,
    ProfileName,
    check_profile_name,
)

__all__ = [
    "PRAGMAS",
    "PROFILES",
    "PROFILE_NAMES",
    "Pragma",
    "PragmaReading",
    "ProfileName",
    "Scope",
    "apply_profile",
    "check_profile_name",
    "find_pragma",
    "read_pragmas",
    "set_pragma",
]
