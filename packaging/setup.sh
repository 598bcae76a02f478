#!/bin/sh
# Sets up everything that the project needs, once; a second run looks and leaves in milliseconds.
#
#   sh packaging/setup.sh          .venv with the pinned packages, the project, Qt's libraries
#   sh packaging/setup.sh bench    the same, and the contenders of the benchmarks
#
# Three parts, each with a stamp in .venv that is written last: what was interrupted is done again.
#   packages  .venv made anew; again when the lock file, this script or the checkout's place changed
#   project   the project itself, editable; again when pyproject.toml changed
#   system    the libraries of the system that Qt links to
# PYTHON=/path/to/python3.x chooses the Python. pip's own PIP_* variables work as usual.
set -eu
unset PYTHONHOME PYTHONPATH || true
cd "$(dirname "$0")/.."
lock=packaging/requirements.lock

say() { printf '%s\n' "setup: $*" >&2; }
die() {
    for line; do say "$line"; done
    exit 1
}

# --- what is already there --------------------------------------------------------------------

digest() { cat "$@" | cksum; }

wanted() {
    case $1 in
    packages) echo "$PWD $(digest $lock packaging/setup.sh)" ;;
    project) echo "$PWD $(digest pyproject.toml)" ;;
    system) digest packaging/system-libraries.txt packaging/qt_probe.py ;;
    bench) digest packaging/bench.lock ;;
    esac
}

is_done() { [ -f ".venv/stamp-$1" ] && [ "$(cat ".venv/stamp-$1")" = "$(wanted "$1")" ]; }
mark_done() { wanted "$1" >".venv/stamp-$1"; }

# -x follows the link: a virtual environment whose Python was removed is not there.
all_done() {
    [ -x .venv/bin/python ] || return 1
    for part in packages project system ${1:+"$1"}; do is_done "$part" || return 1; done
}

# --- the packages of the system ---------------------------------------------------------------

libraries() { sed -n "s/^$1 //p" packaging/system-libraries.txt; }

# Prints those of the packages that dpkg does not know as installed.
not_installed() {
    for package; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
            echo "$package"
    done
}

# Prints the command that makes a root command of its arguments; fails where there is none.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        echo env
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        echo sudo -n env
    else
        return 1
    fi
}

# Installs Debian packages, or says what to type and fails.
apt_install() {
    reason=$1
    shift
    by_hand="sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    if ! command -v apt-get >/dev/null 2>&1; then
        say "$reason. Install what your system has for these packages of Debian:" "$*"
        return 1
    fi
    if ! root=$(as_root); then
        say "$reason. Type this one line, then run make again:"
        printf '%s\n' "$by_hand" >&2
        return 1
    fi
    say "$reason; installing with apt-get"
    # A failed update is no reason to stop: the packages may be known, or on disk.
    $root apt-get update -qq 9>&- || say "apt-get update failed (is there a network?)"
    output=$($root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "$@" 2>&1 9>&- </dev/null) || {
        printf '%s\n' "$output" >&2
        say "apt-get could not install them. Once that is mended, run make again, or type:"
        printf '%s\n' "$by_hand" >&2
        return 1
    }
}

# --- Python -----------------------------------------------------------------------------------

supports() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; }
makes_venvs() { "$1" -c 'import ctypes, ensurepip, ssl, venv, zlib' 2>/dev/null; }

# Sets $python: the newest supported one that can make virtual environments. Where none can,
# the newest supported one gets the package that it lacks.
find_python() {
    python='' without_venv=''
    for name in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3}; do
        supports "$name" || continue
        if makes_venvs "$name"; then
            python=$name
            return
        fi
        without_venv=${without_venv:-$name}
    done
    [ -n "$without_venv" ] || die "no Python from 3.11 to 3.14 found${PYTHON:+ at PYTHON=$PYTHON}." \
        "Install one (Debian, Ubuntu: sudo apt-get install python3), or name it: make PYTHON=/path/to/python3.x ..."
    python=$without_venv
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    set -- "python$version-venv"
    # Whoever types the line types it once: with what Qt will lack.
    # shellcheck disable=SC2046 # one package a word
    as_root >/dev/null || set -- "$@" $(not_installed $(libraries core) $(libraries window))
    apt_install "Python $version cannot make virtual environments" "$@" || exit 1
    makes_venvs "$python" || die "$python still cannot make virtual environments"
}

