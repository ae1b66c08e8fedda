"""Write the exercises page as an nbgrader course into ``_build/course`` (`make assignment`)."""

import shutil
import sys
from pathlib import Path

from chapter import repository
from chapter.book import BookError
from chapter.course import course_notebook
from chapter.files import write_notebook
from tools import BOOK
from tools.site import BUILD

PAGE = BOOK.page("exercises")
COURSE = BUILD / "course"


def write(course: Path = COURSE) -> None:
    """Write the course's folder: nbgrader's settings and the source notebook."""
    path = course / "source" / PAGE.name / f"{PAGE.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_notebook(course_notebook(PAGE, repository.site(BOOK.root)), path)
    shutil.copyfile(BOOK.root / "class" / "nbgrader_config.py", course / "nbgrader_config.py")


def main() -> int:
    """Write the course; returns the exit status."""
    try:
        write()
    except BookError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"The course is at {BOOK.relative(COURSE)}: copy it to where you keep your courses,"
        " then, in it,"
    )
    print(
        "run `nbgrader generate_assignment exercises`. The page Teaching this chapter has the rest."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
