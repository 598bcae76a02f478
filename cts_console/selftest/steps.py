"""What the self-test tries, one function a step.

Each returns one sentence about what it found, and raises `CtsError` where that is not what a whole
installation does.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.migrate import read_migration_files
from cts_console.monitor import Sample, Sampler
from cts_console.selftest.own_process import OwnProgram
from cts_console.sqlite import EXTENSIONS_USED, TOOLS_USED, find_extension, find_tool, run_tool

RESOURCES: Final = ("icons", "queries.json", "report", "sample")
"""What the program reads of `resources/` while it works."""
THEMES: Final = ("dark", "light")
_TOOL_TIMEOUT_S: Final = 20.0
_PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
# The picture of an empty window of the size of a screenshot is larger.
_SMALLEST_PICTURE_BYTES: Final = 5_000
_IMPORTED: Final = 50


def check_resources() -> str:
    """Look for the migrations, every one readable, and for the resources."""
    migrations = read_migration_files()
    defects = [each.name for each in migrations if each.defect]
    if defects:
        raise _not_whole(f"migrations cannot be read: {', '.join(defects)}")
    folder = paths.resources_dir()
    missing = [name for name in RESOURCES if not (folder / name).exists()]
    if missing:
        raise _not_whole(f"missing below {folder}: {', '.join(missing)}")
    return f"{len(migrations)} migrations, {len(RESOURCES)} of {len(RESOURCES)} resources"


def check_tools() -> str:
    """Look for the programs and extensions that come with APSW, and start the programs."""
    missing = [name for name in TOOLS_USED if find_tool(name) is None]
    missing += [name for name in EXTENSIONS_USED if find_extension(name) is None]
    if missing:
        raise _not_whole(f"missing beside APSW: {', '.join(missing)}")
    for name in TOOLS_USED:
        tool = find_tool(name)
        assert tool is not None
        # Without a table to advise on it says so and ends well: it and its library are there.
        run_tool(tool, ["-sql", "SELECT 1", ":memory:"], timeout_s=_TOOL_TIMEOUT_S)
    return f"{', '.join(TOOLS_USED)} starts; {', '.join(EXTENSIONS_USED)} is there"


def create(program: OwnProgram, database: Path) -> str:
    """Create an empty CTS database, and run its migrations."""
    document = program.run_json("init", database)
    migrations = document["migrations"]
    if not document["ok"] or migrations["applied"] != migrations["total"]:
        raise _not_whole(f"{migrations['applied']} of {migrations['total']} migrations applied")
    return f"{migrations['applied']} migrations applied, {document['schema']['tables']} tables"


def fill(program: OwnProgram, database: Path) -> str:
    """Create the demo."""
    document = program.run_json("demo", database)
    rows = document["rows"]
    if not document["ok"] or not rows.get("trades") or not rows.get("market_data"):
        raise _not_whole("the demo was not filled")
    return f"{sum(rows.values()):,} rows"


def import_rows(program: OwnProgram, database: Path) -> str:
    """Import a small file of comma separated values."""
    document = _import(program, database, "first")
    return f"{document['rows_written']} rows of a CSV file"


def audit(program: OwnProgram, database: Path) -> str:
    """Run the standard profile; what it finds in the demo is no fault of the installation."""
    document = program.run_json("audit", database, "--fail-on", "never")
    summary = document["summary"]
    if not document["whole"] or summary["rules_errored"]:
        raise _not_whole(f"{summary['rules_errored']} rules could not be asked")
    return f"{summary['rules_passed'] + summary['rules_found']} rules asked"


def seal(program: OwnProgram, database: Path) -> str:
    """Seal the trades and verify the seal."""
    program.run_json("seal", database, "trades")
    document = program.run_json("verify-seal", database)
    if not document["ok"]:
        raise _not_whole("rows that were just sealed do not match their seal")
    return f"{document['tables'][0]['rows']:,} trades sealed and verified"


def monitor(program: OwnProgram, database: Path) -> str:
    """Watch the file while a second process of this program writes to it."""
    with open_look(database, cancel=program.cancel) as look:
        sampler = Sampler(look)
        sampler.sample()
        _import(program, database, "second")
        sample = sampler.sample()
    _check_seen(sample)
    return f"saw {sample.commits} commits of a second process"


def draw_window(program: OwnProgram, database: Path) -> str:
    """Open the window without a screen and draw every tab in both themes."""
    folder = program.folder / "pictures"
    saved = [
        Path(line)
        for line in program.run("--screenshots", folder, database).splitlines()
        if line.strip()
    ]
    check_pictures(saved)
    return f"{len(saved) // len(THEMES)} views drawn in {len(THEMES)} themes"


def check_pictures(saved: Sequence[Path]) -> None:
    """Raise `CtsError` where a picture is missing or shows nothing."""
    if not saved or len(saved) % len(THEMES):
        raise _not_whole(f"the window drew {len(saved)} pictures")
    for path in saved:
        data = path.read_bytes()
        if not data.startswith(_PNG_MAGIC) or len(data) < _SMALLEST_PICTURE_BYTES:
            raise _not_whole(f"the window drew nothing into {path.name}")
        width, height = struct.unpack(">II", data[16:24])
        if min(width, height) < 100:
            raise _not_whole(f"{path.name} is {width} × {height} pixels small")


def _import(program: OwnProgram, database: Path, name: str) -> dict[str, int]:
    file = program.folder / f"{name}.csv"
    lines = [f"{name}-{number},Self-test {name} {number}" for number in range(_IMPORTED)]
    file.write_text("\n".join(["name,display_name", *lines, ""]), encoding="utf-8")
    document = program.run_json("import", database, file, "--table", "exchanges")
    if document["rows_written"] != _IMPORTED:
        raise _not_whole(f"{document['rows_written']} of {_IMPORTED} rows were imported")
    return document


def _check_seen(sample: Sample) -> None:
    if not sample.commits:
        raise _not_whole("the commits of a second process were not seen")


def _not_whole(reason: str) -> CtsError:
    text = reason[0].upper() + reason[1:]
    return CtsError(
        "internal",
        "The installation is not whole",
        f"{text}.",
        "Install CTS Console again.",
    )
