"""How another part of the program starts a simulated engine: as a process of its own."""

from __future__ import annotations

import os
import sys

from cts_console.engine.simulated.options import SimulationOptions


def simulate_command(
    path: str | os.PathLike[str], options: SimulationOptions, *, attached: bool = False
) -> list[str]:
    """Return the words that start `cts-console simulate` on `path` with these options.

    An `attached` one ends when its standard input is closed, as it is when its starter dies. In a
    build without an interpreter of its own the program itself is started again.
    """
    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program += ["-m", "cts_console"]
    words = ["simulate", os.fspath(path), "--json"]
    words += ["--rate", str(options.rows_per_s), "--commit-rows", str(options.commit_rows)]
    words += ["--symbols", str(options.symbols), "--source", options.source]
    words += ["--burst", str(options.burst)]
    if options.seconds is not None:
        words += ["--seconds", str(options.seconds)]
    if options.seed is not None:
        words += ["--seed", str(options.seed)]
    if attached:
        words.append("--attached")
    return program + words
