"""Whole commands as a person starts them: time, and memory at its highest; `make bench` runs it.

Each figure is a process of its own, from its start to its end, interpreter and imports included.
Byte code is compiled before the first measured run, as it is on any machine at the second start.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.processes import ROOT

RUNS = 5


@dataclass(frozen=True)
class Figures:
    """One command, measured."""

    name: str
    runs: int
    median_s: float
    worst_s: float
    cpu_s: float
    """Processor time, the median: what it costs where other programs run as well."""
    peak_bytes: int
    """Resident memory of the process at its highest, the largest of the runs."""


# Started from a small process: Linux counts the memory of whoever starts a program as the
# program's own peak (https://man7.org/linux/man-pages/man2/getrusage.2.html), and pytest is large.
STARTER = """
import os, subprocess, sys, time
started_s = time.perf_counter()
process = subprocess.Popen([sys.executable, "-m", "cts_console", *sys.argv[1:]], stdout=-3)
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
seconds = time.perf_counter() - started_s
print(process.returncode, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


def measure(name: str, *words: object, runs: int = RUNS, fresh: Path | None = None) -> Figures:
    """Run a command `runs` times; `fresh` is a database that is removed before each run."""
    times_s, processor_s, peaks = [], [], []
    for _ in range(runs):
        if fresh is not None:
            for part in fresh.parent.glob(f"{fresh.name}*"):
                part.unlink()
        seconds, cpu_s, peak_bytes = run(*words)
        times_s.append(seconds)
        processor_s.append(cpu_s)
        peaks.append(peak_bytes)
    return Figures(
        name,
        runs,
        statistics.median(times_s),
        max(times_s),
        statistics.median(processor_s),
        max(peaks),
    )


def run(*words: object) -> tuple[float, float, int]:
    """Run one command to its end; return its seconds, processor seconds and peak bytes."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", STARTER, *map(str, words)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    status, seconds, cpu_s, peak = done.stdout.split()
    assert status == "0", (words, done.stderr)
    # Linux counts in KiB, macOS in bytes.
    return float(seconds), float(cpu_s), int(peak) * (1 if sys.platform == "darwin" else 1024)


def print_figures(figures: list[Figures]) -> None:
    print(f"\n{'command':<24}{'runs':>5}{'median':>10}{'worst':>10}{'processor':>12}{'memory':>10}")
    for row in figures:
        times = f"{row.median_s:>8.2f} s{row.worst_s:>8.2f} s{row.cpu_s:>10.2f} s"
        print(f"{row.name:<24}{row.runs:>5}{times}{row.peak_bytes / 1e6:>7.0f} MB")


def test_commands(tmp_path: Path) -> None:
    cts, demo, million = (tmp_path / f"{name}.db" for name in ("cts", "demo", "million"))
    run("audit", "--list-rules")
    run("init", cts)
    print_figures(
        [
            measure("init, new file", "init", cts, fresh=cts),
            measure("init, second run", "init", cts),
            measure("status", "status", cts),
            measure("status --json", "status", cts, "--json"),
            measure("demo", "demo", demo, fresh=demo),
            measure("status of the demo", "status", demo),
            measure("audit of the demo", "audit", demo),
            measure("demo --rows 1000000", "demo", million, "--rows", 1_000_000, runs=1),
            measure("status of the million", "status", million),
            measure("audit of the million", "audit", million, runs=1),
        ]
    )
