"""A served world for the journeys of one module: who signs in, what a sound page is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import Engine

from evalplat.kernel.db import make_engine
from evalplat.kernel.settings import settings
from evalplat.kernel.work import Work
from tests.browser.accessibility import violations_of
from tests.live import serving, world_of_today
from tests.world import PASSWORD, World

MEASURE = """() => ({
  lang: document.documentElement.lang, title: document.title,
  headings: [...document.querySelectorAll('h1')].map(h => h.innerText.trim()),
  wide: document.documentElement.scrollWidth - window.innerWidth,
  widest: [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1
    && !e.closest('.vh, .to-cards thead'))
    .slice(0, 3).map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right)),
})"""


@dataclass
class Site:
    """A running server, the world behind it, and its data folder."""

    url: str
    world: World
    folder: Path
    password: str = PASSWORD

    @contextmanager
    def acting(self, who: str, *, write: bool = True) -> Iterator[Work]:
        """A unit of work of somebody, now."""
        self.world.now = datetime.now(UTC)
        with self.world.acting(who, write=write) as work:
            yield work

    def sign_in(self, page: Page, who: str, path: str = "/") -> Page:
        """From the sign-in page to a page of ours, as a person does it."""
        page.goto(f"{self.url}/sign-in?next={path}")
        page.get_by_label("登录名").fill(who)
        page.get_by_label("密码").fill(self.password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{self.url}{path}")
        return page


@contextmanager
def data_folder(folder: Path) -> Iterator[Engine]:
    """An empty database in a folder of its own; the settings point there meanwhile."""
    before = os.environ.get("EVALPLAT_DATA_DIR")
    os.environ["EVALPLAT_DATA_DIR"] = str(folder)
    settings.cache_clear()
    engine = make_engine(f"sqlite:///{folder / 'test.sqlite3'}")
    try:
        yield engine
    finally:
        engine.dispose()
        if before is None:
            del os.environ["EVALPLAT_DATA_DIR"]
        else:
            os.environ["EVALPLAT_DATA_DIR"] = before
        settings.cache_clear()


@contextmanager
def site_of_today(folder: Path, *, days_ago: int = 6) -> Iterator[Site]:
    """A server over a world whose notice went out some days ago."""
    with data_folder(folder) as engine:
        world = world_of_today(engine, days_ago=days_ago)
        with serving(engine) as url:
            yield Site(url, world, folder)


def faults_of(page: Page, *, axe: bool = True) -> list[str]:
    """Everything that is wrong with the page as it is now; empty if it is sound. Axe itself needs scripts."""
    found = page.evaluate(MEASURE)
    faults = violations_of(page) if axe else []
    if found["lang"] != "zh-CN":
        faults.append(f"lang is {found['lang']}")
    if len(found["headings"]) != 1:
        faults.append(f"h1: {found['headings']}")
    elif found["headings"][0] not in found["title"]:
        faults.append(f"the title {found['title']!r} does not contain {found['headings'][0]!r}")
    if found["wide"] > 0:
        faults.append(f"{found['wide']} px too wide: {found['widest']}")
    return faults


def sound(page: Page, *, axe: bool = True) -> None:
    """Fail with what is wrong with the page."""
    faults = faults_of(page, axe=axe)
    assert not faults, f"{page.url} at {page.viewport_size}:\n" + "\n".join(faults)
