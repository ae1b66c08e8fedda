"""The <cascade-explorer> element in a real Chromium: what it says of a network that changes."""

import pytest

from tests.site.helpers import address

pytest_plugins = ["tests.site.explorer_page"]


def typed(page, text):
    """Type letter by letter."""
    for letter in text:
        page.keyboard.press(letter)


@pytest.mark.parametrize("name", ["LazyLinear", "BatchNorm2d", "LazyConvTranspose3d", "Sigmoid"])
def test_typing_in_the_list_of_layers_finds_the_layer(page, figure, name):
    figure = figure('state="2,3,8,8,8;Conv3d(3,4,5);ReLU"')
    figure.edit(1)
    figure.field("layer").focus()
    typed(page, name)
    assert figure.field("layer").input_value() == name
    assert figure.text(1).startswith(f"{name}(") and figure.text(2).startswith("ReLU")
    if "Conv" in name:
        assert f"{name}(4, kernel_size=5)" in figure.text(1), "what both have is kept"
    figure.press("Undo")
    assert figure.text(1).startswith("Conv3d(3, 4, kernel_size=5)"), "it is one change"


def test_a_counted_size_that_never_fitted_is_wrong(figure):
    figure = figure("preset=mismatch")
    figure.count_by_hand()
    text = figure.root.inner_text()
    assert "nn.Linear(21, 256),  # should be 20 now" in text
    assert "Numbers that are wrong now: 1. Layer 1 raises an error:" in text


def test_a_new_layer_is_counted_too(figure):
    figure = figure("preset=mlp")
    figure.count_by_hand()
    figure.edit(1)
    figure.press("Add below")
    figure.root.get_by_label("layer", exact=True).last.select_option("LazyLinear")
    hand = figure.root.get_by_role("region", name="Network counted by hand")
    assert hand.inner_text().splitlines() == [
        "nn.Linear(20, 256),",
        "nn.Linear(256, 16),",
        "nn.ReLU(),",
        "nn.Linear(256, 10),  # should be 16 now",
    ]


def test_a_layer_that_nothing_reaches_cannot_be_counted(figure):
    figure = figure('state="2,20;LazyConv2d(4,3);LazyLinear(8)"')
    figure.count_by_hand()
    hand = figure.root.get_by_role("region", name="Network counted by hand")
    assert hand.inner_text().splitlines() == [
        "nn.Conv2d(?, 4, kernel_size=3),",
        "nn.Linear(?, 8),",
    ]


def test_a_preset_of_another_size_is_a_change_of_the_input(figure):
    figure = figure("preset=lenet")
    figure.count_by_hand()
    figure.press("All at once")
    figure.field("Network").select_option("LeNet, 32 px")
    assert "nn.Linear(400, 120),  # should be 576 now" in figure.root.inner_text()
    assert "reads 576, was 400" in figure.text(8)
    assert figure.field("Input shape").input_value() == "2, 1, 32, 32"
    figure.field("Network").select_option("MLP")
    assert "wrong now: none" in figure.root.inner_text()


def test_the_network_is_named_as_it_is(figure):
    figure = figure("preset=lenet")
    chosen = "e => e.selectedOptions[0].textContent"
    assert figure.field("Network").evaluate(chosen) == "LeNet, 28 px"
    figure.field("Input shape").fill("2, 1, 32, 32")
    assert figure.field("Network").evaluate(chosen) == "LeNet, 32 px"
    figure.edit(1)
    figure.field("kernel_size").fill("3")
    assert figure.field("Network").evaluate(chosen) == "Your own"
    figure.press("Undo")
    assert figure.field("Network").evaluate(chosen) == "LeNet, 32 px"


