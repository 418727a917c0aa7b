"""A campaign is set up over its pages, handed over, approved, and nobody else does it."""

from __future__ import annotations

import pytest
from sqlmodel import delete, select

from evalplat.access.tasks import waiting_for
from evalplat.campaigns import setup, sides, teams
from evalplat.campaigns.tables import Campaign, Evaluation, PanelMember, Progress, Team
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.people import actions as people
from evalplat.workflow.stages import CampaignState, SideState, State
from tests.pages.rich import user_named
from tests.world import World, csrf

FRAME = {"title": "2027年度专项评估", "code": "2027", "year": "2027", "kind": "thematic", "scope": "行政执法事项",
         "census_date": "2027-08-31",
         "system_file": "tengzhou-2026.yaml",
         "survey_files": ["citizen.yaml", "recipient.yaml", "delegate.yaml", "counterpart.yaml", "staff.yaml"]}


@pytest.mark.parametrize("who", ["director", "lead", "sysadmin", "liaison-shenji", "co"])
def test_only_the_section_sets_up(campaign_world: World, who: str) -> None:
    with campaign_world.client(who) as client:
        assert client.get("/c/new").status_code == 403
        assert client.get("/c/2026/set-up").status_code in (403, 404)
        assert client.post("/c/2026/set-up/hand-over", data={"csrf_token": csrf(client, "/password")}).status_code in (403, 404)


