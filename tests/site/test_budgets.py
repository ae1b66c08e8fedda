"""What each page costs, against budgets.toml."""

import time
from urllib.parse import urlsplit

import pytest
from conftest import PAGES, SITE, Handler, budget

SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 50);
})"""


@pytest.mark.parametrize("name", PAGES)
def test_budget(visit, base, name):
    """Bytes, requests, hosts, errors and layout shift of one cold load."""
    page = visit(name, wait=False)
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    asked, answered, sizes = {}, {}, {}
    client.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e["request"]["url"]}))
    client.on("Network.responseReceived", lambda e: answered.update({e["requestId"]: e["response"]["status"]}))
    client.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    page.goto(f"{base}/{name}.html", wait_until="networkidle")
    shift = page.evaluate(SHIFTS)
    asked = {key: url for key, url in asked.items() if not url.startswith("data:")}
    found = {
        "kib": round(sum(sizes.values()) / 1024, 1),
        "requests": len(asked),
        "other_hosts": sum(not url.startswith(base) for url in asked.values()),
        "console_errors": len(page.troubles),
        "failed_requests": sum(answered.get(key, 0) != 200 for key in asked),
        "layout_shift": round(shift, 4),
    }
    over = {what: value for what, value in found.items() if value > budget(name, what)}
    assert not over, f"{name}: over its budget: {over}; asked for {sorted(asked.values())}; errors {page.troubles}"


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
def test_holds_still_on_a_slow_line(visit, serve, width):
    """What has come stays in its place while the rest comes."""
    page = visit(f"{serve(SITE, Slow)}/cascade.html", width=width)
    assert page.evaluate(SHIFTS) <= budget("cascade", "layout_shift_slow")
