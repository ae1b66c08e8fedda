"""The deck, slide by slide in a real Chromium: it fits, it reads, and it says only what was checked."""

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import axe_playwright_python
import jupytext
import pytest

from tools import notebooks, slides

SITE = slides.BUILD / "html"
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
SIZES = [(1280, 720), (1024, 768)]

#: Comes when the deck can be used. Playwright's wait_for_function would evaluate a string, which the policy forbids.
READY = "new Promise(done => Reveal.isReady() ? done() : Reveal.on('ready', () => done()))"

#: Looks at the slide that is shown; returns what is wrong with it, as a list of lines.
CRAMPED = """minimum => {
  const slide = Reveal.getCurrentSlide(), scale = slide.getBoundingClientRect().width / 1280, wrong = []
  const frame = slide.querySelector('.frame').getBoundingClientRect()
  const foot = slide.querySelector('.foot').getBoundingClientRect()
  const pause = [...document.querySelectorAll('.slide-number, .controls button.enabled')].map(x => x.getBoundingClientRect())
  for (const element of slide.querySelectorAll('.frame *')) {
    const box = element.getBoundingClientRect(), name = element.tagName + ' ' + element.textContent.trim().slice(0, 40)
    if (!box.width || element.closest('.katex-mathml, .sr-only')) continue
    if (element.closest('.body') && box.bottom > foot.top + .5) wrong.push('reaches the foot: ' + name)
    if (box.right > frame.right - 40 * scale || box.left < frame.left + 40 * scale) wrong.push('too wide: ' + name)
    if (box.right > innerWidth || box.bottom > innerHeight || box.top < 0) wrong.push('off the screen: ' + name)
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth && getComputedStyle(element).display != 'inline')
      wrong.push('is cut: ' + name)
    // A figure's own text is 10 points, 13.3 px, at its natural size.
    if (minimum && element.tagName == 'IMG' && element.clientWidth / element.naturalWidth * 13.3 < 24) wrong.push('small text in a figure')
    const own = [...element.childNodes].some(x => x.nodeType == 3 && x.data.trim())
    if (own && !element.closest('svg')) {
      const size = parseFloat(getComputedStyle(element).fontSize) * scale
      if (minimum && size < (element.closest('code, pre') ? 20 : 24) - .1) wrong.push(size + ' px: ' + name)
    }
  }
  for (const other of pause)
    if (foot.right > other.left && foot.bottom > other.top && foot.left < other.right && foot.top < other.bottom) wrong.push('the foot is covered')
  return [...new Set(wrong)].slice(0, 5)
}"""


# --- the deck and its source --------------------------------------------------


