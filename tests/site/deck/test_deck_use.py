"""How a speaker uses the deck: keys, addresses, the speaker's view, the short path, the folder."""

import re
import shutil
from urllib.parse import parse_qs, urlsplit

import pytest

from tools import slides


def test_the_folder_is_enough(deck, tmp_path):
    stick = shutil.copytree(slides.DECK.parent, tmp_path / "stick")
    page = deck(file=stick / "index.html")
    page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
    assert page.locator("cascade-explorer button").count() > 3
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    popup.value.locator("#notes > *").first.wait_for()
    # Only links lead out of the folder.
    for file in stick.glob("*.html"):
        assert not re.search(r'(src|href)="\.\./(?!\w+\.html)', file.read_text("utf-8"))
    assert list(stick.glob("*LICENSE*"))


def test_the_explorer_steps_on_its_slide(deck):
    page = deck("#/cascade-step-through-it")
    states = page.locator("section.present cascade-explorer li .cx-state")
    assert states.all_inner_texts() == ["placeholder", "no parameters", "placeholder"]
    for _phase in ("infer", "fill"):
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
    everything = page.evaluate(
        "Reveal.getTotalSlides() + document.querySelectorAll('.fragment').length"
    )
    # The last slide's own steps are still to come.
    assert everything - 6 <= steps <= everything
    page.keyboard.press("Home")
    assert page.evaluate("Reveal.isFirstSlide() || Reveal.getIndices().h === 0")
    page.keyboard.press("Escape")
    assert page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Shift+?")
    assert "Speaker view" in page.locator(".r-overlay-help").text_content()


def test_focus_is_visible_and_reaches_every_control_of_the_slide(deck, all_slides):
    page = deck(f"#/{all_slides[1]['id']}")
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """(() => {
              const x = document.activeElement, section = x.closest('section')
              return x === document.body ? null : {
                name: x.ariaLabel || x.textContent,
                outline: getComputedStyle(x).outlineStyle,
                here: !section || section === Reveal.getCurrentSlide(),
                foot: Boolean(x.closest('.foot')),
              }
            })()"""
        )
        if found:
            assert found["outline"] == "solid" and found["here"]
            reached.append("foot" if found["foot"] else found["name"])
    assert {"previous slide", "next slide", "below slide", "foot"} <= set(reached)


def test_an_address_leads_to_a_slide(deck, all_slides):
    last, number = all_slides[-1]["id"], len(all_slides)
    page = deck(f"#/{last}")
    assert page.evaluate("Reveal.getCurrentSlide().id") == last
    assert page.locator(".slide-number").text_content().split() == [str(number), "/", str(number)]
    page.keyboard.press("Home")
    page.wait_for_url(f"**#/{all_slides[0]['id']}")


# --- the speaker's view -------------------------------------------------------


@pytest.fixture
def speaker(deck, all_slides):
    """The deck at its second slide, dark, and the speaker's view that S opens."""
    page = deck(f"?theme=dark#/{all_slides[1]['id']}")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    view = popup.value
    view.locator("#notes > *").first.wait_for()
    return page, view


def frames(view):
    """The decks of the speaker's view, what is shown first."""
    return [view.locator(f"#{name}").element_handle().content_frame() for name in ("now", "next")]


def shows(frame, slide):
    """Wait until a deck of the view shows a slide."""
    frame.locator(f"section.present[id='{slide['id']}'] h1, section.present h2, section.present h3")
    frame.locator(f"section[id='{slide['id']}'].present").wait_for(state="visible")


def test_the_speaker_s_view_shows_notes_and_both_slides(speaker, all_slides):
    page, view = speaker
    assert view.locator("#notes").text_content().strip() == all_slides[1]["notes"].strip()
    now, upcoming = frames(view)
    for frame in (now, upcoming):
        query = parse_qs(urlsplit(frame.url).query, keep_blank_values=True)
        assert query["theme"] == ["dark"] and "receiver" in query
    shows(now, all_slides[1])
    page.keyboard.press("PageDown")
    view.get_by_text(re.compile(re.escape(all_slides[2]["title"]))).first  # noqa: B018
    shows(now, all_slides[2])


def test_what_comes_next_is_one_step_ahead(speaker, all_slides):
    page, view = speaker
    steps = all_slides[1]["steps"]
    for _ in range(steps + 1):
        page.keyboard.press("Space")
    now, upcoming = frames(view)
    shows(now, all_slides[2])
    seen = ".present .fragment.visible"
    upcoming.locator(seen).first.wait_for()
    assert upcoming.locator(seen).count() == now.locator(seen).count() + 1


def test_keys_in_the_speaker_s_view_move_the_deck(speaker, all_slides):
    page, view = speaker
    view.keyboard.press("PageDown")
    page.wait_for_url(f"**#/{all_slides[2]['id']}")
    shows(frames(view)[0], all_slides[2])


def test_the_pace_compares_the_clock_with_the_minutes(deck, all_slides):
    page = deck(f"#/{all_slides[1]['id']}")
    page.context.clock.install()
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    view = popup.value
    view.locator("#notes > *").first.wait_for()
    before = sum(slide["minutes"] for slide in all_slides[:1]) * 60
    until = before + all_slides[1]["minutes"] * 60
    clock = "{:d}:{:02d}".format
    total = sum(slide["minutes"] for slide in all_slides) * 60
    assert view.locator("#planned").text_content() == (
        f"{clock(*map(int, divmod(until, 60)))} of {clock(*map(int, divmod(total, 60)))}"
    )
    pace = view.locator("#pace")
    assert re.fullmatch(r"\d+:\d\d ahead", pace.text_content())
    view.clock.run_for(int(until + 30) * 1000)
    assert re.fullmatch(r"0:(29|3\d) behind", pace.text_content())
    view.get_by_role("button", name="Start the time again").click()
    assert pace.text_content().endswith("ahead")


def test_the_short_path(deck, all_slides):
    shown = deck("?path=short").evaluate("Reveal.getSlides().map(slide => slide.id)")
    assert shown == [slide["id"] for slide in all_slides if slide["short"]]
