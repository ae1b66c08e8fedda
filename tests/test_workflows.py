"""The workflows, looked through by zizmor for what an attacker could use."""

import subprocess
import sys
from pathlib import Path

from tools import notebooks


def test_zizmor_has_nothing_to_say():
    zizmor = [Path(sys.executable).parent / "zizmor", "--offline", "--no-progress", "--format=plain", ".github"]
    run = subprocess.run(zizmor, cwd=notebooks.ROOT, capture_output=True, text=True)
    assert run.returncode == 0 and "No findings to report" in run.stdout, run.stdout + run.stderr
    for file in (notebooks.ROOT / ".github").rglob("*.yml"):
        assert f"completed .github/{file.relative_to(notebooks.ROOT / '.github')}" in run.stderr
