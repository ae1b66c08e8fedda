"""The <cascade-explorer> element in a real Chromium: stepping, presets, code, links."""

import re

import pytest

from chapter.twins import read_twin
from tests.site.helpers import address
from tools import BOOK

pytest_plugins = ["tests.site.explorer_page"]


def test_works_from_a_file(open_figure, write_page):
    write_page("preset=mlp", name="file.html")
    figure = open_figure((write_page.folder / "file.html").as_uri())
    figure.press("All at once")
    assert "7,946" in figure.total.inner_text()
    figure.field("Input shape").fill("3, 30")
    assert "Linear(30, 256)" in figure.text(1)


@pytest.mark.parametrize(
    "preset, layers, counted, last",
    [
        ("mlp", 3, "7,946", "(2, 10)"),
        ("lenet", 12, "61,706", "(2, 10)"),
        ("lenet32", 12, "82,826", "(2, 10)"),
        ("lenet64", 12, "390,026", "(2, 10)"),
        ("cnn", 17, "2,193,674", "(2, 10)"),
    ],
)
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
    for preset, size in [
        ("LeNet, 64 px", "3136"),
        ("LeNet, 32 px", "576"),
        ("LeNet, 28 px", "400"),
    ]:
        figure.field("Network").select_option(preset)
        assert f"Linear({size}, 120)" in figure.text(8)


def test_step_by_step_in_words(figure):
    """A lazy layer's step has three phases, in PyTorch's order."""
    figure = figure("preset=mlp")
    assert figure.says.inner_text() == "Nothing has run yet. The input has the shape (2, 20)."
    assert figure.says.get_attribute("role") == "status"
    assert "Placeholder layers: 2" in figure.total.inner_text()
    steps = [
        ("placeholder", "Layer 1, LazyLinear, infer: the input (2, 20) has 20 features."),
        (
            "known",
            "Layer 1, LazyLinear, fill: allocates and fills weight (256, 20) and bias (256,), "
            "5,376 parameters; it is now Linear(20, 256).",
        ),
        ("known", "Layer 1, Linear, compute: outputs (2, 256)."),
        ("known", "Layer 2, ReLU: no parameters; outputs (2, 256)."),
    ]
    for state, says in steps:
        figure.press("Step")
        assert figure.says.inner_text() == says
        assert figure.states() == [state, "no parameters", "placeholder"]
    assert "LazyLinear(256) became Linear(20, 256)" in figure.text(1)
    for _ in range(3):
        figure.press("Step")
    assert "All shapes are known: 7,946 parameters" in figure.says.inner_text()
    figure.press("Step")  # at the end nothing more happens
    for _, says in reversed(steps):
        while figure.says.inner_text() != says:
            figure.press("Back")
    assert figure.states()[0] == "placeholder"
    figure.press("Back")
    figure.press("Back")
    assert "Nothing has run yet" in figure.says.inner_text()


def test_a_phase_shows_what_it_found(figure):
    figure = figure('state="2,1,28,28;LazyConv2d(6,5)"')
    rows = [
        "LazyConv2d(6, kernel_size=5) placeholder Edit ✓ infer fill compute"
        " no shape, no values · in_channels=1",
        "became Conv2d(1, 6, kernel_size=5) known Edit ✓ infer ✓ fill compute"
        " weight (6, 1, 5, 5) bias (6,) 156 parameters",
        "known Edit ✓ infer ✓ fill ✓ compute"
        " weight (6, 1, 5, 5) bias (6,) 156 parameters (2, 6, 24, 24)",
    ]
    for row in rows:
        figure.press("Step")
        assert figure.text(1).endswith(row)
        assert "1 channels" not in figure.root.inner_text()


@pytest.mark.parametrize(
    "state, marks",
    [
        ("20;LazyConv2d(6,5)", "✗ infer fill compute"),
        ("2,4;LazyLinear(-1)", "✓ infer ✗ fill compute"),
        ("2,1,4,4;LazyConv2d(6,5)", "✓ infer ✓ fill ✗ compute"),
    ],
)
def test_the_phase_that_raises(figure, state, marks):
    figure = figure(f'state="{state}"')
    figure.press("All at once")
    assert marks in figure.text(1) and figure.states() == ["raises"]


def test_play_and_pause(page, figure):
    page.clock.install()
    figure = figure("preset=mlp")
    figure.press("Play")
    assert figure.says.inner_text().startswith("Layer 1, LazyLinear, infer")
    page.clock.run_for(1000)
    assert figure.says.inner_text().startswith("Layer 1, LazyLinear, fill")
    figure.press("Pause")
    page.clock.run_for(5000)
    assert figure.says.inner_text().startswith("Layer 1, LazyLinear, fill")
    figure.press("Play")
    page.clock.run_for(9000)
    assert figure.says.inner_text().startswith("Layer 3, Linear, compute")
    assert figure.root.get_by_role("button", name="Play").is_visible()


@pytest.mark.parametrize("width, height", [(1280, 800), (375, 667)])
def test_the_active_layer_and_the_controls_stay_in_sight(page, figure, width, height):
    page.set_viewport_size({"width": width, "height": height})
    figure = figure("preset=cnn")
    inside = """() => {
        const box = (e) => e.getBoundingClientRect();
        const top = box(document.querySelector(".cx-control")).bottom;
        const row = box(document.querySelector("li[data-now=true]"));
        return top > 0 && row.top >= top - 1 && row.bottom <= innerHeight + 1;
    }"""
    for button in ["Step"] * 20 + ["All at once"] + ["Back"] * 20:
        figure.root.get_by_role("button", name=button, exact=True).evaluate("b => b.click()")
        assert page.evaluate(inside), figure.says.inner_text()
        for name in ("Back", "Step", "Play", "All at once"):
            box = figure.root.get_by_role("button", name=name, exact=True).bounding_box()
            assert 0 <= box["y"] and box["y"] + box["height"] <= height, name


