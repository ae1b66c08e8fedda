"""Where the book is on GitHub, which its buttons and a class's links are made from.

Edit, Binder and Colab need the address of the repository that the site is built from. CI's
environment has it, a clone's git remote has it; where there is neither, or the remote is not on
GitHub, there are no such links instead of broken ones.
"""

import os
import re
import subprocess
from pathlib import Path


def _git(folder: Path, *arguments: str) -> str:
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):  # no git, or no clone
        return ""


def find(folder: Path) -> tuple[str, str] | tuple[None, None]:
    """Find the repository of a folder on GitHub.

    Returns:
        ``(address, branch)`` with an address like ``https://github.com/OWNER/NAME``, or
        ``(None, None)``.
    """
    if name := os.environ.get("GITHUB_REPOSITORY"):
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        # In a pull request the ref is "N/merge", which no button can open.
        branch = os.environ.get("GITHUB_HEAD_REF") or os.environ.get("GITHUB_REF_NAME") or "main"
        return f"{server}/{name}", branch
    remote = re.fullmatch(
        r"(?:https://(?:[^@/]+@)?|git@|ssh://git@)github\.com[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?",
        _git(folder, "remote", "get-url", "origin"),
    )
    if not remote:
        return None, None
    return f"https://github.com/{remote[1]}/{remote[2]}", _git(
        folder, "branch", "--show-current"
    ) or "main"


def site(folder: Path) -> str:
    """The address of the book's site, without a slash at its end, or "" where it is not known."""
    if base := os.environ.get("BOOK_URL"):
        return base.rstrip("/")
    address, _ = find(folder)
    if not address:
        return ""
    owner, name = address.rsplit("/", 2)[1:]
    return f"https://{owner.lower()}.github.io/{name}"
