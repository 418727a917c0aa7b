"""What the rules of several rooms keep from people: referrals, drafts, results before their letter, seats that exclude each other."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from evalplat.campaigns import teams
from evalplat.campaigns.tables import Campaign
from evalplat.findings import actions as findings
from evalplat.findings.queries import visible_findings
from evalplat.kernel.errors import Invalid, MoveBlocked, Refused
from evalplat.people import actions as people
from evalplat.people.tables import Membership, User
from evalplat.stages.followup import actions as followup
from evalplat.stages.objections.queries_view import page as objection_page
from evalplat.stages.summaries import actions as summaries
from evalplat.stages.summaries.queries import overview
from evalplat.stages.summaries.tables import SummaryText
from evalplat.stages.surveys import actions as surveys
from evalplat.stages.surveys import queries as waves
from evalplat.workflow.stages import State
from tests.pages.rich import give_result
from tests.scored import set_state
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT
from tests.world import World

REFERRED = {"F-01": ["D2", "D3"], "F-02": ["D3"], "F-03": ["D2"], "F-04": ["D1"]}


@pytest.mark.parametrize("who", ["lead", "establishment", "commission"])
def test_the_list_of_findings_shows_no_referral_and_hides_nothing_beside_it(noticed_world: World, who: str) -> None:
    world = steps.routed(steps.final(noticed_world), REFERRED)
    with world.client(who) as client:
        page = client.get("/findings").text
        asked = client.get("/findings?destination=D3").text
    assert "擅自设立执法大队" in page
    assert "超编3人" not in page
    assert "按违规处理" not in page
    assert asked.count("制度缺失") == page.count("制度缺失")


def test_counts_of_one_department_know_of_no_referral(noticed_world: World) -> None:
    world = steps.routed(steps.final(noticed_world), REFERRED)
    with world.acting("establishment", write=False) as work:
        found = overview(work, world.campaign(work), referrals=False)
        assert [row.findings for row in found.units if row.code == UNIT] == [3]
        assert sum(row.minor + row.major + row.critical for row in found.findings) == 3
        assert sum(row.referred for row in overview(work, world.campaign(work)).findings) == 2


def test_a_draft_that_was_never_sent_stays_unknown_to_the_unit(noticed_world: World) -> None:
    with noticed_world.acting("lead") as work:
        evaluation = noticed_world.evaluation(work, UNIT)
        for title in ("未成立的线索", "已告知的问题"):
            row = findings.raise_finding(work, evaluation, category="P31", severity="minor", title=title, description=title)
            if title == "已告知的问题":
                findings.send(work, row)
            findings.withdraw(work, row, reason="证据不足")
    with noticed_world.acting("head-jiaotong", write=False) as work:
        assert [row.title for row in visible_findings(work, noticed_world.evaluation(work, UNIT))] == ["已告知的问题"]


@pytest.mark.parametrize(("state", "open_"), [(State.REPORTED, False), (State.INFORMED, True), (State.FINAL, True)])
def test_the_objections_page_tells_no_points_before_the_letter(noticed_world: World, state: State, open_: bool) -> None:
    """What may be contested stands there with its points, which a department reads in its letter first."""
    set_state(noticed_world, UNIT, state)
    with noticed_world.acting("system") as work:
        give_result(work, noticed_world.evaluation(work, UNIT), UNIT, 1)
    with noticed_world.acting("head-jiaotong", write=False) as work:
        view = objection_page(work, noticed_world.evaluation(work, UNIT))
        assert bool(view.leaves) is any(key.startswith("leaf:") for key, _ in view.choices) is open_
        assert (view.total_before is not None) is open_


def test_nobody_sits_in_a_team_and_in_the_panel(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        users = {name: work.session.get_one(User, campaign_world.users[name]) for name in ("lead", "panel")}
        with pytest.raises(Invalid):
            teams.make_team(work, campaign_world.campaign(work), code="t3", name="三组", lead=users["lead"], members=[users["panel"]])


def test_an_administrator_is_lent_no_role(world: World) -> None:
    with world.acting("secadmin") as work:
        query = select(Membership).where(Membership.user_id == world.users["director"])
        with pytest.raises(Invalid):
            people.delegate(work, giver=work.session.exec(query).one(), taker=work.session.get_one(User, world.users["sysadmin"]),
                            starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 9), document="函〔2026〕1号")


def test_the_follow_up_does_not_close_over_a_rectification_that_nobody_ordered(noticed_world: World) -> None:
    """A finding that was to be studied is sent for rectification after the notice went out: it needs a notice of its own."""
    world = steps.issued(noticed_world)
    steps.rectified(world, "F-01", "F-02", "F-03")
    with world.acting("section") as work:
        followup.route(work, world.evaluation(work, UNIT), steps.finding(work, world, "F-04"), steps.route_form("D2"))
    with world.acting("director") as work, pytest.raises(MoveBlocked):
        followup.close(work, world.evaluation(work, UNIT))


def test_empty_chapters_are_not_issued(noticed_world: World) -> None:
    """The proof that waits with its figures alone was written by nobody."""
    with noticed_world.acting("director") as work:
        campaign: Campaign = noticed_world.campaign(work)
        summaries.renew_draft(work, campaign, work.add(SummaryText(campaign_id=campaign.id, office_id=work.office_id)))
        with pytest.raises(Refused):
            summaries.issue_summary(work, campaign)


def test_a_poster_asks_nobody_who_gets_a_link_of_their_own(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        wave = next(one for one in waves.waves_of(work, noticed_world.campaign(work)) if one.group == "staff")
        with pytest.raises(Refused):
            surveys.make_link(work, wave, noticed_world.evaluation(work, UNIT), label="大厅")
