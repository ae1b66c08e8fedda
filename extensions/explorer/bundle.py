"""What a reader's browser loads: the explorer's files without their comments.

The modules run as they are. A browser loads no module from file://, though, and a
downloaded book must work too: `bundle` makes one classic script of them, which pages
load. Plain text replacement, so the same files always give the same result; it
relies on the style of these files: an import is one line at the top, a comment is a
whole line or block or stands after a space, no text spans lines.
Run as a program, it writes the script to standard output.
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
MODULES = ["cascade.mjs", "cascade-explorer.mjs"]
STYLE = "cascade-explorer.css"


def strip(name, folder=HERE):
    """A file's text without comments and indentation."""
    text = (folder / name).read_text(encoding="utf-8")
    text = re.sub(r"^\s*/\*.*?\*/\n", "", text, flags=re.M | re.S)
    if name in MODULES:
        text = re.sub(r"^\s*//.*\n| // .*$", "", text, flags=re.M)
    return re.sub(r"\n\s*", "\n", text)


def bundle(folder=HERE):
    """The modules as one classic script."""
    text = "".join(strip(name, folder) for name in MODULES)
    text = re.sub(r"^import .*\n|^export ", "", text, flags=re.M)
    return f"(() => {{\n{text}}})();\n"


if __name__ == "__main__":
    print(bundle(), end="")
