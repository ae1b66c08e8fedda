"""The requirements can be installed as they stand, without the overrides that `make` uses."""

from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement

from tools import BOOK


def direct(file: Path) -> Iterator[Requirement]:
    """The requirements of a file, and of those that it names after ``-r``."""
    for line in file.read_text("utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("-r "):
            yield from direct(file.parent / line.removeprefix("-r ").strip())
        elif line:
            yield Requirement(line)


def test_none_forbids_what_another_one_pins():
    """d2l pins old versions of what the notebooks use, too: pip has to be able to take them."""
    ours = {
        requirement.name.lower(): requirement
        for requirement in direct(BOOK.root / "requirements.txt")
    }
    pinned = [
        (name, theirs, pin.version)
        for name in ours
        for theirs in map(Requirement, requires(name) or ())
        if theirs.name.lower() in ours and not theirs.marker
        for pin in theirs.specifier
        if pin.operator == "==" and not pin.version.endswith("*")
    ]
    assert pinned
    for name, theirs, version in pinned:
        accepts = ours[theirs.name.lower()].specifier
        assert accepts.contains(version), f"{name} wants {theirs}, and ours is {accepts}"
