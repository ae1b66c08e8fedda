"""What pytest does before any test: notebooks are compared strictly, and a stale twin ends the run."""

import pytest

from chapter import twins
from chapter.book import Book

pytest_plugins = ["tests.strict"]


def pytest_sessionstart(session: pytest.Session) -> None:
    """End the run where a page and its twin do not match: most tests read them, and would say it in their own ways."""
    is_worker = hasattr(
        session.config, "workerinput"
    )  # pytest-xdist's; it has asked before it started them
    if not is_worker and (problems := twins.problems(Book(session.config.rootpath), prose=True)):
        pytest.exit("\n".join(problems), returncode=pytest.ExitCode.TESTS_FAILED)
