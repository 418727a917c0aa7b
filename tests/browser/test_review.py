"""One department from the visit to the signed decision on its objection; every deed is a button that its person presses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from evalplat.jobs import queue
from evalplat.scores import ledger, sheet
from evalplat.stages.notices import actions as notices
from evalplat.stages.objections import queries as objections
from evalplat.stages.reviews import actions, actions_figures, actions_scores, queries_scores
from evalplat.stages.reviews.rules import Method
from evalplat.workflow.stages import State
from tests.browser.conftest import SHOTS
from tests.browser.people import People
from tests.browser.site import Site, site_of_today, sound
from tests.scored import SURE, complete_ledger, sure_of
from tests.stages.reviews.conftest import rating, signed_record

UNIT = "jiaotong"
BASE = f"/c/2026/u/{UNIT}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The self-assessment of one department was accepted, the review is open; its surveys count as frozen."""
    with ExitStack() as stack:
        found = stack.enter_context(site_of_today(tmp_path_factory.mktemp("review"), days_ago=26))
        stack.enter_context(sure_of(*SURE))
        with found.acting(f"liaison-{UNIT}") as work:
            notices.acknowledge(work, found.world.evaluation(work, UNIT))
        complete_ledger(found.world, UNIT)
        with found.acting("section") as work:
            evaluation = found.world.evaluation(work, UNIT)
            evaluation.state = State.ACCEPTED  # a shortcut of this test: test_assessment walks up to here
            work.add(evaluation)
            for entry in ledger.entries(work, evaluation, prefix="rating:") + ledger.entries(work, evaluation, prefix="lead:"):
                work.session.delete(entry)
            actions.open_room(work, evaluation)
        yield found


@pytest.fixture
def people(site: Site, new_page) -> People:
    """The assessor holds a phone."""
    return People(site, new_page, BASE, phones=frozenset({"assessor"}))


def state(site: Site) -> str:
    """Where the department stands."""
    with site.acting("system", write=False) as work:
        return site.world.evaluation(work, UNIT).state


def rest_of_the_review(site: Site, rubrics: list[str]) -> None:
    """What needs no browser to be seen: the second record, the other ratings, the figures as reported."""
    with site.acting("assessor") as work:
        signed_record(site.world, work, site.world.evaluation(work, UNIT), Method.DOCUMENT_CHECK)
    for who in ("assessor", "lead"):
        with site.acting(who) as work:
            for leaf in rubrics[1:]:
                actions_scores.rate(work, site.world.evaluation(work, UNIT), leaf, rating())
    with site.acting("assessor") as work:
        actions_figures.verify_all_as_reported(work, site.world.evaluation(work, UNIT))


def test_the_team_reviews_and_seals(site: Site, people: People, shoot) -> None:
    with site.acting("lead", write=False) as work:
        rubrics = [leaf.code for leaf in queries_scores.leaf_views(work, site.world.evaluation(work, UNIT))]
    page = people.does("assessor", "review/records/new", "/review/records", method="briefing", place="三楼会议室",
                       assessors="lead,assessor", participants="张强，局长\n李华，办公室主任", content="听取职责履行情况汇报。")
    shoot(page, "review-record")
    code = re.search(r"/records/([\w-]+)", page.url) or re.search(r"/records/([\w-]+)\"", page.content())
    assert code is not None
    people.at("assessor", f"review/records/{code[1]}/change")
    page = people.does("assessor", f"review/records/{code[1]}", "/signature", how="paper", signed_by="张强，局长", pages="3")
    shoot(page, "review-record-signed")
    checked_by_thumb(people.at("assessor", "review/checklist"), shoot)
    rated_blind(people, rubrics[0], shoot)
    found_and_answered(site, people, shoot)
    rest_of_the_review(site, rubrics)
    people.does("lead", "findings", "/confirm-undisputed")
    page = people.does("lead", "review", "/review/seal")
    shoot(page, "review-sealed")
    assert state(site) == State.REVIEWED


def checked_by_thumb(page: Page, shoot) -> None:
    """One tap answers an item; the page stays where it is."""
    item = page.locator("li.task").first
    address = page.url
    item.get_by_role("button", name="不符合").first.click()
    expect(item.locator(".badge").first).to_be_visible()
    assert page.url == address
    assert item.locator('button[aria-pressed="true"]').count() == 1
    box = item.locator("button.btn").first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    shoot(page, "review-checklist")


def rated_blind(people: People, leaf: str, shoot) -> None:
    """Neither sees the other's level before both are in; the wide gap goes to the lead."""
    here = f"review/scores/{leaf.lower()}"
    levels = people.at("assessor", here).locator('input[name="level"]').evaluate_all("all => all.map(one => one.value)")
    people.does("assessor", here, f"/scores/{leaf.lower()}", level=levels[0], note="查看门户网站，公开完整。", evidence="记录 R-01")
    page = people.at("lead", here)
    assert "查看门户网站" not in page.content()
    people.does("lead", here, f"/scores/{leaf.lower()}", level=levels[-1], note="清单未公开。", evidence="网页截图")
    page = people.at("lead", here)
    expect(page.get_by_text("查看门户网站，公开完整。")).to_be_visible()
    shoot(page, "review-spread")
    people.does("lead", here, f"/scores/{leaf.lower()}/lead", level=levels[1], note="公开内容不全，取中间档。")


