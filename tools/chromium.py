"""The Chromium that prints, and that the browser tests drive."""

import os
import shutil

from playwright.sync_api import sync_playwright


def browser() -> str | None:
    """Find a Chromium: ``$CHROMIUM``, else on the PATH, else Playwright's own; or None."""
    # The shell has no windows, so that it opens a page in a quarter of the time.
    names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        with sync_playwright() as playwright:
            found = playwright.chromium.executable_path
    return found if found and shutil.which(found) else None
