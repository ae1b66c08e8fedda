"""The explorer's page of its own, in the full width of the window."""

from playwright.sync_api import expect


def test_the_code_stands_beside_the_layers(visit):
    """In a wide window; below them in a narrow one."""
    page = visit("explorer", width=1440)
    figure = page.locator("cascade-explorer")
    figure.get_by_text("As PyTorch code").click()
    layers, code = figure.locator("ol"), figure.get_by_role("region", name="lazy network")
    expect(code).to_be_visible()
    assert figure.bounding_box()["width"] > 1000
    assert code.bounding_box()["x"] > layers.bounding_box()["x"] + layers.bounding_box()["width"]
    page.set_viewport_size({"width": 375, "height": 800})
    assert code.bounding_box()["y"] > layers.bounding_box()["y"] + layers.bounding_box()["height"]


def test_it_corrects_the_wrong_size(visit):
    """As the page says, and the table without scripts says that the size is wrong."""
    page = visit("explorer")
    figure = page.locator("cascade-explorer")
    assert "RuntimeError" in figure.locator(".cx-fallback").text_content()
    expect(figure).to_contain_text("layer 5, in_features=4096 should be 3600")
    figure.get_by_role("button", name="Correct the sizes").click()
    expect(figure).not_to_contain_text("should be")
    figure.get_by_role("button", name="All at once").click()
    expect(figure.locator("li").last).to_contain_text("(2, 10)")
