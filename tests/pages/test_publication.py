"""Who is shown what: chosen with the plan, never before the result is final, never more than was chosen."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.errors import Refused
from evalplat.pages.queries.publication import published
from evalplat.people import actions as people
from evalplat.scores.publication import Audience, Shown, audience_of, may_show, policy_of, set_policy
from evalplat.workflow.stages import State
from tests import scored
from tests.world import World, csrf

PAGE, LIST, OPEN = "/c/2026/publication", "/c/2026/results", "/results/tz/2026"
CHOICE = {"unit": ["rank"], "evaluated": ["grade"], "public": ["grade", "score"]}


def test_by_default_a_unit_reads_its_own_and_nobody_else_anything(campaign_world: World) -> None:
    with campaign_world.acting("section", write=False) as work:
        policy = policy_of(campaign_world.campaign(work))
    assert policy[Audience.UNIT] == {Shown.FINDINGS, Shown.GRADE, Shown.SCORE}
    assert policy[Audience.EVALUATED] == policy[Audience.PUBLIC] == frozenset()


def test_who_chooses_and_until_when(campaign_world: World) -> None:
    world = campaign_world
    with world.client("director") as client:
        assert client.post(PAGE, data={"csrf_token": csrf(client, "/password"), **CHOICE}).status_code == 403
    with world.client("lead") as client:
        assert client.get(PAGE).status_code == 403
    with world.client("section") as client:
        token = csrf(client, PAGE)
        assert client.post(PAGE, data=CHOICE).status_code == 403
        assert client.post(PAGE, data={"csrf_token": token, **CHOICE, "public": ["grade", "score", "<x>"]}).status_code == 303
        assert PAGE in client.get("/c/2026/plan").text
    with world.acting("section") as work:
        campaign = world.campaign(work)
        assert policy_of(campaign)[Audience.PUBLIC] == {Shown.GRADE, Shown.SCORE}
        assert policy_of(campaign)[Audience.UNIT] == set(Shown)
        campaign.state = "approved"
        with pytest.raises(Refused):
            set_policy(work, campaign, {})
        work.session.rollback()
        work.before_commit.clear()


def concluded(world: World, **states: str) -> World:
    """Every unit scored and final, the campaign concluded (test only), with the choice above."""
    for unit in ("jiaotong", "shenji", "minzheng"):
        scored.at_state(world, unit, State.INFORMED)
    with world.acting("system") as work:
        campaign = world.campaign(work)
        campaign.settings = campaign.settings | {"publication": CHOICE}
        campaign.state = "concluded"
        for unit in ("jiaotong", "shenji", "minzheng"):
            evaluation = world.evaluation(work, unit)
            evaluation.state = states.get(unit, "final")
            work.session.add(evaluation)
        work.session.add(campaign)
    return world


def test_nothing_is_published_before_the_conclusion(noticed_world: World) -> None:
    scored.at_state(noticed_world, "jiaotong", State.INFORMED)
    with noticed_world.acting("system") as work:
        campaign = noticed_world.campaign(work)
        campaign.settings = campaign.settings | {"publication": CHOICE}
        work.session.add(campaign)
    with noticed_world.client("head-shenji") as client:
        text = client.get(LIST).text
        assert "交通运输局" not in text
    with noticed_world.client() as client:
        assert client.get(OPEN).status_code == 404
        assert client.get("/results/nobody/2026").status_code == 404


def test_each_audience_sees_what_was_chosen_and_no_more(noticed_world: World) -> None:
    world = concluded(noticed_world)
    with world.acting("section", write=False) as work:
        campaign = world.campaign(work)
        rows = {row.code: row for row in published(work, campaign, audience=Audience.PUBLIC).rows}
        assert rows["shenji"].total is not None
        assert rows["shenji"].grade
        assert rows["shenji"].rank is None
        assert rows["shenji"].findings is None
    with world.acting("head-jiaotong", write=False) as work:
        rows = {row.code: row for row in published(work, world.campaign(work)).rows}
        assert rows["jiaotong"].own
        assert rows["jiaotong"].rank
        assert rows["shenji"].grade
        assert rows["shenji"].total is None
    with world.client() as client:
        text = client.get(OPEN).text
        assert "市审计局" in text
        assert "名" not in text.split("<table", 1)[1].split("</thead>", 1)[0]
    with world.client("head-jiaotong") as client:
        assert "市审计局" in client.get(LIST).text
    with world.client("section") as client:
        for view in ("", "?as=evaluated", "?as=public", "?as=<x>"):
            assert client.get(LIST + view).status_code == 200


@pytest.mark.parametrize("state", ["objected", "decided", "informed"])
def test_of_a_unit_whose_result_is_not_final_nothing_is_published(noticed_world: World, state: str) -> None:
    world = concluded(noticed_world, shenji=state)
    with world.acting("section", write=False) as work:
        codes = {row.code for row in published(work, world.campaign(work), audience=Audience.PUBLIC).rows}
    assert codes == {"jiaotong", "minzheng"}


def test_a_unit_reads_its_own_from_the_letter_on(noticed_world: World) -> None:
    with noticed_world.acting("head-jiaotong", write=False) as work:
        campaign, evaluation = noticed_world.campaign(work), noticed_world.evaluation(work, "jiaotong")
        assert audience_of(work.actor, evaluation) == Audience.UNIT
        assert audience_of(work.actor, Evaluation(**evaluation.model_dump() | {"unit_id": 999})) == Audience.EVALUATED
        assert audience_of(None, evaluation) == Audience.PUBLIC
        assert not may_show("score", campaign, evaluation, to=Audience.UNIT)
        later = Evaluation(**evaluation.model_dump() | {"state": "objected"})
        assert may_show("score", campaign, later, to=Audience.UNIT)
        assert not may_show("rank", campaign, later, to=Audience.UNIT)
        assert not may_show("rank", campaign, later, to=Audience.OFFICE)


def counted(world: World) -> int:
    """How many statements the list sends."""
    found: list[str] = []

    def note(*given: object) -> None:
        found.append(str(given[2]))

    with world.acting("section", write=False) as work:
        campaign = world.campaign(work)
        event.listen(world.engine, "before_cursor_execute", note)
        try:
            published(work, campaign, audience=Audience.PUBLIC)
        finally:
            event.remove(world.engine, "before_cursor_execute", note)
    return len(found)


def test_the_list_asks_the_same_however_many_units(noticed_world: World) -> None:
    world = concluded(noticed_world)
    before = counted(world)
    with world.acting("system") as work:
        for number in range(5):
            unit = people.add_unit(work, code=f"more{number}", name=f"市第{number}局", short_name=f"第{number}局", category="gov_econ",
                                   facts={})
            work.add(Evaluation(office_id=world.office_id, campaign_id=world.campaign_id, unit_id=unit.id, state="final", mode="light",
                                entered_at=work.now))
    assert counted(world) == before
    with world.acting("section", write=False) as work:
        rows = {row.code: row for row in published(work, world.campaign(work), audience=Audience.PUBLIC).rows}
    assert rows["more0"].mark == "轻量评估，不参加排名"
