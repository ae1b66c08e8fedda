"""The deck on paper: laid out for printing, and as a PDF."""

import re
import subprocess
import sys
from pathlib import Path

from tools import slides

PRINTED = Path(__file__).with_name("printed.js").read_text("utf-8")
ROOT = Path(__file__).parents[3]


def test_printed_pages_are_whole(browser, all_slides):
    page, troubles = browser.new_page(), []
    page.on("console", lambda m: m.type == "error" and troubles.append(m.text))
    slides.open_for_print(page)
    wrong = page.evaluate(PRINTED)
    assert page.locator(".pdf-page").count() == len(all_slides)
    page.close()
    assert not troubles and not wrong, "\n".join([*troubles, *wrong])


def test_the_pdf(all_slides):
    command = [sys.executable, "-m", "tools.slides"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    data = slides.PDF.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == len(all_slides)
    assert set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", data)) == {b"0 0 960 540"}
    fonts = re.findall(rb"<<[^<>]*/Type\s*/FontDescriptor[^<>]*>>", data)
    assert fonts and all(re.search(rb"/FontFile[23]?\b", font) for font in fonts)
    assert b"file:" not in data and str(ROOT).encode() not in data
