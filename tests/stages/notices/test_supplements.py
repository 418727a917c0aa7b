"""A supplementary notice: before and after, numbered, issued in one act; everybody's receipt; old values stay readable."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from evalplat.campaigns import definitions, progress, windows
from evalplat.documents.actions import view_of
from evalplat.kernel.errors import Invalid, Refused
from evalplat.people import actions as people
from evalplat.stages.notices import actions, actions_supplements, queries, queries_supplements
from evalplat.stages.notices.forms import SupplementForm
from evalplat.workflow.stages import SideState, State
from tests.world import World, csrf

PAGE = "/c/2026/notice/supplements"
MOVE = {"reason": "国庆节前后工作安排调整", "assessment_closes": "2026-10-12"}


def _issue(world: World, **wish: str) -> int:
    with world.acting("section") as work:
        row = actions_supplements.draft(work, world.campaign(work), SupplementForm.model_validate(wish))
        actions_supplements.number(work, world.campaign(work), row)
        ordinal = row.ordinal
    with world.acting("director") as work:
        campaign = world.campaign(work)
        row = queries_supplements.supplement_by(work, campaign, ordinal)
        assert row is not None
        actions_supplements.issue(work, campaign, row)
    return ordinal


def test_who_drafts_numbers_and_issues(noticed_world: World) -> None:
    for who, path, status in (("lead", "", 403), ("head-shenji", "", 403), ("section", "/1/issue", 403)):
        with noticed_world.client(who) as client:
            assert client.post(PAGE + path, data={"csrf_token": csrf(client, "/password"), **MOVE}).status_code == status
    with noticed_world.client("section") as client:
        token = csrf(client, PAGE)
        for wrong in ({"reason": "x"}, {**MOVE, "assessment_closes": "2026-09-20"}, {"reason": "x", "text_before": "旧"},
                      {"reason": "x", "join": "shenji", "join_team": "t1"}):
            answer = client.post(PAGE, data={"csrf_token": token, **wrong})
            assert answer.status_code == 422
        assert client.post(PAGE, data={"csrf_token": token, **MOVE}).headers["location"] == f"{PAGE}/1"
        assert "2026年10月12日" in client.get(f"{PAGE}/1").text
        assert client.post(f"{PAGE}/1/number", data={"csrf_token": token}).status_code == 303
        assert client.post(f"{PAGE}/1/drop", data={"csrf_token": token}).status_code == 409
    with noticed_world.client("director") as client:
        assert "印发补充通知" in client.get("/").text
        token = csrf(client, f"{PAGE}/1")
        assert client.post(f"{PAGE}/1/issue", data={"csrf_token": token}).status_code == 303
        assert client.post(f"{PAGE}/1/issue", data={"csrf_token": token}).status_code == 409


def test_dates_move_for_all_and_nobody_loses_an_extension(noticed_world: World) -> None:
    with noticed_world.acting("liaison-shenji") as work:
        actions.acknowledge(work, noticed_world.evaluation(work, "shenji"))
    with noticed_world.acting("section") as work:
        long, short = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 10, 9, tzinfo=UTC)
        for unit, until in (("jiaotong", long), ("minzheng", short)):
            windows.extend(work, noticed_world.evaluation(work, unit), "assessment", closes_at=until, reason="x", document="y")
        before = definitions.system_of(work, noticed_world.campaign(work)).hash
    _issue(noticed_world, **MOVE)
    with noticed_world.acting("section", write=False) as work:
        dues = {unit: windows.due_of(work, noticed_world.evaluation(work, unit), "assessment") for unit in noticed_world.units}
        assert dues["jiaotong"] == long
        assert {dues[unit].astimezone(work.settings.zone).date() for unit in ("shenji", "minzheng")} == {date(2026, 10, 12)}
        waits = {row.act: row.due_at for row in progress.waiting(work, noticed_world.evaluation(work, "shenji"))}
        assert waits["fill_assessment"] == dues["shenji"]
        assert definitions.system_of(work, noticed_world.campaign(work)).hash == before
        row = queries_supplements.supplement_by(work, noticed_world.campaign(work), 1)
        assert row.changes == [["部门自评时间", "2026年9月6日至2026年10月1日", "2026年9月6日至2026年10月12日"]]
        assert view_of(queries_supplements.document_of(work, row)).sheets[0].rows == (tuple(row.changes[0]),)


def test_a_window_that_is_over_cannot_be_moved(noticed_world: World) -> None:
    noticed_world.pass_days(31)
    with noticed_world.acting("section") as work, pytest.raises(Invalid):
        actions_supplements.draft(work, noticed_world.campaign(work), SupplementForm.model_validate(MOVE))


def test_a_department_joins_with_dates_of_its_own_and_another_leaves(noticed_world: World) -> None:
    with noticed_world.acting("sysadmin") as work:
        noticed_world.units["jiaoyu"] = people.add_unit(work, code="jiaoyu", name="市教育局", short_name="教育局",
                                                        category="gov_social", facts={}).id or 0
    noticed_world.pass_days(10)
    _issue(noticed_world, reason="机构改革", join="jiaoyu", join_team="t2", join_assessment="2026-10-15", join_review="2026-11-13",
           leave="shenji")
    with noticed_world.acting("section", write=False) as work:
        joined = noticed_world.evaluation(work, "jiaoyu")
        assert joined.state == State.NOTIFIED
        assert windows.due_of(work, joined, "assessment").astimezone(work.settings.zone).date() == date(2026, 10, 15)
        due = queries.deemed_at(work, joined)
        # the notice reached it on 11 September: three working days later is the 16th
        assert due.astimezone(work.settings.zone).date() == date(2026, 9, 16)
        assert noticed_world.evaluation(work, "shenji").side == SideState.EXEMPT
        assert windows.due_of(work, noticed_world.evaluation(work, "minzheng"), "assessment") != windows.due_of(work, joined, "assessment")
    with noticed_world.client("section") as client:
        assert "增加市教育局" in client.get(f"{PAGE}/1").text


def test_every_unit_confirms_or_is_deemed_served(noticed_world: World) -> None:
    with noticed_world.acting("director") as work:
        from evalplat.stages.notices.actions_sides import stand_aside

        stand_aside(work, noticed_world.evaluation(work, "minzheng"), SideState.SUSPENDED, reason="机构改革")
    _issue(noticed_world, **MOVE)
    with noticed_world.client("liaison-shenji") as client:
        page = "/c/2026/u/shenji/notice"
        text = client.get(page).text
        assert "2026年10月12日" in text
        data = {"csrf_token": csrf(client, page)}
        assert client.post(f"{page}/supplements/1/receipt", data=data).status_code == 303
        assert client.post(f"{page}/supplements/1/receipt", data=data).status_code == 409
        assert client.post(f"{page}/supplements/2/receipt", data=data).status_code == 404
        assert client.post("/c/2026/u/jiaotong/notice/supplements/1/receipt", data=data).status_code == 404
    noticed_world.pass_days(7)
    with noticed_world.acting("system") as work:
        assert actions_supplements.deem_served(work) == 1
        assert actions_supplements.deem_served(work) == 0
        row = queries_supplements.supplement_by(work, noticed_world.campaign(work), 1)
        assert {line.unit_code: line.how for line in queries_supplements.receipts_of(work, row)} == {
            "jiaotong": "deemed", "minzheng": None, "shenji": "signed"}
    with noticed_world.acting("director") as work:
        from evalplat.stages.notices.actions_sides import take_up_again

        row = noticed_world.evaluation(work, "minzheng")
        take_up_again(work, row, reason="改革完成")
        assert "acknowledge_supplement" in {wait.act for wait in progress.waiting(work, row)}


def test_a_draft_is_given_up_and_changes_nothing(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        campaign = noticed_world.campaign(work)
        row = actions_supplements.draft(work, campaign, SupplementForm.model_validate(MOVE))
        before = windows.window_of(work, campaign, "assessment").closes_at
        actions_supplements.drop(work, campaign, row)
        with pytest.raises(Refused):
            actions_supplements.number(work, campaign, row)
        assert windows.window_of(work, campaign, "assessment").closes_at == before