def test_reduced_motion_means_no_motion(page, figure):
    page.emulate_media(reduced_motion="reduce")
    figure = figure("preset=lenet")
    figure.press("Play")
    assert "placeholder" not in figure.states()
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_net_that_fails_stops_where_pytorch_does(figure):
    figure = figure("preset=mismatch")
    figure.press("All at once")
    message = "RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (2x20 and 21x256)"
    assert message in figure.says.inner_text() and message in figure.text(1)
    assert figure.states() == ["raises", "no parameters", "placeholder"]
    assert "weight (256, 21)" in figure.text(1), "an eager layer has its parameters anyway"


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
    assert (
        "between 0 and 1" in figure.says.inner_text()
        and "cannot be built" in figure.says.inner_text()
    )


def test_counted_by_hand(figure):
    figure = figure("preset=lenet")
    figure.count_by_hand()
    hand = figure.root.get_by_role("region", name="Network counted by hand")
    assert "nn.Linear(400, 120)," in hand.inner_text()
    assert "Numbers that are wrong now: none." in figure.root.inner_text()
    figure.field("Input shape").fill("2, 1, 32, 32")
    assert "nn.Linear(400, 120),  # should be 576 now" in hand.inner_text()
    text = figure.root.inner_text()
    assert "Numbers that are wrong now: 1. Layer 8 raises an error:" in text
    assert (
        "RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (2x576 and 400x120)" in text
    )
    figure.press("Count again")
    assert (
        "nn.Linear(576, 120)," in hand.inner_text()
        and "wrong now: none" in figure.root.inner_text()
    )


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
    two = one.sibling(1)
    assert "cascade" not in address(page), "untouched, the address stays as it is"
    one.edit(1)
    one.field("kernel_size").fill("3, 5")
    two.field("Input shape").fill("7, 30")
    two.count_by_hand()
    url = address(page)
    assert url.endswith("#section") and "keep=1" in url and " " not in url
    page.goto("about:blank")
    page.goto(url)
    page.wait_for_selector("cascade-explorer[ready]")
    assert "LazyConv2d(6, kernel_size=(3, 5), padding=2)" in one.text(1)
    assert two.field("Input shape").input_value() == "7, 30"
    assert (
        two.field("Counted by hand").is_checked() and not one.field("Counted by hand").is_checked()
    )
    assert "nn.Linear(20, 256),  # should be 30 now" in two.root.inner_text()
    one.press("Reset")
    two.press("Reset")
    two.field("Counted by hand").uncheck()
    assert address(page) == url.split("?")[0] + "?keep=1#section"


@pytest.mark.parametrize(
    "query, says",
    [
        ("?cascade=2,20;LazyLinea(256)", "not a known layer"),
        ("?cascade=2,20;LazyLinear(units=3)", "no argument"),
        ("?cascade=;;;", "cannot be read"),
        ("?cascade=2,20;LazyLinear(%00", "cannot be read"),
        ("?cascade=2,20;LazyLinear([1,{)", "cannot be read"),
        ("?cascade=x", "not a size"),
        ("?cascade=2,20;__proto__", "not a known layer"),
        ("?cascade=<img src=x onerror=alert(1)>", "not a size"),
    ],
)
def test_a_broken_link(figure, query, says):
    figure = figure("preset=mlp", query=query)
    alert = figure.root.get_by_role("alert").first
    assert says in alert.inner_text() and "preset is shown" in alert.inner_text()
    figure.press("All at once")
    assert "7,946" in figure.total.inner_text()


def test_a_prepared_figure(figure):
    figure = figure(
        'preset="mlp" state="4, 3; LazyLinear(5, bias=False); nn.Flatten(start_dim=0);hand=2,-"'
    )
    assert figure.field("Counted by hand").is_checked()
    assert "nn.Linear(2, 5, bias=False),  # should be 3 now" in figure.root.inner_text()
    figure.press("All at once")
    assert figure.text(2).endswith("(20,)")


@pytest.mark.parametrize("name, preset", [("index", "lenet"), ("cascade", "mlp")])
def test_the_figure_shows_what_pytorch_printed(figure, name, preset):
    """The table in the cell's output is PyTorch's, and compared; the figure must say the same."""
    outputs = [
        output.data
        for cell in read_twin(BOOK.page(name)).cells
        for output in cell.get("outputs", [])
        if f'<cascade-explorer preset="{preset}">' in output.get("data", {}).get("text/html", "")
    ]
    (data,) = outputs
    rows = [
        re.findall("<td>(.*?)</td>", row)
        for row in re.findall("<tr>(<td>.*?)</tr>", data["text/html"])
    ]
    figure = figure(f"preset={preset}")
    figure.press("All at once")
    assert re.search(r"[\d,]+ parameters", data["text/plain"])[0] in figure.total.inner_text()
    assert figure.layers.count() == len(rows) >= 3
    for i, (before, after, weight, bias, count, output) in enumerate(rows, 1):
        text = figure.text(i)
        assert before in text and after in text and text.endswith(output), text
        assert not weight or f"weight {weight}" in text and f"{count} parameter" in text
        assert not bias or f"bias {bias}" in text
