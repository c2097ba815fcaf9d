"""Share and Download as a reader uses them, by tap and by key, light and dark, wide and narrow."""

import re

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from tests.browser.visit import visit
from tests.pages.support import plain

pytestmark = pytest.mark.browser
LINK = "?home_depth=13"
STATUS = ".copied [role=status]"
DARK = 20
"""What makes a pixel one of a dark page, of 255."""


@pytest.fixture(params=[(1280, False), (390, True)], ids=["wide, light", "narrow, dark"])
def seen(request, browser, server):
    width, dark = request.param
    with visit(browser, f"{server}/{LINK}", width, dark, touch=dark) as seen:
        yield seen


def unfold(seen, name, within):
    """Open a fold as by the keyboard: what is in it comes next."""
    summary = seen.page.locator("summary", has_text=name)
    summary.focus()
    seen.page.keyboard.press("Enter")
    seen.page.locator(within).first.wait_for()
    seen.wait()


def at_focus(seen):
    return seen.page.evaluate("document.activeElement.outerHTML.slice(0, 60)")


def pixels(file):
    return np.asarray(Image.open(file).convert("RGB"))


def test_the_link_is_copied_and_fills_the_screen_as_a_code(seen, server, tmp_path):
    address = f"{server}/{LINK}"
    unfold(seen, "Share", ".code img")
    before = len(seen.sent)
    seen.page.keyboard.press("Tab")
    assert "textarea" in at_focus(seen)
    seen.page.keyboard.press("Tab")
    assert 'data-does="copy"' in at_focus(seen)
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen.page.keyboard.press("Enter")
    status = seen.page.locator(STATUS)
    seen.page.wait_for_function(f"document.querySelector('{STATUS}').textContent === 'Copied.'")
    assert seen.page.evaluate("navigator.clipboard.readText()") == address
    frame = seen.page.locator(".copied textarea").nth(1).input_value()
    assert re.fullmatch(r'<iframe src="([^"]+)" title=".+\?" width=.*></iframe>', frame)
    assert f'"{address}&amp;embed=true"' in frame
    # Where nothing may write to the clipboard: the older way, or else all of it is selected.
    seen.page.evaluate("navigator.clipboard.writeText = () => Promise.reject(Error('no')); 0")
    seen.page.evaluate("document.execCommand = () => false; 0")
    seen.page.locator("[data-does=copy]").nth(1).click()
    seen.page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
    assert seen.page.evaluate("String(getSelection())") == frame
    assert "Selected" in status.nth(1).inner_text()
    full(seen, address, tmp_path / "full.png")
    # Nor is there a full screen in every frame: then it fills the window.
    seen.page.evaluate("Element.prototype.requestFullscreen = () => Promise.reject(Error('no')); 0")
    full(seen, address, tmp_path / "window.png")
    assert len(seen.sent) == before
    assert seen.errors == []


def full(seen, address, file):
    """Press the code: it fills the screen, dark on white; press again, and it is small again."""
    code = seen.page.locator(".code")
    small = code.bounding_box()["width"]
    code.click()
    side = min(seen.page.viewport_size.values())
    big = f"document.querySelector('.code img').clientWidth === {side}"
    seen.page.wait_for_function(big)
    seen.page.screenshot(path=file)
    (found,) = zxingcpp.read_barcodes(Image.open(file))
    assert found.text == address
    assert pixels(file)[0, 0].tolist() == [255, 255, 255]
    code.click()
    seen.page.wait_for_function(f"!({big})")
    assert code.bounding_box()["width"] == small


def test_a_chart_is_saved_as_it_is_on_screen_without_the_server(seen, server, tmp_path):
    unfold(seen, "Download", ".saved button")
    before, files = len(seen.sent), {}
    for kind in ("png", "svg"):
        with seen.page.expect_download() as download:
            seen.page.locator(f"[data-kind={kind}]").first.click()
        assert download.value.suggested_filename == f"home-gradient-by-layer.{kind}"
        files[kind] = tmp_path / f"picture.{kind}"
        download.value.save_as(files[kind])
    assert len(seen.sent) == before
    svg = files["svg"].read_text("utf-8")
    marks = seen.page.evaluate(
        "[...document.querySelectorAll('svg.marks path')].map(path => path.getAttribute('d'))"
    )
    assert all(f'd="{d}"' in svg for d in marks if d)
    words = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))
    note = plain(seen.page.locator(".note").first.inner_text())
    for told in ("learn so slowly?", "Depth: hidden layers = 13.", note, f"{server}/{LINK}"):
        assert re.sub(r"\s+", "", told) in re.sub(r"\s+", "", words)
    assert "@font-face" in svg
    assert "data:font" in svg
    picture = pixels(files["png"])
    wide, high = map(int, re.search(r'<svg[^>]* width="(\d+)" height="(\d+)"', svg).groups())
    assert picture.shape == (2 * high, 2 * wide, 3)
    # The ground is the page's; the chart's two colours and the words beneath it are there.
    dark = seen.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert (picture[0, 0].max() <= 2 * DARK) == dark
    colours = {tuple(colour) for colour in picture.reshape(-1, 3)[::7].tolist()}
    assert (
        {(0x3D, 0x9B, 0xDB), (0xE8, 0x74, 0x2A)} <= colours
        if dark
        else ({(0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)} <= colours)
    )
    caption = picture[-2 * 19 * 3 :].astype(int)
    assert (abs(caption - picture[0, 0]).max(axis=2) > 128).mean() > 0.01
    assert seen.errors == []
    assert seen.overflow() == []


def test_what_is_moved_through_is_saved_where_it_stands_with_its_colours(browser, server, tmp_path):
    with visit(browser, f"{server}/training") as seen:
        unfold(seen, "Download", ".saved button")
        seen.page.locator(".vega-bindings input[type=range]").first.evaluate(
            "e => { e.value = e.min; e.dispatchEvent(new Event('input', {bubbles: true})) }"
        )
        seen.page.wait_for_function(
            "document.querySelector('svg.marks').textContent.includes('step 0, seed 0: loss')"
        )
        with seen.page.expect_download() as download:
            seen.page.locator("[data-kind=svg]").first.click()
        download.value.save_as(tmp_path / "picture.svg")
        svg = (tmp_path / "picture.svg").read_text("utf-8")
        assert "step 0, seed 0: loss" in svg
        # What clips, and a legend's ramp, are the file's own, not the page's.
        named = set(
            re.findall(r"url\(([^)]*)\)", re.sub(r"<style.*?</style>", "", svg, flags=re.S))
        )
        assert named
        assert all(f'id="{name.removeprefix("#")}"' in svg for name in named), named
