"""`packaging/setup.sh`, run for real by sh; only its neighbours are played.

A small script plays Python, pip and the probe of Qt; others play apt-get, sudo and id. Each writes
what it was asked into a log, and files in a state folder tell it how to behave.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PYTHON = r"""#!/bin/sh
echo "python $*" >>"$STATE/log"
missing() { if [ -e "$STATE/$1" ]; then printf '%s' "$2"; exit 1; fi; }
case "$*" in
*'sys.exit('*) missing too-old ;;
*ensurepip*) missing no-venv ;;
*'sys.version_info[:2])'*) echo 3.11 ;;
'-m venv .venv') mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
'-m pip '*)
    touch "$STATE/in-pip"
    while [ -e "$STATE/pip-waits" ]; do sleep 0.01; done
    missing no-network "Temporary failure in name resolution" ;;
*'qt_probe.py core') missing no-core libEGL.so.1 ;;
*'qt_probe.py window') missing no-window libxcb-cursor.so.0 ;;
*'qt_probe.py build') missing no-build "objcopy
libpython3.11.so.1.0" ;;
esac
"""

# Installing puts right what was missing.
APT_GET = r"""#!/bin/sh
echo "apt-get $*" >>"$STATE/log"
case "$*" in
*install*)
    if [ -e "$STATE/apt-broken" ]; then echo "E: Unable to locate package"; exit 100; fi
    rm -f "$STATE/no-venv" "$STATE/no-core" "$STATE/no-window" "$STATE/no-build" ;;
esac
"""

SUDO = r"""#!/bin/sh
[ ! -e "$STATE/no-sudo" ] || exit 1
echo "sudo $*" >>"$STATE/log"
shift
exec "$@"
"""

ID = r"""#!/bin/sh
if [ -e "$STATE/not-root" ]; then echo 1000; else echo 0; fi
"""


class Checkout:
    """A copy of what the script reads, and the played neighbours."""

    def __init__(self, folder: Path) -> None:
        self.top = folder / "a checkout with spaces"
        self.state = folder / "state"
        self.bin = folder / "bin"
        for made in (self.top / "packaging", self.state, self.bin):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "pyproject.toml", self.top)
        for path in (ROOT / "packaging").iterdir():
            if path.is_file():
                shutil.copy(path, self.top / "packaging")
        played = {"python": PYTHON, "apt-get": APT_GET, "sudo": SUDO, "id": ID}
        for name, text in played.items():
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)

    def given(self, *facts: str) -> None:
        for fact in facts:
            (self.state / fact).touch()

    def no_longer(self, fact: str) -> None:
        (self.state / fact).unlink()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environment = {
            "PATH": f"{self.bin}:{os.defpath}:/usr/sbin:/sbin",
            "STATE": str(self.state),
            "PYTHON": str(self.bin / "python"),
        }
        return subprocess.Popen(
            ["sh", str(self.top / "packaging" / "setup.sh"), *arguments],
            cwd="/",
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Return the exit code and what was said."""
        child = self.start(*arguments)
        output, said = child.communicate(timeout=60)
        assert output == "" or child.returncode != 0
        return child.returncode, output + said

    def log(self) -> str:
        """Return what the neighbours were asked since the last look."""
        path = self.state / "log"
        text = path.read_text() if path.exists() else ""
        path.write_text("")
        return text


def wait_until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline_s, "it never came"
        time.sleep(0.01)


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_run_does_all_and_the_second_asks_nobody(checkout):
    code, said = checkout.run()
    assert code == 0, said
    log = checkout.log()
    assert "-m venv .venv" in log
    assert "--require-hashes --no-deps --requirement packaging/requirements.lock" in log
    assert "--no-deps --no-build-isolation --editable ." in log
    assert "qt_probe.py core" in log
    assert "apt-get" not in log
    assert "bench.lock" not in log
    assert checkout.run() == (0, "")
    assert checkout.log() == ""


def test_a_new_lock_file_makes_everything_anew(checkout):
    checkout.run()
    checkout.log()
    with (checkout.top / "packaging" / "requirements.lock").open("a") as lock:
        lock.write("# renewed\n")
    assert checkout.run()[0] == 0
    log = checkout.log()
    assert "-m venv .venv" in log
    assert "--editable ." in log


def test_a_changed_pyproject_installs_the_project_alone(checkout):
    checkout.run()
    checkout.log()
    with (checkout.top / "pyproject.toml").open("a") as project:
        project.write("# changed\n")
    assert checkout.run()[0] == 0
    log = checkout.log()
    assert "--editable ." in log
    assert "-m venv" not in log


def test_a_moved_checkout_is_set_up_anew(checkout):
    checkout.run()
    checkout.log()
    moved = checkout.top.with_name("moved")
    checkout.top.rename(moved)
    checkout.top = moved
    assert checkout.run()[0] == 0
    assert "-m venv .venv" in checkout.log()


