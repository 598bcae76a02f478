"""What the trials of the built application read out of `strace` is what was written."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = Path("/home/trader")
OWN = HOME / ".local/state/cts-console"


@pytest.fixture
def traces(monkeypatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    return importlib.import_module("trials.traces")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3</etc/passwd>', []),
        ('openat(AT_FDCWD</>, "/a", O_RDWR|O_CREAT, 0600) = 3</a>', ["/a"]),
        ('openat(AT_FDCWD</>, "/a", O_WRONLY|O_TRUNC) = -1 EACCES (Permission denied)', ["/a"]),
        ('openat(AT_FDCWD</>, "/a", O_RDWR|O_CREAT <unfinished ...>', ["/a"]),
        ('openat(AT_FDCWD</>, "/O_RDWR", O_RDONLY) = 3</O_RDWR>', []),
        ('openat(7</b c>, "d", O_WRONLY) = 3</b c/d>', ["/b c/d"]),
        ('open("d", O_WRONLY) = 3</srv/d>', ["/srv/d"]),
        ('rename("/a", "/b") = 0', ["/a", "/b"]),
        (
            'linkat(AT_FDCWD</>, "/proc/self/fd/9", AT_FDCWD</>, "/b", AT_SYMLINK_FOLLOW) = 0',
            ["/b"],
        ),
        ('symlink("/anywhere", "/b") = 0', ["/b"]),
        ('unlinkat(5</b>, "c", 0) = 0', ["/b/c"]),
        ('mkdir("/b", 0700) = -1 EEXIST (File exists)', ["/b"]),
        ("fchmod(8</b/c>, 0600) = 0", ["/b/c"]),
        ("fchown(8<socket:[7]>, 0, 0) = 0", []),
        ('chmod("/b/\\303\\244\\"", 0600) = 0', ['/b/ä"']),
        ('bind(4<socket:[1]>, {sa_family=AF_UNIX, sun_path="/b/s"}, 56) = 0', ["/b/s"]),
        ('bind(4<socket:[1]>, {sa_family=AF_UNIX, sun_path=@"/b/s"}, 56) = 0', []),
        ('openat(AT_FDCWD</>, "/dev/null", O_RDWR) = 3</dev/null>', []),
        ("<... openat resumed>) = 3</a>", []),
        ("+++ exited with 0 +++", []),
    ],
    ids=lambda part: str(part)[:24],
)
def test_every_call_that_changes_a_file_is_seen(traces, line, found):
    calls = list(traces.read_writes([f"4711 {line}"], "/srv"))
    assert [path for _call, path in calls] == found


@pytest.mark.parametrize(
    ("path", "is_fine"),
    [
        (OWN / "window.log", True),
        ("/tmp/mine/x", True),
        ("/data/cts.db-shm", True),
        ("/data/cts.db.bak", False),
        (HOME / ".config/other", False),
        ("/tmp/elsewhere", False),
    ],
)
def test_a_write_outside_is_a_failure(traces, monkeypatch, capsys, path, is_fine):
    report = importlib.import_module("trials.report")
    monkeypatch.setattr(report, "failures", [])
    lines = [f'1 mkdir("{OWN.parent}", 0700) = 0', f'1 open("{path}", O_RDWR) = 3<{path}>']
    traces.tell_writes("writes", lines, HOME, Path("/tmp/mine"), Path("/data/cts.db"))
    assert (report.failures == []) is is_fine
    assert is_fine or f"open {path}" in capsys.readouterr().out


def test_a_trace_that_saw_nothing_proves_nothing(traces, monkeypatch):
    report = importlib.import_module("trials.report")
    monkeypatch.setattr(report, "failures", [])
    traces.tell_writes("writes", [], HOME, Path("/tmp/mine"))
    traces.tell_network("network", [])
    assert report.failures == ["writes", "network"]


@pytest.mark.skipif(shutil.which("strace") is None, reason="make setup installs it where it may")
def test_strace_itself_is_read(traces, tmp_path):
    log = tmp_path / "log"
    script = (
        "import os, sys; os.chdir(sys.argv[1]); open('made', 'w').close(); os.rename('made', 'b')"
    )
    command = [*traces.watched(log), sys.executable, "-c", script, str(tmp_path)]
    subprocess.run(command, check=True)
    calls = list(traces.read_writes(log.read_text().splitlines(), str(tmp_path)))
    assert ("openat", str(tmp_path / "made")) in calls
    assert calls[-1] == ("rename", str(tmp_path / "b"))
