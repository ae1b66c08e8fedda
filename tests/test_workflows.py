"""The workflows, looked through by zizmor for what an attacker could use."""

import subprocess
import sys
from pathlib import Path

from tools import BOOK


def test_zizmor_has_nothing_to_say():
    zizmor = [Path(sys.executable).parent / "zizmor", "--offline", "--no-progress", "--format=plain", ".github"]
    run = subprocess.run(zizmor, cwd=BOOK.root, capture_output=True, text=True)
    assert run.returncode == 0 and "No findings to report" in run.stdout, run.stdout + run.stderr
    for file in (BOOK.root / ".github").rglob("*.yml"):
        assert f"completed .github/{file.relative_to(BOOK.root / '.github')}" in run.stderr
