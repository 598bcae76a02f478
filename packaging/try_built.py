"""Try a built application as a machine that has never seen this project would.

    try_built.py                     what `make package` left in dist/: `make package-test`
    try_built.py --folder FOLDER     the self-test alone, of FOLDER: `make test`
    try_built.py --installed DEB     the package installed, in a mount namespace of this process

The archive is unpacked (or the folder copied) into a new place and run from another one, with an
empty environment, a home that cannot be written to, and as another user where this one is root.
Prints what was measured, one line each, and ends with 1 where a limit or a promise is broken. What
is tried is in `trials/`.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from trials.bare import try_self_test
from trials.installed import try_inside, try_package
from trials.report import close_report, failures, tell
from trials.traces import tell_network, tell_writes, watched
from trials.window import missing_programs, try_start, try_traced_window

DIST: Final = Path(__file__).resolve().parent.parent / "dist"
MOST_UNPACKED_BYTES: Final = 200_000_000
MOST_PACKED_BYTES: Final = 65_000_000


def try_sums() -> None:
    """Compare the files of dist/ with SHA256SUMS."""
    for line in (DIST / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        actual = hashlib.sha256((DIST / name).read_bytes()).hexdigest()
        tell(f"sum of {name}", digest[:12], actual == digest)


def try_sizes(unpacked: Path, packed: Sequence[Path]) -> None:
    """Compare the sizes with what they may be."""
    files = [path for path in unpacked.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    tell("unpacked", f"{size / 1e6:.1f} MB in {len(files)} files", size <= MOST_UNPACKED_BYTES)
    for path in packed:
        size = path.stat().st_size
        tell(path.name, f"{size / 1e6:.1f} MB", size <= MOST_PACKED_BYTES)


def try_traced_self_test(program: Path, folder: Path) -> None:
    """Watch the sockets and writes of a whole self-test, with its second processes and window."""
    log, home, temporary = folder / "self-test.txt", folder / "traced", folder / "traced temporary"
    home.mkdir()
    temporary.mkdir()
    bare = ["env", "-i", f"HOME={home}", f"TMPDIR={temporary}"]
    command = [*watched(log), *bare, str(program), "self-test", "--gui"]
    run = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    tell("self-test under strace", f"exit {run.returncode}", run.returncode == 0)
    lines = log.read_text("utf-8", "replace").splitlines()
    tell_network("network of the self-test", lines)
    tell_writes("writes of the self-test", lines, home, temporary)


def try_dist() -> int:
    """Try everything that `make package` made for Linux, and return the exit status."""
    missing = missing_programs()
    if missing:
        print(f"Install first: {', '.join(missing)}")
        return 1
    (archive,) = DIST.glob("*.tar.xz")
    (package,) = DIST.glob("*.deb")
    with _a_folder() as folder:
        with tarfile.open(archive) as tar:
            tar.extractall(folder / "else where", filter="tar")
        (unpacked,) = (folder / "else where").iterdir()
        program = unpacked / "cts-console"
        try_sums()
        try_sizes(unpacked, [archive, package])
        try_self_test(program, folder)
        try_traced_self_test(program, folder)
        try_start(program, folder)
        try_traced_window(program, folder)
        try_package(package)
    return close_report()


@contextmanager
def _a_folder() -> Iterator[Path]:
    """Yield a new folder that another user can look into."""
    with tempfile.TemporaryDirectory(prefix="cts-package-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def main(arguments: Sequence[str]) -> int:
    """Try what the arguments say, and return the exit status."""
    parser = argparse.ArgumentParser("try_built.py")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--installed", type=Path)
    options = parser.parse_args(arguments)
    if options.installed is not None:
        try_inside(options.installed)
        return 1 if failures else 0
    if options.folder is not None:
        with _a_folder() as folder:
            shutil.copytree(options.folder, folder / "else where", symlinks=True)
            (folder / "else where").chmod(0o755)
            try_self_test(folder / "else where" / "cts-console", folder)
        return close_report()
    return try_dist()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
