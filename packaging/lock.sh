#!/bin/sh
# Renews the lock files from pyproject.toml: the newest versions that its ranges allow, for every
# system and every Python that the project supports, each with the hashes of all its files.
# `sh packaging/lock.sh` or `make lock`. It needs the network and leaves nothing else behind.
set -eu
unset PYTHONHOME PYTHONPATH || true
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

# One version for every Python ("fewest"), so that all systems test the same code. No index
# and no address is written: each machine uses the registry that it is set up for.
compile() {
    out=$1
    shift
    "$work/venv/bin/uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --fork-strategy fewest --generate-hashes --no-emit-index-url --no-annotate --no-header \
        --upgrade --output-file "$work/lock" "$@"
    {
        echo "# Written by \`make lock\`; do not edit. Every package with the hashes of all its files,"
        echo "# for Linux, Windows and macOS and for Python 3.11 and newer."
        echo "# Install: python -m pip install --require-hashes --requirement packaging/$(basename "$out")"
        cat "$work/lock"
    } >"$work/whole"
    cat "$work/whole" >"$out"
    echo "wrote $out: $(grep -c '==' "$out") packages"
    rm "$work/lock"
}

compile packaging/requirements.lock --extra dev
compile packaging/bench.lock --extra bench --constraint packaging/requirements.lock
compile packaging/package.lock --extra package --constraint packaging/requirements.lock
