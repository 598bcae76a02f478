"""The built wheel and source distribution carry everything, and the wheel runs from elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import cts_console

ROOT = Path(__file__).resolve().parents[2]

WHERE = """
import json, sys
import cts_console
from cts_console import paths
print(json.dumps({
    "package": cts_console.__file__,
    "migrations": sorted(path.name for path in paths.migrations_dir().iterdir()),
    "resources": sorted(path.name for path in paths.resources_dir().iterdir()),
    "shipped": str(paths.migrations_dir().parent),
}))
"""


def build(target: str, folder: Path) -> Path:
    """Build `target` ("wheel" or "sdist") into `folder`, without network; return the file."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory"]
    run = subprocess.run(
        [*command, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


def names_in(folder: str) -> list[str]:
    """Return what lies directly in a folder of the checkout."""
    return sorted(path.name for path in (ROOT / folder).iterdir() if path.name != "__pycache__")


def test_an_installed_wheel_finds_what_it_carries(wheel, tmp_path):
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", str(site), str(wheel)], capture_output=True, check=True)
    child = subprocess.run(
        [sys.executable, "-c", WHERE],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    found = json.loads(child.stdout)
    assert Path(found["package"]).is_relative_to(site)
    assert Path(found["shipped"]) == site / "cts_console" / "_shipped"
    assert found["migrations"] == names_in("migrations")
    assert found["resources"] == names_in("resources")


def test_the_wheel_has_the_version_the_command_and_the_types(wheel):
    assert wheel.name == f"cts_console-{cts_console.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (commands,) = [name for name in names if name.endswith("entry_points.txt")]
        assert "cts-console = cts_console.__main__:main" in archive.read(commands).decode()
    assert "cts_console/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "packaging/"))]


def test_the_source_distribution_is_whole(tmp_path):
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    migrations = {f"migrations/{name}" for name in names_in("migrations")}
    assert names >= migrations | {"pyproject.toml", "README.md", "Makefile", "LICENSE"}
    assert names >= {"tests/conftest.py", "packaging/setup.sh", "packaging/requirements.lock"}
    assert not [name for name in names if name.startswith("data/") or "__pycache__" in name]
