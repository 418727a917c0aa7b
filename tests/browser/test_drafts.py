"""The editor of a block adds up while one types; without a script, and after saving, the server says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from evalplat.campaigns import drafts
from tests.browser.site import Site, site_of_today, sound

RIGHT, MORE = "合计 9，正确。", "合计 10，比 9 多 1。"
WHOLE = "合计 101，比 100 多 1。"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An office with one draft."""
    with site_of_today(tmp_path_factory.mktemp("drafts")) as found:
        with found.acting("section") as work:
            drafts.start(work, source="tengzhou-2026.yaml", title="本市指标体系", version="2099.1")
        yield found


def editor(site: Site, page: Page) -> Page:
    """The block A of the draft."""
    site.sign_in(page, "section")
    page.goto(f"{site.url}/definitions/drafts/tengzhou-2026-2099-1/blocks/A?open=A101")
    return page


@pytest.mark.parametrize("size", [{"width": 1280}, {"width": 360, "height": 640, "has_touch": True}], ids=["desktop", "phone"])
def test_the_sum_follows_the_typing(site: Site, new_page: Callable[..., Page], size: dict[str, int]) -> None:
    page = editor(site, new_page(**size))
    sound(page)
    below = page.locator('[data-sum="A1"]')
    expect(below).to_have_text(RIGHT)
    points = page.locator('[name="share~A101"]')
    points.fill("５")
    expect(below).to_have_text(MORE)
    expect(page.locator(".save-bar [data-sum]")).to_have_text(WHOLE)
    points.fill("五")
    expect(below).to_have_text("有的数未填写或不是数字。")
    points.fill("3.9")
    page.locator('[name="share~A102"]').fill("3.1")
    expect(below).to_have_text(RIGHT)
    page.locator('[name="share~A1"]').fill("")
    expect(below).to_have_text("合计 9。")


def test_without_a_script_the_sum_comes_with_saving(site: Site, page_without_script: Page) -> None:
    page = editor(site, page_without_script)
    page.locator('[name="share~A101"]').fill("5")
    page.locator(".save-bar button").click()
    expect(page.locator('[data-sum="A1"]')).to_have_text(MORE)
    expect(page.locator("#A101 .problems").or_(page.locator("#A1 .problems")).first).to_be_visible()
    page.locator('[name="share~A101"]').fill("4")
    page.locator(".save-bar button").click()
    expect(page.locator('[data-sum="A1"]')).to_have_text(RIGHT)
