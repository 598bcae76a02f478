"""The bench room: what the old documents claimed, measured on a private copy of a person's file."""

from __future__ import annotations

from cts_console.bench.model import BenchResult, ClaimResult
from cts_console.bench.run import run_bench

__all__ = ["BenchResult", "ClaimResult", "run_bench"]
