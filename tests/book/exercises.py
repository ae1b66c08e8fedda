"""The exercises page, for the tests of the exercises and of what readers get of them."""

import re

from tools import BOOK

PAGE = BOOK.page("exercises")
EXERCISES = range(1, len(re.findall(r":tags: \[starter\]", PAGE.text)) + 1)


def tagged(nb, tag):
    return [c for c in nb.cells if c.cell_type == "code" and tag in c.metadata.get("tags", [])]