@pytest.fixture
def deck(browser, request):
    """Opens the deck from its file; fails at the end if a page asked for more or complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    bad = []
    context.on("request", lambda r: r.url.startswith(("file:", "data:", "about:", "blob:")) or bad.append(r.url))
    context.on("requestfailed", lambda r: bad.append(f"{r.url} failed"))
    context.on("console", lambda m: m.type in ("error", "warning") and bad.append(m.text))
    context.on("weberror", lambda e: bad.append(str(e.error)))

    def open_(query="", size=(1280, 720), file=slides.DECK):
        page = context.new_page()
        page.set_viewport_size(dict(zip(("width", "height"), size)))
        page.goto(file.as_uri() + query)
        page.evaluate(READY)
        page.evaluate("document.fonts.ready")
        return page

    yield open_
    context.close()
    assert not bad


def each_slide(page):
    """Show each slide with all its steps; yields its id."""
    for number, name in enumerate(page.evaluate("Reveal.getSlides().map(slide => slide.id)")):
        page.evaluate(
            "n => { const at = Reveal.getIndices(Reveal.getSlides()[n]); Reveal.slide(at.h, at.v, 99) }", number
        )
        assert page.evaluate("[...Reveal.getCurrentSlide().querySelectorAll('.fragment:not(.visible)')].length") == 0
        yield name


@pytest.fixture(scope="module")
def all_slides(browser):
    """What the deck says of each slide, without its layout."""
    page = browser.new_page()
    page.goto(slides.DECK.as_uri())
    page.evaluate(READY)
    found = page.evaluate(
        """Reveal.getSlides().map(slide => ({
          id: slide.id,
          page: slide.querySelector('.foot a').getAttribute('href').match(/[.][.][/](\\w+)[.]html/)[1],
          link: slide.querySelector('.foot a').getAttribute('href'),
          title: slide.querySelector('h1, h2, h3').textContent,
          text: slide.querySelector('.frame').textContent,
          prose: [...slide.querySelectorAll('h1, h2, h3, .body > *, .body > .fragment > *')]
            .filter(x => !x.matches('.fragment, .cell_input, .cell_output')).map(x => x.textContent).join(' '),
          // The explorer writes code for the reader's own network; its table is a twin's, see test_explorer.py.
          code: [...slide.querySelectorAll('pre:not(cascade-explorer *)')].map(x => x.textContent),
          level: slide.querySelector('h1, h2, h3').tagName,
          steps: slide.querySelectorAll('.fragment').length,
          // What answers before the class has guessed
          early: [...slide.querySelectorAll('.body > .cell_output')].filter(x => x !== x.parentElement.firstElementChild).length,
          unmarked: [...slide.querySelectorAll('.cell_output pre')].filter(x => x.textContent.includes('<Uninit') !==
            (getComputedStyle(x).borderLeftStyle === 'dashed') && !x.closest('.traceback')).length,
          links: [...slide.querySelectorAll('a')].map(x => x.getAttribute('href')),
          images: [...slide.querySelectorAll('img')].map(x => x.alt),
          notes: slide.querySelector('aside.notes')?.textContent || '',
          minutes: slide.dataset.timing / 60,
          short: slide.dataset.path === 'short',
          marked: Boolean(slide.querySelector('.mark')),
          question: slide.classList.contains('question'),
        }))"""
    )
    page.close()
    return found


def source_cells(page):
    return jupytext.reads(page.read_text("utf-8"), fmt="md:myst").cells


def words(text):
    """A text as its words, so that typography and markup make no difference."""
    text = re.sub(r"\{[\w:-]+\}`([^`<]*?)(?:\s*<[^`>]*>)?`", r"\1", text)  # roles
    text = re.sub(r"\]\([^)]*\)", " ", text)  # the targets of links
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def sentences(cell):
    """The lines of a Markdown cell that are long enough to be recognized, as their words."""
    found = []
    for line in cell.source.splitlines():
        if re.match(r"\([\w-]+\)=|:{3}|`{3}|:\w+:", line):
            continue
        if len((said := words(line)).split()) >= 4:
            found.append(said)
    return found


def text_of(path):
    source = path.read_text("utf-8")
    return words(html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", source))))


def markdown_cells():
    """Every Markdown cell of the book, as ``(page, cell, where it belongs)``."""
    for page in notebooks.pages():
        for cell in source_cells(page):
            if cell.cell_type == "markdown":
                kind = cell.metadata.get("slideshow", {}).get("slide_type")
                if kind == "notes":
                    yield page, cell, "notes"
                elif "slide-only" in cell.metadata.get("tags", []):
                    yield page, cell, "deck"
                else:
                    yield page, cell, "both" if kind else "page"


# --- how it looks -------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_every_slide_fits(deck, size):
    page = deck(size=size)
    wrong = {name: found for name in each_slide(page) if (found := page.evaluate(CRAMPED, size == (1280, 720)))}
    assert not wrong, json.dumps(wrong, indent=1)


def test_numbers_and_marks_are_readable(deck):
    page = deck()
    sizes = page.evaluate(
        "[...document.querySelectorAll('.slide-number, .foot, .mark')].map(x => parseFloat(getComputedStyle(x).fontSize))"
    )
    assert min(sizes) >= 24


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(deck, theme):
    page = deck(f"?theme={theme}")
    page.evaluate(AXE.read_text("utf-8") + ";0")
    wrong = {}
    options = {"preload": False, "resultTypes": ["violations", "incomplete"]}
    if theme == "dark":  # nothing but the colours is another
        options["runOnly"] = ["color-contrast"]
    for number, name in enumerate(each_slide(page)):
        found = page.evaluate(
            """async ([whole, options]) => {
              const found = await axe.run(whole ? document : Reveal.getCurrentSlide(), options)
              // What axe cannot decide, such as a contrast, would be decided by nobody.
              return [...found.violations, ...found.incomplete]
                .map(rule => rule.id + ': ' + rule.nodes.map(node => node.html.slice(0, 90)).join(' | '))
            }""",
            [number == 0, options],
        )
        if found:
            wrong[name] = found
    assert not wrong, json.dumps(wrong, indent=1)


def test_themes_differ(deck):
    color = "getComputedStyle(document.body).backgroundColor"
    dark = deck("?theme=dark")
    assert dark.evaluate(color) != deck().evaluate(color) == "rgb(255, 255, 255)"
    # Figures are drawn for white paper.
    papers = dark.evaluate("[...document.querySelectorAll('.body img')].map(x => getComputedStyle(x).backgroundColor)")
    assert set(papers) == {"rgb(255, 255, 255)"}


def test_the_book_s_fonts_are_used(deck):
    page = deck()
    assert page.evaluate(
        "[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family.replaceAll('\"', '')).sort()"
    ).count("Source Code Pro"), "code is set in a font that another machine may not have"


# --- how it is used -----------------------------------------------------------


def test_the_folder_is_enough(deck, tmp_path):
    stick = shutil.copytree(slides.DECK.parent, tmp_path / "stick")
    page = deck(file=stick / "index.html")
    assert page.evaluate("Reveal.VERSION") == "5.2.1" and (stick / "reveal.LICENSE").exists()
    page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
    assert page.locator("cascade-explorer button").count() > 3
    assert not re.search(r'(src|href)="\.\./(?!\w+\.html)', slides.DECK.read_text("utf-8"))  # only links lead out


def test_the_explorer_steps_on_its_slide(deck):
    page = deck("#/cascade-step-through-it")
    states = page.locator("section.present cascade-explorer li .cx-state")
    assert states.all_inner_texts() == ["placeholder", "no parameters", "placeholder"]
    page.get_by_role("button", name="Step", exact=True).press("Enter")
    assert states.all_inner_texts() == ["known", "no parameters", "placeholder"]
    page.keyboard.press("ArrowDown")
    assert page.evaluate("Reveal.getCurrentSlide().id") != "cascade-step-through-it"


def test_keys_go_through_the_deck(deck):
    page = deck()
    steps = 0
    while not page.evaluate("Reveal.isLastSlide()") and steps < 400:
        page.keyboard.press("Space")
        steps += 1
    everything = page.evaluate("Reveal.getTotalSlides() + document.querySelectorAll('.fragment').length")
    # The last slide's own steps are still to come.
    assert everything - 6 <= steps <= everything
    page.keyboard.press("Home")
    assert page.evaluate("Reveal.isFirstSlide() || Reveal.getIndices().h === 0")
    page.keyboard.press("Escape")
    assert page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Shift+?")
    assert "Speaker notes" in page.locator(".r-overlay-help").text_content()


def test_focus_is_visible_and_reaches_every_control_of_the_slide(deck, all_slides):
    page = deck(f"#/{all_slides[1]['id']}")
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """(() => { const x = document.activeElement; if (x === document.body) return null
              const section = x.closest('section')
              return [x.ariaLabel || x.textContent, getComputedStyle(x).outlineStyle, !section || section === Reveal.getCurrentSlide()] })()"""
        )
        if found:
            assert found[1:] == ["solid", True]
            reached.append(found[0])
    assert {"previous slide", "next slide", "below slide"} < set(reached)
    assert any(text.startswith("Layers without input sizes") for text in reached), reached


def test_an_address_leads_to_a_slide(deck, all_slides):
    last, number = all_slides[-1]["id"], len(all_slides)
    page = deck(f"#/{last}")
    assert page.evaluate("Reveal.getCurrentSlide().id") == last
    assert page.locator(".slide-number").text_content().split() == [str(number), "/", str(number)]
    page.keyboard.press("Home")
    page.wait_for_url(f"**#/{all_slides[0]['id']}")


def test_speaker_view(deck, all_slides):
    page = deck(f"?theme=dark#/{all_slides[1]['id']}")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    speaker = popup.value
    speaker.locator(".speaker-controls-notes:not(.hidden) .value > *").first.wait_for()
    assert words(all_slides[1]["notes"]) in words(speaker.locator(".speaker-controls-notes .value").text_content())
    assert re.search(r"\d:\d\d", speaker.locator(".clock-value").text_content())
    speaker.locator(".pacing").wait_for(state="visible")
    frames = [frame for frame in speaker.frames if "slides/index.html" in frame.url]
    assert len(frames) == 2 and all("theme=dark" in frame.url for frame in frames)
    for frame, expected in zip(frames, (all_slides[1], all_slides[2])):
        frame.wait_for_load_state()
        frame.evaluate(READY)
        assert frame.evaluate("Reveal.getCurrentSlide().id") in (expected["id"], all_slides[1]["id"])
    page.keyboard.press("PageDown")
    speaker.close()


def test_the_short_path(deck, all_slides):
    page = deck("?path=short")
    assert page.evaluate("Reveal.getSlides().map(slide => slide.id)") == [s["id"] for s in all_slides if s["short"]]


# --- what it says -------------------------------------------------------------


def test_slides_have_titles_notes_and_minutes(all_slides):
    assert 24 <= len(all_slides) <= 36
    assert len({slide["id"] for slide in all_slides}) == len({slide["title"] for slide in all_slides}) == len(all_slides)
    assert sum(bool(slide["notes"]) for slide in all_slides) >= 0.8 * len(all_slides)
    assert all(slide["minutes"] >= 0.5 and f"{slide['minutes']:g} min" in slide["notes"] for slide in all_slides)
    assert all(slide["short"] == slide["marked"] for slide in all_slides)
    levels = "".join(slide["level"] for slide in all_slides)
    assert re.fullmatch("H1(H2(H3)+)+", levels), levels
    assert 44 <= sum(slide["minutes"] for slide in all_slides) <= 50
    assert 16 <= sum(slide["minutes"] for slide in all_slides if slide["short"]) <= 20
    assert all(image for slide in all_slides for image in slide["images"])


def test_each_section_ends_in_a_question_with_its_answer(all_slides):
    for page in dict.fromkeys(slide["page"] for slide in all_slides if slide["page"] != "index"):
        last = [slide for slide in all_slides if slide["page"] == page][-1]
        assert last["question"] and "?" in last["text"], page
        assert "Answer" in last["notes"], page


def test_a_slide_shows_its_cells_and_the_outputs_of_their_twins(all_slides):
    expected = {}
    for page in notebooks.pages():
        twins = iter([cell for cell in notebooks.read_twin(page).cells if cell.cell_type == "code"])
        section, shown = "", None
        for cell in source_cells(page):
            twin = next(twins) if cell.cell_type == "code" else None
            options, tags = cell.metadata.get("slideshow", {}), cell.metadata.get("tags", [])
            heading = re.search(r"^#+ (.*)$", cell.source, re.MULTILINE)
            kind = options.get("slide_type", "skip")
            if kind in ("slide", "subslide"):
                shown = expected[words(heading[1])] = {"section": words(section), "code": [], "steps": 0}
            elif cell.cell_type == "markdown" and not options:
                section = ([section] + re.findall(r"^##+ (.*)$", cell.source, re.MULTILINE))[-1]
            if twin and kind != "skip":
                if "hide-input" not in tags and options.get("show") != "output":
                    shown["code"].append(cell.source.strip())
                for output in twin.outputs:
                    data = output.get("data", {})
                    text = output.get("text") or "\n".join(output.get("traceback", [])) or data.get("text/plain", "")
                    if not {"text/html", "image/svg+xml"} & set(data):
                        shown["code"].append(re.sub(r"\x1b\[[\d;]*m", "", text).strip())
            if "{.steps}" in cell.source:
                shown["steps"] = len(re.findall("^- ", cell.source, re.MULTILINE))
    assert len(expected) == len(all_slides)
    for slide in all_slides:
        cells = expected[words(slide["title"])]
        assert [code.strip() for code in slide["code"]] == cells["code"], slide["id"]
        assert slide["steps"] >= cells["steps"] and not slide["early"] and not slide["unmarked"], slide["id"]
        # The foot leads to the section that the cells come from.
        page, _, anchor = (slides.DECK.parent / slide["link"]).as_posix().partition("#")
        place = re.search(rf'<section id="{re.escape(anchor)}">.*?<h\d>(.*?)<a', Path(page).read_text("utf-8"), re.DOTALL)
        assert words(re.sub("<[^>]*>", "", place[1])) == cells["section"] if anchor else not cells["section"], slide["id"]


def test_only_what_is_for_the_deck_is_on_it(all_slides):
    deck = words(" ".join(slide["prose"] + " " + slide["notes"] for slide in all_slides))
    cells = list(markdown_cells())
    allowed = " ".join(words(cell.source) for _, cell, place in cells if place != "page")
    own = [s for _, cell, place in cells if place in ("deck", "notes") for s in sentences(cell)]
    assert [s for s in own if s not in deck] == []
    page_only = [s for _, cell, place in cells if place == "page" for s in sentences(cell) if s not in allowed]
    assert len(page_only) > 20
    assert [s for s in page_only if s in deck] == []


def test_no_text_of_the_deck_is_on_a_page_or_in_a_notebook():
    cells = list(markdown_cells())
    elsewhere = " ".join(words(cell.source) for _, cell, place in cells if place in ("page", "both"))
    own = [s for _, cell, place in cells if place in ("deck", "notes") for s in sentences(cell) if s not in elsewhere]
    assert len(own) > 20
    places = [*SITE.glob("*.html"), SITE / "searchindex.js", *SITE.glob("_sources/*"), *notebooks.BOOK.glob("*.ipynb")]
    wrong = {}
    for path in places:
        text = words(path.read_text("utf-8").replace("\\n", " ")) if path.suffix != ".html" else text_of(path)
        if found := [s for s in own if s in text]:
            wrong[path.name] = found
    assert not wrong, json.dumps(wrong, indent=1)


def test_slides_and_pages_lead_to_each_other(all_slides):
    for slide in all_slides:
        for link in slide["links"]:
            if link.startswith(("http:", "https:")):
                continue
            file, _, anchor = link.partition("#")
            page = (slides.DECK.parent / file).resolve()
            assert page.exists(), link
            assert not anchor or f'id="{unquote(anchor)}"' in page.read_text("utf-8"), link
    first = {slide["page"]: slide["id"] for slide in reversed(all_slides)}
    for page, name in first.items():
        assert f'href="slides/index.html#/{name}"' in (SITE / f"{page}.html").read_text("utf-8"), page


def test_the_plan_has_the_minutes_of_the_slides(all_slides):
    rows = re.findall(r"\| \{slide\}`[^<]*<(\w+)>` \| ([\d.]*) \| ([\d.]*) \|", (notebooks.BOOK / "teaching.md").read_text("utf-8"))
    plan = {page: (float(long), float(short or 0)) for page, long, short in rows}
    minutes = {}
    for slide in all_slides:
        long, short = minutes.get(slide["page"], (0, 0))
        minutes[slide["page"]] = long + slide["minutes"], short + slide["minutes"] * slide["short"]
    assert plan == minutes
    together = re.search(r"\| together \| ([\d.]*) \| ([\d.]*) \|", (notebooks.BOOK / "teaching.md").read_text("utf-8"))
    assert [float(x) for x in together.groups()] == [sum(x) for x in zip(*minutes.values())]


def test_links_of_the_teaching_page(all_slides):
    links = re.findall(r'href="slides/index\.html([^"]*)"', (SITE / "teaching.html").read_text("utf-8"))
    known = {f"#/{slide['id']}" for slide in all_slides} | {"", "?theme=dark", "?path=short", "?print-pdf"}
    assert len(links) > 10 and set(links) <= known, set(links) - known


def test_the_teaching_page_offers_the_exercises_with_and_without_solutions():
    links = re.findall(r'<a [^>]*href="([^"]*/exercises\.ipynb)"', (SITE / "teaching.html").read_text("utf-8"))
    sheets = {link.split("/")[0]: json.loads((SITE / link).read_text("utf-8"))["cells"] for link in links}
    solutions = {
        kind: sum("solution" in cell["metadata"].get("tags", []) for cell in cells) for kind, cells in sheets.items()
    }
    assert solutions["_sources"] == 0 and solutions["_downloads"] >= 13


# --- on paper -----------------------------------------------------------------


def test_printed_pages_are_whole(browser, all_slides):
    page, troubles = browser.new_page(), []
    page.on("console", lambda m: m.type == "error" and troubles.append(m.text))
    slides.open_for_print(page)
    wrong = page.evaluate(
        """[...document.querySelectorAll('.pdf-page')].flatMap(paper => {
          const sheet = paper.getBoundingClientRect(), wrong = []
          if (sheet.width != 1280 || Math.abs(sheet.height - 720) > 1) wrong.push('is no sheet of 1280 by 720')
          for (const x of paper.querySelectorAll('.frame *')) {
            const box = x.getBoundingClientRect()
            if (getComputedStyle(x).visibility === 'hidden' || getComputedStyle(x).opacity === '0') wrong.push('hidden: ' + x.textContent)
            if (box.width && (box.left < sheet.left + 40 || box.right > sheet.right - 40 || box.top < sheet.top + 20 || box.bottom > sheet.bottom - 10))
              wrong.push('at the edge: ' + x.textContent.slice(0, 40))
          }
          return wrong.map(line => paper.querySelector('section[id]').id + ' ' + line)
        })"""
    )
    assert page.locator(".pdf-page").count() == len(all_slides)
    page.close()
    assert not troubles and not wrong, "\n".join([*troubles, *wrong])


def test_the_pdf(all_slides):
    run = subprocess.run([sys.executable, "-m", "tools.slides"], cwd=notebooks.ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    data = slides.PDF.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == len(all_slides)
    assert set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", data)) == {b"0 0 960 540"}
    fonts = re.findall(rb"<<[^<>]*/Type\s*/FontDescriptor[^<>]*>>", data)
    assert fonts and all(re.search(rb"/FontFile[23]?\b", font) for font in fonts)
    assert b"file:" not in data and str(notebooks.ROOT).encode() not in data
