"""The <cascade-explorer> element in a real Chromium: stepping, editing, links, keys, access."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from helpers import ROOT, SITE
from helpers import AXE

from extensions.explorer.bundle import MODULES, STYLE, bundle, strip
from tools import notebooks

FOLDER = ROOT / "extensions/explorer"

PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>A page</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="colors.css"><link rel="stylesheet" href="cascade-explorer.css"><script defer src="cascade-explorer.js"></script>
<style>body {{ font: 16px/1.6 sans-serif; max-width: 720px; margin: 0 auto; padding: 12px }}
html[data-theme=dark] {{ background: #14181e; color: #ced6dd }}
</style></head><body><main><h1 id="section">A page</h1><input aria-label="elsewhere">
<div class="cell_output"><div class="text_html">{figures}</div></div></main></body></html>"""
FIGURE = "<cascade-explorer {attributes}><table><tr><td>what PyTorch printed</td></tr></table></cascade-explorer>"


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    folder = tmp_path_factory.mktemp("site")
    for name in [*MODULES, STYLE]:
        (folder / name).write_text(strip(name))
    (folder / "cascade-explorer.js").write_text(bundle())
    shutil.copy(ROOT / "extensions/theme/static/colors.css", folder)
    address = serve(folder)

    def write(attributes='preset="lenet"', *more, theme="light", name="page.html"):
        figures = "\n".join(FIGURE.format(attributes=a) for a in [attributes, *more])
        (folder / name).write_text(PAGE.format(theme=theme, figures=figures))
        return f"{address}/{name}"

    write.folder = folder
    return write


class Figure:
    """One explorer on a page, in a reader's words."""

    def __init__(self, page, nth=0):
        self.page = page
        self.root = page.locator("cascade-explorer").nth(nth)
        self.says = self.root.locator(".cx-says")
        self.layers = self.root.locator("li")
        self.total = self.root.locator(".cx > p").last

    def press(self, name):
        self.root.get_by_role("button", name=name, exact=True).click()

    def edit(self, layer):
        self.press(f"Edit layer {layer}")

    def field(self, name):
        return self.root.get_by_label(name, exact=True)

    def states(self):
        return [item.get_attribute("data-state") for item in self.layers.all()]

    def text(self, layer):
        return re.sub(r"\s+", " ", self.layers.nth(layer - 1).inner_text())


@pytest.fixture
def figure(page, site):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))

    def open_(*attributes, query="", **more):
        page.goto(site(*attributes, **more) + query)
        page.wait_for_selector("cascade-explorer[ready]")
        return Figure(page)

    yield open_
    assert not errors, errors


def test_together_under_12_kb():
    """What a page loads, and as well the modules with the style, in one gzip -9."""
    packed = lambda *texts: len(gzip.compress("".join(texts).encode(), 9, mtime=0))
    assert packed(bundle()) + packed(strip(STYLE)) < 12 * 1024
    assert packed(*map(strip, [*MODULES, STYLE])) < 12 * 1024


def test_bundle_is_deterministic_and_has_no_module_syntax():
    assert bundle() == bundle()
    assert not re.search(r"^(import|export)\b", bundle(), re.M)
    assert bundle().startswith("(() => {") and "fetch(" not in bundle() and "http" not in bundle()


@pytest.mark.parametrize("served", ["as written", "without comments"])
def test_modules_work_too(page, serve, tmp_path, served):
    """A page may load the modules instead of the script; cascade.mjs is for others too."""
    for name in MODULES:
        (tmp_path / name).write_text((FOLDER / name).read_text() if served == "as written" else strip(name))
    (tmp_path / "index.html").write_text(FIGURE.format(attributes="preset=mlp") + "<script type=module src=cascade-explorer.mjs></script>")
    page.goto(serve(tmp_path))
    page.wait_for_selector("cascade-explorer[ready]")
    rows = page.evaluate("""async () => (await import('/cascade.mjs')).cascade(
        [{type: 'LazyConv2d', out_channels: 6, kernel_size: 5}], [2, 1, 28, 28])""")
    assert rows == [{"becomes": "Conv2d", "parameters": {"weight": [6, 1, 5, 5], "bias": [6]}, "output": [2, 6, 24, 24]}]