def test_a_campaign_from_the_first_form_to_the_notice(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/c/new")}
        assert client.post("/c/new", data=token | FRAME).headers["location"] == "/c/2027/set-up"
        page = client.get("/c/2027/set-up").text
        assert "尚未选择被评估部门" in page
        assert client.post("/c/2027/set-up/units", data=token | {"all": "*"}).status_code == 303
        team = {"name": "一组", "lead": "lead", "members": ["assessor"]}
        assert client.post("/c/2027/set-up/teams", data=token | team).status_code == 303
        teams = {f"team.{unit}": "t1" for unit in world.units}
        assert client.post("/c/2027/set-up/assign", data=token | teams).status_code == 303
        assert client.post("/c/2027/set-up/panel", data=token | {"chair": "panel", "panel": ["panel2"]}).status_code == 303
        days = {"assessment_opens": "2027-09-01", "assessment_closes": "2027-09-20", "survey_opens": "2027-09-01",
                "survey_closes": "2027-10-10", "review_opens": "2027-09-21", "review_closes": "2027-10-31"}
        assert client.post("/c/2027/set-up/windows", data=token | days).status_code == 303
        assert client.post("/c/2027/set-up/hand-over", data=token).status_code == 303
    with world.client("commission") as client:
        assert "批准评估方案" in client.get("/").text
        assert client.post("/c/2027/approve", data={"csrf_token": csrf(client, "/c/2027")}).status_code == 303
    with world.acting("section", write=False) as work:
        campaign = work.session.exec(select(Campaign).where(Campaign.code == "2027")).one()
        assert campaign.state == CampaignState.APPROVED
        assert campaign.approved_by == world.users["commission"]
        hrefs = {task.href for task in waiting_for(work, work.actor)}
        assert hrefs == {"/c/2027/notice"}


def test_what_was_typed_comes_back_with_its_errors(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/c/new")}
        answer = client.post("/c/new", data=token | FRAME | {"code": "Not A Code", "census_date": "tomorrow"})
        assert answer.status_code == 422
        assert "2027年度专项评估" in answer.text
        assert 'href="#f-code"' in answer.text
        assert 'href="#f-census_date"' in answer.text


def test_the_address_new_is_no_short_name(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, "/c/new")}
        assert client.post("/c/new", data=token | FRAME | {"code": "new"}).status_code == 422


def test_a_conflict_stands_beside_the_unit_and_nothing_is_changed(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        people.note_worked_at(work, campaign_world.users["lead2"], campaign_world.units["jiaotong"], until=None)
    with campaign_world.client("section") as client:
        token = csrf(client, "/c/2026/set-up")
        wanted = {"team.jiaotong": "t2", "team.shenji": "t2", "team.minzheng": "t2"}
        answer = client.post("/c/2026/set-up/assign", data={"csrf_token": token} | wanted)
        assert answer.status_code == 422
        assert "刘洋 不能评估该部门：三年内曾在该部门工作" in answer.text
    with campaign_world.acting("section", write=False) as work:
        first = work.session.exec(select(Team).where(Team.code == "t1")).one()
        assert campaign_world.evaluation(work, "shenji").team_id == first.id


def test_a_team_takes_nobody_of_the_panel(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        team = work.session.exec(select(Team).where(Team.code == "t1")).one()
        with pytest.raises(Invalid):
            teams.change_team(work, campaign_world.campaign(work), team, name="一组", lead=user_named(work, "lead"),
                              members=[user_named(work, "panel")])


def test_a_team_with_units_stays(campaign_world: World) -> None:
    with campaign_world.acting("section") as work, pytest.raises(Refused):
        teams.remove_team(work, campaign_world.campaign(work), work.session.exec(select(Team).where(Team.code == "t1")).one())


def test_an_incomplete_plan_is_not_handed_over(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        campaign_world.evaluation(work, "shenji").team_id = None
        work.session.flush()
        with pytest.raises(MoveBlocked):
            setup.hand_over(work, campaign_world.campaign(work))


def test_everything_that_a_plan_lacks_is_named_at_once(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        campaign_world.evaluation(work, "shenji").team_id = None
        work.session.exec(delete(PanelMember))
        code = campaign_world.campaign(work).code
    with campaign_world.client("section") as client:
        page = client.get(f"/c/{code}/set-up").text
    assert f'href="/c/{code}/set-up#teams">还有部门没有分配评估组' in page
    assert f'href="/c/{code}/set-up#panel">异议复核组尚无成员' in page


def test_a_plan_that_is_sent_back_waits_for_the_section_again(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        setup.hand_over(work, campaign_world.campaign(work))
    with campaign_world.acting("director") as work:
        assert {task.href for task in waiting_for(work, work.actor)} == {"/c/2026#approval"}
        setup.send_back(work, campaign_world.campaign(work), reason="审计局请改由二组评估")
    with campaign_world.acting("section", write=False) as work:
        assert {task.href for task in waiting_for(work, work.actor)} == {"/c/2026/set-up"}


def test_days_that_equal_the_default_are_not_kept(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        setup.set_days(work, campaign_world.campaign(work), {"notice_deemed": 3, "objection_window": 15})
        assert campaign_world.campaign(work).settings == {"objection_window": 15}
        with pytest.raises(Invalid):
            setup.set_days(work, campaign_world.campaign(work), {"notice_deemed": 0})


def test_a_cancelled_campaign_names_its_document_and_nothing_waits(noticed_world: World) -> None:
    with noticed_world.client("director") as client:
        token = csrf(client, "/c/2026")
        refused = client.post("/c/2026/cancel", data={"csrf_token": token, "document": "", "reason": "机构改革"})
        assert refused.status_code == 422
        assert "机构改革" in refused.text
        given = {"csrf_token": token, "document": "滕编办发〔2026〕9号", "reason": "机构改革"}
        assert client.post("/c/2026/cancel", data=given).status_code == 303
    with noticed_world.acting("section", write=False) as work:
        assert noticed_world.campaign(work).state == CampaignState.CANCELLED
        assert not list(work.session.exec(select(Progress).where(Progress.done_at == None)))  # noqa: E711


def test_a_suspended_evaluation_goes_on_where_it_stood(noticed_world: World) -> None:
    with noticed_world.acting("director") as work:
        sides.set_side(work, noticed_world.evaluation(work, "shenji"), SideState.SUSPENDED, document="批复1号", reason="机构调整")
    noticed_world.pass_days(10)
    with noticed_world.acting("director") as work:
        row = noticed_world.evaluation(work, "shenji")
        before = work.session.exec(select(Progress).where(Progress.evaluation_id == row.id,
                                                            Progress.act == "acknowledge_notice")).one()
        due = before.due_at
        assert before.done_at is not None
        sides.clear_side(work, row, document="批复2号", reason="调整完成")
        assert before.done_at is None
        assert due is not None
        assert before.due_at is not None
        assert (before.due_at - due).days == 12  # the working days that stood still, counted on from the old due date
    with noticed_world.acting("system", write=False) as work:
        assert noticed_world.evaluation(work, "shenji").state == State.NOTIFIED


def test_exempt_units_are_not_taken_up_again(noticed_world: World) -> None:
    with noticed_world.acting("director") as work:
        sides.set_side(work, noticed_world.evaluation(work, "shenji"), SideState.EXEMPT, document="批复1号", reason="新设机构")
    with noticed_world.acting("director") as work, pytest.raises(Refused):
        sides.clear_side(work, noticed_world.evaluation(work, "shenji"), document="批复2号", reason="x")


def test_units_go_out_before_the_notice_only(campaign_world: World) -> None:
    with campaign_world.client("section") as client:
        token = csrf(client, "/c/2026/set-up")
        assert client.post("/c/2026/set-up/units", data={"csrf_token": token, "units": ["jiaotong"]}).status_code == 303
    with campaign_world.acting("section", write=False) as work:
        assert len(list(work.session.exec(select(Evaluation)))) == 1
