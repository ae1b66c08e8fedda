"""The exercise sheet as nbgrader releases and grades it, with the commands that a teacher types."""

import re
from collections import Counter

import nbformat
import pytest

# nbgrader imports it, and it must come before distutils, which the libraries of other tests use.
import setuptools  # noqa: F401

from chapter.book import BookError
from chapter.course import course_notebook, prose
from chapter.editions import without_solutions
from chapter.outputs import joined
from chapter.pages import read_page
from tests.small import make_book
from tools import assignment

# What nbgrader does to its own database and to cells.
pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning"),
]

#: What each exercise is worth, by its number: one point in the page's first part, two in the next.
POINTS = {
    int(number): section
    for section, text in enumerate(re.split(r"^## ", assignment.PAGE.text, flags=re.MULTILINE))
    for number in re.findall(r"^### (\d+)\. ", text, re.MULTILINE)
}


def nbgrader(app, course):
    """Run one of nbgrader's commands on the sheet, in a course's folder and a home of its own.

    It runs in this process: for each command a new one would import nbgrader anew.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        patch.setenv("HOME", str(course))
        patch.setenv("JUPYTER_CONFIG_DIR", str(course / ".jupyter"))
        # A new gradebook notes its version, for later upgrades; to ask for it takes 4 s.
        patch.setattr("nbgrader.api.get_alembic_version", lambda: "of this test")
        command = app()
        command.initialize(["exercises"])
        command.start()


def read(path):
    return nbformat.read(path, as_version=4)


def cell(nb, grade_id):
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with the sheet released."""
    from nbgrader.apps import GenerateAssignmentApp

    folder = tmp_path_factory.mktemp("course")
    assignment.write(folder)
    nbgrader(GenerateAssignmentApp, folder)
    return folder


@pytest.fixture(scope="module")
def sheet():
    """The exercises page."""
    return read_page(assignment.PAGE)


def solutions(sheet):
    """The code of each exercise's solution, by its number."""
    found = [
        c.source
        for c in sheet.cells
        if c.cell_type == "code" and "solution" in c.metadata.get("tags", [])
    ]
    # The check comes after the answer in the sheet: a cell that called it would end there.
    return {
        n: s.replace(f"print(check_{n}(answer_{n}))", "")
        for n, s in zip(POINTS, found, strict=True)
    }


#: What a student may hand in who has not understood it, or hopes that nobody looks.
WRONG = {
    2: "answer_2 = 5\ncheck_2 = lambda answer: 'Right: trust me.'",
    3: "answer_3 = {28: 256, 32: 400, 64: 2700}",  # and the check is emptied
    4: "answer_4 = {1: {'conv1'}, 0: {'conv1'}}",  # and the check is deleted
    5: "tried = lambda *_: (nn.Linear(1, 1), None)\nanswer_5 = lambda: None",
    7: "weights_7 = lambda way: []\nanswer_7 = set()",
    9: "raise SystemError('I give up')",
    10: "answer_10 = lambda *states: None",  # and the check is said to be worth 100 points
    13: "answer_13 = 36_047_040_000",
}
#: What that student leaves as it was.
UNANSWERED = (6, 12)
#: What costs nobody a point: names that hide builtins, and warnings.
HARMLESS = {
    1: "set = {'0.weight'}\nstr = all = names = None",
    8: "import warnings\nright_8 = answer_8\n"
    "def answer_8(net):\n    warnings.warn('slow')\n    return right_8(net)",
}


@pytest.fixture(scope="module")
def graded(course, sheet):
    """Two submissions graded: ``{student: (what was said of each check, its points)}``."""
    from nbgrader.api import Gradebook
    from nbgrader.apps import AutogradeApp

    release = course / "release/exercises/exercises.ipynb"
    solved = solutions(sheet)
    for student in ("right", "wrong"):
        nb = read(release)
        for n in POINTS:
            answer = solved[n]
            if student == "wrong":
                answer = WRONG.get(n, answer) + "\n" + HARMLESS.get(n, "")
            if student == "right" or n not in UNANSWERED:
                cell(nb, f"answer-{n}").source += f"\n{answer}"
        if student == "wrong":
            cell(nb, "check-3").source = "print('Right: all of it.')"
            nb.cells.remove(cell(nb, "check-4"))
            cell(nb, "check-10").metadata.nbgrader.points = 100
        path = course / "submitted" / student / "exercises/exercises.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(nb, path)
    nbgrader(AutogradeApp, course)
    result = {}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for student in ("right", "wrong"):
            grades = book.find_submission_notebook("exercises", "exercises", student).grades
            assert not any(grade.needs_manual_grade for grade in grades)
            assert {grade.name: grade.max_score for grade in grades} == {
                f"check-{n}": p for n, p in POINTS.items()
            }
            nb = read(course / "autograded" / student / "exercises/exercises.ipynb")
            outputs = {n: joined(cell(nb, f"check-{n}").outputs) for n in POINTS}
            said = {n: [o.get("evalue") or o.get("text") for o in outputs[n]] for n in POINTS}
            result[student] = said, {int(grade.name.split("-")[1]): grade.score for grade in grades}
    return result


