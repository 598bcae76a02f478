"""The Debian package, really installed, used and removed, in a copy of this machine.

The copy is an overlay over the root in a mount namespace of its own: Debian's own dpkg runs with
its own records, dependencies and triggers, and this machine is not touched. What the overlay holds
after the purge is what an installation leaves. Only root can make one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from trials.bare import bare
from trials.report import failures, tell, tell_not_tried
from trials.window import a_screen, a_window

SCRIPT: Final = Path(__file__).resolve().parent.parent / "try_built.py"
PACKAGE: Final = "cts-console"
PROGRAM: Final = "/usr/bin/cts-console"
DESKTOP: Final = "usr/share/applications/cts-console.desktop"
MIME_TYPE: Final = "application/vnd.sqlite3"
PATTERNS: Final = ("*.db", "*.sqlite", "*.sqlite3")
_BORROWED: Final = ("proc", "sys", "dev")
# dpkg's records, and caches of the system that its triggers write anew.
_KEPT_BY_SYSTEM: Final = ("var/lib/dpkg/", "var/log/", "var/cache/", "etc/ld.so.cache")
_COMPLETE: Final = """
. /usr/share/bash-completion/completions/cts-console
complete -p cts-console >/dev/null || exit 1
COMP_WORDS=(cts-console aud); COMP_CWORD=1
$(complete -p cts-console | sed 's/.* -F \\([^ ]*\\).*/\\1/') cts-console aud cts-console
echo "${COMPREPLY[@]}"
"""


def try_package(package: Path) -> None:
    """Install, use and purge the package in a copy of this machine, where that can be made."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        tell_not_tried("the .deb installed", "only root can install it into a copy of this machine")
        return
    command = [sys.executable, str(SCRIPT), "--installed", str(package)]
    inside = ["unshare", "--mount", "--propagation", "private", *command]
    run = subprocess.run(inside, check=False)
    if run.returncode != 0:
        failures.append("the .deb installed")


def try_inside(package: Path) -> None:
    """Do what `try_package` promises, in a mount namespace of this process."""
    with _copy_of_this_machine() as (root, changed):
        shutil.copy(package, root / "tmp" / package.name)
        done = _run(root, "dpkg", "--install", f"/tmp/{package.name}")
        tell("dpkg --install", f"exit {done.returncode} {done.stderr}", done.returncode == 0)
        if done.returncode != 0:
            return
        (root / "tmp" / package.name).unlink()
        status = _run(root, "dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", PACKAGE)
        tell("dpkg's word", status.stdout, status.stdout.startswith("installed "))
        wrong = _run(root, "dpkg", "--verify", PACKAGE)
        tell("dpkg --verify", wrong.stdout or "every file as packed", not wrong.stdout)
        _try_program(root)
        _try_window(root)
        _try_desktop(root)
        _try_manual(root)
        _try_completions(root)
        _try_purge(root, changed)


