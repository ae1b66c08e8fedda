"""The deck's folder. It needs nothing beside it: it can be taken along on a USB stick."""

import base64
import re
import shutil
from html import escape
from pathlib import Path
from string import Template

from sphinx.application import Sphinx

from extensions.csp import allowed, policy
from extensions.explorer import SCRIPT, STYLE
from extensions.theme import COLORS, code_colors

HERE = Path(__file__).parent
FOLDER = "slides"
INDEX = f"{FOLDER}/index.html"

#: Rules for paper that reveal.js adds when the deck is printed.
PAPER = (
    "@page{size:1280px 720px; margin: 0px;}",
    ".reveal section>img, .reveal section>video, .reveal section>iframe"
    "{max-width: 1280px; max-height:720px}",
)
COPIED = ("dist/reveal.js", "dist/reveal.css", "deck.js", "speaker.js", "speaker.css")


def write(app: Sphinx, slides: str) -> None:
    """Write the folder.

    Args:
        app: the application that has written all pages.
        slides: HTML of all slides; without any there is no deck.
    """
    folder = Path(app.outdir, FOLDER)
    shutil.rmtree(folder, ignore_errors=True)
    if not slides:
        return
    folder.mkdir(parents=True)
    for name in COPIED:
        shutil.copyfile(HERE / name, folder / Path(name).name)
    shutil.copyfile(HERE / "dist" / "LICENSES.txt", folder / "reveal.LICENSE")
    shutil.copyfile(SCRIPT, folder / "explorer.js")
    (folder / "deck.css").write_text(_style(), "utf-8")
    for source, name in app.builder.images.items():
        if f'src="images/{name}"' in slides:
            (folder / "images").mkdir(exist_ok=True)
            shutil.copyfile(Path(app.srcdir, source), folder / "images" / name)
    everywhere = {"title": escape(app.config.html_title), "language": app.config.language}
    _write_page(
        folder / "index.html", "deck.html", policy=_deck_policy(), slides=slides, **everywhere
    )
    _write_page(folder / "speaker.html", "speaker.html", policy=_speaker_policy(), **everywhere)


def _write_page(path: Path, template: str, **values: str) -> None:
    path.write_text(Template((HERE / template).read_text("utf-8")).substitute(values), "utf-8")


def _style() -> str:
    """The deck's style sheet, the fonts within: some browsers load none beside a local file."""

    def embedded(match: re.Match) -> str:
        data = base64.b64encode((HERE / "fonts" / match[1]).read_bytes()).decode()
        return f"url(data:font/woff2;base64,{data})"

    own = re.sub(r"url\(fonts/([\w.-]+)\)", embedded, (HERE / "deck.css").read_text("utf-8"))
    shared = [COLORS.read_text("utf-8"), code_colors(), STYLE.read_text("utf-8")]
    return "\n".join([*shared, own])


def _deck_policy() -> str:
    return policy(
        {
            "script-src": "'self'",
            "style-src": allowed(*PAPER),
            "font-src": "data:",
            "connect-src": "'none'",
            "form-action": "'none'",
        }
    )


def _speaker_policy() -> str:
    nothing = dict.fromkeys(("connect-src", "form-action"), "'none'")
    return policy({"script-src": "'self'", "frame-src": "'self'", **nothing})
