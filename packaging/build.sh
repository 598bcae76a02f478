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

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1735689600)}
export SOURCE_DATE_EPOCH
umask 022

venv=.venv-package
work=build/package
python() { if [ -x $venv/bin/python ]; then $venv/bin/python "$@"; else $venv/Scripts/python "$@"; fi; }

# What is handed out is always built anew.
rm -rf dist/cts-console dist/cts-console-* dist/cts-console_* dist/cts-console.stamp dist/SHA256SUMS
sh packaging/build_folder.sh dist $work
rm dist/cts-console.stamp
version=$(python -c 'import cts_console; print(cts_console.__version__)')

case $(uname) in
Linux) sh packaging/linux/pack.sh "$version" $work ;;
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
say "dist/ has CTS Console $version:"
du -sh dist/* >&2
