"""The list of references, in the order in which a reader looks for the name that the text cites.

BibTeX's braces keep "{PyTorch contributors}" in one piece. Its usual order sorts them after "z".
"""

from typing import Any

from pybtex.database import Person
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as Plain
from pybtex.style.sorting.author_year_title import SortingStyle
from sphinx.application import Sphinx


class _ByName(SortingStyle):
    def person_key(self, person: Person) -> str:
        return super().person_key(person).translate({ord("{"): None, ord("}"): None})


class _Style(Plain):
    default_sorting_style = "by_name"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    register_plugin("pybtex.style.sorting", "by_name", _ByName)
    register_plugin("pybtex.style.formatting", "by_name", _Style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
