#!/bin/sh
# Builds the application that runs without Python, from packaging/package.lock, into dist/:
# `make package`. The folder dist/cts-console on every system, and around it
#   Linux    a .deb and a .tar.xz
#   macOS    an .app in a .dmg (packaging/macos/bundle.sh)
#   Windows  an installer (packaging/windows/cts-console.iss), where Inno Setup is there
# SHA256SUMS has the sums of what is handed out. Two builds of one commit on one system make the
# same folder, byte for byte.
set -eu
unset PYTHONHOME PYTHONPATH || true
cd "$(dirname "$0")/.."

say() { printf '%s\n' "package: $*" >&2; }

# The clock of the build is that of the commit, and the order of sets is always the same.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1735689600)}
export SOURCE_DATE_EPOCH
export PYTHONHASHSEED=1
umask 022

venv=.venv-package
work=build/package
python() { if [ -x $venv/bin/python ]; then $venv/bin/python "$@"; else $venv/Scripts/python "$@"; fi; }
bare_python() {
    for name in ${PYTHON:-python3 python}; do
        command -v "$name" >/dev/null && exec "$name" "$@"
    done
}

# --- the packages -----------------------------------------------------------------------------

wanted="$PWD $(cksum <packaging/package.lock)"
if [ "$(cat $venv/stamp 2>/dev/null)" != "$wanted" ]; then
    say "making $venv from packaging/package.lock"
    rm -rf $venv
    (bare_python -m venv $venv)
    python -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --no-deps --requirement packaging/package.lock
    echo "$wanted" >$venv/stamp
fi
version=$(python -c 'import cts_console; print(cts_console.__version__)')

# --- the folder -------------------------------------------------------------------------------

say "building CTS Console $version"
rm -rf $work dist/cts-console dist/cts-console-* dist/cts-console_* dist/SHA256SUMS
mkdir -p $work dist
python packaging/render_icons.py $work/icons
PYTHONPATH=. python packaging/write_documents.py $work/documents
cp $work/icons/cts-console.ico $work/
if [ "$(uname)" = Darwin ]; then sh packaging/macos/icon.sh $work/icons $work/cts-console.icns; fi
python -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath $work \
    packaging/cts-console.spec

case $(uname) in
Linux)
    # Python's own library and modules come with symbols that only a debugger reads; the wheels
    # are stripped, and their patched files do not bear it.
    find dist/cts-console/_internal -maxdepth 1 -name 'libpython*' -exec strip --strip-unneeded {} +
    find dist/cts-console/_internal -path '*/lib-dynload/*.so' -exec strip --strip-unneeded {} +
    sh packaging/linux/pack.sh "$version" $work
    ;;
Darwin) sh packaging/macos/bundle.sh "$version" ;;
*)
    if command -v iscc >/dev/null; then
        iscc "//DVersion=$version" packaging/windows/cts-console.iss
    else
        say "Inno Setup (iscc) is not there: no installer is made"
    fi
    ;;
esac

python packaging/checksums.py dist
say "dist/ has:"
du -sh dist/* >&2
