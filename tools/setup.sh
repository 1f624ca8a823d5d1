# shellcheck shell=bash
# Read by ./start and ./check: makes .venv and installs a lock file into it, only when something changed.
# Works with bash 3.2 (macOS) and needs nothing but a Python 3.11-3.13.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in ${PITLANE_PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
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
    python=$(find_python) || exit 1
    say "Making .venv with $("$python" --version) ..."
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

digest() { .venv/bin/python -c 'import hashlib, sys
print(hashlib.sha256(b"".join(open(name, "rb").read() for name in sys.argv[1:])).hexdigest())' "$@"; }

# set_up LOCK: base, server or dev. A larger set already installed serves the smaller ones too.
set_up() {
    if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
        rm -rf .venv
        make_venv
    fi
    for larger in "$1" server dev; do
        [ "$1" = dev ] && [ "$larger" = server ] && continue
        wanted=$(digest requirements/build.lock "requirements/$larger.lock" pyproject.toml)
        if [ "$(cat ".venv/$larger.stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    done
    say "Installing requirements/$1.lock ..."
    wanted=$(digest requirements/build.lock "requirements/$1.lock" pyproject.toml)
    rm -f .venv/*.stamp
    install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@"; }
    install --require-hashes -r requirements/build.lock
    install --require-hashes --no-build-isolation -r "requirements/$1.lock"
    install --no-deps --no-build-isolation --no-index --editable .
    printf '%s' "$wanted" >".venv/$1.stamp"
}
