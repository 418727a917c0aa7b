"""What an approver must know before the plan is approved: who is visited, who is light; and how the section chooses units."""

from __future__ import annotations

import pytest

from evalplat.campaigns import progress, setup
from evalplat.documents.render import render_html
from evalplat.people import actions as people
from evalplat.people.unit_order import keep_order
from evalplat.stages.notices.forms import NoticeForm
from evalplat.stages.notices.queries_view import notice_view
from evalplat.stages.notices.tables import Notice
from evalplat.stages.plans import actions_sample
from evalplat.stages.plans.forms import ModeForm
from evalplat.workflow.stages import Stage
from tests.world import World, csrf, with_notice


@pytest.fixture
def handed(campaign_world: World) -> World:
    """审计局 is light; the plan waits for approval."""
    with campaign_world.acting("section") as work:
        campaign = campaign_world.campaign(work)
        actions_sample.set_mode(work, campaign, ModeForm(unit="shenji", mode="light", reason="规划安排明年实地评估"))
        progress.wait(work, campaign, "approve_campaign", stage=Stage.NOTICE, href="/c/2026#approval")
    return campaign_world


@pytest.mark.parametrize("path", ["/c/2026", "/c/2026/plan"])
def test_the_approver_sees_who_is_visited_and_may_send_back_in_both_places(handed: World, path: str) -> None:
    with handed.client("director") as client:
        page = client.get(path).text
        assert "共3家单位：实地核查2家，轻评1家。" in page
        assert "轻评、不实地核查的单位：1家" in page
        assert 'action="/c/2026/approve"' in page
        assert 'action="/c/2026/send-back"' in page
        assert len({part.split('"', 1)[0] for part in page.split(' id="')[1:]}) == page.count(' id="')


def test_a_refused_sending_back_opens_its_own_form(handed: World) -> None:
    with handed.client("director") as client:
        token = csrf(client, "/c/2026")
        answer = client.post("/c/2026/send-back", data={"csrf_token": token, "reason": " "})
        assert answer.status_code == 422
        assert answer.text.count('id="f-reason"') == 1
        assert client.post("/c/2026/send-back", data={"csrf_token": token, "reason": "审计局也要去"}).status_code == 303


def test_departments_only_leaves_subordinate_units_out(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        people.add_unit(work, code="gonglu", name="市公路中心", short_name="公路中心", category="inst",
                        parent_id=campaign_world.units["jiaotong"])
    with campaign_world.client("section") as client:
        page = client.get("/c/2026/set-up").text
        assert "隶属交通运输局" in page
        assert "选择全部单位（含所属单位1家）" in page
        token = csrf(client, "/c/2026/set-up")
        for whole, count in (("*", 4), ("-", 3)):
            assert client.post("/c/2026/set-up/units", data={"csrf_token": token, "all": whole}).status_code == 303
            page = client.get("/c/2026/plan").text
            assert f"共{count}家单位，全部安排实地核查。" in page


def test_units_stand_in_the_offices_order_and_the_annex_is_grouped(handed: World) -> None:
    with handed.acting("section") as work:
        keep_order(work, ("shenji", "minzheng", "jiaotong"))
    with handed.client("section") as client:
        page = client.get("/c/2026/visits").text
        places = [page.index(f'href="/plans/units/{code}"') for code in ("shenji", "minzheng", "jiaotong")]
        assert places == sorted(places)
    with handed.acting("section", write=False) as work:
        campaign = handed.campaign(work)
        form = NoticeForm(purpose="摸清底数。", requirements="一、认真", outline="一、基本情况",
                          contact_person="李敏", contact_phone="0632-5500001")
        view = notice_view(work, campaign, Notice(campaign_id=campaign.id, office_id=work.office_id, **form.model_dump()))
        html = render_html("notice", view)
    assert view.units == ("市审计局", "市民政局", "市交通运输局")
    assert view.teams[0].light == ("审计局",)
    assert view.teams[0].visited == ("交通运输局",)
    assert "（实地核查2家，轻评1家）" in html
    assert "（轻评）" not in html


def test_a_light_unit_reads_on_its_own_pages_what_that_means(handed: World) -> None:
    with_notice(handed)
    sentence = "本单位本次参加轻评：自评并接受社会调查，不安排实地核查，结果不与实地核查的单位一并排名。"
    with handed.client("liaison-shenji") as client:
        token = csrf(client, "/c/2026/u/shenji/notice")
        for path in ("", "/notice", "/assessment"):
            assert sentence in client.get(f"/c/2026/u/shenji{path}").text
        assert client.post("/c/2026/u/shenji/notice/receipt", data={"csrf_token": token}).status_code == 303
        assert "您已签收。现在可以填写自评，2026年9月6日起可以提交。" in client.get("/c/2026/u/shenji/assessment").text
    with handed.client("liaison-jiaotong") as client:
        assert "轻评" not in client.get("/c/2026/u/jiaotong/notice").text


def test_the_draw_names_units_and_explains_its_seed(handed: World) -> None:
    with handed.client("section") as client:
        token = csrf(client, "/c/2026/visits")
        assert "重新抽取会替换现有名单" in client.get("/c/2026/visits").text
        assert client.post("/c/2026/visits/draw", data={"csrf_token": token, "share": "1", "limit": "90"}).status_code == 303
        page = client.get("/c/2026/visits").text
    assert "种子是抽取开始时产生的随机数" in page
    assert "抽中、实地核查的单位：2家" in page


def test_before_teams_exist_nothing_is_called_enough_for_them(world: World) -> None:
    with world.acting("section") as work:
        setup.draft_campaign(work, code="2027", title="试点评估", year=2027, census_date=world.start.date(), scope="2026年",
                             system_file="tengzhou-2026.yaml", survey_files=[])
    with world.client("section") as client:
        page = client.get("/c/2027/set-up").text
    assert "够编一个评估组；编组后按实际组数重新核算。" in page
