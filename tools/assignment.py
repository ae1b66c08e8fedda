"""Write the exercises page as an nbgrader course into ``_build/course`` (`make assignment`).

The source notebook has everything in it. What students get, nbgrader makes of it: it strips what
stands between ``BEGIN`` and ``END SOLUTION`` and ``HIDDEN TESTS``, and locks the checks.
"""

import ast
import re
import shutil
import sys

from extensions import repository
from tools import notebooks
from tools.site import BUILD

PAGE = notebooks.BOOK / "exercises.md"
COURSE = BUILD / "course"

#: What a graded check does first, unseen by students. Helpers and builtins that an answer has
#: redefined, mostly by chance, are themselves again; and a warning, which nbgrader would take for
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


def _graded(cell, grade_id, *, points=None, solution=False):
    """Mark a cell for nbgrader: an answer, a check worth points, or a cell that is only locked."""
    cell.metadata["nbgrader"] = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    } | ({} if points is None else {"points": points})
    for key in ("tags", "mystnb"):
        cell.metadata.pop(key, None)


def _given(source, n):
    """What a starter defines for its check; not its classes, for an answer may derive from them."""
    return "\n".join(
        ast.get_source_segment(source, node)
        for node in ast.parse(source).body
        if not isinstance(node, ast.ClassDef) and f"answer_{n}" not in ast.unparse(node)
    )


def _prose(text, points):
    """Say what each exercise is worth, nothing of solutions, and let links lead to the book's site, if it has one."""
    worth = f"{points} point" + "s" * (points != 1)
    text = re.sub(r"^(### \d+\. .*)$", rf"\1 ({worth})", text, flags=re.MULTILINE)
    text = re.sub(r"^(Next: |.*\bsolutions?\b).*\n?", "", text, flags=re.MULTILINE).rstrip("\n")
    site = repository.site()
    return re.sub(
        r"\[([^\]]*)\]\(([\w-]+)\.ipynb([^)]*)\)", rf"[\1]({site}/\2.html\3)" if site else r"\1", text
    )


def source(page=PAGE):
    """Make the notebook that nbgrader releases and grades.

    An exercise of the page's first section is worth one point, of its second two, and so on.

    Args:
        page: path of the ``.md``; its cells are tagged starter, check and solution in turn.

    Returns:
        A notebook node with nbgrader's metadata.

    Raises:
        notebooks.BookError: the page cannot be read, or those cells do not follow each other.
    """
    nb = notebooks.read_page(page)
    cells, helpers, points, n, expected = [], [], 0, 0, "starter"
    for cell in nb.cells:
        tags = set(cell.metadata.get("tags", []))
        kind = next(iter(tags & {"starter", "check", "solution"}), None)
        if cell.cell_type == "markdown":
            if kind != "solution":
                points += len(re.findall(r"^## ", cell.source, re.MULTILINE))
                cell.source = _prose(cell.source, points)
                cells.append(cell)
            continue
        if kind and kind != expected:
            raise notebooks.BookError(
                f"{notebooks.name(page)}: after exercise {n} a cell is tagged {kind}, not {expected}; mend the tags"
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
            cell.metadata["tags"] = ["raises-exception"]  # else "Run All" ends at the first wrong answer
        elif kind == "solution":
            expected = "starter"
            solved = cell.source.replace(f"print(check_{n}(answer_{n}))", "").strip()
            answer.source += f"\n\n### BEGIN SOLUTION\n{solved}\n### END SOLUTION"
            continue
        else:
            if "remove-cell" not in tags:
                helpers.append(cell.source)
            _graded(cell, f"given-{len(cells)}")
        cells.append(cell)
    nb.cells = cells
    del nb.metadata["twin"]
    return nb


def write(course=COURSE):
    """Write the course's folder: nbgrader's settings and the source notebook."""
    path = course / "source" / PAGE.stem / f"{PAGE.stem}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    notebooks.write(source(), path)
    shutil.copyfile(notebooks.ROOT / "class" / "nbgrader_config.py", course / "nbgrader_config.py")


def main():
    """Write the course; returns the exit status."""
    try:
        write()
    except notebooks.BookError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The course is at {notebooks.name(COURSE)}: copy it to where you keep your courses, then, in it,")
    print("run `nbgrader generate_assignment exercises`. The page Teaching this chapter has the rest.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
