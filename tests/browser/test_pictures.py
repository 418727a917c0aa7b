"""The three pictures of the README, taken from the demonstration.

They are always written into tests/browser/shots; EVALPLAT_UPDATE_PICTURES=1 copies them to docs/pictures.
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
from tests.browser.site import Site, sound

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
NAMES = ("home", "evaluation", "survey")
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
    if os.environ.get("EVALPLAT_UPDATE_PICTURES") == "1":
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


def test_a_citizens_question_on_a_phone(site: Site, new_page) -> None:
    with transaction(site.world.engine, write=False) as session:
        query = (select(SurveyLink.code).join(SurveyWave, SurveyWave.id == SurveyLink.wave_id)
                 .join(Evaluation, Evaluation.id == SurveyLink.evaluation_id).join(Unit, Unit.id == Evaluation.unit_id)
                 .join(Campaign, Campaign.id == SurveyWave.campaign_id)
                 .where(SurveyWave.key == "citizen", Unit.code == SHOWN, Campaign.code == campaign(site, "-zx")))
        code = session.exec(query).first()
    page = new_page(width=360, height=760, device_scale_factor=2, is_mobile=True, has_touch=True)
    page.goto(f"{site.url}/s/{code}")
    page.locator('label:has(input[name="C3"][value="4"])').click()
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 90) }")
    keep(page, "survey")