def test_works_from_a_file(page, site):
    site("preset=mlp", name="file.html")
    page.goto((site.folder / "file.html").as_uri())
    figure = Figure(page)
    figure.press("All at once")
    assert "7,946" in figure.total.inner_text()
    figure.field("Input shape").fill("3, 30")
    assert "Linear(30, 256)" in figure.text(1)


@pytest.mark.parametrize("preset, layers, counted, last", [
    ("mlp", 3, "7,946", "(2, 10)"),
    ("lenet", 12, "44,426", "(2, 10)"),
    ("lenet32", 12, "61,706", "(2, 10)"),
    ("lenet64", 12, "338,186", "(2, 10)"),
    ("cnn", 17, "2,193,674", "(2, 10)"),
])
def test_presets(figure, preset, layers, counted, last):
    figure = figure(f"preset={preset}")
    assert len(figure.states()) == layers and "raises" not in figure.states()
    assert figure.states()[0] == "placeholder"
    figure.press("All at once")
    assert "placeholder" not in figure.states()
    assert counted in figure.total.inner_text() and counted in figure.says.inner_text()
    assert figure.text(layers).endswith(last)
    assert figure.page.locator(".cx-fallback").is_hidden()


def test_in_features_at_three_image_sizes(figure):
    figure = figure("preset=lenet")
    figure.press("All at once")
    for preset, size in [("LeNet, 64 px", "2704"), ("LeNet, 32 px", "400"), ("LeNet, 28 px", "256")]:
        figure.field("Network").select_option(preset)
        assert f"Linear({size}, 120)" in figure.text(8)


def test_step_by_step_in_words(figure):
    figure = figure("preset=mlp")
    assert "Nothing has run yet" in figure.says.inner_text()
    assert figure.says.get_attribute("role") == "status"
    assert "Placeholder layers: 2" in figure.total.inner_text()
    figure.press("Step")
    assert figure.says.inner_text() == (
        "Layer 1, LazyLinear: saw 20 inputs, became Linear(20, 256), allocated and filled weight (256, 20) "
        "and bias (256,), 5,376 parameters; handed on (2, 256).")
    assert figure.states() == ["known", "no parameters", "placeholder"]
    assert "LazyLinear(256) became Linear(20, 256)" in figure.text(1)
    figure.press("Step")
    assert figure.says.inner_text() == "Layer 2, ReLU: no parameters; handed on (2, 256)."
    figure.press("Step")
    assert "All shapes are known: 7,946 parameters" in figure.says.inner_text()
    figure.press("Step")  # at the end nothing more happens
    figure.press("Back")
    figure.press("Back")
    assert figure.states() == ["known", "no parameters", "placeholder"]
    for _ in range(3):
        figure.press("Back")
    assert figure.states()[0] == "placeholder" and "Nothing has run yet" in figure.says.inner_text()


def test_play_and_pause(page, figure):
    page.clock.install()
    figure = figure("preset=mlp")
    figure.press("Play")
    assert figure.says.inner_text().startswith("Layer 1")
    page.clock.run_for(1000)
    assert figure.says.inner_text().startswith("Layer 2")
    figure.press("Pause")
    page.clock.run_for(5000)
    assert figure.says.inner_text().startswith("Layer 2")
    figure.press("Play")
    page.clock.run_for(5000)
    assert figure.says.inner_text().startswith("Layer 3")
    assert figure.root.get_by_role("button", name="Play").is_visible()


