"""What each page costs, against budgets.toml."""

import time
from urllib.parse import urlsplit

import pytest

from tests.site.helpers import BUDGET, PAGES, SITE, Handler

SHIFTS = """() => new Promise(done => {
  let sum = 0;
  const observer = new PerformanceObserver(list => list.getEntries().forEach(e => sum += e.value));
  observer.observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 50);
})"""


@pytest.mark.parametrize("name", PAGES)
def test_budget(visit, base, name):
    """Bytes, requests, hosts, errors and layout shift of one cold load."""
    page = visit(name, wait=False)
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    asked, answered, sizes, failed = {}, {}, {}, {}
    for event, key, into in [
        ("requestWillBeSent", lambda e: e["request"]["url"], asked),
        ("responseReceived", lambda e: e["response"]["status"], answered),
        ("loadingFinished", lambda e: e["encodedDataLength"], sizes),
        ("loadingFailed", lambda e: e["errorText"], failed),
    ]:
        client.on(f"Network.{event}", lambda e, k=key, d=into: d.update({e["requestId"]: k(e)}))
    page.goto(f"{base}/{name}.html", wait_until="networkidle")
    shift = page.evaluate(SHIFTS)
    asked = {key: url for key, url in asked.items() if not url.startswith("data:")}
    found = {
        "kib": round(sum(sizes.values()) / 1024, 1),
        "requests": len(asked),
        "other_hosts": sum(not url.startswith(base) for url in asked.values()),
        "console_errors": len(page.troubles),
        "failed_requests": len(failed) + sum(status != 200 for status in answered.values()),
        "layout_shift": round(shift, 4),
    }
    over = {what: value for what, value in found.items() if value > BUDGET[what]}
    assert not over, f"over budget: {over}; asked for {sorted(asked.values())}; {page.troubles}"


def test_search_loads_when_used(visit):
    """A page loads nothing of the search."""
    page = visit(wait=False)
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(visit().url, wait_until="networkidle")
    assert asked and not [path for path in asked if "search" in path or "language" in path]


class Slow(Handler):
    """Sends pages piece by piece, as a slow line does; what they load is there at once."""

    def send(self, body):
        """Send the answer's body in pieces."""
        step = 1500 if urlsplit(self.path).path.endswith(".html") else len(body)
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            time.sleep(0.1)


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("name", ["cascade", "explorer", "versions"])
def test_holds_still_on_a_slow_line(visit, serve, name, width):
    """What has come stays in its place while the rest comes."""
    page = visit(f"{serve(SITE, Slow)}/{name}.html", width=width)
    assert page.evaluate(SHIFTS) <= BUDGET["layout_shift_slow"]
