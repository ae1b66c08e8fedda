"""The <cascade-explorer> element in a real Chromium: what readers change, rightly or not."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.site.explorer_page"]
JS = Path(__file__).parent / "js"


def test_edit_by_keyboard_alone(page, figure):
    figure = figure("preset=lenet")
    keyboard = page.keyboard
    page.get_by_label("elsewhere").focus()

    def tab_to(name, back=False):
        for _ in range(120):
            keyboard.press("Shift+Tab" if back else "Tab")
            now = page.evaluate((JS / "focused_name.js").read_text("utf-8"))
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
    assert "Linear(576, 120)" in figure.text(8) and "reads 576, was 400" in figure.text(8)
    tab_to("Move down")
    keyboard.press("Enter")
    assert "LazyConv2d(16" in figure.text(5)
    assert page.evaluate("document.activeElement.textContent") == "Move down", (
        "the focus moves with the layer"
    )
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
    assert "Linear(400, 120)" in figure.text(8)


def test_add_change_remove_reset(figure):
    figure = figure("preset=mlp")
    figure.press("All at once")
    figure.edit(1)
    figure.press("Add below")
    assert figure.page.evaluate("document.activeElement.tagName") == "SELECT"
    figure.root.get_by_label("layer", exact=True).last.select_option("LazyLinear")
    assert "LazyLinear(16)" in figure.text(2)
    figure.field("out_features").last.fill("64")
    assert "Linear(64, 10)" in figure.text(4) and "reads 64, was 16" in figure.text(4)
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
    for name in ("Back", "Step", "Play", "All at once"):
        assert figure.root.get_by_role("button", name=name, exact=True).is_disabled()
    assert figure.says.inner_text().startswith("The network has no layers: add one")
    figure.press("Add a layer")
    assert figure.layers.count() == 1


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "not a size"),
        ("two", "“two” is not a size"),
        ("2, -20", "“-20” is not a size"),
        ("2, 1.5", "“1.5” is not a size"),
        ("2, 99999999999999999999", "is not a size"),
        ("1e9, 3", "“1e9” is not a size"),
    ],
)
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


@pytest.mark.parametrize(
    "name, text, says",
    [
        ("kernel_size", "five", "“five” is not a value"),
        ("kernel_size", "", "is not a value"),
        ("kernel_size", "-1", "negative dimension -1"),
        ("kernel_size", "1.5", "must be tuple of ints"),
        ("kernel_size", "(3, 4, 5)", "expected 2"),
        ("kernel_size", "33", "greater than actual"),
        ("kernel_size", "99999999999999999999", "below 2^53"),
        ("stride", "0", "non-positive stride"),
        ("padding", "same, 3", "tuple of ints"),
        ("groups", "0", "positive integer"),
        ("groups", "4", "divisible by"),
        ("out_channels", "None", "tuple of ints"),
        ("padding_mode", "3", "padding_mode must be"),
        ("dilation", "{}", "is not a value"),
    ],
)
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


@pytest.mark.parametrize(
    "shape, says",
    [
        ("20", "Expected 3D (unbatched) or 4D (batched) input"),
        ("0, 1, 28, 28", "All shapes are known"),
        ("1, 28, 28", "Linear(25, 120)"),
        ("2, 1, 1000000000, 1000000000", "RuntimeError"),
        ("2, 1, 100000, 1000000000000000", "overflow"),
    ],
)
def test_inputs_of_another_rank_or_size(figure, shape, says):
    figure = figure("preset=lenet")
    figure.press("All at once")
    figure.field("Input shape").fill(shape)
    figure.press("All at once")
    assert says in figure.root.inner_text()


def test_huge_sizes_are_exact(figure):
    """Counts beyond 2^53 have all their digits."""
    layers = ";".join(["LazyLinear(1000000000)", "ReLU"] * 30)
    figure = figure(f'state="2,999999999;{layers}"')
    figure.press("All at once")
    total = 10**9 * 999999999 + 10**9 + 29 * (10**18 + 10**9)
    assert f"{total:,}" in figure.total.inner_text()


def test_the_work_grows_with_the_layers_alone(page, figure):
    """Running and editing a network twice as long changes at most twice as much of the page."""
    count = (JS / "count_mutations.js").read_text("utf-8")

    def changes(layers):
        figure(f'state="2,20;{";".join(["LazyLinear(16)", "ReLU"] * layers)}"')
        return page.evaluate(count, "3, 30")

    short, long = changes(15), changes(30)
    assert 30 < short < long <= 2 * short
    assert long < 60 * 16