def test_reduced_motion_means_no_motion(page, figure):
    page.emulate_media(reduced_motion="reduce")
    figure = figure("preset=lenet")
    figure.press("Play")
    assert "placeholder" not in figure.states()
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_net_that_fails_stops_where_pytorch_does(figure):
    figure = figure("preset=mismatch")
    figure.press("All at once")
    message = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x20 and 21x256)"
    assert message in figure.says.inner_text() and message in figure.text(1)
    assert figure.states() == ["raises", "no parameters", "placeholder"]
    assert "weight (256, 21)" in figure.text(1), "an eager layer has its parameters all the same"


def test_a_layer_that_fails_in_its_own_forward_is_materialized(figure):
    figure = figure('state="2,1,4,4;LazyConv2d(6,3);LazyConv2d(6,3);LazyConv2d(6,3)"')
    figure.press("All at once")
    assert figure.states() == ["known", "raises", "placeholder"]
    assert "Kernel size can't be greater than actual input size" in figure.text(2)
    assert "weight (6, 6, 3, 3)" in figure.text(2)


def test_a_layer_that_cannot_be_built_stops_all(figure):
    figure = figure('state="2,20;LazyLinear(8);Dropout(p=2);LazyLinear(4)"')
    figure.press("All at once")
    assert figure.states() == ["placeholder", "raises", "placeholder"]
    assert "between 0 and 1" in figure.says.inner_text() and "cannot be built" in figure.says.inner_text()


def test_edit_by_keyboard_alone(page, figure):
    figure = figure("preset=lenet")
    keyboard = page.keyboard
    page.get_by_label("elsewhere").focus()

    def tab_to(name, back=False):
        for _ in range(120):
            keyboard.press("Shift+Tab" if back else "Tab")
            now = page.evaluate("""() => { const e = document.activeElement;
                return e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent.trim() ?? e.textContent; }""")
            if now == name:
                assert page.evaluate("document.activeElement.matches(':focus-visible')")
                return
        raise AssertionError(f"no {name}")

    tab_to("All at once")
    keyboard.press("Enter")
    tab_to("Edit layer 4")
    keyboard.press("Space")
    tab_to("kernel_size")
    keyboard.press("Control+A")
    keyboard.type("3")
    assert "LazyConv2d(16, kernel_size=3)" in figure.text(4)
    assert "Linear(400, 120)" in figure.text(8) and "reads 400, was 256" in figure.text(8)
    tab_to("Move down")
    keyboard.press("Enter")
    assert "LazyConv2d(16" in figure.text(5)
    assert page.evaluate("document.activeElement.textContent") == "Move down", "the focus moves with the layer"
    keyboard.press("Enter")
    assert "LazyConv2d(16" in figure.text(6)
    tab_to("Remove")
    keyboard.press("Enter")
    assert figure.layers.count() == 11
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Edit layer 6"
    tab_to("Undo", back=True)
    for _ in range(4):
        keyboard.press("Enter")
    assert "LazyConv2d(16, kernel_size=5)" in figure.text(4) and figure.layers.count() == 12
    assert "Linear(256, 120)" in figure.text(8)


def test_add_change_remove_reset(figure):
    figure = figure("preset=mlp")
    figure.press("All at once")
    figure.edit(1)
    figure.press("Add below")
    assert figure.page.evaluate("document.activeElement.tagName") == "SELECT"
    figure.root.get_by_label("layer", exact=True).last.select_option("LazyLinear")
    assert "LazyLinear(16)" in figure.text(2)
    figure.field("out_features").last.fill("64")
    assert "Linear(64, 10)" in figure.text(4) and "reads 64, was 256" in figure.text(4)
    assert "Linear(20, 256)" in figure.text(1), "what comes before is not touched"
    figure.field("bias").last.uncheck()
    assert "bias=False" in figure.text(2)
    figure.press("Reset")
    assert figure.layers.count() == 3 and "Linear(256, 10)" in figure.text(3)
    figure.press("Undo")
    assert figure.layers.count() == 4 and "bias=False" in figure.text(2)
    for _ in range(4):
        figure.edit(1)
        figure.press("Remove")
    assert figure.layers.count() == 0
    figure.press("Step")
    figure.press("Add a layer")
    assert figure.layers.count() == 1


