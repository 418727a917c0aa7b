"""The three pictures of the README and those of docs/screens, taken from the demonstration.

EVALPLAT_UPDATE_PICTURES=1 renews docs/pictures and docs/screens; with EVALPLAT_PICTURES_FROM=http://… docs/screens shows a
demonstration that runs there (`evalplat demo`: twelve departments and last year's city) instead of the tests' small one.
Without them the pages are only looked at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.db import transaction
from evalplat.people.tables import Unit
from evalplat.stages.surveys.tables import SurveyLink, SurveyWave
from tests.browser.conftest import SHOTS
from tests.browser.demo import demo_site
from tests.browser.screens import SCREENS, SCREENS_DIR, SIZES, lay_out
from tests.browser.screens import keep as keep_screen
from tests.browser.site import Site, sound

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
RENEW = os.environ.get("EVALPLAT_UPDATE_PICTURES") == "1"
ELSEWHERE = os.environ.get("EVALPLAT_PICTURES_FROM", "").rstrip("/")
SHOWN = "shuiwu"
"""The department that is furthest: its whole way can be seen."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration."""
    with demo_site(tmp_path_factory) as found:
        yield found


def keep(page: Page, name: str) -> None:
    """Take what the window shows; the picture of the README only on request."""
    sound(page)
    SHOTS.mkdir(exist_ok=True)
    taken = SHOTS / f"{name}.png"
    page.screenshot(path=taken)
    if RENEW:
        PICTURES.mkdir(parents=True, exist_ok=True)
        shutil.copy(taken, PICTURES / taken.name)
    assert (PICTURES / taken.name).exists(), "EVALPLAT_UPDATE_PICTURES=1 puts it into docs/pictures"


def campaign(site: Site, ending: str) -> str:
    """The short name of one of the demonstration's campaigns."""
    with transaction(site.world.engine, write=False) as session:
        codes = session.exec(select(Campaign.code).where(Campaign.state == "issued")).all()
    return next(code for code in sorted(codes) if re.fullmatch(rf"\d{{4}}{ending}", code))


def test_the_directors_home(site: Site, new_page) -> None:
    page = site.sign_in(new_page(width=1280, height=860), "zhou")
    keep(page, "home")


def test_a_department_with_a_score_opened_to_its_arithmetic(site: Site, new_page) -> None:
    page = site.sign_in(new_page(width=1280, height=1000), "zhou")
    page.goto(f"{site.url}/c/{campaign(site, '')}/u/{SHOWN}")
    page.locator('a[href*="open=A101"]').first.click()
    expect(page.locator(".opened-box").first).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")
    keep(page, "evaluation")


def open_link(site: Site, ending: str) -> str:
    """An open link of the citizens' questionnaire about that department."""
    with transaction(site.world.engine, write=False) as session:
        query = (select(SurveyLink.code).join(SurveyWave, SurveyWave.id == SurveyLink.wave_id)
                 .join(Evaluation, Evaluation.id == SurveyLink.evaluation_id).join(Unit, Unit.id == Evaluation.unit_id)
                 .join(Campaign, Campaign.id == SurveyWave.campaign_id)
                 .where(SurveyWave.key == "citizen", Unit.code == SHOWN, Campaign.code == campaign(site, ending)))
        return session.exec(query).first() or ""


def test_a_citizens_question_on_a_phone(site: Site, new_page) -> None:
    code = open_link(site, "-zx")
    page = new_page(width=360, height=760, device_scale_factor=2, is_mobile=True, has_touch=True)
    page.goto(f"{site.url}/s/{code}")
    page.locator('label:has(input[name="C3"][value="4"])').click()
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 90) }")
    keep(page, "survey")


def addresses(site: Site, page: Page) -> dict[str, str]:
    """What the addresses of the screens leave open. Without a campaign of last year its pages are shown from this year's."""
    if ELSEWHERE:
        page.goto(f"{site.url}/tour/phone")
        link = re.search(r"/s/(\w+)", page.content())
        assert link, "the tour names an open link"
        years = sorted({int(code) for code in re.findall(r"/c/(\d{4})\b", site.sign_in(page, "li", "/c").content())})
        last, now, *_ = years
        return {"now": str(now), "last": str(last), "link": link[1]}
    now = campaign(site, "")
    return {"now": now, "last": now, "link": open_link(site, "-zx")}


def test_the_main_pages_can_be_pictured(site: Site, new_page) -> None:
    """On a desk and on a phone nothing sticks out; each has its picture and its line in docs/screens."""
    shown = Site(ELSEWHERE, site.world, site.folder, site.password) if ELSEWHERE else site
    named = addresses(shown, new_page())
    pages: dict[str, Page] = {}
    said = (SCREENS_DIR / "README.md").read_text(encoding="utf-8")
    for screen in SCREENS:
        if screen.who not in pages:
            pages[screen.who] = shown.sign_in(new_page(), screen.who) if screen.who else new_page()
        page = pages[screen.who]
        page.goto(shown.url + screen.path.format(**named))
        for kind in SIZES:
            lay_out(page, screen, kind)
            sound(page, axe=False)
            if RENEW:
                keep_screen(page, screen, kind)
            name = f"{screen.name}-{kind}.png"
            assert (SCREENS_DIR / name).exists(), f"{name}: EVALPLAT_UPDATE_PICTURES=1 makes it"
            assert name in said, f"{name} has no line in docs/screens/README.md"
