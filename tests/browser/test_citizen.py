"""A citizen answers on a small phone: with and without scripts, by keyboard alone, in large text, too late."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect
from sqlmodel import delete, select

from evalplat.campaigns.tables import Window
from evalplat.stages.surveys import actions, queries
from evalplat.stages.surveys.tables import SurveyAnswer, SurveyText, Tally
from tests.browser.site import Site, site_of_today, sound

PHONE = {"width": 360, "height": 640, "has_touch": True, "is_mobile": True}
RECEIPT = re.compile(r"(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A campaign whose survey is open now."""
    with site_of_today(tmp_path_factory.mktemp("citizen")) as found:
        with found.acting("system") as work:
            actions.open_and_close(work)
        yield found


@pytest.fixture
def link(site: Site) -> Iterator[str]:
    """The address of the open link on the poster; no answers are stored before and after."""
    with site.acting("section", write=False) as work:
        rows = queries.links_of(work, site.world.campaign(work))
        code = next(link.code for link, wave, unit in rows if (wave.key, unit.code) == ("citizen", "jiaotong"))
    yield f"{site.url}/s/{code}"
    with site.acting("system") as work:
        for table in (SurveyAnswer, SurveyText, Tally):
            work.session.exec(delete(table))


def choose(page: Page, question: str, value: str) -> None:
    """Tap an answer."""
    page.locator(f'label:has(input[name="{question}"][value="{value}"])').click()


def press(page: Page, go: str = "next") -> None:
    """Tap the big button, or the one that goes back."""
    page.locator(f'button[name="go"][value="{go}"]:not(.vh)').click()


def stored(site: Site) -> list[tuple[object, ...]]:
    """What is kept of the answers, without their random keys."""
    with site.acting("system", write=False) as work:
        closed = [(row.closed, row.evidence, row.quality) for row in work.session.exec(select(SurveyAnswer))]
        texts = [(row.question, row.text) for row in work.session.exec(select(SurveyText))]
    return sorted(closed) + sorted(texts)


def walk(page: Page, link: str, look: Callable[[str], None]) -> None:
    """The whole way: a forgotten answer, reasons after a bad one, back and forth, the receipt."""
    page.goto(link)
    look("1-first")
    choose(page, "C3", "2")
    choose(page, "C11", "4")
    press(page)
    expect(page.locator("#error-summary, .error-summary").first).to_be_visible()
    expect(page.locator('input[name="C3"][value="2"]')).to_be_checked()
    look("2-forgotten")
    page.locator('a[href="#f-C7"]').click()
    choose(page, "C7", "5")
    press(page)
    expect(page.get_by_text("不满意的原因")).to_be_visible()
    look("3-reasons")
    press(page, "back")
    choose(page, "C3", "5")
    press(page)
    expect(page.get_by_text("还想对我们说")).to_be_visible()
    expect(page.get_by_text("不满意的原因")).to_have_count(0)
    press(page, "back")
    choose(page, "C3", "2")
    press(page)
    choose(page, "C12", "slow")
    choose(page, "C12", "unskilled")
    page.locator('textarea[name="C13"]').fill("窗口太少，排队太久。")
    press(page)
    expect(page.get_by_text("办理太慢、等候太久")).to_be_visible()
    look("4-check")
    press(page, "finish")
    expect(page.locator(".code-box")).to_have_text(RECEIPT)
    look("5-done")


def test_the_same_answer_is_stored_with_and_without_scripts(site: Site, link: str, new_page, shoot) -> None:
    kept = []
    for script in (True, False):
        page = new_page(script=script, **PHONE)

        def look(name: str, page: Page = page, script: bool = script) -> None:
            sound(page, axe=script)
            shoot(page, f"citizen-{name}-{'script' if script else 'plain'}")

        walk(page, link, look)
        kept.append(stored(site))
        with site.acting("system") as work:
            for table in (SurveyAnswer, SurveyText):
                work.session.exec(delete(table))
    with_script, without = ([row[:2] for row in rows] for rows in kept)  # the third says how fast a person was
    assert with_script == without
    assert len(kept[0]) == 2
    assert ("C13", "窗口太少，排队太久。") in kept[0]


