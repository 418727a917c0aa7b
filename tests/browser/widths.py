"""Looks at one page at every width and both text sizes: one visit, so that a whole menu can be walked."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.accessibility import violations_of
from tests.browser.site import MEASURE, faults_of

WIDTHS = (1280, 360, 320)
LARGE = "view => { document.documentElement.dataset.view = view }"
FOLDED = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"


def faults_everywhere(page: Page) -> list[str]:
    """What is wrong with the page at 1280, 360 and 320 px, in normal and large text. Axe sees the narrowest, where everything is
    unfolded; the widest too in the tests of single journeys."""
    height = 900
    page.set_viewport_size({"width": WIDTHS[0], "height": height})
    faults = faults_of(page, axe=False)
    for view in ("normal", "large"):
        page.evaluate(LARGE, view)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            found = page.evaluate(MEASURE)
            if found["wide"] > 0:
                faults.append(f"{width} px, {view} text: {found['wide']} px too wide: {found['widest']}")
    page.evaluate(FOLDED)
    found = page.evaluate(MEASURE)
    if found["wide"] > 0:
        faults.append(f"unfolded at 320 px: {found['wide']} px too wide: {found['widest']}")
    return faults + [f"320 px, large text: {one}" for one in violations_of(page)]