# --- what students get ----------------------------------------------------------


def test_the_released_sheet_has_the_readers_cells_and_no_solution(course, sheet):
    """Line by line: what is in it is in the reader's notebook, but for what is added here."""
    released = read(course / "release/exercises/exercises.ipynb")
    lines, known = (
        Counter(line.strip() for c in nb.cells for line in c.source.splitlines())
        for nb in (released, without_solutions(sheet))
    )
    added = lines - known
    for n in POINTS:
        added -= Counter(
            ["# Your answer here", f"verdict = check_{n}(answer_{n})", "print(verdict)", ""]
            + ['assert verdict.startswith("Right: "), verdict']
        )
    # Headings tell the points, and links lead to the site or are gone.
    assert all(
        re.match(r"### \d+\. .* \(\d points?\)$", line) or line in unlinked(known) for line in added
    ), added
    secret = Counter(
        line.strip()
        for c in sheet.cells
        if "solution" in c.metadata.get("tags", [])
        for line in c.source.splitlines()
    )
    for line in secret:
        assert lines[line] <= known[line] + len(POINTS) * (line == ""), line
    assert not any(c.get("outputs") or "solution" in c.source for c in released.cells)
    assert "HIDDEN" not in nbformat.writes(released) and "builtins" not in nbformat.writes(released)


def unlinked(lines):
    """The lines without the targets of their links."""
    return {re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line) for line in lines}


def test_only_answers_can_be_edited(course):
    for c in read(course / "release/exercises/exercises.ipynb").cells:
        assert c.metadata.deletable is False
        assert c.metadata.get("editable", True) is c.metadata.get("nbgrader", {}).get(
            "solution", False
        ), c.source


def test_a_site_makes_the_links_of_the_sheet():
    text = "See [there](cascade.ipynb#cascade-half) and [that](https://example.org/a.ipynb)."
    linked = prose(text, 1, "https://example.org/book")
    assert "[there](https://example.org/book/cascade.html#cascade-half) and [that](https" in linked
    assert prose(text, 1, "") == "See there and [that](https://example.org/a.ipynb)."


def test_writing_again_gives_the_same_bytes(tmp_path):
    for course in ("a", "b"):
        assignment.write(tmp_path / course)
    one, other = (tmp_path / course / "source/exercises/exercises.ipynb" for course in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()


def test_a_page_whose_cells_are_out_of_order(tmp_path):
    cells = "".join(
        f"```{{code-cell}} ipython3\n:tags: [{tag}]\n1\n```\n" for tag in ("starter", "starter")
    )
    book = make_book(tmp_path, page=f"---\nfile_format: mystnb\n---\n# P\n\n{cells}")
    with pytest.raises(
        BookError, match="after exercise 1 a cell is tagged starter, not check; fix the tags"
    ):
        course_notebook(book.page("page"))


# --- what they get for it -------------------------------------------------------


def test_the_solutions_get_all_points(graded):
    said, points = graded["right"]
    assert points == POINTS
    assert all(re.fullmatch(r"Right: .*\n", text) for texts in said.values() for text in texts), (
        said
    )


def test_wrong_answers_lose_their_points_and_no_others(graded):
    said, points = graded["wrong"]
    assert points == {n: 0 if n in (*WRONG, *UNANSWERED) else p for n, p in POINTS.items()}
    for n, piece in {
        2: "Give four things",
        3: "At 64 pixels it is not 2700",
        4: "conv1 comes before the new layer",
        5: "The function does not return a network",
        6: "Not answered yet",
        7: "Function b gives different weights",
        9: "Not answered yet",
        10: "Give a function that takes two state dicts",
        12: "Not answered yet",
        13: "The biases are missing",
    }.items():
        assert len(said[n]) == 1 and piece in said[n][0], (n, said[n])