def test_a_python_that_went_away_is_replaced(checkout):
    checkout.run()
    checkout.log()
    (checkout.top / ".venv" / "bin" / "python").unlink()
    assert checkout.run()[0] == 0
    assert "-m venv .venv" in checkout.log()


def test_without_a_network_it_says_so_and_the_next_run_does_it(checkout):
    checkout.given("no-network")
    code, said = checkout.run()
    assert code != 0
    assert "name resolution" in said
    assert "Is there a network?" in said
    assert "PIP_FIND_LINKS" in said
    checkout.no_longer("no-network")
    assert checkout.run()[0] == 0
    assert checkout.run() == (0, "")


def test_a_killed_set_up_is_done_again(checkout):
    checkout.given("pip-waits")
    child = checkout.start()
    wait_until((checkout.state / "in-pip").exists)
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    checkout.no_longer("pip-waits")
    checkout.log()
    assert checkout.run()[0] == 0
    assert "-m venv .venv" in checkout.log()


def test_two_at_once_set_up_once(checkout):
    checkout.given("pip-waits")
    first = checkout.start()
    wait_until((checkout.state / "in-pip").exists)
    second = checkout.start()
    assert second.stderr is not None
    assert "waiting" in second.stderr.readline()
    checkout.no_longer("pip-waits")
    first.communicate(timeout=60)
    second.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert checkout.log().count("-m venv .venv") == 1


def test_no_python_is_told(checkout):
    checkout.given("too-old")
    code, said = checkout.run()
    assert code != 0
    assert "no Python from 3.11" in said
    assert not (checkout.top / ".venv").exists()


def test_root_gets_the_missing_venv_package_installed(checkout):
    checkout.given("no-venv")
    code, said = checkout.run()
    assert code == 0, said
    log = checkout.log()
    assert log.index("apt-get update") < log.index("apt-get install")
    assert "python3.11-venv" in log
    assert "sudo" not in log


def test_sudo_without_a_password_is_used(checkout):
    checkout.given("not-root", "no-core")
    code, said = checkout.run()
    assert code == 0, said
    log = checkout.log()
    assert "sudo -n env apt-get update" in log
    assert "libegl1" in log
    assert "libxcb-cursor0" in log


@pytest.mark.parametrize(
    ("lacking", "package"), [("no-venv", "python3.11-venv"), ("no-core", "libegl1")]
)
def test_without_rights_the_one_line_to_type_is_printed(checkout, lacking, package):
    checkout.given("not-root", "no-sudo", lacking)
    code, said = checkout.run()
    assert code != 0
    (line,) = [text for text in said.splitlines() if text.startswith("sudo ")]
    assert line.startswith("sudo apt-get update && sudo apt-get install -y ")
    assert package in line.split()
    assert "apt-get" not in checkout.log()
    # What the person typed worked.
    checkout.no_longer(lacking)
    assert checkout.run()[0] == 0


def test_an_apt_get_that_fails_shows_its_words(checkout):
    checkout.given("no-core", "apt-broken")
    code, said = checkout.run()
    assert code != 0
    assert "E: Unable to locate package" in said
    assert "sudo apt-get install -y" in said


def test_libraries_for_windows_alone_stop_nobody(checkout):
    checkout.given("not-root", "no-sudo", "no-window")
    code, said = checkout.run()
    assert code == 0
    assert "libxcb-cursor.so.0" in said
    assert "sudo apt-get install -y" in said
    assert checkout.run() == (0, "")


def test_what_builds_the_application_is_installed(checkout):
    checkout.given("no-build")
    code, said = checkout.run()
    assert code == 0, said
    assert "without objcopy libpython3.11.so.1.0" in said
    (line,) = [line for line in checkout.log().splitlines() if line.startswith("apt-get install")]
    assert line.split()[-4:] == ["binutils", "desktop-file-utils", "strace", "libpython3.11"]


def test_the_contenders_come_only_when_asked_for(checkout):
    checkout.run()
    checkout.log()
    assert checkout.run("bench")[0] == 0
    assert "--require-hashes --requirement packaging/bench.lock" in checkout.log()
    assert checkout.run("bench") == (0, "")
    assert checkout.log() == ""


def test_pytest_closes_the_output_of_make_test():
    # What the make that runs this test was told is not for this one.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "ARGS"))}
    recipe = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "-j4", "test"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    tools = [line.split(" -m ")[-1].strip() for line in recipe.stdout.splitlines()]
    tools = [tool for tool in tools if "setup.sh" not in tool]
    unit = "pytest -n 2 --dist loadfile"
    expected = ["ruff check .", "ruff format --check .", "mypy", ".venv/bin/lint-imports", unit]
    assert tools == expected


def test_ci_runs_make_test_and_nothing_else():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = [
        line
        for line in script.read_text().splitlines()
        if line and not line.startswith(("#", "set ", "cd "))
    ]
    assert commands == ["exec make --no-print-directory test </dev/null"]
