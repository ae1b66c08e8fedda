"""Build the site: check every twin, then run Jupyter Book (`make book`).

One process for both, because half of a build with nothing to do is importing.
"""

import contextlib
import io
import shutil
import sys

from chapter import twins
from tools import BOOK

BUILD = BOOK.root / "_build"


def main() -> int:
    """Build into ``_build/html``; returns the exit status."""
    if problems := twins.problems(BOOK):
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    from jupyter_book.cli.main import main as jupyter_book

    command = [
        "build",
        "book",
        "--config",
        "_config.yml",
        "--toc",
        str(BOOK.toc),
        "--path-output",
        ".",
    ]
    report = io.StringIO()
    try:
        with contextlib.redirect_stdout(report):
            # Every warning is an error, and all of them are shown at once.
            jupyter_book([*command, "-W", "-n", "--keep-going", "-q"], standalone_mode=False)
    except (Exception, SystemExit) as error:
        # Nothing half built stays; and Sphinx would not repeat its warnings the next time.
        shutil.rmtree(BUILD / "html", ignore_errors=True)
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
        shown = isinstance(error, SystemExit) or "Look above" in str(error)
        cause = ": see the lines above" if shown else f": {' '.join(str(error).split())}"
        print(f"The site was not built{cause}", file=sys.stderr)
        return 1
    print("The site is at _build/html/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
