#!/usr/bin/env bash
# Writes requirements/*.lock from pyproject.toml: one resolution for Python 3.11-3.13 on Linux and macOS, pinned with
# hashes and without any registry address. Run it after changing a dependency; `tools/lock.sh --upgrade` takes newer versions.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v uv >/dev/null 2>&1 || { echo "tools/lock.sh needs uv: python3 -m pip install uv" >&2; exit 1; }
compile() { # compile OUTPUT ARGUMENTS...: setuptools is locked too, because the package itself is installed from the checkout
    output=$1
    shift
    echo 'setuptools>=77' | uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
        --python-version 3.11 --custom-compile-command tools/lock.sh --output-file "$output" "$@" pyproject.toml -
    grep -qE '^(--|.*://)' "$output" && { echo "$output names a registry" >&2; exit 1; }
    return 0
}

compile requirements/dev.lock --extra dev --extra server "$@"
compile requirements/server.lock --extra server --constraint requirements/dev.lock
compile requirements/base.lock --constraint requirements/dev.lock
echo 'setuptools>=77' | uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
    --custom-compile-command tools/lock.sh --constraint requirements/dev.lock --output-file requirements/build.lock -
