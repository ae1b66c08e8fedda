"""A page with nothing but explorers on it, and an explorer in a reader's words."""

import re
import shutil
from pathlib import Path
from string import Template

import pytest

from extensions.explorer import FILES

PAGE = Template((Path(__file__).parent / "html" / "explorer.html").read_text("utf-8"))
FIGURE = (
    "<cascade-explorer {attributes}>"
    "<table><tr><td>what PyTorch printed</td></tr></table>"
    "</cascade-explorer>"
)


class Figure:
    """One explorer on a page."""

    def __init__(self, page, nth=0):
        """Find its parts."""
        self.page = page
        self.root = page.locator("cascade-explorer").nth(nth)
        self.says = self.root.locator(".cx-says")
        self.layers = self.root.locator("li")
        self.total = self.root.locator(".cx > p").last

    def sibling(self, nth):
        """Another figure of the same page, counted from 0."""
        return Figure(self.page, nth)

    def press(self, name):
        """Use a button."""
        self.root.get_by_role("button", name=name, exact=True).click()

    def edit(self, layer):
        """Open or close the fields of a layer, counted from 1."""
        self.press(f"Edit layer {layer}")

    def count_by_hand(self):
        """Show the sizes counted by hand; the script that shows them loads now."""
        self.field("Counted by hand").check()
        self.root.get_by_role("region", name="Network counted by hand").wait_for()

    def field(self, name):
        """The control with this label."""
        return self.root.get_by_label(name, exact=True)

    def trouble(self, name):
        """What is said to be wrong with a control."""
        return self.page.locator(f"#{self.field(name).get_attribute('aria-describedby')}")

    def states(self):
        """The layers' states, one word each."""
        return [item.get_attribute("data-state") for item in self.layers.all()]

    def text(self, layer):
        """What a layer's row says, counted from 1."""
        return re.sub(r"\s+", " ", self.layers.nth(layer - 1).inner_text())


@pytest.fixture(scope="module")
def write_page(tmp_path_factory, serve):
    """A function that writes a page with figures and returns its address; `folder` holds it."""
    folder = tmp_path_factory.mktemp("explorer")
    for path in FILES:
        shutil.copyfile(path, folder / path.name)
    address = serve(folder)

    def write(*attributes, theme="light", name="page.html"):
        figures = "\n".join(FIGURE.format(attributes=a) for a in attributes or ['preset="lenet"'])
        (folder / name).write_text(PAGE.substitute(theme=theme, figures=figures))
        return f"{address}/{name}"

    write.folder = folder
    return write


@pytest.fixture
def open_figure(page):
    """A function that opens an address and returns its first figure; the console stays clean."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))

    def open_(address):
        page.goto(address)
        page.wait_for_selector("cascade-explorer[ready]")
        return Figure(page)

    yield open_
    assert not errors, errors


@pytest.fixture
def figure(open_figure, write_page):
    """A function that writes a page with figures, opens it and returns the first."""
    return lambda *attributes, query="", **more: open_figure(
        write_page(*attributes, **more) + query
    )
