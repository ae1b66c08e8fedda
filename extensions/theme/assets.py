"""One stylesheet and one script for all pages, out of the many that the theme brings.

A rule of the theme stays when every class, id and element of its selector stands in some page or
as a word in some script: what a script may switch on (dark, open menus, search results) is kept
because the script that does it names it.
"""

import re
import shutil
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path

import tinycss2

HERE = Path(__file__).parent

#: In the order in which they count; all of them relative to ``_static``.
STYLES = ["basic.css", "styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css", "mystnb.*.css", "copybutton.css", "pygments.css"]
SCRIPTS = ["documentation_options.js", "doctools.js", "sphinx_highlight.js", "clipboard.min.js", "copybutton.js", "scripts/pydata-sphinx-theme.js"]

#: What else the theme and its extensions bring, and no page needs.
REST = ["scripts", "styles", "vendor", "images", "locales", "copybutton_funcs.js", "*webpack-macros.html", "file.png", "plus.png", "minus.png", "check-solid.svg", "copy-button.svg"]

#: What the theme's script can make and this book does not have.
ABSENT = {
    "dropdown-menu",
    "list-group-item",
    "progress",
    "pst-collapse-sidebar-button",
    "pst-squeeze",
    "tooltip",
    "version-switcher__menu",
}


class _Words(HTMLParser):
    """Collects what selectors can match in pages."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        for key, value in attrs:
            if key in ("class", "id"):
                self.names.update((value or "").split())


def words(pages, scripts):
    """Names that selectors can match: elements, classes and ids of pages, all words of scripts."""
    parser = _Words()
    for page in pages:
        parser.feed(page.read_text("utf-8"))
    for script in scripts:
        parser.names.update(re.findall(r"[A-Za-z][\w-]*", script))
    return parser.names


def _alive(selector, names):
    """Whether one selector (tokens without a comma) can match."""
    previous = None
    for token in selector:
        if token.type == "hash" and token.value not in names:
            return False
        if token.type == "ident":
            if previous == ".":
                if token.value not in names:
                    return False
            elif previous != ":" and token.value not in names:
                return False
        previous = token.value if token.type == "literal" else None
    return True


def _split(tokens):
    """Split a selector list at its commas."""
    parts = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _text(tokens):
    return re.sub(r"\s+", " ", tinycss2.serialize(tokens)).strip()


def _parse(text, names):
    return _rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), names)


def _rules(nodes, names):
    """Yield the rules that can apply, as ``(head, [declarations])`` or ``(head, [rules])``."""
    for node in nodes:
        if node.type == "qualified-rule":
            alive = [_text(part) for part in _split(node.prelude) if _alive(part, names)]
            if alive:
                body = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
                yield ",".join(alive), [d for d in body if d.type == "declaration"]
        elif node.type == "at-rule" and node.lower_at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            if kept := list(_rules(inner, names)):
                yield f"@{node.at_keyword} {_text(node.prelude)}", kept
        elif node.type == "at-rule" and node.lower_at_keyword == "page":
            yield f"@page {_text(node.prelude)}", _text(node.content)


def _declaration(d):
    value = _text(d.value)
    return f"{d.name if d.name.startswith('--') else d.lower_name}:{value}{'!important' if d.important else ''}"


def _all_declarations(rules):
    for _, body in rules:
        if not isinstance(body, str):
            if body and isinstance(body[0], tuple):
                yield from _all_declarations(body)
            else:
                yield from body


def _used_variables(rules, scripts):
    """The custom properties that some kept declaration, or a script, reads."""
    reads = {}
    for d in _all_declarations(rules):
        reads.setdefault(d.name if d.name.startswith("--") else None, set()).update(
            re.findall(r"var\(\s*(--[\w-]+)", tinycss2.serialize(d.value))
        )
    used = set(reads.get(None, ())) | {v for script in scripts for v in re.findall(r"--[\w-]+", script)}
    todo = list(used)
    while todo:
        new = reads.get(todo.pop(), set()) - used
        used |= new
        todo += new
    return used


def _write(rules, variables):
    parts = []
    for head, body in rules:
        if isinstance(body, str):
            text = body
        elif body and isinstance(body[0], tuple):
            text = _write(body, variables)
        else:
            text = ";".join(_declaration(d) for d in body if not d.name.startswith("--") or d.name in variables)
        if text:
            parts.append(f"{head}{{{text}}}")
    return "\n".join(parts)


def stylesheet(theme, book, names, scripts):
    """Merge the stylesheets and leave out what cannot apply.

    The theme's rules go into a layer, so that the book's win whatever their selectors are. For the
    same end they lose their ``!important``.

    Args:
        theme: the texts of the theme's stylesheets, in order.
        book: the text of the book's own.
        names: what selectors can match, as `words` gives it.
        scripts: texts that may read custom properties.
    """
    theme = re.sub(r"\s*!\s*important", "", "\n".join(re.sub(r"@charset[^;]*;", "", text) for text in theme))
    rules = [("@layer theme", list(_parse(theme, names))), *_parse(book, names)]
    return _write(rules, _used_variables(rules, scripts)) + "\n"


def write(out, pages):
    """Write ``_static/book.css`` and ``_static/book.js``, and remove what they are made of.

    Args:
        out: the folder of the built site.
        pages: paths of all its pages.
    """
    static = out / "_static"
    script = ";\n".join((static / name).read_text("utf-8") for name in SCRIPTS)
    script = re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.MULTILINE)
    script += (HERE / "book.js").read_text("utf-8")
    theme = [path.read_text("utf-8") for name in STYLES for path in sorted(static.glob(name))]
    # Light is also what a page is whose script does not run.
    theme = [re.sub(r'html\[data-theme="?light"?\]', 'html:not([data-theme="dark"])', text) for text in theme]
    book = (HERE / "book.css").read_text("utf-8")
    (out.parent / "theme.css").write_text("\n".join(theme), "utf-8")  # tests compare pages with and without the purge
    remove_theme(out)
    (static / "book.js").write_text(script, "utf-8")
    # What is left beside them some page loads, by itself or through another script.
    scripts = [path.read_text("utf-8") for path in sorted(static.rglob("*")) if path.suffix in (".js", ".mjs")]
    (static / "book.css").write_text(stylesheet(theme, book, words(pages, scripts) - ABSENT, scripts), "utf-8")


def is_merged(name):
    """Whether a file of ``_static`` is one of the theme's, which pages have in ``book.css`` and ``book.js``."""
    return any(fnmatch(name, pattern) for pattern in [*STYLES, *SCRIPTS, "scripts/*", "styles/*"])


def remove_theme(out):
    """Remove the theme's files, nine tenths of the site's size."""
    for pattern in [*STYLES, *SCRIPTS, *REST]:
        for path in (out / "_static").glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
