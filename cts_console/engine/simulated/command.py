"""How another part of the program starts a simulated engine: as a process of its own."""

from __future__ import annotations

import os
import sys

from cts_console.engine.simulated.options import SimulationOptions


def simulate_command(path: str | os.PathLike[str], options: SimulationOptions) -> list[str]:
    """Return the words that start `cts-console simulate` on `path` with these options.

    In a build without an interpreter of its own the program itself is started again.
    """
    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program += ["-m", "cts_console"]
    words = ["simulate", os.fspath(path), "--json"]
    words += ["--rate", f"{options.rows_per_s:g}", "--commit-rows", str(options.commit_rows)]
    words += ["--symbols", str(options.symbols), "--source", options.source]
    words += ["--burst", f"{options.burst:g}"]
    if options.seconds is not None:
        words += ["--seconds", f"{options.seconds:g}"]
    if options.seed is not None:
        words += ["--seed", str(options.seed)]
    return program + words
