"""Drives Debian's Chromium: pages as a person meets them, and axe-core to judge them.

A page that throws a script error, or asks for something that its own
Content-Security-Policy forbids, fails its test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.accessibility import violations_of
from tests.browser.chromium import complaints_of, launch

SHOTS = Path(__file__).parent / "shots"

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for this test process."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """`new_page(width=320, script=False, …)`: a page in its own session, as another person's browser."""
    opened: list[tuple[BrowserContext, list[str]]] = []

    def make(*, width: int = 1280, height: int = 900, script: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        context.set_default_timeout(10_000)
        opened.append((context, complaints_of(context)))
        return context.new_page()

    yield make
    heard = [complaint for _, complaints in opened for complaint in complaints]
    for context, _ in opened:
        context.close()
    assert not heard, "the browser complained:\n" + "\n".join(heard)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A desktop window."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """The narrowest screen that must work: 320 px."""
    return new_page(width=320, height=640, has_touch=True)


@pytest.fixture
def page_without_script(new_page: NewPage) -> Page:
    """A browser in which JavaScript is switched off."""
    return new_page(script=False)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with the list of what WCAG 2.2 AA finds wrong on the page as it is now."""

    def check(page: Page, *, within: str | None = None) -> None:
        found = violations_of(page, within=within)
        assert not found, f"{page.url}:\n" + "\n".join(found)

    return check


@pytest.fixture
def shoot() -> Callable[[Page, str], Path]:
    """`shoot(page, "home")` keeps a picture in tests/browser/shots/ for people to look at."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(exist_ok=True)
        target = SHOTS / f"{name}.png"
        page.screenshot(path=target, full_page=True)
        return target

    return take