def test_was_is_the_size_before_the_last_change(figure):
    figure = figure("preset=mlp")
    figure.press("All at once")
    figure.field("Input shape").fill("2, 30")
    assert "reads 30, was 20" in figure.text(1)
    figure.edit(2)
    figure.press("Remove")
    assert "was" not in figure.root.inner_text()
    figure.edit(1)
    figure.press("Remove")
    assert "reads 30, was 256" in figure.text(1)
    figure.press("Add a layer")
    assert "was" not in figure.root.inner_text()


def test_an_old_result_is_marked(figure):
    figure = figure("preset=lenet")
    figure.press("All at once")
    stale = figure.root.locator(".cx-stale")
    mark = "Below is the last network that could be read; {} is not used yet."
    figure.field("Input shape").fill("2, 1, two")
    assert mark.format("Input shape") in figure.root.inner_text() and stale.count() == 1
    figure.field("Input shape").fill("2, 1, 28, 28")
    assert "Below is" not in figure.root.inner_text() and stale.count() == 0
    figure.edit(1)
    figure.field("kernel_size").fill("five")
    assert mark.format("kernel_size") in figure.root.inner_text() and stale.count() == 1
    figure.edit(1)
    assert "Below is" not in figure.root.inner_text(), "the field is closed, with what was in it"
    figure.edit(1)
    assert figure.field("kernel_size").input_value() == "5"


def test_clear_duplicate_add_above_undo_redo(page, figure):
    figure = figure("preset=mlp")
    figure.edit(1)
    figure.press("Duplicate")
    assert [figure.text(i).split(" ")[0] for i in (1, 2, 3)] == ["LazyLinear(256)"] * 2 + ["ReLU()"]
    figure.field("out_features").last.fill("64")
    assert "LazyLinear(256)" in figure.text(1) and "LazyLinear(64)" in figure.text(2)
    figure.edit(3)
    figure.root.get_by_role("button", name="Add above").last.click()
    assert figure.layers.count() == 5 and figure.text(3).startswith("ReLU")
    figure.press("Clear")
    assert figure.layers.count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Add a layer"
    assert figure.field("Input shape").input_value() == "2, 20"
    for count in (5, 4, 4, 3, 3):
        figure.press("Undo")
        assert figure.layers.count() == count
    for count in (4, 4, 5, 0, 0):
        figure.press("Redo")
        assert figure.layers.count() == count
    figure.press("Undo")
    figure.press("Add a layer")
    figure.press("Redo")
    assert figure.layers.count() == 6, "a change ends what can be redone"


def test_copy_link(page, figure):
    figure = figure("preset=mlp", query="?keep=1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    figure.press("Copy link")
    assert figure.root.get_by_role("button", name="Copied").is_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith("?keep=1&cascade=2,20;LazyLinear(256);ReLU;LazyLinear(10)")
    page.goto(link.replace("256", "32"))
    page.wait_for_selector("cascade-explorer[ready]")
    assert "LazyLinear(32)" in figure.text(1)


def test_both_forms_of_the_code_are_right_for_a_net_that_does_not_fit(figure):
    figure = figure("preset=mismatch")
    figure.root.get_by_text("As PyTorch code").click()
    for name, first in [("lazy", "nn.LazyLinear(256),"), ("eager", "nn.Linear(20, 256),")]:
        code = figure.root.get_by_role("region", name=f"{name} network").inner_text()
        assert first in code
        scope = {}
        exec(code, scope)
        assert scope["net"][0].in_features == 20


def test_names_are_kept_in_link_and_code(page, figure):
    figure = figure('state="2,20;fc1:LazyLinear(256);act:ReLU;fc2:LazyLinear(10)"')
    figure.root.get_by_text("As PyTorch code").click()
    scope = {}
    exec(figure.root.get_by_role("region", name="eager network").inner_text(), scope)
    assert [name for name, _ in scope["net"].named_children()] == ["fc1", "act", "fc2"]
    figure.field("Input shape").fill("2, 30")
    assert "cascade=2,30;fc1:LazyLinear(256);act:ReLU;fc2:LazyLinear(10)" in address(page)
