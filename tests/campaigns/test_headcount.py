"""How many people the four-eyes rules need: matched one by one, nobody twice; relaxed rules stand in every document."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import delete

from evalplat.campaigns import headcount
from evalplat.campaigns.headcount import Slot, matched, slots_for
from evalplat.documents.actions import VIEWS, view_of
from evalplat.documents.plain import issue_letter, letter
from evalplat.kernel.errors import Invalid, Refused
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, User
from evalplat.stages.notices import actions as notices
from evalplat.stages.notices import queries
from evalplat.stages.notices.forms import NoticeForm
from tests.world import World, csrf

roles = st.frozensets(st.sampled_from([Role.DIRECTOR, Role.COMMISSION, Role.TEAM_LEAD, Role.ASSESSOR, Role.REVIEW_PANEL]), max_size=3)
FORM = NoticeForm(purpose="摸清底数", requirements="真实准确", outline="一、基本情况", contact_person="李敏", contact_phone="0632-5500001")


@given(st.lists(roles, max_size=8), st.integers(1, 3))
def test_nobody_plays_two_parts_and_everybody_may_play_theirs(held: list[frozenset[Role]], teams: int) -> None:
    slots, people = slots_for(teams), dict(enumerate(held))
    filled = matched(slots, people)
    assert len(set(filled.values())) == len(filled)
    assert all(people[who] & slots[place].roles for place, who in filled.items())


def test_a_person_moves_to_another_part_if_that_lets_both_be_played() -> None:
    slots = [Slot("sign", frozenset({Role.COMMISSION, Role.DIRECTOR})), Slot("approve", frozenset({Role.DIRECTOR}))]
    people = {1: frozenset({Role.DIRECTOR}), 2: frozenset({Role.COMMISSION})}
    assert matched(slots, people) == {0: 2, 1: 1}


def line(world: World, key: str) -> headcount.Line:
    with world.acting("section", write=False) as work:
        return next(one for one in headcount.headcount(work, world.campaign(work)).lines if one.key == key)


def test_a_whole_office_has_enough(campaign_world: World) -> None:
    with campaign_world.acting("section", write=False) as work:
        count = headcount.headcount(work, campaign_world.campaign(work))
        assert not count.missing
        assert count.placed == count.needed
        assert set(headcount.WORDS) == {one.key for one in count.lines}


@pytest.mark.parametrize(("login", "key"), [("director", "check"), ("commission", "sign"), ("establishment", "figures"),
                                            ("section", "check"), ("auditadmin", "admin"), ("head-shenji", "fill"),
                                            ("liaison-shenji", "fill")])
def test_an_empty_role_is_named_with_what_cannot_be_done(campaign_world: World, login: str, key: str) -> None:
    with campaign_world.acting("system") as work:
        work.session.exec(delete(Membership).where(Membership.user_id == campaign_world.users[login]))
    assert not line(campaign_world, key).holds
    with campaign_world.client("establishment" if login == "section" else "section") as client:
        page = client.get("/c/2026/plan").text
    assert 'id="rules"' in page
    assert "项人员不足" in page


def test_an_administrator_with_another_role_counts_as_neither(campaign_world: World) -> None:
    with campaign_world.acting("system") as work:
        work.add(Membership(office_id=work.office_id, user_id=campaign_world.users["auditadmin"], role=Role.ASSESSOR))
    assert line(campaign_world, "admin").have == 2


def test_lent_people_who_leave_too_early_are_named(campaign_world: World) -> None:
    with campaign_world.acting("system") as work:
        work.session.get_one(User, campaign_world.users["assessor2"]).expires_on = date(2026, 9, 15)
    with campaign_world.acting("section", write=False) as work:
        assert headcount.headcount(work, campaign_world.campaign(work)).ending == (("何静", date(2026, 9, 15)),)


def test_a_rule_is_relaxed_with_a_reason_and_before_the_notice_only(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        with pytest.raises(Invalid):
            headcount.relax(work, campaign_world.campaign(work), ["three_people"], reason=" ")
        headcount.relax(work, campaign_world.campaign(work), ["three_people", "unknown"], reason="全办六人")
        assert campaign_world.campaign(work).settings["relaxed_rules"] == ["three_people"]
    assert line(campaign_world, "check").relaxed


def test_after_the_notice_no_rule_is_relaxed(noticed_world: World) -> None:
    with noticed_world.acting("section") as work, pytest.raises(Refused):
        headcount.relax(work, noticed_world.campaign(work), ["three_people"], reason="全办六人")


def test_the_form_keeps_what_was_typed_and_takes_a_rule_back(campaign_world: World) -> None:
    with campaign_world.client("section") as client:
        token = {"csrf_token": csrf(client, "/c/2026/set-up")}
        assert client.post("/c/2026/set-up/rules", data=token | {"rules": ["fill_and_sign"], "reason": ""}).status_code == 422
        assert client.post("/c/2026/set-up/rules", data=token | {"rules": ["fill_and_sign"], "reason": "小单位"}).status_code == 303
        assert "小单位" in client.get("/c/2026/plan").text
        assert client.post("/c/2026/set-up/rules", data=token | {"reason": ""}).status_code == 303
    with campaign_world.acting("section", write=False) as work:
        assert "relaxed_rules" not in campaign_world.campaign(work).settings
    with campaign_world.client("director") as client:
        assert client.post("/c/2026/set-up/rules", data={"csrf_token": csrf(client, "/password")}).status_code == 403


def test_every_kind_of_document_of_a_campaign_says_what_is_relaxed(campaign_world: World) -> None:
    with campaign_world.acting("section") as work:
        campaign = campaign_world.campaign(work)
        headcount.relax(work, campaign, ["three_people"], reason="全办六人")
        notices.write_notice(work, campaign, FORM)
        document = queries.document_of(work, campaign)
        assert document is not None
        words = ("起草、核稿、审定可以由同一人担任（全办六人）",)
        assert view_of(document).stamp.relaxed_rules == words
        view = letter(work, title="函", addressee="各部门", opening=("现予延期。",))
        plain = issue_letter(work, "extension_notice", view, campaign=campaign)
        assert view_of(plain).stamp.relaxed_rules == words
    kinds = {kind for kind, view in VIEWS.items() if "stamp" not in view.__dataclass_fields__}
    assert kinds <= {"receipt"}, "a kind without a stamp cannot say it"
