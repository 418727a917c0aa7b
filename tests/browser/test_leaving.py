"""Whoever leaves a page in the middle of a word finds the word again, and is not asked whether to leave."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from evalplat.stages.notices import actions as notices
from tests.browser.site import Site, site_of_today

UNIT = "jiaotong"
TEXTS = f"/c/2026/u/{UNIT}/assessment/texts"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A department that has received the notice."""
    with site_of_today(tmp_path_factory.mktemp("leaving")) as found:
        with found.acting(f"liaison-{UNIT}") as work:
            notices.acknowledge(work, found.world.evaluation(work, UNIT))
        yield found


def filling(site: Site, page: Page, text: str) -> list[str]:
    """Somebody has typed a word a moment ago; what the browser asks them from now on."""
    site.sign_in(page, f"liaison-{UNIT}", "/")
    page.goto(f"{site.url}{TEXTS}")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator('[name="text.c5"]').fill(text)
    return asked


def test_going_on_by_a_link_keeps_the_last_words(site: Site, new_page) -> None:
    page = new_page()
    asked = filling(site, page, "督办制度每周例会一次。")
    page.get_by_role("link", name="下一步：调查统计表").click()
    page.wait_for_url("**/tables/**")
    page.goto(f"{site.url}{TEXTS}")
    expect(page.locator('[name="text.c5"]')).to_have_value("督办制度每周例会一次。")
    assert not asked


def test_without_a_connection_the_browser_asks_before_leaving(site: Site, new_page) -> None:
    page = new_page()
    page.route("**/autosave", lambda route: route.abort())
    asked = filling(site, page, "断网时写的一句。")
    expect(page.locator('[data-autosave-status][data-state="lost"]').first).to_be_visible(timeout=8_000)
    page.get_by_role("link", name="下一步：调查统计表").click()
    page.wait_for_url("**/tables/**")
    assert asked == ["beforeunload"]