# --- the parts --------------------------------------------------------------------------------

# What pip says is shown when it fails; its warnings about a registry's odds and ends are not.
pip_install() {
    output=$(.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@" \
        2>&1 9>&- </dev/null) || {
        printf '%s\n' "$output" >&2
        return 1
    }
}

no_packages() {
    die "pip could not install the packages (its words are above). Is there a network?" \
        "They can also come from a folder of wheels: PIP_NO_INDEX=1 PIP_FIND_LINKS=DIR make ..." \
        "Nothing is left half done: run make again."
}

make_packages() {
    find_python
    say "making .venv with $("$python" -c 'import sys; print(sys.executable, sys.version.split()[0])'); this takes a minute"
    rm -rf .venv
    "$python" -m venv .venv 9>&- || die "$python could not make .venv"
    pip_install --require-hashes --no-deps --requirement $lock || no_packages
    mark_done packages
}

# hatchling is in the lock file, so nothing is downloaded here.
make_project() {
    pip_install --no-deps --no-build-isolation --editable . ||
        die "the project could not be installed into .venv (pip's words are above)"
    mark_done project
}

make_bench() {
    say "installing the contenders of the benchmarks"
    pip_install --require-hashes --requirement packaging/bench.lock || no_packages
    mark_done bench
}

probe() { .venv/bin/python packaging/qt_probe.py "$1" 9>&-; }

one_line() { echo "$1" | paste -sd ' ' -; }

# Nothing needs them, so whoever may not install packages is not even told.
make_extras() {
    if missing=$(probe extra) || ! as_root >/dev/null || ! command -v apt-get >/dev/null 2>&1; then
        return 0
    fi
    # shellcheck disable=SC2046 # one package a word
    apt_install "fonts and programs for tests are missing ($(one_line "$missing"))" $(libraries extra) ||
        say "going on without: nothing needs them"
}

# The test of the built application fails without them and says why; nothing else needs them.
make_build() {
    if missing=$(probe build); then return 0; fi
    # libpython3.11.so.1.0 is in the package libpython3.11.
    shared=$(echo "$missing" | sed -n 's/^\(libpython[0-9.]*\)\.so.*/\1/p')
    # shellcheck disable=SC2046,SC2086 # one package a word
    apt_install "the application cannot be built and tried without $(one_line "$missing")" \
        $(libraries build) $shared || say "going on without: the test of the built application will fail"
}

# Without the `core` libraries nothing of Qt runs, so it stops; the `window` ones are not needed
# for the tests and the command line.
make_system() {
    if ! missing=$(probe core); then
        # shellcheck disable=SC2046 # one package a word
        apt_install "Qt lacks libraries of the system ($(one_line "$missing"))" $(libraries core) $(libraries window) || exit 1
        missing=$(probe core) || die "Qt still does not start:" "$missing"
    elif ! missing=$(probe window); then
        # shellcheck disable=SC2046
        apt_install "Qt lacks libraries for windows ($(one_line "$missing"))" $(libraries window) ||
            say "going on without: tests and the command line need none of them"
    fi
    make_extras
    make_build
    mark_done system
}

# --- all of it --------------------------------------------------------------------------------

if all_done "${1:-}"; then exit 0; fi

# One set-up at a time. The kernel lets go of the lock when this script ends, however it ends;
# what it starts does not inherit it (9>&-).
exec 9>.setup.lock
if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
    say "another make is setting up; waiting for it"
    flock 9
fi

{ [ -x .venv/bin/python ] && is_done packages; } || make_packages
is_done project || make_project
is_done system || make_system
if [ "${1:-}" = bench ]; then is_done bench || make_bench; fi
