"""The <cascade-explorer> element in a real Chromium: for everyone, in every medium."""

import gzip

import pytest

from extensions.explorer import FILES, SCRIPT, STYLE
from tests.site.helpers import AXE, SITE

pytest_plugins = ["tests.site.explorer_page"]


def test_under_16_kib():
    """What a page with a figure loads, in gzip -9."""
    sizes = [len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in (SCRIPT, STYLE)]
    assert sum(sizes) < 16 * 1024
    assert "fetch(" not in SCRIPT.read_text("utf-8") and "http" not in SCRIPT.read_text("utf-8")


def test_without_javascript(browser, write_page):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write_page("preset=lenet"))
    assert page.get_by_text("what PyTorch printed").is_visible()
    assert page.get_by_role("button").count() == 0
    context.close()


def test_on_paper_the_stored_table_shows(page, figure):
    figure = figure("preset=lenet")
    page.emulate_media(media="print")
    assert page.get_by_text("what PyTorch printed").is_visible()
    assert figure.says.is_hidden()


def test_keys_are_not_stolen_and_steal_nothing(page, figure):
    """Reveal.js listens on the document: keys that a control uses do not arrive, others do."""
    figure = figure("preset=mlp")
    page.evaluate(
        "window.keys = []; document.addEventListener('keydown', (event) => keys.push(event.key))"
    )

    def arriving(*keys):
        page.evaluate("keys.length = 0")
        for key in keys:
            page.keyboard.press(key)
        return page.evaluate("keys")

    figure.root.get_by_role("button", name="Step").focus()
    assert arriving("Space", "Enter") == []
    assert figure.says.inner_text().startswith("Layer 1, LazyLinear, fill"), (
        "and the button was pressed twice"
    )
    assert arriving("ArrowRight", "Escape") == ["ArrowRight", "Escape"]
    figure.field("Network").focus()
    assert arriving("ArrowDown", "ArrowUp", "Home") == []
    figure.field("Input shape").focus()
    assert arriving("ArrowLeft", "f", "b", "Space", "PageDown") == []
    figure.field("Counted by hand").focus()
    assert arriving("Space", "ArrowRight") == ["ArrowRight"]
    page.evaluate("document.activeElement.blur()")
    assert arriving("ArrowRight", "Space") == ["ArrowRight", " "]


def axe(page):
    page.evaluate(AXE)
    found = page.evaluate(
        "axe.run('cascade-explorer', { rules: { 'target-size': { enabled: true } } })"
    )
    assert len(found["passes"]) > 10
    return {
        rule["id"]: [node["html"][:200] for node in rule["nodes"]] for rule in found["violations"]
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_accessible_and_no_wider_than_the_screen(page, figure, theme, width):
    page.set_viewport_size({"width": width, "height": 800})
    figure = figure("preset=lenet", theme=theme)

    def check():
        assert axe(page) == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    check()
    figure.press("All at once")
    figure.edit(4)
    figure.field("kernel_size").fill("three")
    figure.count_by_hand()
    figure.field("Input shape").fill("2, 1, 32, 32")
    figure.root.get_by_text("As PyTorch code").click()
    check()
    figure.field("kernel_size").fill("30")
    figure.press("All at once")
    assert "raises" in figure.states()
    check()
    figure.press("Paste code…")
    figure.field("Code, or what print(net) shows").fill("nn.Sequential(")
    check()
    figure.field("Code, or what print(net) shows").fill("nn.Sequential(nn.Rotate(2))")
    figure.press("Run")
    assert "unknown" in figure.states()
    check()


def test_only_pages_with_a_figure_load_it():
    loading = [
        p.stem for p in SITE.glob("*.html") if "explorer/explorer.js" in p.read_text("utf-8")
    ]
    assert sorted(loading) == ["cascade", "explorer", "index"]
    for path in FILES:
        assert (SITE / "_static" / "explorer" / path.name).read_bytes() == path.read_bytes()
