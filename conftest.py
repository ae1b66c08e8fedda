"""Before any test: notebooks are compared strictly, and a stale twin ends the run."""

import pytest

from chapter import releases, twins
from chapter.book import Book

pytest_plugins = ["tests.strict"]


def pytest_sessionstart(session: pytest.Session) -> None:
    """End the run if a page and its twin do not match: tests would fail in many ways."""
    # pytest-xdist has asked before it started its workers.
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker and (problems := twins.problems(Book(session.config.rootpath), prose=True)):
        pytest.exit("\n".join(problems), returncode=pytest.ExitCode.TESTS_FAILED)


def pytest_report_header(config: pytest.Config) -> str:
    """Say how much of the book the record of other releases covers."""
    return releases.coverage(Book(config.rootpath))
