"""The scripts that pages load are bundles of the sources that are here; see extensions/build.js."""

import hashlib
import json

from tools import BOOK

FOLDER = BOOK.root / "extensions"


def test_bundles_are_of_these_sources():
    """No source and no output was changed since `npm run build`, and no module was forgotten."""
    lines = (FOLDER / "bundles.sha256").read_text("utf-8").splitlines()
    digests = {path: digest for digest, path in (line.split("  ") for line in lines)}
    now = {
        path: hashlib.sha256((FOLDER / path).read_bytes()).hexdigest()
        for path in digests
        if (FOLDER / path).exists()
    }
    changed = sorted(path for path in digests if digests[path] != now.get(path))
    assert not changed, (
        f"changed since they were bundled: {changed}; run `npm ci && npm run build` in extensions/"
    )
    here = {
        p.relative_to(FOLDER).as_posix()
        for part in ("src/**/*.js", "dist/*")
        for p in FOLDER.glob(f"*/{part}")
    }
    assert here and here <= set(digests)


def test_versions_are_the_locked_ones():
    """package.json pins what is bundled; the lock has the same versions and no host."""
    package = json.loads((FOLDER / "package.json").read_text("utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    lock = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert not [name for name, entry in lock.items() if "resolved" in entry]
    licenses = "".join(path.read_text("utf-8") for path in FOLDER.glob("*/dist/LICENSES.txt"))
    assert not [
        name for name in package["dependencies"] if f"{name} {wanted[name]} (" not in licenses
    ]
