"""Advices to their effect a year later, the look back of a campaign, and what an earlier campaign costs in the next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.campaigns import setup
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.actions import view_of
from evalplat.documents.queries import readable
from evalplat.kernel.errors import Invalid, Refused
from evalplat.scores.tables import AdjustmentProposal
from evalplat.stages.followup import (
    actions,
    actions_earlier,
    actions_look_back,
    actions_report,
    actions_uses,
    jobs,
    queries,
    queries_view,
)
from evalplat.stages.followup.forms import AdviceForm, FollowForm, LookBackForm, ReportForm
from evalplat.stages.followup.rules import ItemState
from evalplat.stages.followup.tables import EarlierItem
from evalplat.workflow.stages import State
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT
from tests.stages.followup.test_follow_up import recorded
from tests.world import World, csrf

PAGE = f"/c/2026/u/{UNIT}/follow-up"


def advice(work: Any, world: World) -> Any:
    [pair] = queries.advices_of(work, world.evaluation(work, UNIT))
    return pair


# --- advices ----------------------------------------------------------------------------------------------

def test_an_advice_is_issued_by_another_and_read_by_the_office_alone(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    with world.acting("section") as work, pytest.raises(Refused):
        actions_uses.issue_advice(work, world.evaluation(work, UNIT))
    with world.acting("director") as work:
        document = actions_uses.issue_advice(work, world.evaluation(work, UNIT))
        view = view_of(document)
        assert "建议核增编制2名。" in str(view)
        assert "超编3人" not in str(view)
        assert document.number
        assert not readable(work.session, world.person(work.session, "head-jiaotong"), document)
        assert readable(work.session, world.person(work.session, "establishment"), document)
        with pytest.raises(Refused):
            actions_uses.issue_advice(work, world.evaluation(work, UNIT))


@pytest.mark.parametrize(("form", "field"), [
    (AdviceForm(state="open"), "open_until"), (AdviceForm(state="on_agenda"), "agenda_on"),
    (AdviceForm(state="adopted", document="x"), "outcome"),
    (AdviceForm(state="adopted", outcome="核增"), "document"), (AdviceForm(state="not_adopted"), "outcome")])
def test_what_became_of_a_study_is_said_whole(noticed_world: World, form: AdviceForm, field: str) -> None:
    world = steps.issued(noticed_world)
    with world.acting("establishment") as work, pytest.raises(Invalid) as caught:
        actions_uses.record_advice(work, world.evaluation(work, UNIT), advice(work, world), form)
    assert list(caught.value.errors) == [field]


def test_an_adoption_comes_up_again_before_its_year_is_over(noticed_world: World) -> None:
    world = recorded(steps.issued(noticed_world))
    place = f"{PAGE}#advice"
    with world.acting("system") as work:
        assert jobs.open_effects(work) == 0
        assert 364 <= (advice(work, world)[0].follow_due_at - world.now).days <= 370
    world.pass_days(340)
    with world.acting("system") as work:
        assert jobs.open_effects(work) == 1
    with world.acting("establishment") as work:
        assert place in [task.href for task in waiting_for(work, work.actor)]
        actions_uses.follow_advice(work, world.evaluation(work, UNIT), advice(work, world), FollowForm(result="人岗匹配"))
        assert place not in [task.href for task in waiting_for(work, work.actor)]
        with pytest.raises(Refused):
            actions_uses.follow_advice(work, world.evaluation(work, UNIT), advice(work, world), FollowForm(result="再来"))


# --- look back --------------------------------------------------------------------------------------------

def closed(world: World) -> World:
    recorded(steps.rectified(steps.issued(world), "F-01", "F-02", "F-03"))
    with world.acting("director") as work:
        actions.close(work, world.evaluation(work, UNIT))
    world.pass_days(200)
    with world.acting("lead") as work:
        actions_look_back.draw(work, world.evaluation(work, UNIT))
    return world


def look(world: World, code: str, outcome: str) -> None:
    with world.acting("lead") as work:
        form = LookBackForm(outcome=outcome, note="现场复查", evidence="现场查看")
        actions_look_back.check(work, world.evaluation(work, UNIT), steps.item(work, world, code), form)


def test_the_draw_shows_its_list_and_how_to_repeat_it(noticed_world: World) -> None:
    world = closed(noticed_world)
    with world.acting("lead", write=False) as work:
        view = queries_view.follow_up(work, world.evaluation(work, UNIT)).look_back
        assert [number for number, _ in view.population] == ["2026-jiaotong-01", "2026-jiaotong-02", "2026-jiaotong-03"]
        assert view.numbers == ("2026-jiaotong-01",)
        assert len(view.seed) == 64
    with world.client("section") as client:
        assert view.seed in client.get(PAGE).text


@pytest.mark.parametrize(("outcome", "relapses", "reopened"), [
    ("held", 0, False), ("relapsed", 1, True), ("formalistic", 0, True), ("unresolved", 0, True)])
def test_what_did_not_hold_is_opened_again(noticed_world: World, outcome: str, relapses: int, *, reopened: bool) -> None:
    """A critical finding stays critical when it came back, with a mark; its first step is due again."""
    world = closed(noticed_world)
    look(world, "F-01", outcome)
    with world.acting("lead", write=False) as work:
        row, finding = steps.item(work, world, "F-01")
        assert (row.relapses, row.state == ItemState.IN_PROGRESS, finding.severity) == (relapses, reopened, "critical")
        if reopened:
            assert row.first_step_at is None
            assert row.first_step_due_at > world.now


def test_the_report_of_a_campaign_is_written_by_one_and_issued_by_another(noticed_world: World) -> None:
    world = closed(noticed_world)
    form = ReportForm(conclusion="总体巩固，个别反弹。", advice="加强日常监督。")
    with world.acting("section") as work, pytest.raises(Refused):
        actions_report.write(work, world.campaign(work), form)
    look(world, "F-01", "relapsed")
    with world.client("section") as client:
        page = "/c/2026/follow-up"
        data = {"csrf_token": csrf(client, page), "conclusion": "", "advice": "加强"}
        assert client.post(f"{page}/report", data=data).status_code == 422
        assert client.post(f"{page}/report", data=data | {"conclusion": form.conclusion}).status_code == 303
        assert client.post(f"{page}/report/issue", data=data).status_code == 403
    with world.acting("section") as work, pytest.raises(Refused):
        actions_report.issue(work, world.campaign(work))
    with world.acting("director") as work:
        document = actions_report.issue(work, world.campaign(work))
        text = str(document.view)
        assert "反弹1项" in text
        assert "2026-jiaotong-01" in text
        assert document.number
        for who, may_read in (("commission", True), ("establishment", True), ("third", False), ("head-jiaotong", False), ("lead", False)):
            assert readable(work.session, world.person(work.session, who), document) is may_read, who


# --- the next campaign ------------------------------------------------------------------------------------

def next_campaign(world: World) -> int:
    """The unit is evaluated again, by the same indicator file (definitions are the first campaign's own)."""
    from evalplat.campaigns.tables import CampaignDefinition

    with world.acting("section") as work:
        first = world.campaign(work)
        campaign = setup.draft_campaign(work, code="2027", title="2027年度机构编制综合评估", year=2027, census_date=date(2027, 8, 31),
                                        system_file=first.system_file, survey_files=first.survey_files)
        campaign.issued_at = work.now
        for row in work.session.exec(select(CampaignDefinition).where(CampaignDefinition.campaign_id == first.id)).all():
            work.add(CampaignDefinition(campaign_id=campaign.id, definition_id=row.definition_id, office_id=work.office_id))
        evaluation = work.add(Evaluation(office_id=work.office_id, campaign_id=campaign.id, unit_id=world.units[UNIT],
                                         state=State.ACCEPTED, entered_at=work.now))
        return evaluation.id


def propose(world: World, evaluation_id: int) -> AdjustmentProposal | None:
    with world.acting("lead") as work:
        return actions_earlier.propose(work, work.session.get_one(Evaluation, evaluation_id))


def test_overdue_items_are_proposed_as_one_deduction_with_their_numbers(noticed_world: World) -> None:
    world = steps.issued(noticed_world)
    world.pass_days(75)
    later = next_campaign(world)
    found = propose(world, later)
    assert found is not None
    assert (found.code, found.count, found.state, found.proposed_by) == ("G03", "2", "proposed", None)
    assert "2026-jiaotong-02 逾期未完成整改" in found.evidence
    assert "2026-jiaotong-01 仍在整改期限内（不计）" in found.evidence
    with world.acting("director", write=False) as work:
        assert [task for task in waiting_for(work, work.actor) if "/c/2027/" in task.href]
        assert len(work.session.exec(select(EarlierItem)).all()) == 2


def test_a_relapse_counts_in_the_next_evaluation_alone(noticed_world: World) -> None:
    world = closed(noticed_world)
    look(world, "F-01", "relapsed")
    steps.progress(world, "F-01")
    steps.submit(world, "F-01")
    steps.verify(world, "lead", "F-01")
    steps.verify(world, "section", "F-01")
    later = next_campaign(world)
    found = propose(world, later)
    assert found is not None
    assert (found.count, "2026-jiaotong-01 整改后反弹" in found.evidence) == ("1", True)
    assert propose(world, later) is None


def test_whoever_rectified_in_time_loses_nothing(noticed_world: World) -> None:
    world = steps.rectified(steps.issued(noticed_world), "F-01", "F-02", "F-03")
    world.pass_days(300)
    assert propose(world, next_campaign(world)) is None


def test_the_proposal_is_made_when_the_self_assessment_is_accepted(noticed_world: World) -> None:
    from evalplat.campaigns import moves

    world = steps.issued(noticed_world)
    world.pass_days(75)
    later = next_campaign(world)
    with world.acting("section") as work:
        evaluation = work.session.get_one(Evaluation, later)
        assert actions_earlier.after_intake in moves._after["accept"]
        actions_earlier.after_intake(work, evaluation)
        [row] = work.session.exec(select(AdjustmentProposal).where(AdjustmentProposal.evaluation_id == later)).all()
        assert row.code == "G03"
        assert work.session.get_one(Campaign, evaluation.campaign_id).code == "2027"
        assert timedelta(0) <= work.now - row.proposed_at
