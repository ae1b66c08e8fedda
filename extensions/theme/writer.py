"""How parts of a page are written as HTML, where Sphinx' own way is not enough for every reader."""

import re
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator


def drawing_size(path: Path) -> list[int] | None:
    """Width and height of an SVG drawing in CSS pixels, or None."""
    if path.suffix != ".svg" or not path.exists():
        return None
    head = re.search(r"<svg[^>]*>", path.read_text("utf-8"))[0]
    sides = re.findall(r'\b(?:width|height)="([\d.]+)(pt|px|)"', head)
    box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', head)
    if len(sides) != 2 and box:
        sides = [(box[1], ""), (box[2], "")]
    return [round(float(side) * (4 / 3 if unit == "pt" else 1)) for side, unit in sides] or None


class Writer(HTML5Translator):
    """Writes a page's nodes."""

    def visit_image(self, node: nodes.image) -> None:
        """Give the browser a figure's size, so that its place is kept before it has come."""
        wanted = str(node.attributes.pop("width", "")).removesuffix("px")  # no style: the policy
        size = drawing_size(Path(self.builder.srcdir, node["uri"]))
        sides = {"width": wanted} if wanted else {}
        if size and not wanted.endswith("%"):
            width = int(wanted) if wanted.isdigit() else size[0]
            sides = {"width": width, "height": round(width * size[1] / size[0])}
        super().visit_image(node)
        attributes = "".join(f' {key}="{escape(str(side))}"' for key, side in sides.items())
        self.body[-1] = self.body[-1].replace("<img", f"<img{attributes}", 1)

    def starttag(
        self,
        node: nodes.Element,
        tagname: str,
        suffix: str = "\n",
        empty: bool = False,
        **attributes: Any,
    ) -> str:
        """Say what a part is to those who listen."""
        if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_output":
            attributes |= {"role": "group", "aria-label": "Output"}
        if isinstance(node, nodes.title) and isinstance(node.parent, nodes.Admonition):
            attributes |= {"role": "heading", "aria-level": str(min(self.section_level + 1, 6))}
        if isinstance(node, nodes.citation):
            attributes["role"] = "listitem"  # not the obsolete one that docutils gives it
        return super().starttag(node, tagname, suffix, empty, **attributes)

    def visit_table(self, node: nodes.table) -> None:
        """Put a table in a box in which it scrolls where it is too wide."""
        self.body.append('<div class="scroll">')
        super().visit_table(node)

    def depart_table(self, node: nodes.table) -> None:
        """Close the box."""
        super().depart_table(node)
        self.body.append("</div>\n")

    def visit_reference(self, node: nodes.reference) -> None:
        """Mark a link whose words are its address, which paper need not show twice."""
        if node.get("refuri") == node.astext():
            node["classes"] = [*node["classes"], "address"]
        super().visit_reference(node)

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        """Mark code that is short enough to stay on one sheet of paper."""
        if node.astext().strip().count("\n") < 15:
            node["classes"] = [*node["classes"], "whole"]
        super().visit_literal_block(node)
