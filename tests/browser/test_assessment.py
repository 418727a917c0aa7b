"""A department fills in its self-assessment: saved while typing, corrected, called ready, signed by the head."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from evalplat.stages.assessments import queries
from evalplat.stages.assessments.rules_issues import blocking, issues
from evalplat.stages.notices import actions as notices
from evalplat.workflow.stages import State
from tests.browser.site import Site, site_of_today, sound
from tests.stages.assessments.filled import enter_office, fill_all

UNIT, COMPLETE = "jiaotong", "minzheng"
ROOM, COMPLETE_ROOM = (f"/c/2026/u/{unit}/assessment" for unit in (UNIT, COMPLETE))
SAVED = re.compile(r"已保存 \d{2}:\d{2}")
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 640, "has_touch": True}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two departments that have received the notice; the office has entered its figures."""
    with site_of_today(tmp_path_factory.mktemp("assessment")) as found:
        for unit in (UNIT, COMPLETE):
            with found.acting(f"liaison-{unit}") as work:
                notices.acknowledge(work, found.world.evaluation(work, unit))
            with found.acting("establishment") as work:
                enter_office(work, found.world.evaluation(work, unit))
        yield found


def typed(page: Page, name: str, text: str) -> None:
    """Type into a field and wait until the page says that it is saved."""
    status = page.locator("[data-autosave-status]").first
    status.evaluate("one => { one.textContent = '' }")
    page.locator(f'[name="{name}"]').fill(text)
    expect(status).to_have_text(SAVED, timeout=8_000)


def values(page: Page, *names: str) -> list[str]:
    """What stands in the fields."""
    return [page.locator(f'[name="{name}"]').input_value() for name in names]


def write_texts(page: Page) -> None:
    typed(page, "text.c1", "我局内设科室两个，所属事业单位一个。")
    page.reload()
    assert values(page, "text.c1") == ["我局内设科室两个，所属事业单位一个。"]
    expect(page.locator("[data-autosave-status]").first).to_have_text(SAVED)


def write_figures(site: Site, page: Page) -> None:
    page.goto(f"{site.url}{ROOM}/tables/T8")
    typed(page, "T8.duties_total", "36")
    typed(page, "T8.duties_assigned", "四十")
    page.reload()
    assert values(page, "T8.duties_total", "T8.duties_assigned") == ["36", "四十"]
    field = page.locator('[name="T8.duties_assigned"]')
    expect(field).to_have_attribute("aria-invalid", "true")
    error = page.locator("#f-T8-duties_assigned-error")
    expect(error).to_be_visible()
    link = page.locator('#error-summary a[href="#f-T8-duties_assigned"]')
    expect(link).to_be_visible()
    assert error.inner_text().removeprefix("错误：").strip() in link.inner_text()
    link.click()
    expect(field).to_be_focused()


def write_rows(site: Site, page: Page, task: str) -> None:
    """A row of one's own in the table of work."""
    page.goto(f"{site.url}{ROOM}/tables/T8W")
    before = page.locator("tbody tr").count()
    page.get_by_role("button", name="增加一行").click()
    expect(page.locator("tbody tr")).to_have_count(before + 1)
    name = page.locator("tbody tr").last.locator("input").first.get_attribute("name") or ""
    typed(page, name, task)
    typed(page, name.replace(".task", ".yearly_cases"), "1200")
    page.reload()
    assert values(page, name, name.replace(".task", ".yearly_cases")) == [task, "1200"]


def write_scores(site: Site, page: Page) -> None:
    page.goto(f"{site.url}{ROOM}/scores/A")
    typed(page, "score.A101", "3.5")
    typed(page, "statement.A101", "三定规定全部落实到科室。")
    page.locator('[name="file.A101"]').set_input_files(
        {"name": "三定 落实表.csv", "mimeType": "text/csv", "buffer": "科室,职责\n运输科,道路运输\n".encode()})
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.get_by_role("link", name="三定 落实表.csv")).to_be_visible()
    assert values(page, "score.A101", "statement.A101") == ["3.5", "三定规定全部落实到科室。"]