def test_the_first_page_is_light_and_asks_nobody_else(link: str, new_page) -> None:
    page = new_page(**PHONE)
    asked: list[Request] = []
    page.on("requestfinished", lambda one: asked.append(one))  # noqa: PLW0108 - playwright marks the handler, which no builtin allows
    page.goto(link, wait_until="networkidle")
    weight = sum(sizes["responseBodySize"] + sizes["responseHeadersSize"] for sizes in (one.sizes() for one in asked))
    assert {urlsplit(one.url).netloc for one in asked} == {urlsplit(link).netloc}
    assert weight <= 50_000, weight
    assert not page.locator("script").count()


def test_the_keyboard_alone_is_enough(site: Site, link: str, new_page) -> None:
    page = new_page(**{**PHONE, "is_mobile": False})
    page.goto(link)
    for question, downs in (("C3", 0), ("C7", 1), ("C11", 0)):
        reach(page, f'input[name="{question}"]')
        page.keyboard.press("Space")
        for _ in range(downs):
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator('textarea[name="C13"]')).to_be_visible()
    reach(page, 'textarea[name="C13"]')
    page.keyboard.type("很好")
    reach(page, 'button[value="next"]:not(.vh)')
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator('button[value="finish"]:not(.vh)')).to_be_visible()
    reach(page, 'button[value="finish"]:not(.vh)')
    page.keyboard.press("Enter")
    page.wait_for_url(f"{link}/done")
    # Very satisfied, satisfied, very satisfied; the rest was not asked or not answered.
    assert [row[0] for row in stored(site)] == ["010..-", "C13"]


def reach(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


@pytest.mark.parametrize("script", [True, False])
def test_large_text_keeps_what_was_chosen(link: str, new_page, shoot, script: bool) -> None:
    page = new_page(script=script, **PHONE)
    page.goto(link)
    before = page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)") if script else 0
    choose(page, "C3", "4")
    page.locator('button[value="view:large"]').first.click()
    expect(page.locator('input[name="C3"][value="4"]')).to_be_checked()
    expect(page.locator("html")).to_have_attribute("data-view", "large")
    if script:
        assert page.locator("h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)") > before
    sound(page, axe=script)
    shoot(page, f"citizen-large-{'script' if script else 'plain'}")
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("data-view", "large")


def test_the_pages_own_back_leads_back_and_nothing_stays_for_the_next_person(link: str, new_page) -> None:
    page = new_page(**PHONE)
    first = page.goto(link)
    assert first.headers["cache-control"] == "no-store"
    for question in ("C3", "C7", "C11"):
        choose(page, question, "5")
    press(page)
    expect(page.locator('textarea[name="C13"]')).to_be_visible()
    with page.expect_response("**/last") as sent:
        press(page)
    assert sent.value.headers["cache-control"] == "no-store"
    expect(page.locator('button[value="finish"]:not(.vh)')).to_be_visible()
    page.get_by_role("button", name="上一题").click()
    expect(page.locator('textarea[name="C13"]')).to_be_visible()
    page.get_by_role("button", name="上一题").click()
    expect(page.locator('input[name="C7"][value="5"]')).to_be_checked()


def test_a_double_tap_sends_once(site: Site, link: str, new_page) -> None:
    page = new_page(**PHONE)
    page.goto(link)
    for question in ("C3", "C7", "C11"):
        choose(page, question, "4")
    press(page)
    press(page)
    page.locator('button[value="finish"]:not(.vh)').dblclick()
    page.wait_for_url(f"{link}/done")
    page.goto(f"{link}/done")
    assert len(stored(site)) == 1


def test_a_closed_survey_says_so(site: Site, link: str, new_page, shoot) -> None:
    open_page = new_page(**PHONE)
    open_page.goto(link)
    for question in ("C3", "C7", "C11"):
        choose(open_page, question, "5")
    with site.acting("system") as work:
        window = work.session.exec(select(Window).where(Window.kind == "survey")).one()
        closes, window.closes_at = window.closes_at, datetime.now(UTC) - timedelta(minutes=1)
    try:
        for page in (open_page, new_page(script=False, **PHONE)):
            if page is open_page:
                press(page)
            else:
                page.goto(link)
            expect(page.locator("h1")).to_have_text("本调查现在不接收答卷")
            sound(page, axe=page is open_page)
        shoot(open_page, "citizen-closed")
    finally:
        with site.acting("system") as work:
            work.session.exec(select(Window).where(Window.kind == "survey")).one().closes_at = closes
    assert stored(site) == []
