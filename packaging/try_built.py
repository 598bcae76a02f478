"""Try what `make package` left in dist/, as a machine that has never seen this project would.

`make package-test`. The archive is unpacked into a new folder and run from another one, with an
empty environment, a home that cannot be written to, and as another user where this one is root.
Prints what was measured, one line each, and ends with 1 where a limit or a promise is broken.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

DIST: Final = Path(__file__).resolve().parent.parent / "dist"
MOST_UNPACKED_BYTES: Final = 200_000_000
MOST_PACKED_BYTES: Final = 65_000_000
MOST_START_S: Final = 1.5
PROGRAMS: Final = ("strace", "Xvfb", "xdotool")
NOBODY: Final = 65534
_STARTS: Final = 5
_LONGEST_START_S: Final = 30.0

failures: list[str] = []


def tell(name: str, value: str, is_fine: bool = True) -> None:
    """Print one line, and remember a failure."""
    print(f"{'ok    ' if is_fine else 'FAILED'}  {name}: {value}", flush=True)
    if not is_fine:
        failures.append(name)


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


def other_user() -> list[str]:
    """Return the words that run a command as nobody; none where that is not possible."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def bare(home: Path, *more: str) -> list[str]:
    """Return the words that run a command with nothing in its environment but a home."""
    return [*other_user(), "env", "-i", f"HOME={home}", *more]


def try_self_test(program: Path, folder: Path) -> None:
    """Run the self-test with the window where nothing but the temporary folder can be written."""
    home, work = folder / "home", folder / "work"
    home.mkdir(mode=0o555)
    work.mkdir()
    work.chmod(0o777)
    command = bare(home, f"TMPDIR={work}", str(program), "self-test", "--gui", "--json")
    run = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    try:
        document = json.loads(run.stdout)
    except ValueError:
        tell("self-test", run.stdout + run.stderr, False)
        return
    tell("self-test knows that it is built", document["program"], document["frozen"])
    for step in document["steps"]:
        told = f"{step['detail']} ({step['duration_ms'] / 1000:.2f} s)"
        tell(f"self-test, {step['name']}", told, step["ok"])
    tell("self-test", f"exit {run.returncode}, {run.stderr or 'no word'}", run.returncode == 0)
    left = [path.name for path in (*home.iterdir(), *work.iterdir())]
    tell("left behind", str(left or "nothing"), not left)


def try_network(program: Path, folder: Path) -> None:
    """Watch the sockets of a whole self-test, its second processes and drawn window among them."""
    log, home = folder / "network.txt", folder / "traced"
    home.mkdir()
    command = [*watched(log), *("env", "-i", f"HOME={home}", str(program), "self-test", "--gui")]
    run = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    tell("self-test under strace", f"exit {run.returncode}", run.returncode == 0)
    tell_network("network of the self-test", log)


def watched(log: Path) -> list[str]:
    """Return the words that run a command and write what it asks of the network into `log`."""
    # -D: the command stays our own child and is told to end itself.
    return ["strace", "-D", "-f", "-e", "trace=network", "-o", str(log)]


def tell_network(name: str, log: Path) -> None:
    """Tell which sockets were made; a log without an ended process has seen nothing."""
    lines = log.read_text("utf-8", "replace").splitlines()
    ended = sum("+++ exited with" in line for line in lines)
    inet = sum("AF_INET" in line for line in lines)
    local = sum("socket(AF_UNIX" in line for line in lines)
    told = f"{inet} sockets of the internet, {local} of AF_UNIX, in {ended} threads and processes"
    tell(name, told, inet == 0 and ended > 0)


@contextmanager
def screen() -> Iterator[str]:
    """Start an X server without a screen, and yield its DISPLAY."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1400x900x24", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        try:
            with os.fdopen(reader) as pipe:
                yield f":{pipe.readline().strip()}"
        finally:
            server.terminate()


def try_window(program: Path, folder: Path) -> None:
    """Measure from the start to a visible window that answers, with a database to open."""
    home = folder / "windows"
    home.mkdir()
    database = folder / "windows.db"
    environment = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    subprocess.run(
        [str(program), "demo", str(database)], env=environment, check=True, capture_output=True
    )
    with screen() as display:
        environment["DISPLAY"] = display
        command = [str(program), str(database)]
        took = [start_window(command, environment) for _ in range(_STARTS + 1)][1:]
        log = folder / "window.txt"
        start_window([*watched(log), *command], environment)
    median_s = statistics.median(took)
    told = f"median {median_s:.2f} s, {min(took):.2f} to {max(took):.2f} s, of {_STARTS} starts"
    tell("start to visible window", told, median_s <= MOST_START_S)
    tell_network("network of the window", log)


def start_window(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return the seconds until the window is visible, and close it politely."""
    began_s = time.monotonic()
    with subprocess.Popen(command, env=environment) as process:
        find = ["xdotool", "search", "--onlyvisible", "--name", "CTS Console"]
        while time.monotonic() - began_s < _LONGEST_START_S and process.poll() is None:
            if (
                subprocess.run(find, env=environment, capture_output=True, check=False).returncode
                == 0
            ):
                break
            time.sleep(0.01)
        took_s = time.monotonic() - began_s
        time.sleep(0.5)
        process.terminate()
        status = process.wait(_LONGEST_START_S)
    if status != 0:
        tell("window closes when asked", f"exit {status}", False)
    return took_s


def main() -> int:
    """Try everything, and return the exit status."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        print(f"Install first: {', '.join(missing)}")
        return 1
    (archive,) = DIST.glob("*.tar.xz")
    packed = [archive, *DIST.glob("*.deb")]
    with tempfile.TemporaryDirectory(prefix="cts-package-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with tarfile.open(archive) as tar:
            tar.extractall(folder / "else where", filter="tar")
        (unpacked,) = (folder / "else where").iterdir()
        program = unpacked / "cts-console"
        try_sums()
        try_sizes(unpacked, packed)
        try_self_test(program, folder)
        try_network(program, folder)
        try_window(program, folder)
    print(f"{len(failures)} failures" + (f": {', '.join(failures)}" if failures else ""))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