def found_and_answered(site: Site, people: People, shoot) -> None:
    """The assessor raises a finding, the lead sends it, the head answers."""
    people.does("assessor", "review/findings/new", "/findings", title="擅自设立项目办公室", category="P21",
                description="未经批准设立项目办公室并挂牌。", evidence="R-01 照片")
    drafted = people.at("assessor", "findings").locator('a[href*="/review/findings/"]').last.get_attribute("href") or ""
    people.at("assessor", drafted)
    people.does("lead", "findings", "/send-all")
    page = people.at(f"head-{UNIT}", "findings")
    shoot(page, "review-finding-to-answer")
    people.does(f"head-{UNIT}", "findings", "/answer", agrees="true")


def test_the_result_is_reported_and_received(site: Site, people: People, shoot) -> None:
    people.does("lead", "report", "/report/score")
    people.does("section", "report", "/report/minutes", number="会审〔2026〕1号", held_on="2026-09-01", participants="李敏、王磊、陈洁")
    people.does("section", "report", "/report/moderate")
    people.does("lead", "report", "/report/text")
    page = people.does("lead", "report", "/report/hand-over")
    shoot(page, "report-handed-over")
    people.does("section", "report", "/report/check")
    page = people.does("director", "report", "/report/approve")
    shoot(page, "report-approved")
    people.does("section", "feedback", "/feedback/letter")
    people.does("section", "feedback", "/feedback/number")
    page = people.at("director", "feedback")
    page.locator("details.confirm > summary").first.click()
    with page.expect_navigation():
        page.locator('form[action$="/feedback/issue"] button').dblclick()
    sound(page)
    assert state(site) == State.INFORMED
    page = people.does(f"liaison-{UNIT}", "feedback", "/feedback/receipt")
    shoot(page, "letter-received")
    page = people.at(f"head-{UNIT}", BASE)
    shoot(page, "unit-informed")


def objected(people: People, leaf: str, claim: str, shoot) -> None:
    """The liaison drafts one item, the head signs."""
    page = people.at(f"liaison-{UNIT}", "objection")
    page.locator('[name="new_target"]').select_option(f"leaf:{leaf}")
    page.locator('button[value="add"]').click()
    page.locator('[name="item.1.claim"]').fill(claim)
    page.locator('[name="item.1.reasons"]').fill("2025年11月已批准，文件见附件。")
    with page.expect_navigation():
        page.locator('button[value="hand"]').click()
    shoot(page, "objection-drafted")
    page = people.at(f"head-{UNIT}", "objection")
    page.locator("#sign details > summary").click()
    with page.expect_navigation():
        page.locator('button[formaction$="/sign"]').click()


def test_the_panel_changes_an_item_and_a_second_version_stands(site: Site, people: People, shoot) -> None:
    leaf = "A101"
    with site.acting("section", write=False) as work:
        [first] = sheet.versions(work, site.world.evaluation(work, UNIT))
    page = people.at(f"head-{UNIT}", "objection")
    claim = "3.90"
    objected(people, leaf, claim, shoot)
    assert state(site) == State.OBJECTED
    people.does("section", "objection", "/objection/accept")
    page = people.does("panel", "objection", "/items/1/propose", item__1__established="查阅批复，情况属实。",
                       item__1__decision="changed", item__1__points=claim)
    shoot(page, "objection-proposed")
    people.does("panel2", "objection", "/items/1/agree")
    page = people.does("commission", "objection", "/objection/decision")
    shoot(page, "objection-decided")
    expect(page.locator("#comparison")).to_be_visible()
    assert state(site) == State.DECIDED
    with site.acting("section", write=False) as work:
        versions = sheet.versions(work, site.world.evaluation(work, UNIT))
    assert [one.version for one in versions] == [1, 2]
    assert versions[1].total != first.total
    page = people.at("section", BASE)
    page.locator("#total details:has(a[href*='compare=1']) > summary").click()
    page.locator('#total a[href*="compare=1"]').click()
    for total in (versions[0].total, versions[1].total):
        expect(page.locator("#changes")).to_contain_text(f"{total:.2f}")
    sound(page)
    shoot(page, "unit-decided")
    decision_on_paper(site, people.at("commission", "objection"), claim)


def decision_on_paper(site: Site, page: Page, claim: str) -> None:
    """The PDF that the page offers names its number and the points; it is kept as pictures."""
    queue.run_all(site.world.engine)
    with site.acting("section", write=False) as work:
        objection = objections.current(work, site.world.evaluation(work, UNIT))
        assert objection is not None
        document = objections.document_of(work, objection)
        assert document is not None
        number = document.number or ""
    href = page.locator('a[href$=".pdf"]').first.get_attribute("href")
    answer = page.request.get(f"{site.url}{href}")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(answer.body())).pages)
    plain = re.sub(r"\s+", "", text)
    assert re.sub(r"\s+", "", number) in plain
    assert str(Decimal(claim)) in plain
    SHOTS.mkdir(exist_ok=True)
    (SHOTS / "decision.pdf").write_bytes(answer.body())
    sheets = pypdfium2.PdfDocument(answer.body())
    for place in range(len(sheets)):
        sheets[place].render(scale=1.5).to_pil().save(SHOTS / f"decision-{place + 1}.png")
    sheets.close()
