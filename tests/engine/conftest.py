"""A database of invented data, made once and copied, and engines as processes of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cts_console.audit import AuditProfile, run_audit
from cts_console.demo.creating import create_marked
from cts_console.engine.simulated import SimulationOptions, simulate_command
from tests.processes import ROOT

StartSimulation = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="session")
def _marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marked") / "simulation.db"
    made = create_marked(path, "simulation", "The simulation")
    assert made is not None
    assert made.ok
    return path


@pytest.fixture
def marked(_marked: Path, tmp_path: Path) -> Path:
    """An initialised database with the mark `simulation`, without a row of it."""
    return Path(shutil.copy(_marked, tmp_path / "simulation.db"))


@pytest.fixture
def start_simulation() -> Iterator[StartSimulation]:
    """Start `cts-console simulate` on a file; whatever is left of it ends with the test."""
    with ExitStack() as stack:

        def start(
            path: Path, options: SimulationOptions, *, attached: bool = False
        ) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                simulate_command(path, options, attached=attached),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def read_end(process: subprocess.Popen[str]) -> tuple[int, Any]:
    """Wait until an engine has ended; return its exit status and its document."""
    out, err = process.communicate(timeout=60)
    assert err == "" or process.returncode == 2, err
    return process.returncode, json.loads(out)


def audit(path: Path, profile: AuditProfile = "deep") -> dict[str, str]:
    """Return what an audit finds: fingerprint to rule and title. No rule may fail to run."""
    result = run_audit(path, profile=profile)
    assert [check.rule for check in result.checks if check.status == "errored"] == []
    return {row.fingerprint: f"{row.rule} {row.title}" for row in result.findings}