def test_counted_by_hand(figure):
    figure = figure("preset=lenet")
    figure.field("Counted by hand").check()
    hand = figure.root.get_by_role("region", name="Network counted by hand")
    assert "nn.Linear(256, 120)," in hand.inner_text()
    assert "Numbers that are wrong now: none." in figure.root.inner_text()
    figure.field("Input shape").fill("2, 1, 32, 32")
    assert "nn.Linear(256, 120),  # wrong: 400 now" in hand.inner_text()
    text = figure.root.inner_text()
    assert "Numbers that are wrong now: 1. Layer 8 raises:" in text
    assert "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x400 and 256x120)" in text
    figure.press("Count again")
    assert "nn.Linear(400, 120)," in hand.inner_text() and "wrong now: none" in figure.root.inner_text()


def test_the_code_runs_and_gives_the_same_shapes(page, figure):
    figure = figure("preset=cnn")
    figure.press("All at once")
    figure.root.get_by_text("As PyTorch code").click()
    shapes = []
    for name in ("lazy", "eager"):
        source = figure.root.get_by_role("region", name=f"{name} network").inner_text()
        assert ("Lazy" in source) == (name == "lazy")
        scope = {}
        exec(source, scope)
        shapes.append([tuple(p.shape) for p in scope["net"].parameters()])
        assert sum(p.numel() for p in scope["net"].parameters()) == 2_193_674
    assert shapes[0] == shapes[1]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    figure.press("Copy eager")
    assert figure.root.get_by_role("button", name="Copied").is_visible()
    assert page.evaluate("navigator.clipboard.readText()").strip() == source.strip()


def test_a_link_holds_the_set_up(page, figure):
    one = figure("preset=lenet", "preset=mlp", query="?keep=1#section")
    two = Figure(page, 1)
    assert "cascade" not in page.url, "untouched, the address stays as it is"
    one.edit(1)
    one.field("kernel_size").fill("3, 5")
    two.field("Input shape").fill("7, 30")
    two.field("Counted by hand").check()
    url = page.url
    assert url.endswith("#section") and "keep=1" in url and " " not in url
    page.goto("about:blank")
    page.goto(url)
    one, two = Figure(page), Figure(page, 1)
    assert "LazyConv2d(6, kernel_size=(3, 5))" in one.text(1)
    assert two.field("Input shape").input_value() == "7, 30"
    assert two.field("Counted by hand").is_checked() and not one.field("Counted by hand").is_checked()
    assert "nn.Linear(20, 256),  # wrong: 30 now" in two.root.inner_text()
    one.press("Reset")
    two.press("Reset")
    two.field("Counted by hand").uncheck()
    assert page.url == url.split("?")[0] + "?keep=1#section"


@pytest.mark.parametrize("query, says", [
    ("?cascade=2,20;LazyLinea(256)", "no layer"),
    ("?cascade=2,20;LazyLinear(units=3)", "no argument"),
    ("?cascade=;;;", "cannot be read"),
    ("?cascade=2,20;LazyLinear(%00", "cannot be read"),
    ("?cascade=2,20;LazyLinear([1,{)", "cannot be read"),
    ("?cascade=x", "no size"),
    ("?cascade=2,20;__proto__", "no layer"),
    ("?cascade=<img src=x onerror=alert(1)>", "no size"),
])
def test_a_broken_link(figure, query, says):
    figure = figure("preset=mlp", query=query)
    alert = figure.root.get_by_role("alert").first
    assert says in alert.inner_text() and "preset is shown" in alert.inner_text()
    figure.press("All at once")
    assert "7,946" in figure.total.inner_text()