def write_problems(site: Site, page: Page) -> None:
    page.goto(f"{site.url}{ROOM}/problems")
    page.locator('label:has(input[name="problems.any"][value="yes"])').click()
    if not page.locator('textarea[name$=".description"]').count():
        page.get_by_role("button", name="增加一行").click()
    first = page.locator('textarea[name$=".description"]').first
    name = first.get_attribute("name") or ""
    page.locator(f'[name="{name.replace("description", "category")}"]').select_option("P51")
    typed(page, name, "督办制度修订滞后。")
    typed(page, name.replace("description", "measure"), "年底前完成修订。")
    page.reload()
    assert values(page, name) == ["督办制度修订滞后。"]
    expect(page.locator('input[name="problems.any"][value="yes"]')).to_be_checked()


@pytest.mark.parametrize("size", SIZES)
def test_everything_typed_is_kept(site: Site, new_page, shoot, size: str) -> None:
    page = new_page(**SIZES[size])
    site.sign_in(page, f"liaison-{UNIT}", "/")
    sound(page)
    shoot(page, f"assessment-home-{size}")
    page.goto(f"{site.url}{ROOM}/texts")
    parts = (("texts", write_texts), ("figures", lambda one: write_figures(site, one)),
             ("rows", lambda one: write_rows(site, one, f"{size}许可")), ("scores", lambda one: write_scores(site, one)),
             ("problems", lambda one: write_problems(site, one)))
    for name, write in parts:
        write(page)
        sound(page)
        shoot(page, f"assessment-{name}-{size}")
    for name in ("", "/check", "/office"):
        page.goto(f"{site.url}{ROOM}{name}")
        sound(page)
        shoot(page, f"assessment{name.replace('/', '-') or '-overview'}-{size}")
    expect_gaps(site, page)


def expect_gaps(site: Site, page: Page) -> None:
    """The wrong figure stands in the list of what keeps the head from signing, and leads to its field."""
    page.goto(f"{site.url}{ROOM}/check")
    page.locator('#gaps a[href*="T8-duties_assigned"]').first.click()
    expect(page.locator('[name="T8.duties_assigned"]')).to_be_visible()
    sound(page)


def test_the_liaison_calls_it_ready_and_the_head_signs(site: Site, new_page, shoot) -> None:
    with site.acting(f"liaison-{COMPLETE}") as work:
        evaluation = site.world.evaluation(work, COMPLETE)
        fill_all(work, evaluation)
        draft = queries.draft_of(work, evaluation)
        assert blocking(draft, issues(draft)) == []
    liaison = site.sign_in(new_page(), f"liaison-{COMPLETE}", f"{COMPLETE_ROOM}/check")
    sound(liaison)
    shoot(liaison, "assessment-complete")
    liaison.get_by_role("button", name="提交签发").click()
    expect(liaison.get_by_text("等待主要负责人签发").first).to_be_visible()
    head = site.sign_in(new_page(**SIZES["phone"]), f"head-{COMPLETE}", "/")
    sound(head)
    head.goto(f"{site.url}{COMPLETE_ROOM}/check")
    head.get_by_role("button", name="签发并报送").click()
    expect(head.locator("#error-summary")).to_be_visible()
    sound(head)
    shoot(head, "assessment-not-declared")
    head.locator('label:has(input[name="declared"])').click()
    head.get_by_role("button", name="签发并报送").click()
    head.wait_for_url(f"{site.url}{COMPLETE_ROOM}")
    sound(head)
    shoot(head, "assessment-signed")
    with site.acting("system", write=False) as work:
        assert site.world.evaluation(work, COMPLETE).state == State.SUBMITTED
        assert len(queries.submissions_of(work, site.world.evaluation(work, COMPLETE))) == 1