@contextmanager
def _copy_of_this_machine() -> Iterator[tuple[Path, Path]]:
    """Yield the root of the copy, and the folder of what differs from this machine.

    The namespace ends with this process, and its mounts with it.
    """
    with tempfile.TemporaryDirectory(prefix="cts-installed-") as name:
        place = Path(name)
        _mount("-t", "tmpfs", "tmpfs", name)
        for part in ("changed", "work", "root"):
            (place / part).mkdir()
        options = f"lowerdir=/,upperdir={place / 'changed'},workdir={place / 'work'}"
        _mount("-t", "overlay", "overlay", "-o", options, str(place / "root"))
        for part in _BORROWED:
            _mount("--rbind", f"/{part}", str(place / "root" / part))
        # Neither the place of this very copy nor anybody's temporary files.
        _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(place / "root" / "tmp"))
        yield place / "root", place / "changed"
        subprocess.run(["umount", "--lazy", name], check=True)


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
        "HOME": "/root",
    }
    return subprocess.run(
        ["chroot", str(root), *words],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _try_program(root: Path) -> None:
    """Run the installed program as nobody, and draw its window."""
    for name in ("home", "temporary"):
        (root / "tmp" / name).mkdir()
        (root / "tmp" / name).chmod(0o777)
    words = bare(Path("/tmp/home"), "TMPDIR=/tmp/temporary", PROGRAM, "self-test", "--gui")
    done = _run(root, *words)
    told = (done.stdout.strip().splitlines() or [""])[-1]
    tell(f"{PROGRAM} self-test --gui", f"exit {done.returncode}, {told}", done.returncode == 0)


def _try_window(root: Path) -> None:
    """Start the installed program as nobody, with a file, and wait for its window."""
    sockets = root / "tmp/.X11-unix"
    database = root / "tmp/home/demo.db"
    made = _run(root, *bare(Path("/tmp/home"), PROGRAM, "demo", "/tmp/home/demo.db"))
    tell("demo by the installed program", f"exit {made.returncode}", database.exists())
    with tempfile.TemporaryDirectory() as pictures, a_screen(Path(pictures)) as screen:
        sockets.mkdir()
        _mount("--bind", "/tmp/.X11-unix", str(sockets))
        variables = (f"DISPLAY={screen.display}", "LANG=C.UTF-8")
        words = bare(Path("/tmp/home"), *variables, PROGRAM, "/tmp/home/demo.db")
        environment = {"PATH": os.environ["PATH"], "DISPLAY": screen.display}
        with a_window(["chroot", str(root), *words], environment, screen, PROGRAM) as window:
            window.wait_until_visible()
    tell(f"window of {PROGRAM}", f"visible after {window.visible_s:.2f} s, closed when asked")


def _try_desktop(root: Path) -> None:
    """Look at the menu entry, its icon, and the kinds of files that it opens."""
    if (root / "usr/bin/desktop-file-validate").exists():
        done = _run(root, "desktop-file-validate", f"/{DESKTOP}")
        tell("desktop-file-validate", done.stdout.strip() or "no word", done.returncode == 0)
        cache = (root / "usr/share/applications/mimeinfo.cache").read_text("utf-8")
        entry = next((line for line in cache.splitlines() if line.startswith(MIME_TYPE)), "")
        tell("desktop entries of the type", entry or "none", "cts-console.desktop" in entry)
    else:
        tell_not_tried("desktop-file-validate", "it is not here (Debian: desktop-file-utils)")
    if (root / "usr/bin/update-mime-database").exists():
        globs = (root / "usr/share/mime/globs2").read_text("utf-8").splitlines()
        known = [p for p in PATTERNS if any(line.endswith(f":{MIME_TYPE}:{p}") for line in globs)]
        tell(f"files of the type {MIME_TYPE}", ", ".join(known), len(known) == len(PATTERNS))
    else:
        tell_not_tried("kinds of files", "the database of types is not here (shared-mime-info)")
    icons = sorted((root / "usr/share/icons/hicolor").glob("*/apps/cts-console.*"))
    tell("icons of the menu entry", f"{len(icons)} sizes", len(icons) == 10)


def _try_manual(root: Path) -> None:
    """Find the manual page, and let `man` lay it out."""
    if not (root / "usr/bin/man").exists():
        tell_not_tried("manual page", "man is not here (Debian: man-db)")
        return
    where = _run(root, "man", "-w", PACKAGE)
    tell("man -w", where.stdout.strip() or where.stderr.strip(), where.returncode == 0)
    page = _run(root, "man", "--warnings", PACKAGE)
    is_fine = "look after the SQLite file" in page.stdout and not page.stderr
    told = f"{len(page.stdout.splitlines())} lines {page.stderr.strip()}"
    tell("man lays it out", told, is_fine)


def _try_completions(root: Path) -> None:
    """Let bash complete a word, and the other shells read their scripts."""
    done = _run(root, "bash", "-c", _COMPLETE)
    tell("bash completes `aud`", done.stdout.strip() or done.stderr, "audit" in done.stdout.split())
    for shell, script in (
        ("zsh", "/usr/share/zsh/vendor-completions/_cts-console"),
        ("fish", "/usr/share/fish/vendor_completions.d/cts-console.fish"),
    ):
        if not (root / f"usr/bin/{shell}").exists():
            tell_not_tried(f"completion in {shell}", f"{shell} is not here")
            continue
        done = _run(root, shell, "-n", script)
        tell(f"{shell} reads its completion", done.stderr or "no word", done.returncode == 0)


def _try_purge(root: Path, changed: Path) -> None:
    """Take the package away, and look for what it left."""
    for word in ("--remove", "--purge"):
        done = _run(root, "dpkg", word, PACKAGE)
        # A package without files of its own settings is gone after the first.
        tell(f"dpkg {word}", f"exit {done.returncode}", done.returncode == 0)
    paths = [path.relative_to(changed) for path in changed.rglob("*")]
    ours = [str(p) for p in paths if "cts-console" in str(p) and (changed / p).is_file()]
    left = [p for p in ours if not p.startswith(_KEPT_BY_SYSTEM)]
    known = _run(root, "dpkg-query", "-W", PACKAGE)
    named = [
        str(p)
        for p in paths
        if str(p).endswith(("mimeinfo.cache", "globs2", "globs"))
        and "cts-console" in (changed / p).read_text("utf-8", "replace")
    ]
    tell("left after the purge", str((left + named) or "nothing"), not left and not named)
    tell("dpkg does not know it any more", known.stderr.strip(), known.returncode != 0)