def test_a_prepared_figure(figure):
    figure = figure('preset="mlp" state="4, 3; LazyLinear(5, bias=False); nn.Flatten(start_dim=0);hand=2,-"')
    assert figure.field("Counted by hand").is_checked()
    assert "nn.Linear(2, 5, bias=False),  # wrong: 3 now" in figure.root.inner_text()
    figure.press("All at once")
    assert figure.text(2).endswith("(20,)")


@pytest.mark.parametrize("text, says", [
    ("", "no size"), ("two", "“two” is no size"), ("2, -20", "“-20” is no size"), ("2, 1.5", "“1.5” is no size"),
    ("2, 99999999999999999999", "is no size"), ("1e9, 3", "“1e9” is no size"),
])
def test_bad_input_shapes_are_said_by_the_field(figure, text, says):
    figure = figure("preset=mlp")
    figure.press("All at once")
    field = figure.field("Input shape")
    field.fill(text)
    assert field.get_attribute("aria-invalid") == "true"
    described = figure.page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert says in described.inner_text()
    assert "7,946" in figure.total.inner_text(), "the figure goes on with what it last understood"
    field.fill("2, 30")
    assert described.inner_text() == "" and field.get_attribute("aria-invalid") == "false"
    assert "Linear(30, 256)" in figure.text(1)


@pytest.mark.parametrize("name, text, says", [
    ("kernel_size", "five", "“five” is no value"), ("kernel_size", "", "is no value"), ("kernel_size", "-1", "negative dimension -1"),
    ("kernel_size", "1.5", "must be tuple of ints"), ("kernel_size", "(3, 4, 5)", "expected 2"), ("kernel_size", "29", "greater than actual"),
    ("kernel_size", "99999999999999999999", "below 2^53"), ("stride", "0", "non-positive stride"), ("padding", "same, 3", "tuple of ints"),
    ("groups", "0", "positive integer"), ("groups", "4", "divisible by"), ("out_channels", "None", "tuple of ints"),
    ("padding_mode", "3", "padding_mode must be"), ("dilation", "{}", "is no value"),
])
def test_bad_arguments_are_said_by_the_field(figure, name, text, says):
    figure = figure("preset=lenet")
    figure.edit(1)
    figure.field(name).fill(text)
    described = figure.page.locator(f"#{figure.field(name).get_attribute('aria-describedby')}")
    assert says in described.inner_text()
    figure.press("All at once")
    figure.field(name).fill("1")
    if name != "padding_mode":
        figure.press("All at once")
        assert described.inner_text() == "" and "raises" not in figure.states()


@pytest.mark.parametrize("shape, says", [
    ("20", "Expected 3D (unbatched) or 4D (batched) input"), ("0, 1, 28, 28", "All shapes are known"),
    ("1, 28, 28", "Linear(16, 120)"), ("2, 1, 1000000000, 1000000000", "RuntimeError"),
    ("2, 1, 100000, 1000000000000000", "overflow"),
])
def test_inputs_of_another_rank_or_size(figure, shape, says):
    figure = figure("preset=lenet")
    figure.press("All at once")
    figure.field("Input shape").fill(shape)
    figure.press("All at once")
    assert says in figure.root.inner_text()


def test_sixty_layers_and_huge_sizes_are_instant(page, figure):
    layers = ";".join(["LazyLinear(1000000000)", "ReLU"] * 30)
    figure = figure(f'state="2,1000000000;{layers}"')
    took = page.evaluate("""() => {
        const start = performance.now();
        [...document.querySelectorAll('button')].find((b) => b.textContent === 'All at once').click();
        const input = document.querySelector('cascade-explorer input');
        input.value = '3, 999999999';
        input.dispatchEvent(new Event('input'));
        return performance.now() - start;
    }""")
    assert took < 1000, f"{took} ms"
    assert "29,999,999,999,999,999" not in figure.total.inner_text()
    total = 10**9 * 999999999 + 10**9 + 29 * (10**18 + 10**9)
    assert f"{total:,}" in figure.total.inner_text(), "exact beyond 2^53"


