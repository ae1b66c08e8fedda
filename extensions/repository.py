"""Where the book's repository is: the one place that the page's buttons are made from.

Edit, Binder and Colab need the address of the repository that the site is built from. CI's
environment has it, a clone's git remote has it; where there is neither, or the remote is not on
GitHub, the pages have no such buttons instead of broken ones.
"""

import os
import re
import subprocess


def _git(*arguments):
    try:
        return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def find():
    """Find the repository on GitHub.

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
        _git("remote", "get-url", "origin"),
    )
    if not remote:
        return None, None
    return f"https://github.com/{remote[1]}/{remote[2]}", _git("branch", "--show-current") or "main"


def site():
    """The address of the book's site, without a slash at its end, or "" where it is not known."""
    if base := os.environ.get("BOOK_URL"):
        return base.rstrip("/")
    address, _ = find()
    owner, name = address.rsplit("/", 2)[1:] if address else ("", "")
    return f"https://{owner.lower()}.github.io/{name}" if address else ""


def _set_buttons(app, config):
    address, branch = find()
    if address:
        config.html_theme_options.update(
            repository_url=address,
            repository_branch=branch,
            path_to_docs="book",
            use_edit_page_button=True,
            use_issues_button=True,
            launch_buttons={
                "binderhub_url": "https://mybinder.org",
                "colab_url": "https://colab.research.google.com",
                "notebook_interface": "jupyterlab",
            },
        )


def setup(app):
    """Register the extension with Sphinx."""
    # Before the theme reads its options
    app.connect("config-inited", _set_buttons, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
