#!/usr/bin/env bash
# Rebuilds the third-party browser files that are committed to this repository, from tools/vendor/package-lock.json.
# Only people who change a version or add an icon to tools/icons.txt run it; it needs npm. A shop needs neither.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v npm >/dev/null 2>&1 || { echo "tools/vendor.sh needs npm" >&2; exit 1; }
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cp tools/vendor/package.json "$build/"
if [ -f tools/vendor/package-lock.json ] && [ "${1:-}" != "--relock" ]; then
    cp tools/vendor/package-lock.json "$build/"
    (cd "$build" && npm ci --ignore-scripts --no-audit --no-fund --silent)
else
    (cd "$build" && npm install --ignore-scripts --no-audit --no-fund --silent --omit-lockfile-registry-resolved)
    cp "$build/package-lock.json" tools/vendor/
fi

python3 - "$build/node_modules" <<'PY'
import json
import re
import sys
from hashlib import sha256
from pathlib import Path
from shutil import copyfile

modules = Path(sys.argv[1])
served, tested = Path("pitlane/core/static/vendor"), Path("tests/browser/vendor")
COPIES = {
    served / "htmx.min.js": "htmx.org/dist/htmx.min.js",
    served / "signature_pad.js": "signature_pad/dist/signature_pad.min.js",
    served / "licenses/htmx.txt": "htmx.org/LICENSE",
    served / "licenses/signature_pad.txt": "signature_pad/LICENSE",
    served / "licenses/tabler-icons.txt": "@tabler/icons/LICENSE",
    tested / "axe.min.js": "axe-core/axe.min.js",
    tested / "LICENSE": "axe-core/LICENSE",
}


def symbol(name: str) -> str:
    """One icon of the sprite: the drawing without its frame, so that the style sheet decides stroke and size."""
    svg = (modules / "@tabler/icons/icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
    body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S).group(1)
    paths = [line.strip() for line in body.splitlines() if line.strip() and 'stroke="none"' not in line]
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{"".join(paths)}</symbol>'


def copy(target: Path, source: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    copyfile(modules / source, target)
    if target.suffix == ".js":  # the maps are not shipped, so nothing may ask for them
        text = re.sub(r"\n//# sourceMappingURL=.*", "", target.read_text(encoding="utf-8"))
        target.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def manifest(folder: Path, packages: list[str]) -> None:
    """What each file is: the versions it came from and its SHA-256, which a test compares."""
    versions = [f"{name} {json.loads((modules / name / 'package.json').read_text())['version']}" for name in packages]
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "MANIFEST")
    sums = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}" for path in files]
    (folder / "MANIFEST").write_text("\n".join([*(f"# {version}" for version in versions), *sums, ""]), encoding="utf-8")


for target, source in COPIES.items():
    copy(target, source)
names = Path("tools/icons.txt").read_text(encoding="utf-8").split()
sprite = "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *map(symbol, sorted(set(names))), "</svg>", ""])
(served / "icons.svg").write_text(sprite, encoding="utf-8")
manifest(served, ["htmx.org", "signature_pad", "@tabler/icons"])
manifest(tested, ["axe-core"])
print(f"{len(names)} icons, {len(COPIES)} files")
PY
