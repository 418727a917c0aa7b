"""People with a browser each: they sign in, press the one button of a deed, and every page they see is sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.browser.site import Site, sound


@dataclass
class People:
    """``people.at("lead", path)``: the page of that person, who signs in the first time."""

    site: Site
    new_page: Callable[..., Page]
    base: str
    phones: frozenset[str] = frozenset()
    pages: dict[str, Page] = field(default_factory=dict)

    def at(self, who: str, path: str) -> Page:
        """Somebody on a page below the unit's file, or on a path from the root."""
        if who not in self.pages:
            size: dict[str, Any] = {"width": 360, "height": 640, "has_touch": True} if who in self.phones else {}
            self.pages[who] = self.site.sign_in(self.new_page(**size), who)
        page = self.pages[who]
        page.goto(f"{self.site.url}{path if path.startswith('/') else f'{self.base}/{path}'}")
        sound(page)
        return page

    def does(self, who: str, path: str, deed: str, **fields: str) -> Page:
        """Fill in the form whose address ends with the deed, press its button, and look at what comes."""
        page = self.at(who, path)
        send(page, deed, **fields)
        sound(page)
        return page


def send(page: Page, deed: str, **fields: str) -> None:
    """Fill in a form by its address and send it; a question before it is answered with its own button."""
    form = page.locator(f'form[action$="{deed}"]').first
    for fold in form.locator("xpath=ancestor::details").all():
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
    for name, value in fields.items():
        fill(form, name.replace("__", "."), value)
    with page.expect_navigation():
        form.locator('button[type="submit"]:visible:not(.vh)').last.click()
    found = page.locator("#error-summary")
    assert not found.count(), found.inner_text()


def fill(form: Any, name: str, value: str) -> None:
    """Type, choose or tick, whatever the field is."""
    one = form.locator(f'[name="{name}"]').first
    kind = one.evaluate("one => one.tagName + ':' + (one.type || '')")
    if kind.endswith((":radio", ":checkbox")):
        for part in value.split(","):
            box = form.locator(f'[name="{name}"][value="{part}"]')
            if not box.is_checked():
                form.locator(f'label:has([name="{name}"][value="{part}"])').click()
    elif kind.startswith("SELECT"):
        one.select_option(value)
    else:
        one.fill(value)