def test_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site("preset=lenet"))
    assert page.get_by_text("what PyTorch printed").is_visible()
    assert page.get_by_role("button").count() == 0
    context.close()


def test_on_paper_the_stored_table_shows(page, figure):
    figure = figure("preset=lenet")
    page.emulate_media(media="print")
    assert page.get_by_text("what PyTorch printed").is_visible()
    assert figure.says.is_hidden()


def test_dark_has_no_light_panel(page, figure):
    figure("preset=lenet", theme="dark")
    style = page.evaluate("(({backgroundColor, color}) => [backgroundColor, color])(getComputedStyle(document.querySelector('.text_html')))")
    assert style == ["rgba(0, 0, 0, 0)", "rgb(206, 214, 221)"]


def test_keys_are_not_stolen_and_steal_nothing(page, figure):
    """Reveal.js listens for keys on the document: none that a control uses arrives there, all others do."""
    figure = figure("preset=mlp")
    page.evaluate("window.keys = []; document.addEventListener('keydown', (event) => keys.push(event.key))")

    def arriving(*keys):
        page.evaluate("keys.length = 0")
        for key in keys:
            page.keyboard.press(key)
        return page.evaluate("keys")

    figure.root.get_by_role("button", name="Step").focus()
    assert arriving("Space", "Enter") == []
    assert figure.says.inner_text().startswith("Layer 2"), "and the button was pressed twice"
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
    found = page.evaluate("axe.run('cascade-explorer', { rules: { 'target-size': { enabled: true } } })")
    assert len(found["passes"]) > 10
    return {rule["id"]: [node["html"][:200] for node in rule["nodes"]] for rule in found["violations"]}


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
    figure.field("Counted by hand").check()
    figure.field("Input shape").fill("2, 1, 32, 32")
    figure.root.get_by_text("As PyTorch code").click()
    check()
    figure.field("kernel_size").fill("30")
    figure.press("All at once")
    assert "raises" in figure.states()
    check()


def test_only_pages_with_a_figure_load_it():
    loading = [p.stem for p in SITE.glob("*.html") if "explorer/cascade-explorer" in p.read_text("utf-8")]
    assert sorted(loading) == ["cascade", "index"]
    for name in [*MODULES, STYLE]:
        assert (SITE / "_static/explorer" / name).read_text("utf-8") == strip(name)
    assert (SITE / "_static/explorer/cascade-explorer.js").read_text("utf-8") == bundle()


@pytest.mark.parametrize("name, preset", [("index", "lenet"), ("cascade", "mlp")])
def test_the_figure_shows_what_pytorch_printed(figure, name, preset):
    """The table in the cell's output is PyTorch's, and compared; the figure must say the same."""
    outputs = [
        output.data
        for cell in notebooks.read_twin(notebooks.BOOK / f"{name}.md").cells
        for output in cell.get("outputs", [])
        if f'<cascade-explorer preset="{preset}">' in output.get("data", {}).get("text/html", "")
    ]
    (data,) = outputs
    rows = [re.findall("<td>(.*?)</td>", row) for row in re.findall("<tr>(<td>.*?)</tr>", data["text/html"])]
    figure = figure(f"preset={preset}")
    figure.press("All at once")
    assert re.search(r"[\d,]+ parameters", data["text/plain"])[0] in figure.total.inner_text()
    assert figure.layers.count() == len(rows) >= 3
    for i, (before, after, weight, bias, count, output) in enumerate(rows, 1):
        text = figure.text(i)
        assert before in text and after in text and text.endswith(output), json.dumps(text)
        assert not weight or f"weight {weight}" in text and f"{count} parameter" in text
        assert not bias or f"bias {bias}" in text
