# shellcheck shell=bash
# Read by ./start and ./check: makes .venv and installs a lock file into it, only when something changed.
# Works with bash 3.2 (macOS) and needs nothing but a Python 3.11-3.13.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in ${PITLANE_PYTHON:+"$PITLANE_PYTHON"} python3.13 python3.12 python3.11 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return 0
        fi
    done
    say "Pitlane needs Python 3.11, 3.12 or 3.13, and none was found."
    say "  Debian, Ubuntu:  apt install python3 python3-venv      macOS:  brew install python@3.13"
    say "  Elsewhere installed?  PITLANE_PYTHON=/path/to/python3 ./start"
    return 1
}

make_venv() {
    say "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    if "$python" -m venv .venv >/dev/null 2>&1 && [ -x .venv/bin/pip ]; then return 0; fi
    # Debian splits venv from Python: do without its ensurepip where pip or virtualenv can stand in.
    rm -rf .venv
    if "$python" -m virtualenv --version >/dev/null 2>&1 && "$python" -m virtualenv -q .venv; then return 0; fi
    rm -rf .venv
    if "$python" -m venv --without-pip .venv >/dev/null 2>&1 && "$python" -m pip --version >/dev/null 2>&1 &&
        "$python" -m pip --python .venv/bin/python install --quiet --disable-pip-version-check pip; then return 0; fi
    rm -rf .venv
    say "This Python cannot make virtual environments."
    say "  Debian, Ubuntu:  apt install python3-venv     then run this again."
    exit 1
}

# What an installed set is known by: the files that name it, and where it lies (a moved .venv does not work).
stamp_of() { { pwd; cat requirements/build.lock "requirements/$1.lock" pyproject.toml; } | cksum; }

# installed LOCK: is it there as the files say now? A larger set already installed serves the smaller ones too.
installed() {
    .venv/bin/python -c '' >/dev/null 2>&1 || return 1
    for larger in "$1" server dev; do
        [ "$1" = dev ] && [ "$larger" = server ] && continue
        if [ "$(cat ".venv/$larger.stamp" 2>/dev/null)" = "$(stamp_of "$larger")" ]; then return 0; fi
    done
    return 1
}

# One set-up at a time in a folder. The lock hangs on descriptor 9 of this shell and ends with it, however it ends.
alone() {
    mkdir -p var
    exec 9>>var/setup.lock
    lock='import fcntl, sys; fcntl.flock(9, fcntl.LOCK_EX | int(sys.argv[1]))'
    if ! "$python" -c "$lock" 4 2>/dev/null; then # 4: LOCK_NB
        say "Another start is setting up this folder; waiting for it ..."
        "$python" -c "$lock" 0
    fi
}

# set_up LOCK: base, server or dev.
set_up() {
    if installed "$1"; then return 0; fi
    trap 'say "Stopped; the next start goes on from here."; exit 130' INT TERM
    python=$(find_python) || exit 1
    alone
    if ! installed "$1"; then
        .venv/bin/python -c 'import pip' >/dev/null 2>&1 || make_venv
        say "Installing requirements/$1.lock ..."
        rm -f .venv/*.stamp
        install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@"; }
        install --require-hashes -r requirements/build.lock
        install --require-hashes --no-build-isolation -r "requirements/$1.lock"
        install --no-deps --no-build-isolation --no-index --editable .
        stamp_of "$1" >".venv/$1.stamp"
    fi
    exec 9>&-
    trap - INT TERM
}
