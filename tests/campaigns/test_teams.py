"""Taking a proposal of teams: what was seen is what is taken, before the notice, by the section alone."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlmodel import select

from evalplat.campaigns import proposing, setup, teams
from evalplat.campaigns.tables import Team
from evalplat.kernel.errors import Refused
from evalplat.people import actions as people
from evalplat.people.tables import Unit
from tests.world import World, csrf

PAGE = "/c/2026/set-up/proposal"


@pytest.mark.parametrize("who", ["director", "lead", "liaison-shenji", "co"])
def test_only_the_section_asks_for_a_proposal(campaign_world: World, who: str) -> None:
    with campaign_world.client(who) as client:
        assert client.get(PAGE).status_code in (403, 404)
        assert client.post(PAGE, data={"csrf_token": csrf(client, "/password"), "seen": "x"}).status_code in (403, 404)


def test_looking_changes_nothing_and_taking_makes_the_teams(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        people.note_worked_at(work, campaign_world.users["lead"], campaign_world.units["jiaotong"], until=None)
        before = [team.code for team in work.session.exec(select(Team))]
    with campaign_world.client("section") as client:
        page = client.get(PAGE).text
        assert "评估一组" in page
        token = {"csrf_token": csrf(client, PAGE)}
        with campaign_world.acting("section", write=False) as work:
            assert [team.code for team in work.session.exec(select(Team))] == before
            proposal = proposing.proposal_for(work, campaign_world.campaign(work))
        assert client.post(PAGE, data=token | {"seen": "another"}).status_code == 409
        assert client.post(PAGE, data=token | {"seen": proposing.fingerprint(proposal)}).status_code == 303
    with campaign_world.acting("section", write=False) as work:
        rows = {team.id: team for team in work.session.exec(select(Team))}
        assert {team.code for team in rows.values()} == {"t01", "t02"}
        theirs = rows[campaign_world.evaluation(work, "jiaotong").team_id]
        assert "lead" not in {user.login for user in teams.members_of(work, theirs)}


def test_the_teams_can_stay_and_only_the_units_are_shared_out(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        campaign = campaign_world.campaign(work)
        before = {team.code: [user.login for user in teams.members_of(work, team)] for team in work.session.exec(select(Team))}
        seen = proposing.fingerprint(proposing.proposal_for(work, campaign, keep_teams=True))
        proposing.take(work, campaign, keep_teams=True, seen=seen)
        after = {team.code: [user.login for user in teams.members_of(work, team)] for team in work.session.exec(select(Team))}
        assert before == after
        counts = [campaign_world.evaluation(work, unit).team_id for unit in campaign_world.units]
        assert {counts.count(team.id) for team in work.session.exec(select(Team))} == {1, 2}


def test_a_unit_that_nobody_may_take_says_who_stands_in_the_way(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        unit = work.session.get_one(Unit, campaign_world.units["shenji"])
        for login in ("lead", "lead2"):
            teams.declare_interest(work, campaign_world.users[login], unit, reason="配偶在该局任职")
    with campaign_world.client("section") as client:
        page = client.get(PAGE).text
    assert "没有评估组能够承担审计局" in page
    assert "王磊 已申报利害关系" in page


def test_nothing_is_taken_after_the_notice(noticed_world: World) -> None:
    with noticed_world.acting("section") as work, pytest.raises(Refused):
        proposing.take(work, noticed_world.campaign(work), keep_teams=False, seen="")


@pytest.mark.parametrize("path", [PAGE, "/c/2026/set-up", "/c/2026/plan"])
def test_more_departments_ask_no_more_questions(campaign_world: World, path: str) -> None:
    def asked() -> int:
        found: list[str] = []

        def note(*args: object) -> None:
            found.append(str(args[2]))

        with campaign_world.client("section") as client:
            client.get(path)
            event.listen(campaign_world.engine, "before_cursor_execute", note)
            try:
                assert client.get(path).status_code == 200
            finally:
                event.remove(campaign_world.engine, "before_cursor_execute", note)
        return len(found)

    before = asked()
    with campaign_world.acting("system") as work:
        for number in range(30):
            unit = people.add_unit(work, code=f"more{number}", name=f"市第{number}局", short_name=f"第{number}局", category="gov_econ",
                                   facts={"staff": number * 20})
            row = setup.add_evaluation(work, campaign_world.campaign(work), unit)
            row.team_id = campaign_world.evaluation(work, "shenji").team_id
            work.add(row)
    assert asked() == before
