"""What `strace` saw: the sockets that a program made, and the places that it wrote to.

Every call that creates, opens for writing, renames, links, removes or changes a file is looked at,
also one that failed: a program that tried would have written on another machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from trials.report import tell

OPENING: Final = ("open", "openat", "openat2")
MAKING_FOLDERS: Final = ("mkdir", "mkdirat")
CHANGING: Final = (
    "creat",
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
    *("unlink", "unlinkat", "rmdir", "truncate", "ftruncate", "mknod", "mknodat", "bind"),
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr", "fsetxattr"),
)
TEMPORARY: Final = "its temporary folder"
SIDE_FILES: Final = ("", "-wal", "-shm", "-journal")
# The null device takes everything, and `/proc/self/fd` leads to what was opened before.
_NOWHERE: Final = ("/dev/null", "/proc/self")
_CALL: Final = re.compile(r"^\d+\s+(\w+)\((.*)$")
_WRITING: Final = re.compile(r"\bO_(WRONLY|RDWR|CREAT|TRUNC|TMPFILE)\b")
_STRING: Final = re.compile(r'(?:<((?:[^<>\\]|\\.)*)>, )?"((?:[^"\\]|\\.)*)"')
_DESCRIPTOR: Final = re.compile(r"^\d+<((?:[^<>\\]|\\.)*)>")


def watched(log: Path) -> list[str]:
    """Return the words that run a command, and write its calls to files and network into `log`."""
    calls = ",".join(("%network", *OPENING, *MAKING_FOLDERS, *CHANGING))
    # -D: the command stays our own child and is told to end itself.
    return ["strace", "-D", "-f", "-y", "-s", "4096", "-e", f"trace={calls}", "-o", str(log)]


def tell_network(name: str, lines: Sequence[str]) -> None:
    """Tell which sockets were made; a log without an ended process has seen nothing."""
    ended = sum("+++ exited with" in line for line in lines)
    inet = sum("AF_INET" in line for line in lines)
    local = sum("socket(AF_UNIX" in line for line in lines)
    told = f"{inet} sockets of the internet, {local} of AF_UNIX, in {ended} threads and processes"
    tell(name, told, inet == 0 and ended > 0)


def tell_writes(
    name: str, lines: Sequence[str], home: Path, temporary: Path, opened: Path | None = None
) -> None:
    """Tell every path that was written to: those outside of the allowed places are a failure.

    What lay in the temporary folder is counted alone.
    """
    places = {
        "its own folders": [
            *(home / ".local" / kind / "cts-console" for kind in ("share", "state")),
            home / ".cache" / "cts-console",
        ],
        TEMPORARY: [temporary],
        # Not the program but a library of the system keeps it, where the system's own is stale.
        "the cache of fontconfig": [home / ".cache" / "fontconfig"],
    }
    if opened is not None:
        places["the opened file"] = [Path(f"{opened}{end}") for end in SIDE_FILES]
    found: dict[str, list[str]] = {place: [] for place in places}
    outside: set[str] = set()
    every = [folder for folders in places.values() for folder in folders]
    for call, path in read_writes(lines):
        place = next((p for p in places if any(_is_below(path, f) for f in places[p])), "")
        if place:
            found[place].append(path)
        elif not _is_way_to(call, path, every):
            outside.add(f"{call} {path}")
    # A trace without a single write has seen nothing: the program keeps a log at least.
    is_fine = not outside and any(found.values())
    told = [f"{len(paths)} calls in {place}" for place, paths in found.items() if paths]
    tell(name, f"{', '.join(told) or 'no call'}; outside: {sorted(outside) or 'none'}", is_fine)
    for place, paths in found.items():
        if place != TEMPORARY:
            print(
                *(f"          {path}" for path in sorted(set(paths))),
                sep="\n",
                end="\n" * bool(paths),
            )


def read_writes(lines: Iterable[str], folder: str = "/") -> Iterator[tuple[str, str]]:
    """Yield call and path of everything that changes a file; `folder` is the working directory."""
    for line in lines:
        match = _CALL.match(line)
        if match is None:
            continue
        call, words = match.groups()
        is_write = call in CHANGING or call in MAKING_FOLDERS
        if not is_write and not (call in OPENING and _WRITING.search(_without_names(words))):
            continue
        for path in _paths(call, words):
            # Abstract addresses are no files, and what nobody can reach any more is none either.
            if not path.startswith("@"):
                whole = str(PurePosixPath(folder) / path)
                if not any(_is_below(whole, Path(nowhere)) for nowhere in _NOWHERE):
                    yield call, whole


def _paths(call: str, words: str) -> Iterator[str]:
    descriptor = _DESCRIPTOR.match(words)
    if call == "bind":
        for found in re.finditer(r'sun_path=(@?)"((?:[^"\\]|\\.)*)"', words):
            yield found.group(1) + _plain(found.group(2))
        return
    if descriptor is not None and call.startswith("f") and not call.endswith("at"):
        if descriptor.group(1).startswith("/"):
            yield _plain(descriptor.group(1))
        return
    strings = list(_STRING.finditer(words))
    if call.startswith("symlink"):
        strings = strings[1:]  # the first is what it says, not where it lies
    if call.endswith("setxattr"):
        strings = strings[:1]
    for found in strings:
        yield str(PurePosixPath(_plain(found.group(1) or "")) / _plain(found.group(2)))


def _plain(text: str) -> str:
    """Return a string of strace without its escapes: bytes beyond ASCII are octal there."""
    raw = text.encode("ascii", "backslashreplace").decode("unicode_escape")
    return raw.encode("latin-1", "replace").decode("utf-8", "replace")


def _without_names(words: str) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"|<(?:[^<>\\]|\\.)*>', "", words)


def _is_below(path: str, folder: Path) -> bool:
    return PurePosixPath(path).is_relative_to(folder)


def _is_way_to(call: str, path: str, folders: Sequence[Path]) -> bool:
    """Return whether it makes, or finds, a folder on the way to an allowed one."""
    return call in MAKING_FOLDERS and any(folder.is_relative_to(path) for folder in folders)
