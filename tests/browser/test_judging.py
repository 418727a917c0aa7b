"""Two at a time in a browser: a step is saved at once with its result beside it, and by the same button without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from evalplat.campaigns import drafts, judging
from tests.browser.site import Site, site_of_today, sound
from tests.browser.widths import faults_everywhere

DRAFT = "/definitions/drafts/tengzhou-2026-2099-1"
CIRCLE = ((1, 2, "9"), (2, 3, "9"), (1, 3, "1/9"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An office with one draft; one expert has handed in."""
    with site_of_today(tmp_path_factory.mktemp("judging")) as found:
        with found.acting("section") as work:
            drafts.start(work, source="tengzhou-2026.yaml", title="本市指标体系", version="2099.1")
        for who, value in (("commission", "3"), ("director", "1/2")):
            with found.acting(who) as work:
                draft = drafts.all_drafts(work)[0]
                for pair in (("A101", "A102"), ("A102", "A103"), ("A101", "A103")):
                    judging.judge(work, draft, "A1", first=pair[0], second=pair[1], value=value)
                judging.hand_in(work, draft, "A1")
        yield found


def press(page: Page, first: int, second: int, value: str) -> None:
    page.locator(f'#pair-{first}-{second} button[name="value"][value="{value}"]').click()
    expect(page.locator(f'#pair-{first}-{second} button[value="{value}"][aria-pressed="true"]')).to_be_visible()


@pytest.mark.parametrize("size", [{"width": 1280}, {"width": 360, "height": 640, "has_touch": True}], ids=["desktop", "phone"])
def test_the_result_lives(site: Site, new_page: Callable[..., Page], shoot: Callable[..., object], size: dict[str, int]) -> None:
    page = new_page(**size)
    site.sign_in(page, "lead")
    page.goto(f"{site.url}/definitions")
    page.locator("#judging a.btn").first.click()
    page.goto(f"{site.url}{DRAFT}/judge/A1")
    sound(page)
    for first, second, value in CIRCLE:
        press(page, first, second, value)
    expect(page.locator("#result .judge-bad")).to_be_visible()
    expect(page.locator(".judge-worst")).to_have_count(1)
    shoot(page, f"judge-{size['width']}")
    press(page, 1, 3, "9")
    assert page.evaluate("document.activeElement.id") == "pair-1-3-1"
    press(page, 1, 2, "3")
    press(page, 2, 3, "3")
    expect(page.locator("#result .judge-good")).to_be_visible()
    assert page.url.endswith("/judge/A1")


def test_without_a_script_a_step_is_saved_as_well(site: Site, page_without_script: Page) -> None:
    page = page_without_script
    site.sign_in(page, "assessor")
    page.goto(f"{site.url}{DRAFT}/judge/A2")
    press(page, 1, 2, "5")
    press(page, 2, 3, "1/3")
    assert page.url.endswith("/judge/A2#pair-2-3")
    expect(page.locator("#result .judge-bars li")).to_have_count(3)
    page.get_by_role("button", name="提交我的比较").click()
    expect(page.locator("fieldset:disabled")).to_have_count(3)


def test_the_pages_are_sound_at_every_width(site: Site, new_page: Callable[..., Page], shoot: Callable[..., object]) -> None:
    page = new_page(width=1280)
    site.sign_in(page, "section")
    for name, path in (("judge-own", f"{DRAFT}/judge/A1"), ("judgements", f"{DRAFT}/judgements/A1"), ("judging-list", "/definitions")):
        page.goto(f"{site.url}{path}")
        assert faults_everywhere(page) == []
        for width in (1280, 360):
            page.evaluate("document.documentElement.dataset.view = 'normal'")
            page.set_viewport_size({"width": width, "height": 900})
            page.reload()
            shoot(page, f"{name}-{width}")
