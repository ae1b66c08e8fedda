"""A page of exercises as nbgrader's source notebook.

It has everything in it. What students get, nbgrader makes of it: it strips what is between
``BEGIN`` and ``END SOLUTION`` and ``HIDDEN TESTS``, and locks the checks.
"""

import ast
import re

from nbformat import NotebookNode

from chapter.book import BookError, Page
from chapter.pages import read_page
from chapter.twins import is_setup

#: What a graded check does first, unseen by students. Helpers and builtins that an answer has
#: redefined, mostly by chance, are themselves again; and a warning, which nbgrader would count as
#: a failure, costs no points.
RESTORE = """\
### BEGIN HIDDEN TESTS
import builtins
import warnings
[builtins.globals().pop(n, None) for n in builtins.dir(builtins) if n[0] != "_"]
warnings.simplefilter("ignore")
{given}
### END HIDDEN TESTS
"""

#: Its end. The sentence is the error's message, where nbgrader's feedback and Validate show it.
VERDICT = """\
verdict = check_{n}(answer_{n})
assert verdict.startswith("Right: "), verdict
print(verdict)"""


def _graded(
    cell: NotebookNode, grade_id: str, *, points: int | None = None, solution: bool = False
) -> None:
    """Mark a cell for nbgrader: an answer, a check worth points, or a cell that is only locked."""
    cell.metadata["nbgrader"] = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    } | ({} if points is None else {"points": points})
    for key in ("tags", "mystnb", "jupyter"):
        cell.metadata.pop(key, None)


def _given(source: str, n: int) -> str:
    """What a starter defines for its check; not its classes, for an answer may derive from them."""
    return "\n".join(
        ast.get_source_segment(source, node)
        for node in ast.parse(source).body
        if not isinstance(node, ast.ClassDef) and f"answer_{n}" not in ast.unparse(node)
    )


def prose(text: str, points: int, site: str) -> str:
    """Adapt a Markdown cell: what each exercise is worth, no word of solutions, links to the site.

    Args:
        text: the cell's Markdown.
        points: what an exercise of this section is worth.
        site: the address of the book's site; without one, links become their text.
    """
    worth = f"{points} point" + "s" * (points != 1)
    text = re.sub(r"^(### \d+\. .*)$", rf"\1 ({worth})", text, flags=re.MULTILINE)
    text = re.sub(r"^(Next: |.*\bsolutions?\b).*\n?", "", text, flags=re.MULTILINE).rstrip("\n")
    link = rf"[\1]({site}/\2.html\3)" if site else r"\1"
    return re.sub(r"\[([^\]]*)\]\(([\w-]+)\.ipynb([^)]*)\)", link, text)


def course_notebook(page: Page, site: str = "") -> NotebookNode:
    """Make the notebook that nbgrader releases and grades.

    An exercise of the page's first section is worth one point, of its second two, and so on.

    Args:
        page: the page of exercises; its cells are tagged starter, check and solution in turn.
        site: the address of the book's site, for links.

    Returns:
        A notebook node with nbgrader's metadata.

    Raises:
        BookError: the page cannot be read, or those cells do not follow each other.
    """
    nb = read_page(page)
    cells, helpers, points, n, expected = [], [], 0, 0, "starter"
    for cell in nb.cells:
        tags = set(cell.metadata.get("tags", []))
        kind = next(iter(tags & {"starter", "check", "solution"}), None)
        if cell.cell_type == "markdown":
            if kind != "solution":
                points += len(re.findall(r"^## ", cell.source, re.MULTILINE))
                cell.source = prose(cell.source, points, site)
                cells.append(cell)
            continue
        if kind and kind != expected:
            raise BookError(
                f"{page.place}: after exercise {n} a cell is tagged {kind}, not {expected};"
                " fix the tags"
            )
        if kind == "starter":
            n, answer, expected = n + 1, cell, "check"
            given = _given(cell.source, n)
            _graded(cell, f"answer-{n}", solution=True)
        elif kind == "check":
            expected = "solution"
            check = cell.source.replace(f"print(check_{n}(answer_{n}))", VERDICT.format(n=n))
            cell.source = RESTORE.format(given="\n".join([*helpers, given])) + check
            _graded(cell, f"check-{n}", points=points)
            cell.metadata["tags"] = [
                "raises-exception"
            ]  # else "Run All" ends at the first wrong answer
        elif kind == "solution":
            expected = "starter"
            solved = cell.source.replace(f"print(check_{n}(answer_{n}))", "").strip()
            answer.source += f"\n\n### BEGIN SOLUTION\n{solved}\n### END SOLUTION"
            continue
        else:
            if not is_setup(cell):
                helpers.append(cell.source)
            _graded(cell, f"given-{len(cells)}")
        cells.append(cell)
    nb.cells = cells
    del nb.metadata["twin"]
    return nb
