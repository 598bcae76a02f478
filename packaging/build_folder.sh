#!/bin/sh
# Builds the folder of the application that runs without Python, from packaging/package.lock:
# `sh packaging/build_folder.sh TARGET WORK` makes TARGET/cts-console, with icons and documents for
# the packers in WORK. `make package` and the test of the built application both call it.
# What is there already and was built from these very sources is left as it is.
# PYTHON=/path/to/python3.x chooses the Python. pip's own PIP_* variables work as usual.
set -eu
unset PYTHONHOME PYTHONPATH || true
cd "$(dirname "$0")/.."
target=$1
work=$2

say() { printf '%s\n' "package: $*" >&2; }
die() {
    for line; do say "$line"; done
    exit 1
}

# The clock of the build is that of the commit, and the order of sets is always the same.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1735689600)}
export SOURCE_DATE_EPOCH
export PYTHONHASHSEED=1
umask 022

# One build at a time, as in packaging/setup.sh.
exec 9>.package.lock
if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
    say "another make is building; waiting for it"
    flock 9
fi

# --- what is already there --------------------------------------------------------------------

# What tries the application does not make it.
sources=$(find cts_console migrations resources packaging LICENSE -type f ! -name '*.pyc' \
    ! -path 'packaging/trials/*' ! -name try_built.py -exec cksum {} + | LC_ALL=C sort | cksum)
wanted="$PWD $sources"
stamp=$target/cts-console.stamp
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -d "$target/cts-console" ]; then exit 0; fi

# --- the packages -----------------------------------------------------------------------------

venv=.venv-package
python() { if [ -x $venv/bin/python ]; then $venv/bin/python "$@"; else $venv/Scripts/python "$@"; fi; }
bare_python() {
    for name in ${PYTHON:-python3 python}; do
        command -v "$name" >/dev/null && exec "$name" "$@"
    done
}

if [ "$(uname)" = Linux ] && ! command -v objcopy >/dev/null; then
    die "PyInstaller needs objcopy, and it is not there. Debian, Ubuntu: sudo apt-get install binutils"
fi
packages="$PWD $(cksum <packaging/package.lock)"
if [ "$(cat $venv/stamp 2>/dev/null)" != "$packages" ]; then
    say "making $venv from packaging/package.lock"
    rm -rf $venv
    (bare_python -m venv $venv) || die "Python could not make $venv"
    output=$(python -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --no-deps --requirement packaging/package.lock 2>&1 9>&-) || {
        printf '%s\n' "$output" >&2
        die "pip could not install the packages (its words are above). Is there a network?" \
            "They can also come from a folder of wheels: PIP_NO_INDEX=1 PIP_FIND_LINKS=DIR make ..."
    }
    echo "$packages" >$venv/stamp
fi

# --- the folder -------------------------------------------------------------------------------

say "building $target/cts-console"
rm -rf "$work" "$target/cts-console" "$stamp"
mkdir -p "$work" "$target"
python packaging/render_icons.py "$work/icons"
PYTHONPATH=. python packaging/write_documents.py "$work/documents"
cp "$work/icons/cts-console.ico" "$work/"
if [ "$(uname)" = Darwin ]; then sh packaging/macos/icon.sh "$work/icons" "$work/cts-console.icns"; fi
python -m PyInstaller --noconfirm --log-level ERROR --distpath "$target" --workpath "$work" \
    packaging/cts-console.spec 9>&-
if [ "$(uname)" = Linux ]; then
    # Python's own library and modules come with symbols that only a debugger reads; the wheels
    # are stripped, and their patched files do not bear it.
    inside=$target/cts-console/_internal
    find "$inside" -maxdepth 1 -name 'libpython*' -exec strip --strip-unneeded {} +
    find "$inside" -path '*/lib-dynload/*.so' -exec strip --strip-unneeded {} +
fi
echo "$wanted" >"$stamp"
