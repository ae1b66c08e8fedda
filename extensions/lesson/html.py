"""How a page shows a lesson's nodes.

The tree stays as it was written, for the deck is made of it as well. So what a page leaves out is
skipped here, and what it puts into another order is put into it here.
"""

from docutils import nodes as docutils_nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from extensions.lesson import nodes
from extensions.lesson.folded import opening
from extensions.lesson.guesses import is_code_cell

SHOW, HIDE = "Show the answer", "Hide the answer"


def _skip(self: HTML5Translator, node: docutils_nodes.Element) -> None:
    raise docutils_nodes.SkipNode


def _is_output(node: docutils_nodes.Element) -> bool:
    return node.get("nb_element") == "cell_code_output"


def _visit_group(self: HTML5Translator, group: nodes.guess_group) -> None:
    """The guess and the sources in sight; all outputs and the answer folded."""
    guess, *cells, answer = group.children
    self.body.append('<div class="guess-group">\n')
    guess.walkabout(self)
    for cell in cells:
        if not is_code_cell(cell):
            cell.walkabout(self)
        else:
            _part(self, cell, "", [part for part in cell.children if not _is_output(part)])
    self.body.append(opening(self, SHOW, HIDE, "answer", guess[0].astext()))
    for cell in filter(is_code_cell, cells):
        _part(self, cell, "output-only", [part for part in cell.children if _is_output(part)])
    answer.walkabout(self)
    self.body.append("</details>\n</div>\n")
    raise docutils_nodes.SkipNode


def _part(
    self: HTML5Translator,
    cell: docutils_nodes.container,
    kind: str,
    parts: list[docutils_nodes.Element],
) -> None:
    """One of a cell's two halves. ``data-cell`` says to a script which belong together."""
    if not parts:
        return
    shell = docutils_nodes.container(classes=[*cell["classes"], kind] if kind else cell["classes"])
    shell["ids"] = [] if kind else cell["ids"]
    number = {"data-cell": str(cell["cell_index"])}
    self.body.append(self.starttag(shell, "div", CLASS="docutils container", **number))
    for part in parts:
        part.walkabout(self)
    self.body.append("</div>\n")


def _visit_guess(self: HTML5Translator, node: nodes.guess) -> None:
    self.visit_admonition(node)


def _depart_guess(self: HTML5Translator, node: nodes.guess) -> None:
    self.depart_admonition(node)


def _visit_answer(self: HTML5Translator, node: nodes.answer) -> None:
    pass


def _visit_choices(self: HTML5Translator, node: nodes.choices) -> None:
    self.visit_bullet_list(node)


def _depart_choices(self: HTML5Translator, node: nodes.choices) -> None:
    self.depart_bullet_list(node)


def _visit_choice(self: HTML5Translator, node: nodes.choice) -> None:
    # The script reads it; without the script the choices are a plain list.
    self.body.append(self.starttag(node, "li", **({"data-right": ""} if node["right"] else {})))


def _depart_choice(self: HTML5Translator, node: nodes.choice) -> None:
    self.body.append("</li>\n")


def _visit_claim(self: HTML5Translator, node: nodes.claim) -> None:
    self.body.append(self.starttag(node, "span", ""))


def _depart_claim(self: HTML5Translator, node: nodes.claim) -> None:
    self.body.append("</span>")


def register(app: Sphinx) -> None:
    """Register the nodes with Sphinx."""
    app.add_node(nodes.guess_group, html=(_visit_group, None))
    app.add_node(nodes.guess, html=(_visit_guess, _depart_guess))
    app.add_node(nodes.answer, html=(_visit_answer, _visit_answer))
    app.add_node(nodes.choices, html=(_visit_choices, _depart_choices))
    app.add_node(nodes.choice, html=(_visit_choice, _depart_choice))
    app.add_node(nodes.claim, html=(_visit_claim, _depart_claim))
    for node in nodes.DECK_ONLY:
        app.add_node(node, html=(_skip, None))
