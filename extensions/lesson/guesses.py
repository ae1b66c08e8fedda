"""Joins a guess, the code cells that answer it, and its answer, wherever a page has them."""

from typing import Any

from docutils import nodes as docutils_nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from extensions.lesson import nodes

logger = logging.getLogger(__name__)


def is_code_cell(node: docutils_nodes.Node) -> bool:
    """Whether a node is a code cell of MyST-NB."""
    return isinstance(node, docutils_nodes.container) and node.get("nb_element") == "cell_code"


class JoinGuesses(SphinxTransform):
    """Put each guess with what belongs to it into a `nodes.guess_group`."""

    default_priority = 500  # labels have become those of the cells that they name

    def apply(self, **kwargs: Any) -> None:
        """Join them, and report each guess and each answer that is alone."""
        for guess in list(self.document.findall(nodes.guess)):
            self._join(guess)
        for answer in self.document.findall(nodes.answer):
            if not isinstance(answer.parent, nodes.guess_group):
                logger.error("an {answer} has no {guess} before it", location=answer)

    def _join(self, guess: nodes.guess) -> None:
        parent, members = guess.parent, [guess]
        for node in parent.children[parent.index(guess) + 1 :]:
            if isinstance(node, nodes.answer):
                group = nodes.guess_group("", source=guess.source, line=guess.line)
                guess.replace_self(group)
                for member in [*members[1:], node]:
                    parent.remove(member)
                group += [*members, node]
                return
            if isinstance(node, nodes.guess):
                break
            if not is_code_cell(node) and not isinstance(
                node, docutils_nodes.target | docutils_nodes.comment
            ):
                logger.error(
                    "between a {guess} and its {answer} there are only code cells", location=node
                )
                return
            members.append(node)
        logger.error("a {guess} has no {answer} after it", location=guess)


def register(app: Sphinx) -> None:
    """Register the transform with Sphinx."""
    app.add_transform(JoinGuesses)
