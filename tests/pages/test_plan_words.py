"""A plan without teams and questionnaires says so in words, and lists no department in vain."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from evalplat.campaigns import setup
from evalplat.campaigns.tables import Evaluation
from evalplat.campaigns.teams import assign_team, make_team
from evalplat.people import actions as people
from evalplat.people.tables import Unit, User
from tests.world import World

MANY = 30


@pytest.fixture
def bare_world(world: World) -> World:
    """A drafted campaign with many departments, no team and no questionnaire."""
    with world.acting("section") as work:
        for number in range(MANY):
            people.add_unit(work, code=f"u{number:02}", name=f"市第{number}局", short_name=f"{number}号局", category="gov", facts={})
        campaign = setup.draft_campaign(work, code="2026", title="2026年度评估", year=2026, census_date=date(2026, 8, 31),
                                        system_file="tengzhou-2026.yaml", survey_files=[])
        setup.choose_units(work, campaign, list(work.session.exec(select(Unit))))
        world.campaign_id = campaign.id or 0
    return world


@pytest.mark.parametrize(("path", "href"), [("plan", "/c/2026/set-up#teams"), ("set-up", "#teams")])
def test_without_a_team_no_department_is_listed(bare_world: World, path: str, href: str) -> None:
    with bare_world.client("section") as client:
        page = client.get(f"/c/2026/{path}").text
        rules = page.split('id="rules"', 1)[1].split("</section>", 1)[0]
    row = next(one for one in rules.split("</tr>") if "编组后再核算" in one)
    assert "尚未编组" in row
    assert f'href="{href}"' in row
    assert "号局" not in row
    assert "29号局" in rules.split("<details><summary>30", 1)[1]


def test_with_one_team_all_departments_are_counted_not_listed(bare_world: World) -> None:
    with bare_world.acting("section") as work:
        lead, member = (work.session.get_one(User, bare_world.users[name]) for name in ("lead", "assessor"))
        campaign = bare_world.campaign(work)
        team = make_team(work, campaign, code="t1", name="评估一组", lead=lead, members=[member])
        for evaluation in work.session.exec(select(Evaluation).where(Evaluation.campaign_id == campaign.id)):
            assign_team(work, campaign, evaluation, team)
    with bare_world.client("section") as client:
        rules = client.get("/c/2026/plan").text.split('id="rules"', 1)[1]
    assert "尚未编组" not in rules
    assert f"涉及全部{MANY + 3}个部门" in rules


def test_a_campaign_without_questionnaires_says_so(bare_world: World) -> None:
    with bare_world.client("section") as client:
        assert "没有问卷：本次评估不开展社会调查" in client.get("/c/2026/plan").text
        assert "本次评估没有问卷" in client.get("/c/2026/surveys").text
